//! Every link and every route; addresses are made nowhere else.

use runs::http::{decode, encode};
use runs::query::HistoryAddress;

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
            Self::Start { connection, flow } => format!("/c/{}/start{}", encode(connection), flow_query(flow)),
        }
    }
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

/// A link out, as the configuration's template gives it; only `http` and `https` leave the page.
pub fn outside(template: &str, run: &str) -> Option<String> {
    let url = template.replace("{run}", &encode(run));
    (url.starts_with("https://") || url.starts_with("http://")).then_some(url)
}
