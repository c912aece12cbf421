//! The names of flows, which most lists of runs leave out.

use crate::data::Connection;
use crate::net::{self, Scope};
use runs::adapters::filter::Filter;
use runs::adapters::{FlowQuery, RunRef};
use runs::model::{Place, Run};

/// Names of flows that one export reads at most of one connection.
const MOST_NAMES: usize = 5_000;
/// Flows that are named by a run of theirs, at most.
const MOST_BY_RUN: usize = 20;

/// A connection with its filter, and the names of its flows as far as they are known.
pub struct Of {
    pub connection: Connection,
    pub filter: Filter,
    pub flows: Vec<(String, String)>,
    /// There are no further names to be had.
    pub named: bool,
    /// Flows that a run was asked for the name of.
    pub tried: Vec<String>,
}

impl Of {
    pub fn nameless(&self, run: &Run) -> bool {
        !self.named && run.flow_name.is_none() && !self.flows.iter().any(|(id, _)| *id == run.flow)
    }

    /// Some vendors list only flows that are switched on: any other is named by a run of it.
    pub async fn name_by_run(&mut self, run: &Run, scope: &Scope) {
        let unknown = run.flow_name.is_none() && !run.unread && !self.flows.iter().any(|(id, _)| *id == run.flow);
        if !unknown || self.tried.contains(&run.flow) || self.tried.len() >= MOST_BY_RUN {
            return;
        }
        self.tried.push(run.flow.clone());
        let named = RunRef { id: run.id.clone(), flow: Some(run.flow.clone()) };
        let detail = net::read(&self.connection.id, self.connection.dialect.run_adapter().get_run(&named), scope).await;
        self.flows.extend(detail.ok().and_then(|detail| detail.run.flow_name).map(|name| (run.flow.clone(), name)));
    }

    /// The names of its flows, once; an export without them is better than none.
    pub async fn read_names(&mut self, scope: &Scope) {
        self.named = true;
        let mut next = Some(Place::First);
        while let Some(place) = next.take() {
            let query = FlowQuery { search: String::new(), place };
            let Ok(page) = net::read(&self.connection.id, self.connection.dialect.adapter().list_flows(&query), scope).await else {
                return;
            };
            self.flows.extend(page.items.into_iter().map(|flow| (flow.id, flow.name)));
            next = page.older.filter(|_| self.flows.len() < MOST_NAMES);
        }
    }
}
