//! A decision about a task that stands elsewhere by now is not sent: for vendors that do as they are told whatever became of it.

use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode};
use reqwest::Url;
use runs::adapters::route::Route;
use runs::value::percent::decode;
use runs::wire::http::SEEN;

use super::fetch::Read;
use super::kept::Fetched;
use crate::problem::{Problem, Relay};
use crate::upstream::Upstream;

/// Where the caller saw the task.
#[derive(Debug)]
pub struct Seen {
    pointer: &'static str,
    value: String,
}

impl Seen {
    /// Takes it out of a query: the rest is the vendor's, byte for byte.
    pub fn part(route: &Route, query: Option<&str>) -> (Option<Self>, Option<String>) {
        let (Some(pointer), Some(query)) = (route.seen, query) else { return (None, query.map(str::to_owned)) };
        let value = |pair: &str| pair.strip_prefix(SEEN)?.strip_prefix('=').map(decode);
        let seen = query.split('&').find_map(value).map(|value| Self { pointer, value });
        let rest: Vec<&str> = query.split('&').filter(|pair| value(pair).is_none()).collect();
        (seen, (!rest.is_empty()).then(|| rest.join("&")))
    }

    /// Asks the vendor. Between this and the call only other clients of the vendor can come: those of the gateway wait for their turn.
    pub async fn still(&self, upstream: &Arc<Upstream>, call: &Url) -> Result<(), Problem> {
        let mut url = call.clone();
        url.set_query(None);
        // The task is named before the verb.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop();
        }
        let read = Read { upstream: Arc::clone(upstream), url, headers: HeaderMap::new() };
        let unknown = |why: &str| {
            let detail = format!("The vendor could not be asked whether this still waits: {why} Nothing was sent. Try again.");
            Problem::relay(StatusCode::BAD_GATEWAY, Relay::NotSent, detail)
        };
        let now = match read.fetch().await.map_err(|problem| unknown(&problem.detail))? {
            Fetched::Whole(answer) => answer.json(),
            Fetched::Streamed(_) => return Err(unknown("its answer is too large.")),
        };
        if now.as_ref().and_then(|now| now.pointer(self.pointer)?.as_str()) == Some(self.value.as_str()) {
            return Ok(());
        }
        let detail = "This went on since it was read. Nothing was sent. Look at what became of it.";
        Err(Problem::relay(StatusCode::CONFLICT, Relay::NotSent, detail))
    }
}
