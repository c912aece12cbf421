//! The state of the evidence.

use super::sources;
use crate::data::Connection;
use crate::features::preview::Marking;
use crate::net::{self, Scope};
use leptos::prelude::*;
use runs::adapters::RunRef;
use runs::form::Draft;
use runs::model::RunDetail;
use std::sync::Arc;

#[derive(Clone, Copy)]
pub struct EvidenceState {
    pub run: RwSignal<Option<Arc<RunDetail>>>,
    /// Where the form's values stand in the document that is open.
    pub marking: Marking,
}

impl EvidenceState {
    pub fn new(draft: RwSignal<Draft>, vendor: &'static str) -> Self {
        Self { run: RwSignal::new(None), marking: sources::marking(draft, vendor) }
    }

    /// Reads the run once; only the review itself is polled.
    pub fn read_run(self, connection: Connection, run: RunRef) {
        let scope = Scope::of_view();
        leptos::task::spawn_local(async move {
            if let Ok(run) = net::read(&connection.id, connection.dialect.run_adapter().get_run(&run), &scope).await {
                self.run.try_set(Some(Arc::new(run)));
            }
        });
    }
}
