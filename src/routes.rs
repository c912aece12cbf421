//! Every link and every route; addresses are made nowhere else.

use runs::http::{decode, encode};
use runs::query::HistoryAddress;
use runs::queue::QueueAddress;

/// A page with what it shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Page {
    Runs(HistoryAddress),
    /// `flow`: for vendors that name a run within its flow.
    Run {
        connection: String,
        run: String,
        flow: Option<String>,
    },
    Review {
        connection: String,
        run: String,
        review: String,
        flow: Option<String>,
    },
    Reviews,
    /// The log of decisions, and figures over it; each writes its own query.
    Audit {
        query: String,
    },
    Figures {
        query: String,
    },
    Start {
        connection: String,
        flow: Option<String>,
    },
}

impl Page {
    pub fn href(&self) -> String {
        match self {
            Self::Runs(address) => format!("/runs{}", address.write()),
            Self::Run { connection, run, flow } => format!("/c/{}/runs/{}{}", encode(connection), encode(run), flow_query(flow)),
            Self::Review { connection, run, review, flow } => {
                format!("/c/{}/runs/{}/reviews/{}{}", encode(connection), encode(run), encode(review), flow_query(flow))
            }
            Self::Reviews => "/reviews".into(),
            Self::Audit { query } => format!("/audit{query}"),
            Self::Figures { query } => format!("/reviews/figures{query}"),
            Self::Start { connection, flow } => format!("/c/{}/start{}", encode(connection), flow_query(flow)),
        }
    }
}

/// Which page an address names. Its query is the page's own business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Home,
    Runs,
    Reviews,
    Audit,
    Figures,
    Start { connection: String },
    Run { connection: String, run: String },
    Review { connection: String, run: String, review: String },
    Unknown,
}

impl Place {
    pub fn read(path: &str) -> Self {
        let parts: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(decode_segment).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let own = |text: &str| text.to_owned();
        match parts.as_slice() {
            [] => Self::Home,
            ["runs"] => Self::Runs,
            ["reviews"] => Self::Reviews,
            ["audit"] => Self::Audit,
            ["reviews", "figures"] => Self::Figures,
            ["c", connection, "start"] => Self::Start { connection: own(connection) },
            ["c", connection, "runs", run] => Self::Run { connection: own(connection), run: own(run) },
            ["c", connection, "runs", run, "reviews", review] => {
                Self::Review { connection: own(connection), run: own(run), review: own(review) }
            }
            _ => Self::Unknown,
        }
    }
}

/// In a path a plus is a plus.
fn decode_segment(segment: &str) -> String {
    decode(&segment.replace('+', "%2B"))
}

/// The queue with its filters.
pub fn queue(address: &QueueAddress) -> String {
    Page::Reviews.href() + &address.write()
}

/// The flow that a page's query names.
pub fn flow_of(query: &str) -> Option<String> {
    let value = query.trim_start_matches('?').split('&').find_map(|pair| pair.strip_prefix("flow="))?;
    Some(decode(value)).filter(|flow| !flow.is_empty())
}

fn flow_query(flow: &Option<String>) -> String {
    flow.as_ref().map(|flow| format!("?flow={}", encode(flow))).unwrap_or_default()
}

/// The step that an address's fragment names: `#step=<id>`.
pub fn step_of(fragment: &str) -> Option<String> {
    fragment.trim_start_matches('#').strip_prefix("step=").map(decode).filter(|step| !step.is_empty())
}

pub fn step_fragment(step: &str) -> String {
    format!("#step={}", encode(step))
}

/// The log as a file, filtered by the same query as the gateway's list.
pub fn audit_export(query: &[(&'static str, String)]) -> String {
    let mut request = runs::http::Request::get("/api/audit.csv");
    request.query.extend(query.iter().cloned());
    request.target()
}

/// A file's bytes, by way of the gateway.
pub fn file(connection: &str, id: &str) -> String {
    format!("/api/c/{}/file/{}", encode(connection), encode(id))
}

/// A link out, as the configuration's template gives it; only `http` and `https` leave the page.
pub fn outside(template: &str, run: &str, flow: &str) -> Option<String> {
    let url = template.replace("{run}", &encode(run)).replace("{flow}", &encode(flow));
    (url.starts_with("https://") || url.starts_with("http://")).then_some(url)
}
