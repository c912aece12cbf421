//! `sluice check`: tries each connection with one cheap read and says in one line how it went.

mod deep;

use std::sync::Arc;

use axum::http::HeaderMap;
use futures_util::future::join_all;
use runs::adapters::FlowQuery;
use runs::{ApiError, ErrorKind};

use crate::execute::Carrier;
use crate::upstream::Upstream;

/// One connection's result; `line` is what is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub ok: bool,
    pub line: String,
}

/// Tries each connection as a reviewer's day does: its flows, runs, one run, what waits, one review. Nothing is written.
pub async fn deep(upstreams: Vec<Upstream>) -> Vec<Verdict> {
    join_all(upstreams.into_iter().map(|upstream| deep::all(Arc::new(upstream)))).await.concat()
}

/// Tries all at the same time; the verdicts come in the order of the connections.
pub async fn all(upstreams: Vec<Upstream>) -> Vec<Verdict> {
    let width = upstreams.iter().map(|upstream| upstream.connection.id.len()).max().unwrap_or(0);
    join_all(upstreams.into_iter().map(|upstream| one(Arc::new(upstream), width))).await
}

async fn one(upstream: Arc<Upstream>, width: usize) -> Verdict {
    let carrier = Carrier::new(Arc::clone(&upstream), HeaderMap::new());
    let answer = carrier.run(upstream.adapter().list_flows(&FlowQuery::default())).await;
    let id = &upstream.connection.id;
    match answer {
        Ok(page) => {
            let more = if page.older.is_some() { " on the first page" } else { "" };
            let found = match (page.total, page.items.len()) {
                (Some(total), _) => format!("{total} flows found"),
                (None, 1) => format!("1 flow found{more}"),
                (None, count) => format!("{count} flows found{more}"),
            };
            Verdict {
                ok: true,
                line: format!("{id:width$}  ok      {} reachable at {}, key accepted, {found}", upstream.name(), upstream.origin()),
            }
        }
        Err(error) => Verdict { ok: false, line: format!("{id:width$}  FAILED  {}", explain(&upstream, &error)) },
    }
}

/// The fact, the cause and the next step, in one line.
fn explain(upstream: &Upstream, error: &ApiError) -> String {
    let (name, origin) = (upstream.name(), upstream.origin());
    let detail: String = error.detail.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect();
    let cause = match (error.status, detail.is_empty()) {
        (Some(status), true) => format!(" ({status})"),
        (Some(status), false) => format!(" ({status}: {detail})"),
        (None, true) => String::new(),
        (None, false) => format!(" ({detail})"),
    };
    match error.kind {
        ErrorKind::GatewayUnreachable | ErrorKind::VendorUnreachable => {
            format!("{name} cannot be reached at {origin}{cause}. Check the network and base_url.")
        }
        ErrorKind::Timeout => format!(
            "{name} did not answer at {origin} within {} s. Try again, or allow more with timeout_seconds.",
            upstream.connection.timeout.as_secs()
        ),
        ErrorKind::Unauthorized => {
            format!(
                "{name} is reachable but refused the key{cause}. Check the variable or file that holds it, and that it is of this account."
            )
        }
        ErrorKind::Forbidden => {
            format!("{name} accepted the key but does not let it list flows{cause}. Use a key with permission to read.")
        }
        ErrorKind::NotFound => format!("{name} is reachable but has nothing at this path{cause}. Check base_url."),
        ErrorKind::RateLimited => format!("{name} is reachable, but the key's rate limit is used up{cause}. Try again later."),
        ErrorKind::Malformed => format!("{name} answered something that is not its API{cause}. Check base_url and dialect."),
        ErrorKind::Vendor => format!("{name} is reachable but failed{cause}. Try again later, or ask the vendor."),
        _ => format!("{name} at {origin} could not list its flows{cause}. Check base_url, dialect and key."),
    }
}
