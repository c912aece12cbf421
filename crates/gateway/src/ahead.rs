//! Prefetch: the `Link` header of a page names its first read, which the browser sends while the app is still loading.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderValue, Uri};
use runs::adapters::FlowQuery;
use runs::reading::address::HistoryAddress;
use runs::value::percent::encode;
use runs::wire::http::Request;
use tokio::runtime::Handle;

use crate::execute::Carrier;
use crate::upstream::Upstream;

/// So long a vendor's first flow is taken for the first; after a failure it is asked for again sooner.
const FRESH: Duration = Duration::from_secs(600);
const AFTER_FAILURE: Duration = Duration::from_secs(60);

/// The flow that each connection lists first: what an address without a flow opens on. Without it a first visit would have to read the
/// flows before it could ask for runs.
#[derive(Clone, Debug, Default)]
pub struct FirstFlows(Arc<Mutex<HashMap<String, Known>>>);

#[derive(Debug, Default)]
struct Known {
    flow: Option<String>,
    /// From when on it is asked for again.
    due: Option<Instant>,
}

impl FirstFlows {
    fn all(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn of(&self, connection: &str) -> Option<String> {
        self.all().get(connection).and_then(|known| known.flow.clone())
    }

    /// Begins to read those that are due; nobody waits for them.
    pub fn refresh(&self, connections: &[Arc<Upstream>]) {
        for upstream in connections {
            let now = Instant::now();
            {
                let mut all = self.all();
                let known = all.entry(upstream.connection.id.clone()).or_default();
                if known.due.is_some_and(|due| now < due) {
                    continue;
                }
                known.due = Some(now + FRESH);
            }
            let (this, upstream, runtime) = (self.clone(), Arc::clone(upstream), Handle::current());
            // An operation stays on one thread.
            tokio::task::spawn_blocking(move || runtime.block_on(this.read(&upstream)));
        }
    }

    async fn read(&self, upstream: &Arc<Upstream>) {
        let adapter = upstream.connection.dialect.adapter();
        let answer = Carrier::new(Arc::clone(upstream), HeaderMap::new()).run(adapter.list_flows(&FlowQuery::default())).await;
        let mut all = self.all();
        let known = all.entry(upstream.connection.id.clone()).or_default();
        match answer {
            Ok(page) => known.flow = page.items.into_iter().next().map(|flow| flow.id),
            Err(_) => known.due = Some(Instant::now() + AFTER_FAILURE),
        }
    }
}

/// The `Link` header of the page at this address.
///
/// The app finds what was fetched when it reads the same target, so both take the question from `runs`.
pub fn link<'a>(connections: impl IntoIterator<Item = &'a Upstream>, first: &FirstFlows, base: &str, uri: &Uri) -> Option<HeaderValue> {
    if !matches!(uri.path(), "/" | "/runs") {
        return None;
    }
    let mut address = HistoryAddress::read(uri.query().unwrap_or_default());
    let connection = &connections.into_iter().find(|upstream| address.means(&upstream.connection.id))?.connection;
    if !address.lists(&connection.dialect.adapter().capabilities()) {
        (address.flow, address.all_flows) = (first.of(&connection.id), false);
    }
    let links: Vec<String> = address
        .asked_first(connection.dialect.adapter())
        .iter()
        .map(Request::target)
        // Nothing that a vendor's API has in its paths would end the address in the header.
        .filter(|target| !target.contains('>'))
        .map(|target| format!("<{base}/api/c/{}/{target}>; rel=preload; as=fetch; crossorigin", encode(&connection.id)))
        .collect();
    HeaderValue::try_from(links.join(", ")).ok().filter(|value| !value.is_empty())
}
