//! The state of the evidence.

use super::sources;
use crate::data::{Connection, Reading};
use crate::features::preview::Marking;
use crate::net;
use leptos::prelude::*;
use runs::adapters::RunRef;
use runs::form::Draft;
use runs::model::RunDetail;
use std::collections::BTreeSet;
use std::sync::Arc;

#[derive(Clone, Copy)]
pub struct EvidenceState {
    /// Read once: only the review itself is polled.
    pub run: Reading<RunDetail>,
    /// Where the form's values stand in the document that is open.
    pub marking: Marking,
}

impl EvidenceState {
    /// `known`: the run as it was prefetched.
    pub fn new(draft: RwSignal<Draft>, connection: &Connection, run: RunRef, known: Option<Arc<RunDetail>>) -> Self {
        let marking = sources::marking(draft, connection.dialect.vendor());
        let asked = connection.clone();
        let run = Reading::starting_with(known, move |scope| {
            let (connection, run) = (asked.clone(), run.clone());
            async move { net::read(&connection.id, connection.dialect.run_adapter().get_run(&run), &scope).await }
        });
        Self { run, marking }
    }

    /// Something of it could not be read, and is not shown.
    pub fn is_unread(self) -> bool {
        self.run.handle(|| false, |_, _| true, |_| false) || !self.marking.unread.with(BTreeSet::is_empty)
    }
}
