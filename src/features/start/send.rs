//! A start from the form to its outcome, which outlives the form.

use crate::data::{Connection, StartAction, StartActions};
use crate::prelude::*;
use crate::router;
use crate::routes::Page;
use crate::state::{Toast, globals, page_wide};
use crate::strings::t;
use crate::ui::moment_words;
use runs::ApiError;
use runs::adapters::StartRequest;
use runs::deciding::start::{Ended, Phase, Start};
use runs::model::Run;
use runs::reading::address::HistoryAddress;
use std::sync::Arc;

/// Where the start of a flow stands, as its form shows it.
#[derive(Clone, Copy)]
pub struct Starting {
    connection: StoredValue<Connection>,
    flow: StoredValue<String>,
    action: RwSignal<Option<Arc<StartAction>>>,
    /// What was asked for last.
    request: StoredValue<Option<StartRequest>>,
    /// Whether another one is wanted, although an earlier one is not confirmed.
    pub asking: RwSignal<bool>,
}

impl Starting {
    pub fn new(connection: &Connection, flow: &str) -> Self {
        let asking = RwSignal::new(false);
        let action = RwSignal::new(page_wide::<StartActions>().open(connection, flow));
        let starting = Self {
            connection: StoredValue::new(connection.clone()),
            flow: StoredValue::new(flow.into()),
            action,
            request: StoredValue::new(None),
            asking,
        };
        Effect::new(move |was: Option<bool>| {
            let open = asking.get();
            if was == Some(true) && !open {
                starting.update(Start::decline);
            }
            open
        });
        on_cleanup(move || starting.update(Start::decline));
        starting
    }

    fn update(self, change: impl FnOnce(&mut Start)) {
        if let Some(action) = self.action.try_get_untracked().flatten() {
            action.start.update(change);
        }
    }

    pub fn phase(self) -> Option<Phase> {
        self.action.get().map(|action| action.start.with(|start| start.phase.clone()))
    }

    /// Of the upload.
    pub fn percent(self) -> Option<u32> {
        self.action.get().and_then(|action| action.percent.get())
    }

    pub fn is_under_way(self) -> bool {
        self.action.get().is_some_and(|action| action.start.with(Start::is_under_way))
    }

    /// Runs that began since a start that is not confirmed, each with its name and address; `None`: they were not read.
    pub fn begun(self) -> Option<Vec<(String, String)>> {
        let connection = self.connection.get_value();
        self.action.get()?.start.with(|start| Some(start.begun()?.iter().map(|one| named(&connection, one)).collect()))
    }

    /// What came in place of an answer.
    pub fn no_answer(self) -> Option<ApiError> {
        self.action.get()?.start.with(|start| start.no_answer().cloned())
    }

    pub fn newest(self) -> String {
        newest_runs(&self.connection.get_value(), &self.flow.get_value())
    }

    /// What the question of another one says.
    pub fn consequence(self) -> String {
        let since = self.action.get().and_then(|action| action.sent_at()).map(moment_words).unwrap_or_default();
        (t().start.another_consequence)(&since, self.begun().map_or(0, |begun| begun.len()))
    }

    pub fn send(self, request: StartRequest) {
        let action = page_wide::<StartActions>().of(&self.connection.get_value(), &request);
        self.request.set_value(Some(request.clone()));
        self.action.set(Some(Arc::clone(&action)));
        self.follow(action, request);
    }

    /// Another one is wanted.
    pub fn confirm(self) {
        if let (Some(action), Some(request)) = (self.action.get_untracked(), self.request.get_value()) {
            action.confirm();
            self.follow(action, request);
        }
    }

    fn follow(self, action: Arc<StartAction>, request: StartRequest) {
        let (place, connection) = (router::place(), self.connection.get_value());
        leptos::task::spawn_local(async move {
            action.follow(&request).await;
            let here = self.action.try_get_untracked().is_some() && router::place() == place;
            match action.start.with_untracked(|start| start.phase.clone()) {
                Phase::Asking if here => self.asking.set(true),
                Phase::Asking => action.start.update(Start::decline),
                Phase::Ended(Ended::Came(run)) if here => {
                    globals().toasts.say(t().start.started);
                    router::go(&run_page(&connection, &run).href());
                }
                // Whoever has gone elsewhere meanwhile is not fetched back.
                Phase::Ended(ended) if !here => globals().toasts.show(told(&connection, &request.flow, &action, &ended)),
                _ => {}
            }
        });
    }
}

/// What came of a start, to whoever has left its form.
fn told(connection: &Connection, flow: &str, action: &StartAction, ended: &Ended) -> Toast {
    let words = t().start;
    let refused = |error: &ApiError| (words.refused)(&(t().shared.error_line)(error, connection.dialect.vendor()));
    match ended {
        Ended::Came(run) => {
            let name = named(connection, &(run.number, Run::clone(run)));
            Toast { text: words.started.into(), alert: false, link: Some(name) }
        }
        Ended::Refused(error) | Ended::NotSent(error) => Toast { text: refused(error), alert: true, link: None },
        Ended::Unconfirmed => {
            let begun = action.start.with_untracked(|start| start.begun().unwrap_or_default().to_vec());
            let link = match begun.as_slice() {
                [only] => named(connection, only),
                _ => (words.newest_runs.into(), newest_runs(connection, flow)),
            };
            Toast { text: (words.unconfirmed)(begun.len()), alert: true, link: Some(link) }
        }
    }
}

fn run_page(connection: &Connection, run: &Run) -> Page {
    let flow = Some(run.flow.clone()).filter(|flow| !flow.is_empty());
    Page::Run { connection: connection.id.clone(), run: run.id.clone(), flow }
}

fn named(connection: &Connection, (number, run): &(Option<u64>, Run)) -> (String, String) {
    let numbers = globals().numbers;
    // Where the ledger numbers a flow, a number that was counted here could be another run's.
    let counted = number.filter(|_| run.number.is_some() || !numbers.keeps(&connection.id, &run.flow));
    let number = numbers.get(&connection.id, &run.id).or(counted);
    (number.map_or_else(|| run.id.clone(), t().shared.run_number), run_page(connection, run).href())
}

fn newest_runs(connection: &Connection, flow: &str) -> String {
    Page::Runs(HistoryAddress { connection: Some(connection.id.clone()), flow: Some(flow.into()), ..HistoryAddress::default() }).href()
}
