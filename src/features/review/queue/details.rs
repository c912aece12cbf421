//! Cache of what lists leave out about waiting runs, for as long as the page lives.

use crate::data::Connection;
use crate::features::review::session::ReviewSession;
use crate::net::{self, Scope};
use crate::platform::together;
use crate::state::{Globals, globals};
use leptos::prelude::*;
use runs::adapters::capability::ReviewStyle;
use runs::adapters::{FlowQuery, RunRef};
use runs::model::{ReviewRef, Run, RunDetail};
use runs::{ApiError, Timestamp};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Runs that are details into for the count alone: so many a turn, so many at the same time.
const MOST: usize = 60;
const AT_ONCE: usize = 3;

/// Details of a waiting run.
#[derive(Clone, Debug, PartialEq)]
pub struct Details {
    /// Its open reviews.
    pub reviews: Vec<ReviewRef>,
    pub since: Option<Timestamp>,
    pub number: Option<u64>,
    /// The run could not be read: nothing is known, or what was before.
    pub failed: Option<ApiError>,
    /// The run's last change when it was read.
    at: Option<Timestamp>,
}

impl Details {
    fn of(run: &Run, detail: RunDetail) -> Self {
        let since = detail.run.waiting_since.or_else(|| detail.reviews.iter().filter_map(|review| review.since).min());
        Self { reviews: detail.reviews, since, number: detail.run.number, failed: None, at: run.updated_at }
    }

    /// It was read as the run stands now.
    pub fn is_current(&self, run: &Run) -> bool {
        self.at == run.updated_at
    }

    /// A failed read: earlier details stay.
    fn failed(run: &Run, error: ApiError, before: Option<Self>) -> Self {
        let before = before.unwrap_or(Self { reviews: Vec::new(), since: None, number: None, failed: None, at: None });
        Self { failed: Some(error), at: run.updated_at, ..before }
    }
}

/// By connection and run, or connection and flow.
type By<T> = ArcRwSignal<BTreeMap<(String, String), T>>;

/// Shared by all views of the queue in this tab.
#[derive(Clone, Default)]
pub struct DetailCache {
    runs: By<Details>,
    flows: By<String>,
    named: ArcRwSignal<Vec<String>>,
}

impl DetailCache {
    /// The cached details, which may be of an earlier state of the run.
    pub fn run(&self, connection: &str, run: &Run) -> Option<Details> {
        let key = (connection.to_owned(), run.id.clone());
        self.runs.with(|runs| runs.get(&key).cloned())
    }

    pub fn flow(&self, connection: &str, run: &Run) -> String {
        let key = (connection.to_owned(), run.flow.clone());
        let named = || self.flows.with(|flows| flows.get(&key).cloned());
        run.flow_name.clone().or_else(named).unwrap_or_else(|| run.flow.clone())
    }

    /// Reads one run for its reviews, unless they are known as it stands now.
    pub async fn read(&self, connection: &Connection, run: &Run, scope: &Scope) -> Details {
        let before = untrack(|| self.run(&connection.id, run));
        if let Some(details) = before.as_ref().filter(|details| details.failed.is_none() && details.is_current(run)) {
            return details.clone();
        }
        self.refetch(connection, run, scope).await
    }

    /// Reads it anew.
    pub async fn refetch(&self, connection: &Connection, run: &Run, scope: &Scope) -> Details {
        let reference = RunRef { id: run.id.clone(), flow: Some(run.flow.clone()) };
        let found = net::read(&connection.id, connection.dialect.run_adapter().get_run(&reference), scope).await;
        if let Some(name) = found.as_ref().ok().and_then(|detail| detail.run.flow_name.clone()) {
            // A flow that is switched off may be in no list of flows.
            let key = (connection.id.clone(), run.flow.clone());
            if !scope.ended() && self.flows.with_untracked(|flows| !flows.contains_key(&key)) {
                self.flows.update(|flows| _ = flows.insert(key, name));
            }
        }
        let told = found.as_ref().ok().and_then(|detail| detail.run.reviews.clone());
        let details = match found {
            Ok(detail) => Details::of(run, detail),
            Err(error) => Details::failed(run, error, untrack(|| self.run(&connection.id, run))),
        };
        if !scope.ended() {
            self.runs.update(|runs| {
                runs.insert((connection.id.clone(), run.id.clone()), details.clone());
            });
            if let Some(reviews) = told {
                globals().waiting.tell(&connection.id, &run.id, &reviews);
            }
        }
        details
    }

    /// Some lists give flows by their ids only: their names are read once a connection.
    pub fn name_flows(&self, globals: Globals) {
        let (cache, scope) = (self.clone(), Scope::of_view());
        leptos::task::spawn_local(async move {
            for connection in globals.session.connections() {
                let adapter = connection.dialect.adapter();
                let known = cache.named.with_untracked(|named| named.contains(&connection.id));
                if known || adapter.capabilities().review == ReviewStyle::None {
                    continue;
                }
                if let Ok(page) = net::read(&connection.id, adapter.list_flows(&FlowQuery::default()), &scope).await {
                    let id = &connection.id;
                    cache.flows.update(|flows| flows.extend(page.items.into_iter().map(|flow| ((id.clone(), flow.id), flow.name))));
                    cache.named.update(|named| named.push(id.clone()));
                }
            }
        });
    }
}

/// Looks into runs whose list does not tell how many reviews they have, for the count.
pub fn look_into_waiting(scope: Scope) {
    let unknown: Vec<(Connection, Arc<Run>)> = globals().waiting.of.with_untracked(|of| {
        let decides = |of: &&Arc<crate::data::WaitingOf>| of.connection.dialect.adapter().capabilities().review.decides();
        let runs = of.iter().filter(decides).flat_map(|of| of.runs().map(|run| (of.connection.clone(), Arc::clone(run))));
        // One that could not be read is left to its row: the count says that there may be more.
        let failed =
            |id: &str, run: &Run| untrack(|| ReviewSession::get().details.run(id, run)).is_some_and(|details| details.failed.is_some());
        let unknown =
            |(of, run): &(Connection, Arc<Run>)| run.reviews.is_none() && run.named() && !net::quiet(&of.id) && !failed(&of.id, run);
        runs.filter(unknown).take(MOST).collect()
    });
    leptos::task::spawn_local(async move {
        let unknown = &RefCell::new(unknown.into_iter());
        let scope = &scope;
        together((0..AT_ONCE).map(|_| async move {
            loop {
                let next = unknown.borrow_mut().next();
                let Some((connection, run)) = next.filter(|_| !scope.ended()) else { return };
                ReviewSession::get().details.refetch(&connection, &run, scope).await;
            }
        }))
        .await;
    });
}
