use crate::data::{Asking, Connection, Live, Rules};
use crate::net::{self, Scope};
use crate::platform::Effect;
use crate::router;
use crate::routes::{self, Page};
use crate::state::globals;
use crate::strings::t;
use leptos::prelude::*;
use runs::adapters::RunRef;
use runs::model::{Run, RunDetail};
use runs::reading::live::{Pace, newer, says_the_same};
use runs::reading::timeline::{Spent, status_segments};
use runs::{Dialect, StatusKind, Timestamp};
use std::sync::Arc;

/// What is drawn of a run that goes on moves at most so often, in milliseconds, and at least so often.
const SECOND: u64 = 1_000;
const MINUTE: u64 = 60_000;
/// In between, so many times over the time that the run has taken so far.
const MOVES: u64 = 3_600;
/// The tab that shows the selected step.
pub const TIMELINE: &str = "timeline";

/// Which run the address names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunAddress {
    pub connection: String,
    pub run: String,
    pub flow: Option<String>,
}

impl RunAddress {
    pub fn known_connection(&self) -> Option<Connection> {
        globals().session.connection(&self.connection)
    }
}

/// One run as its page shows it.
#[derive(Clone, Copy)]
pub struct RunState {
    pub live: Live<RunDetail>,
    /// The step that the address names.
    pub step: Memo<Option<String>>,
    /// Up to when the run is drawn: its end, or now; while nobody can read it, the last time it was read.
    pub until: Memo<Timestamp>,
    /// Its number, from the vendor or as the history derived it.
    pub number: Memo<Option<u64>>,
    /// The tab that is open.
    pub tab: RwSignal<&'static str>,
    /// Read once, where the vendor's runs do not say it.
    flow_name: RwSignal<Option<String>>,
    address: StoredValue<RunAddress>,
    connection: StoredValue<Connection>,
}

impl RunState {
    pub fn new(connection: Connection, address: RunAddress) -> Self {
        let reference = RunRef { id: address.run.clone(), flow: address.flow.clone() };
        let step = router::own(|entry| if let Page::Run { .. } = entry.page { Some(routes::step_of(&entry.fragment)) } else { None });
        let asked = connection.clone();
        let rules = Rules {
            pace,
            settle,
            same: says_the_same,
            finished: |detail: &RunDetail| detail.run.status.kind.is_final(),
            partial: |_| false,
            quota: |_| None,
        };
        let live = Live::new(rules, move || {
            let operation = asked.dialect.run_adapter().get_run(&reference);
            Some(Asking { connection: asked.id.clone(), key: reference.id.clone(), operation })
        });
        let (of, run) = (connection.id.clone(), address.run.clone());
        Effect::new(move |_| {
            let learned = globals().learned;
            live.value.with(|detail| detail.iter().for_each(|detail| learned.run(&of, &detail.run)));
            live.value.with(|detail| globals().numbers.want(detail.iter().map(|detail| (of.as_str(), &detail.run))));
            live.error.with(|error| error.iter().for_each(|error| learned.answered(&of, &run, Err(error))));
        });
        let until = Memo::new(move |before| until(live, before.copied()));
        let (of, run) = (connection.id.clone(), address.run.clone());
        let number = Memo::new(move |_| {
            let native = live.value.with(|detail| detail.as_ref().and_then(|detail| detail.run.number));
            globals().numbers.track();
            native.or_else(|| globals().numbers.get(&of, &run))
        });
        let state = Self {
            live,
            step,
            until,
            number,
            tab: RwSignal::new(TIMELINE),
            flow_name: RwSignal::new(None),
            address: StoredValue::new(address),
            connection: StoredValue::new(connection),
        };
        state.read_flow_name();
        state
    }

    fn read_flow_name(self) {
        let flow = Memo::new(move |_| {
            let nameless = |detail: &Arc<RunDetail>| detail.run.flow_name.is_none() && !detail.run.flow.is_empty();
            let flow =
                self.live.value.with(|detail| detail.as_ref().filter(|detail| nameless(detail)).map(|detail| detail.run.flow.clone()))?;
            self.known_flow(&flow).is_none().then_some(flow)
        });
        Effect::new(move |_| {
            let Some(flow) = flow.get() else { return };
            let (connection, scope) = (self.connection(), Scope::of_view());
            leptos::task::spawn_local(async move {
                let described = net::read(&connection.id, connection.dialect.run_adapter().describe_inputs(&flow), &scope).await;
                // A run may outlive its flow: then its id is all there is.
                if let Ok(inputs) = described
                    && !scope.ended()
                {
                    self.flow_name.try_set(Some(inputs.flow.name));
                }
            });
        });
    }

