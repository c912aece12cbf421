//! Every link and every route; addresses are made and read nowhere else.

mod audit;
mod figures;

pub use audit::AuditAddress;
pub use figures::{FiguresAddress, RANGES};

use crate::platform::page;
use console::file::sheet::Separator;
use runs::reading::address::HistoryAddress;
use runs::value::percent::{decode, encode};

/// A page with all that its address says.
#[derive(Clone, Debug, PartialEq)]
pub enum Page {
    Home,
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
    /// These pages come with the second module, which reads what their queries say: [`console::queue::QueueAddress`], [`AuditAddress`], [`FiguresAddress`].
    Reviews(String),
    Audit(String),
    Figures(String),
    Start {
        connection: String,
        flow: Option<String>,
    },
    /// An address of no page, as it was asked for.
    Unknown(String),
}

impl Page {
    /// What a location names. `query` with or without its `?`.
    pub fn read(path: &str, query: &str) -> Self {
        let within = path.strip_prefix(page::base()).unwrap_or(path);
        let parts: Vec<String> = within.split('/').filter(|part| !part.is_empty()).map(decode_segment).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let own = |text: &str| text.to_owned();
        match parts.as_slice() {
            [] => Self::Home,
            ["runs"] => Self::Runs(HistoryAddress::read(query)),
            ["reviews"] => Self::Reviews(query.into()),
            ["audit"] => Self::Audit(query.into()),
            ["reviews", "figures"] => Self::Figures(query.into()),
            ["c", connection, "start"] => Self::Start { connection: own(connection), flow: flow_of(query) },
            ["c", connection, "runs", run] => Self::Run { connection: own(connection), run: own(run), flow: flow_of(query) },
            ["c", connection, "runs", run, "reviews", review] => {
                Self::Review { connection: own(connection), run: own(run), review: own(review), flow: flow_of(query) }
            }
            _ => Self::Unknown(format!("{path}{query}")),
        }
    }

    pub fn href(&self) -> String {
        let within = match self {
            Self::Home => "/".into(),
            Self::Runs(address) => format!("/runs{}", address.write()),
            Self::Run { connection, run, flow } => format!("/c/{}/runs/{}{}", encode(connection), encode(run), flow_query(flow)),
            Self::Review { connection, run, review, flow } => {
                format!("/c/{}/runs/{}/reviews/{}{}", encode(connection), encode(run), encode(review), flow_query(flow))
            }
            Self::Reviews(query) => format!("/reviews{query}"),
            Self::Audit(query) => format!("/audit{query}"),
            Self::Figures(query) => format!("/reviews/figures{query}"),
            Self::Start { connection, flow } => format!("/c/{}/start{}", encode(connection), flow_query(flow)),
            // It has the base already, if it is under it.
            Self::Unknown(href) => return href.clone(),
        };
        page::base().to_owned() + &within
    }

    /// The page itself, whatever it shows: another query of the same page changes it in place, another path is another page.
    pub fn identity(&self) -> String {
        let mut href = match self {
            // A flow is part of a run's name there.
            Self::Run { .. } | Self::Review { .. } => return self.href(),
            other => other.href(),
        };
        href.truncate(href.find('?').unwrap_or(href.len()));
        href
    }

    /// The connection that the address names.
    pub fn connection(&self) -> Option<&str> {
        match self {
            Self::Runs(address) => address.connection.as_deref(),
            Self::Run { connection, .. } | Self::Review { connection, .. } | Self::Start { connection, .. } => Some(connection),
            Self::Home | Self::Reviews(_) | Self::Audit(_) | Self::Figures(_) | Self::Unknown(_) => None,
        }
    }

    /// The code of the history is there from the start; all other pages come with the second module.
    pub fn is_in_first_module(&self) -> bool {
        matches!(self, Self::Home | Self::Runs(_) | Self::Unknown(_))
    }

    /// The runs of a connection, of its last or first flow.
    pub fn runs_of(connection: &str) -> Self {
        Self::Runs(HistoryAddress { connection: Some(connection.into()), ..HistoryAddress::default() })
    }
}

/// In a path a plus is a plus.
fn decode_segment(segment: &str) -> String {
    decode(&segment.replace('+', "%2B"))
}

/// The flow that a page's query names.
fn flow_of(query: &str) -> Option<String> {
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
pub fn audit_export(query: &[(&'static str, String)], separator: Separator) -> String {
    let mut request = runs::wire::http::Request::get(api("audit.csv"));
    request.query.extend(query.iter().cloned());
    request.with("separator", separator.word()).target()
}

/// This page's own address: opened anew it leads through whatever wants a sign-in, and back.
pub fn here() -> String {
    let (path, query, fragment) = page::location();
    path + &query + &fragment
}

fn api(path: &str) -> String {
    format!("{}/api/{path}", page::base())
}

/// A file's bytes, by way of the gateway, which gives them to whoever may see the run that has it.
pub fn file(connection: &str, run: &str, id: &str) -> String {
    api(&format!("c/{}/file/{}?run={}", encode(connection), encode(id), encode(run)))
}

/// A link out, as the configuration's template gives it; only `http` and `https` leave the page.
pub fn outside(template: &str, run: &str, flow: &str) -> Option<String> {
    // Where runs are numbered within their flow, an id begins with that.
    let run = run.strip_prefix(flow).and_then(|own| own.strip_prefix(':')).unwrap_or(run);
    let url = template.replace("{run}", &encode(run)).replace("{flow}", &encode(flow));
    (url.starts_with("https://") || url.starts_with("http://")).then_some(url)
}
