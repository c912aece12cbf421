//! What the lists leave out about waiting runs, read once and kept for as long as the tab is open.

use crate::data::Connection;
use crate::net::{self, Scope};
use crate::state::Globals;
use leptos::prelude::*;
use runs::Timestamp;
use runs::adapter::{FlowQuery, RunRef};
use runs::capability::ReviewStyle;
use runs::model::{ReviewRef, Run, RunDetail};
use std::collections::BTreeMap;

/// What was found out about a waiting run.
#[derive(Clone, Debug, PartialEq)]
pub struct Looked {
    /// Its open reviews.
    pub reviews: Vec<ReviewRef>,
    pub since: Option<Timestamp>,
    pub number: Option<u64>,
    /// The run's last change when it was read.
    at: Option<Timestamp>,
}

impl Looked {
    fn of(run: &Run, detail: RunDetail) -> Self {
        let since = detail.run.waiting_since.or_else(|| detail.reviews.iter().filter_map(|review| review.since).min());
        Self { reviews: detail.reviews, since, number: detail.run.number, at: run.updated_at }
    }

    fn unknown(run: &Run) -> Self {
        Self { reviews: Vec::new(), since: None, number: None, at: run.updated_at }
    }
}

/// By connection and run, or connection and flow.
type By<T> = ArcRwSignal<BTreeMap<(String, String), T>>;

/// Shared by all views of the queue in this tab.
#[derive(Clone, Default)]
pub struct Look {
    runs: By<Looked>,
    flows: By<String>,
    named: ArcRwSignal<Vec<String>>,
}

thread_local!(static LOOK: Look = Look::default());

impl Look {
    pub fn here() -> Self {
        LOOK.with(Clone::clone)
    }

    pub fn run(&self, connection: &str, run: &Run) -> Option<Looked> {
        let key = (connection.to_owned(), run.id.clone());
        self.runs.with(|runs| runs.get(&key).filter(|looked| looked.at == run.updated_at).cloned())
    }

    pub fn flow(&self, connection: &str, run: &Run) -> String {
        let key = (connection.to_owned(), run.flow.clone());
        let named = || self.flows.with(|flows| flows.get(&key).cloned());
        run.flow_name.clone().or_else(named).unwrap_or_else(|| run.flow.clone())
    }

    /// Reads one run for its reviews, unless that is known.
    pub async fn look(&self, connection: &Connection, run: &Run, scope: &Scope) -> Looked {
        if let Some(looked) = untrack(|| self.run(&connection.id, run)) {
            return looked;
        }
        let reference = RunRef { id: run.id.clone(), flow: Some(run.flow.clone()) };
        let found = net::read(&connection.id, connection.dialect.run_adapter().get_run(&reference), scope).await;
        // One that cannot be read is not asked for again until it changes: its row still leads to it.
        let looked = found.map_or_else(|_| Looked::unknown(run), |detail| Looked::of(run, detail));
        if !scope.ended() {
            self.runs.update(|runs| {
                runs.insert((connection.id.clone(), run.id.clone()), looked.clone());
            });
        }
        looked
    }

    /// Some lists give flows by their ids only: their names are read once a connection.
    pub fn name_flows(&self, globals: Globals) {
        let (look, scope) = (self.clone(), Scope::of_view());
        leptos::task::spawn_local(async move {
            for connection in globals.session.connections() {
                let adapter = connection.dialect.adapter();
                let known = look.named.with_untracked(|named| named.contains(&connection.id));
                if known || adapter.capabilities().review == ReviewStyle::None {
                    continue;
                }
                if let Ok(page) = net::read(&connection.id, adapter.list_flows(&FlowQuery::default()), &scope).await {
                    let id = &connection.id;
                    look.flows.update(|flows| flows.extend(page.items.into_iter().map(|flow| ((id.clone(), flow.id), flow.name))));
                    look.named.update(|named| named.push(id.clone()));
                }
            }
        });
    }
}
