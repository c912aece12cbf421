//! Decisions on their way. They belong to the shell and not to a page: once sent, a decision is followed to its outcome
//! whatever the person opens meanwhile. Once it is not confirmed it is only looked for, never sent again by itself; before that
//! `net` repeats a lost request only if it carries the vendor's idempotency key.

use super::drafts;
use super::toasts::{Toast, Toasts};
use crate::data::{Connection, Waiting};
use crate::net::{self, Scope};
use crate::platform::clock;
use crate::routes::Page;
use crate::strings::t;
use leptos::prelude::*;
use runs::adapter::RunRef;
use runs::http::encode;
use runs::live::Progress;
use runs::model::RunDetail;
use runs::review::{Intent, Outcome, Review};
use runs::{ApiError, Timestamp};
use std::sync::Arc;

/// Waits between the readings that look for a decision nobody confirmed, in milliseconds: about two minutes.
const CONFIRM: &[u32] = &[1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000];
const CONFIRM_AGAIN: &[u32] = &[0, 2_000, 4_000];
/// Waits between the readings of a run that was decided, in milliseconds: beyond 30 s it is "not confirmed yet".
const WATCH: &[u32] = &[700, 800, 1_000, 1_000, 1_500, 2_000, 2_000, 3_000, 3_000, 4_000, 5_000, 6_000];

/// Where a decision stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    Sending,
    /// Nothing was recorded.
    Failed(ApiError),
    /// Perhaps recorded; `asking`: it is being looked for.
    Unconfirmed {
        detail: String,
        request_id: Option<String>,
        asking: bool,
    },
    Came(Outcome),
}

/// One decision with all that is needed to follow it.
#[derive(Clone, Debug)]
pub struct Case {
    pub connection: Connection,
    /// The review as it was read.
    pub read: Arc<Review>,
    pub intent: Intent,
    pub sent: Timestamp,
    pub phase: Phase,
    /// For a time it was not known whether it was recorded.
    pub doubted: bool,
    pub progress: Option<Progress>,
    /// The run is being read to see it go on.
    pub watched: bool,
}

impl Case {
    pub fn new(connection: Connection, read: Arc<Review>, intent: Intent, before: Option<&RunDetail>) -> Self {
        let sent = clock::now();
        let progress = before.map(|run| Progress::start(run, &read.id, sent));
        Self { connection, read, intent, sent, phase: Phase::Sending, doubted: false, progress, watched: false }
    }

    pub fn id(&self) -> String {
        case_id(&self.connection.id, &self.read.run, &self.read.id)
    }

    fn run(&self) -> RunRef {
        RunRef { id: self.read.run.clone(), flow: Some(self.read.flow.clone()) }
    }

    fn page(&self) -> Page {
        Page::Review {
            connection: self.connection.id.clone(),
            run: self.read.run.clone(),
            review: self.read.id.clone(),
            flow: Some(self.read.flow.clone()),
        }
    }
}

pub fn case_id(connection: &str, run: &str, review: &str) -> String {
    format!("{}/{}/{}", encode(connection), encode(run), encode(review))
}

/// All decisions on their way.
#[derive(Clone, Copy)]
pub struct Deciding {
    cases: RwSignal<Vec<Arc<Case>>>,
    /// The case whose page is open: its outcome is told there and not by a message.
    pub open: RwSignal<Option<String>>,
    waiting: Waiting,
    toasts: Toasts,
}

impl Deciding {
    pub(super) fn new(waiting: Waiting, toasts: Toasts) -> Self {
        Self { cases: RwSignal::new(Vec::new()), open: RwSignal::new(None), waiting, toasts }
    }

    pub fn of(self, id: &str) -> Option<Arc<Case>> {
        self.cases.with(|cases| cases.iter().find(|case| case.id() == id).cloned())
    }

    fn peek(self, id: &str) -> Option<Arc<Case>> {
        self.cases.with_untracked(|cases| cases.iter().find(|case| case.id() == id).cloned())
    }

    /// It was sent and its outcome is not known: nothing else may be sent meanwhile.
    pub fn under_way(self, id: &str) -> bool {
        self.peek(id).is_some_and(|case| matches!(case.phase, Phase::Sending | Phase::Unconfirmed { .. }))
    }

    /// Sends a decision once.
    pub fn send(self, case: Case) {
        let id = case.id();
        if !self.under_way(&id) {
            self.put(case);
            leptos::task::spawn_local(self.carry(id));
        }
    }

    /// Takes up a decision that was sent before the page was loaded again: looks for it, sends nothing.
    pub fn take_up(self, case: Case) {
        let id = case.id();
        if !self.under_way(&id) {
            let phase = Phase::Unconfirmed { detail: String::new(), request_id: None, asking: true };
            self.put(Case { phase, doubted: true, ..case });
            leptos::task::spawn_local(self.confirm(id, CONFIRM_AGAIN));
        }
    }

    /// Looks again whether it was recorded.
    pub fn check_again(self, id: &str) {
        self.change(id, &mut |case| {
            if let Phase::Unconfirmed { asking, .. } = &mut case.phase {
                *asking = true;
            }
        });
        leptos::task::spawn_local(self.confirm(id.to_owned(), CONFIRM_AGAIN));
    }

