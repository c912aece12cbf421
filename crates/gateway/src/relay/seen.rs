//! A decision about a task that stands elsewhere by now is not sent: for vendors that do as they are told whatever became of it.
//! And for vendors that say yes too soon: one about a wait that is young is held, and its answer is handed on once the task is through.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, StatusCode};
use reqwest::Url;
use runs::Timestamp;
use runs::adapters::route::{Route, Settled};
use runs::value::percent::decode;
use runs::wire::http::{SEEN, SINCE};
use serde_json::Value;

use super::fetch::Read;
use super::kept::Fetched;
use crate::clock;
use crate::problem::{Problem, Relay};
use crate::upstream::Upstream;

/// How often it is looked whether a task is through, and for how long: held or not, a decision is answered before its browser gives up.
const LOOK: Duration = Duration::from_millis(500);
const PATIENCE: Duration = Duration::from_secs(25);
const LEAST: Duration = Duration::from_secs(4);

/// What a decision says to the gateway beside the vendor.
#[derive(Debug, Default)]
pub struct Seen {
    /// Where the caller saw the task.
    value: Option<String>,
    /// Since when it waits.
    since: Option<Timestamp>,
}

impl Seen {
    /// Takes it out of a query: the rest is the vendor's, byte for byte.
    pub fn part(route: &Route, query: Option<&str>) -> (Self, Option<String>) {
        let Some(query) = query.filter(|_| !route.seen.is_empty()) else { return (Self::default(), query.map(str::to_owned)) };
        let value = |pair: &str, name: &str| pair.strip_prefix(name)?.strip_prefix('=').map(decode);
        let find = |name: &str| query.split('&').find_map(|pair| value(pair, name));
        let seen = Self { value: find(SEEN), since: find(SINCE).as_deref().and_then(Timestamp::parse) };
        let ours = |pair: &&str| value(pair, SEEN).is_some() || value(pair, SINCE).is_some();
        let rest: Vec<&str> = query.split('&').filter(|pair| !ours(pair)).collect();
        (seen, (!rest.is_empty()).then(|| rest.join("&")))
    }

    /// Waits until the wait is old enough.
    pub async fn hold(&self, upstream: &Upstream, settled: &Settled) {
        let hold = upstream.hold(settled);
        let Some(since) = self.since else { return };
        // The vendor's clock may be another one: never longer than that.
        let age = u64::try_from(clock::now().saturating_sub(since.0)).unwrap_or(0);
        tokio::time::sleep(hold.saturating_sub(Duration::from_millis(age))).await;
    }

    /// Asks the vendor. Between this and the call only other clients of the vendor can come: those of the gateway wait for their turn.
    pub async fn still(&self, upstream: &Arc<Upstream>, route: &Route, task: &Url) -> Result<(), Problem> {
        let Some(value) = &self.value else { return Ok(()) };
        let unknown = |why: &str| {
            let detail = format!("The vendor could not be asked whether this still waits: {why} Nothing was sent. Try again.");
            Problem::relay(StatusCode::BAD_GATEWAY, Relay::NotSent, detail)
        };
        let now = match look(upstream, task).await {
            Ok(now) => now,
            // It is the key that is refused, and not this call.
            Err(problem) if problem.status == StatusCode::UNAUTHORIZED => return Err(problem),
            Err(problem) => return Err(unknown(&problem.detail)),
        };
        let stands: Option<Vec<&str>> = now.as_ref().and_then(|now| route.seen.iter().map(|at| now.pointer(at)?.as_str()).collect());
        if stands.is_some_and(|stands| stands.join("~") == *value) {
            return Ok(());
        }
        let detail = "This went on since it was read. Nothing was sent. Look at what became of it.";
        Err(Problem::relay(StatusCode::CONFLICT, Relay::NotSent, detail))
    }
}

/// Waits until the task is through; for no longer than anybody waits for an answer, and only while it can be seen.
pub async fn settle(upstream: &Arc<Upstream>, settled: &Settled, task: &Url, asked: Instant) {
    let through = async {
        loop {
            tokio::time::sleep(LOOK).await;
            let Ok(Some(now)) = look(upstream, task).await else { return };
            let under_way = now.pointer(settled.at).is_none_or(|word| word.as_str().is_none_or(|word| settled.under_way.contains(&word)));
            if !under_way {
                return;
            }
        }
    };
    // Whoever reads it then sees for himself that it takes longer.
    let _ = tokio::time::timeout(PATIENCE.saturating_sub(asked.elapsed()).max(LEAST), through).await;
}

async fn look(upstream: &Arc<Upstream>, task: &Url) -> Result<Option<Value>, Problem> {
    let read = Read { upstream: Arc::clone(upstream), url: task.clone(), headers: HeaderMap::new() };
    match read.fetch().await? {
        Fetched::Whole(answer) => Ok(answer.json()),
        Fetched::Streamed(_) => Err(Problem::relay(StatusCode::BAD_GATEWAY, Relay::NotSent, "its answer is too large.")),
    }
}