    /// What people call the run's flow; its id as long as nobody knows.
    pub fn flow_label(self, run: &Run) -> String {
        let name = run.flow_name.clone().or_else(|| self.known_flow(&run.flow)).or_else(|| self.flow_name.get());
        name.unwrap_or_else(|| run.flow.clone())
    }

    /// Its name, if the connection's flows were read.
    fn known_flow(self, id: &str) -> Option<String> {
        let flows = self.connection.with_value(|connection| globals().flows.of(&connection.id));
        flows.with(|flows| flows.flows.iter().find(|flow| flow.id == id).map(|flow| flow.name.clone()))
    }

    /// Where the step that a link names is shown.
    pub fn show_steps(self) {
        self.tab.set(TIMELINE);
    }

    /// The run for a part of its page that draws only what `same` compares: other changes are no news to it.
    pub fn part(self, same: fn(&RunDetail, &RunDetail) -> bool) -> Memo<Option<Arc<RunDetail>>> {
        Memo::new_owning(move |before: Option<Option<Arc<RunDetail>>>| {
            let now = self.live.value.get();
            match (before, now) {
                (Some(Some(before)), Some(now)) if Arc::ptr_eq(&before, &now) || same(&before, &now) => (Some(before), false),
                (_, now) => (now, true),
            }
        })
    }

    pub fn is_final(self) -> Memo<bool> {
        Memo::new(move |_| self.live.value.with(|detail| detail.as_ref().is_some_and(|detail| detail.run.status.kind.is_final())))
    }

    /// Whether whoever is signed in may cancel, rerun and delete here.
    pub fn manages(self) -> Memo<bool> {
        Memo::new(move |_| {
            let flow = self.live.value.with(|detail| detail.as_ref().map(|detail| detail.run.flow.clone()));
            self.connection.with_value(|connection| connection.may_manage(&flow.unwrap_or_default()))
        })
    }

    pub fn connection(self) -> Connection {
        self.connection.get_value()
    }

    pub fn dialect(self) -> Dialect {
        self.connection.with_value(|connection| connection.dialect)
    }

    pub fn vendor(self) -> &'static str {
        self.dialect().vendor()
    }

    pub fn run_id(self) -> String {
        self.address.with_value(|address| address.run.clone())
    }

    pub fn reference(self) -> RunRef {
        let flow = self.live.value.with_untracked(|detail| detail.as_ref().map(|detail| detail.run.flow.clone()));
        self.address.with_value(|address| RunRef { id: address.run.clone(), flow: flow.or_else(|| address.flow.clone()) })
    }

    /// `#1,042`, or the id.
    pub fn name(self) -> String {
        self.number.get().map_or_else(|| self.run_id(), t().shared.run_number)
    }

    /// Where its time went, by the same history that is drawn.
    pub fn spent(self) -> Memo<Option<Spent>> {
        let detail = self.part(|before, now| before.run == now.run && before.history == now.history);
        Memo::new(move |_| {
            let end = self.until.get();
            detail.with(|detail| {
                let detail = detail.as_ref()?;
                let totals = status_segments(&detail.history, end, detail.run.status.kind.is_final(), false).totals;
                Spent::of(&detail.run, &totals, end)
            })
        })
    }
}

fn pace(known: Option<&RunDetail>) -> Pace {
    match known.map(|detail| detail.run.status.kind) {
        Some(StatusKind::Waiting) => Pace::WaitingRun,
        _ => Pace::RunPage,
    }
}

fn until(live: Live<RunDetail>, before: Option<Timestamp>) -> Timestamp {
    let (is_final, end, begun) = live.value.with(|detail| {
        let run = detail.as_ref().map(|detail| &detail.run);
        let is_final = run.is_some_and(|run| run.status.kind.is_final());
        let end = run.filter(|_| is_final).and_then(|run| run.finished_at.or(run.updated_at));
        (is_final, end, run.and_then(|run| run.started_at.or(run.created_at)))
    });
    let read_at = || live.read_at.get_untracked().unwrap_or(Timestamp(0));
    if is_final || live.error.with(Option::is_some) {
        return end.unwrap_or_else(read_at);
    }
    let now = globals().tick.now.get();
    // What is drawn of days does not move within a second, and need not be worked out.
    let step = (begun.map_or(0, |begun| now.since(begun)) / MOVES).clamp(SECOND, MINUTE);
    before.filter(|before| *before <= now && now.since(*before) < step).unwrap_or(now)
}

/// An older answer never replaces a newer one.
fn settle(known: Option<&RunDetail>, answer: RunDetail) -> (RunDetail, bool) {
    match known {
        Some(known) if !newer(&known.run, &answer.run) => (known.clone(), false),
        Some(known) => {
            let changed = *known != answer;
            (answer, changed)
        }
        None => (answer, true),
    }
}