    /// Sends the same intent under the same key: only where the vendor knows the key again.
    pub fn send_again(self, id: &str) {
        if self.peek(id).is_some_and(|case| !matches!(case.phase, Phase::Sending)) {
            self.change(id, &mut |case| case.phase = Phase::Sending);
            leptos::task::spawn_local(self.carry(id.to_owned()));
        }
    }

    /// Looks again how far the run got.
    pub fn watch_again(self, id: &str) {
        leptos::task::spawn_local(self.watch(id.to_owned()));
    }

    /// Forgets a case that came to its end.
    pub fn dismiss(self, id: &str) {
        if !self.under_way(id) {
            self.cases.update(|cases| cases.retain(|case| case.id() != id));
        }
    }

    fn put(self, case: Case) {
        let id = case.id();
        self.cases.update(|cases| {
            cases.retain(|known| known.id() != id);
            cases.push(Arc::new(case));
        });
    }

    fn change(self, id: &str, change: &mut dyn FnMut(&mut Case)) {
        self.cases.update(|cases| {
            if let Some(case) = cases.iter_mut().find(|case| case.id() == id) {
                change(Arc::make_mut(case));
            }
        });
    }

    async fn carry(self, id: String) {
        let Some(case) = self.peek(&id) else { return };
        let (connection, adapter) = (&case.connection.id, case.connection.dialect.run_adapter());
        if case.progress.is_none()
            && let Ok(run) = net::read(connection, adapter.get_run(&case.run()), &Scope::new()).await
        {
            self.change(&id, &mut |case| case.progress = Some(Progress::start(&run, &case.read.id, case.sent)));
        }
        match net::write(connection, adapter.decide(&case.read, &case.intent), None).await {
            Ok(Outcome::NotConfirmed { detail, request_id }) => {
                self.change(&id, &mut |case| {
                    case.doubted = true;
                    case.phase = Phase::Unconfirmed { detail: detail.clone(), request_id: request_id.clone(), asking: true };
                });
                self.tell(&id, t().review.toast_unconfirmed, true);
                self.confirm(id, CONFIRM).await;
            }
            Ok(outcome) => self.settle(&id, outcome),
            Err(error) => {
                drafts::settled(connection, &case.read);
                self.change(&id, &mut |case| case.phase = Phase::Failed(error.clone()));
                self.tell(&id, t().review.toast_failed, true);
            }
        }
    }

    async fn confirm(self, id: String, waits: &'static [u32]) {
        for wait in waits {
            clock::sleep(*wait).await;
            let Some(case) = self.peek(&id).filter(|case| matches!(case.phase, Phase::Unconfirmed { .. })) else { return };
            let operation = case.connection.dialect.run_adapter().confirm(&case.read, &case.intent);
            match net::read(&case.connection.id, operation, &Scope::new()).await {
                Ok(Outcome::NotConfirmed { .. }) | Err(_) => {}
                Ok(outcome) => return self.settle(&id, outcome),
            }
        }
        self.change(&id, &mut |case| {
            if let Phase::Unconfirmed { asking, .. } = &mut case.phase {
                *asking = false;
            }
        });
    }

    fn settle(self, id: &str, outcome: Outcome) {
        let Some(case) = self.peek(id) else { return };
        let (recorded, words) = match &outcome {
            Outcome::Accepted(decision) | Outcome::AlreadyMine(decision) => {
                drafts::forget(&case.connection.id, &case.read.run, &case.read.id);
                (Some(decision.clone()), t().review.toast_recorded)
            }
            Outcome::DecidedByAnother(decision) => (Some(decision.clone()), t().review.toast_another),
            _ => (None, t().review.toast_not_recorded),
        };
        drafts::settled(&case.connection.id, &case.read);
        let now = clock::now();
        let alert = !matches!(outcome, Outcome::Accepted(_) | Outcome::AlreadyMine(_));
        self.change(id, &mut |case| {
            case.phase = Phase::Came(outcome.clone());
            if let (Some(progress), Some(decision)) = (&mut case.progress, &recorded) {
                progress.decided(decision, now);
            }
        });
        self.tell(id, words, alert);
        self.waiting.refresh();
        if recorded.is_some() {
            leptos::task::spawn_local(self.watch(id.to_owned()));
        }
    }

    async fn watch(self, id: String) {
        self.change(&id, &mut |case| case.watched = true);
        // The page may be left and the case with it: the queue still has to learn when the run goes on.
        let Some(case) = self.peek(&id) else { return };
        let mut progress = case.progress.clone();
        for wait in WATCH {
            clock::sleep(*wait).await;
            let operation = case.connection.dialect.run_adapter().get_run(&case.run());
            if let Ok(run) = net::read(&case.connection.id, operation, &Scope::new()).await
                && let Some(progress) = &mut progress
            {
                progress.see(&run, clock::now());
                self.change(&id, &mut |case| case.progress = Some(progress.clone()));
            }
            if progress.as_ref().is_none_or(Progress::settled) {
                break;
            }
        }
        self.change(&id, &mut |case| case.watched = false);
        self.waiting.refresh();
    }

    /// Tells somebody who has left the review's page.
    fn tell(self, id: &str, words: fn(&str) -> String, alert: bool) {
        let Some(case) = self.peek(id).filter(|_| self.open.get_untracked().as_deref() != Some(id)) else { return };
        let link = Some((t().review.open_review.to_owned(), case.page().href()));
        self.toasts.show(Toast { text: words(&case.read.name), alert, link });
    }
}
