use crate::data::{Asking, Connection, Live, Rules};
use crate::router;
use crate::routes::{self, Page};
use crate::state::globals;
use crate::strings::t;
use leptos::prelude::*;
use runs::Timestamp;
use runs::adapter::RunRef;
use runs::live::{Pace, newer};
use runs::model::{Run, RunDetail};
use std::sync::Arc;

/// Which run the address names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub connection: String,
    pub run: String,
    pub flow: Option<String>,
}

pub fn connection_of(place: &Place) -> Option<Connection> {
    globals().session.connection(&place.connection)
}

/// One run as its page shows it.
#[derive(Clone, Copy)]
pub struct View {
    pub live: Live<RunDetail>,
    /// The step that the address names.
    pub step: Memo<Option<String>>,
    place: StoredValue<Place>,
    connection: StoredValue<Connection>,
}

impl View {
    pub fn new(connection: Connection, place: Place) -> Self {
        let reference = RunRef { id: place.run.clone(), flow: place.flow.clone() };
        let step = router::own(|entry| if let Page::Run { .. } = entry.page { Some(routes::step_of(&entry.fragment)) } else { None });
        let asked = connection.clone();
        let rules = Rules {
            pace: Pace::RunPage,
            settle,
            finished: |detail: &RunDetail| detail.run.status.kind.is_final(),
            partial: |_| false,
            quota: |_| None,
        };
        let live = Live::new(rules, move || {
            let operation = asked.dialect.run_adapter().get_run(&reference);
            Some(Asking { connection: asked.id.clone(), key: reference.id.clone(), operation })
        });
        Self { live, step, place: StoredValue::new(place), connection: StoredValue::new(connection) }
    }

    pub fn connection(self) -> Connection {
        self.connection.get_value()
    }

    pub fn vendor(self) -> &'static str {
        self.connection.with_value(|connection| connection.dialect.vendor())
    }

    pub fn run_id(self) -> String {
        self.place.with_value(|place| place.run.clone())
    }

    pub fn reference(self) -> RunRef {
        let flow = self.live.value.with_untracked(|detail| detail.as_ref().map(|detail| detail.run.flow.clone()));
        self.place.with_value(|place| RunRef { id: place.run.clone(), flow: flow.or_else(|| place.flow.clone()) })
    }

    pub fn detail(self) -> Option<Arc<RunDetail>> {
        self.live.value.get()
    }

    /// Its number, from the vendor or as the history derived it.
    pub fn number(self) -> Option<u64> {
        let native = self.live.value.with(|detail| detail.as_ref().and_then(|detail| detail.run.number));
        native.or_else(|| self.connection.with_value(|connection| globals().numbers.get(&connection.id, &self.run_id())))
    }

    /// `#1,042`, or the id.
    pub fn name(self) -> String {
        self.number().map_or_else(|| self.run_id(), t().shared.run_number)
    }

    /// Up to when the run is drawn: its end, or the last time it was read.
    pub fn until(self, run: &Run) -> Timestamp {
        let read_at = self.live.read_at.get_untracked();
        let end = if run.status.kind.is_final() { run.finished_at.or(run.updated_at) } else { read_at };
        end.or(read_at).unwrap_or(Timestamp(0))
    }
}

/// An older answer never replaces a newer one.
fn settle(known: Option<&RunDetail>, answer: RunDetail) -> (RunDetail, bool) {
    match known {
        Some(known) if !newer(&known.run, &answer.run) => (known.clone(), false),
        Some(known) => {
            // A run that is not finished is drawn up to the last answer, so that answer counts even if it says the same.
            let changed = *known != answer || !answer.run.status.kind.is_final();
            (answer, changed)
        }
        None => (answer, true),
    }
}
