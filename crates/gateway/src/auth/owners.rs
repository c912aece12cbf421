//! Of which flow a run or a review is, as its vendor says: asked once, because it never changes.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, StatusCode};
use runs::adapters::RunRef;
use runs::{ApiError, ErrorKind, Operation};
use tokio::sync::Semaphore;

use crate::execute::Carrier;
use crate::problem::{Problem, Relay};
use crate::upstream::Upstream;

/// What is remembered; beyond it everything is forgotten and asked again.
const MOST: usize = 50_000;
/// Vendors' answers that are waited for at a time: each holds a thread.
const AT_ONCE: usize = 32;
const PATIENCE: Duration = Duration::from_secs(10);
/// A run that goes on gets more files.
const FILES_FRESH: Duration = Duration::from_secs(60);

/// What belongs to a flow.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Thing {
    Run(String),
    Review(String),
}

/// The files of a run, and when they were read.
type Files = (Arc<HashSet<String>>, Instant);

#[derive(Debug)]
pub struct Owners {
    known: Mutex<HashMap<(String, Thing), String>>,
    /// By connection and run.
    files: Mutex<HashMap<(String, String), Files>>,
    places: Semaphore,
}

impl Default for Owners {
    fn default() -> Self {
        Self { known: Mutex::default(), files: Mutex::default(), places: Semaphore::new(AT_ONCE) }
    }
}

impl Owners {
    /// The flow; `Err` where the vendor does not know the thing, does not say, or cannot be asked.
    pub async fn flow(&self, upstream: &Arc<Upstream>, thing: Thing) -> Result<String, Problem> {
        let place = (upstream.connection.id.clone(), thing);
        if let Some(flow) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&place) {
            return Ok(flow.clone());
        }
        let (dialect, thing) = (upstream.connection.dialect, place.1.clone());
        let flow = self
            .ask(upstream, move || match &thing {
                Thing::Run(id) => dialect.flow_of_run(id),
                Thing::Review(id) => dialect.flow_of_review(id),
            })
            .await?;
        if flow.is_empty() {
            return Err(hidden());
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(place, flow.clone());
        Ok(flow)
    }

    /// Whether a run has this file.
    pub async fn has_file(&self, upstream: &Arc<Upstream>, run: &str, file: &str) -> Result<bool, Problem> {
        let place = (upstream.connection.id.clone(), run.to_owned());
        let known = self.files.lock().unwrap_or_else(PoisonError::into_inner).get(&place).cloned();
        if let Some((files, _)) = known.filter(|(files, read)| files.contains(file) || read.elapsed() < FILES_FRESH) {
            return Ok(files.contains(file));
        }
        let (dialect, id) = (upstream.connection.dialect, run.to_owned());
        let detail = self.ask(upstream, move || dialect.run_adapter().get_run(&RunRef { id, flow: None })).await?;
        let files: HashSet<String> = detail.files.into_iter().filter_map(|file| file.id).collect();
        let has = files.contains(file);
        let mut all = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST / 10 {
            all.clear();
        }
        all.insert(place, (Arc::new(files), Instant::now()));
        Ok(has)
    }

    /// An operation stays on one thread, a handler may not.
    async fn ask<T: Send + 'static>(
        &self,
        upstream: &Arc<Upstream>,
        operation: impl FnOnce() -> Operation<T> + Send + 'static,
    ) -> Result<T, Problem> {
        let place = tokio::time::timeout(PATIENCE, self.places.acquire()).await;
        let _place = place
            .ok()
            .and_then(Result::ok)
            .ok_or_else(|| refused(StatusCode::SERVICE_UNAVAILABLE, "Too many runs are being looked up already. Try again in a moment."))?;
        let (runtime, carrier) = (tokio::runtime::Handle::current(), Carrier::new(Arc::clone(upstream), HeaderMap::new()));
        let asked = tokio::task::spawn_blocking(move || runtime.block_on(carrier.run(operation()))).await;
        asked.unwrap_or_else(|_| Err(ApiError::new(ErrorKind::Malformed, "the gateway's own task failed"))).map_err(|error| {
            match error.kind {
                ErrorKind::NotFound | ErrorKind::Invalid | ErrorKind::Unsupported => hidden(),
                _ => {
                    let name = upstream.name();
                    let detail =
                        format!("{name} did not say which flow this belongs to, so it is not given out. Nothing was sent. Try again.");
                    refused(StatusCode::BAD_GATEWAY, &detail)
                }
            }
        })
    }
}

/// The same for what there is not and for what is another's: nobody learns which.
pub(super) fn hidden() -> Problem {
    refused(StatusCode::NOT_FOUND, "There is no such thing among the flows that you may see. Nothing was sent.")
}

pub(super) fn refused(status: StatusCode, detail: &str) -> Problem {
    Problem::relay(status, Relay::NotSent, detail)
}
