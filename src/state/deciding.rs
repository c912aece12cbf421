//! Decisions on their way. They belong to the shell and not to a page: a decision is followed to its outcome whatever the person
//! opens meanwhile. What happens when is said by `runs::deciding`; here its effects are carried.

use super::toasts::{Toast, Toasts};
use super::{drafts, globals};
use crate::data::audit::{self, Word};
use crate::data::{Connection, Waiting};
use crate::net::{self, Scope};
use crate::platform::clock;
use crate::routes::Page;
use crate::strings::t;
use leptos::prelude::*;
use runs::Timestamp;
use runs::adapter::RunRef;
pub use runs::deciding::Phase;
use runs::deciding::{self, Effect, Event, News};
use runs::http::encode;
use runs::model::RunDetail;
use runs::review::{Intent, Outcome, Review};
use std::ops::Deref;
use std::sync::Arc;

/// One decision and where it is to be made.
#[derive(Clone, Debug)]
pub struct Case {
    pub connection: Connection,
    case: deciding::Case,
    /// Its page was left after it had ended: only the queue still wants to know when the run goes on.
    left: bool,
}

impl Deref for Case {
    type Target = deciding::Case;

    fn deref(&self) -> &Self::Target {
        &self.case
    }
}

impl Case {
    fn id(&self) -> String {
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

    fn done(&self) -> bool {
        !self.under_way() && !self.watched
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
        self.cases.with(|cases| cases.iter().find(|case| case.id() == id && !case.left).cloned())
    }

    fn peek(self, id: &str) -> Option<Arc<Case>> {
        self.cases.with_untracked(|cases| cases.iter().find(|case| case.id() == id).cloned())
    }

    /// Its outcome is not known: nothing else may be decided meanwhile.
    pub fn under_way(self, id: &str) -> bool {
        self.peek(id).is_some_and(|case| case.under_way())
    }

    /// Takes a decision, once; `before` is the run as it was. It is sent `window` milliseconds later.
    pub fn decide(self, connection: Connection, read: Arc<Review>, intent: Intent, before: Option<&RunDetail>, window: u32) {
        let id = case_id(&connection.id, &read.run, &read.id);
        if !self.under_way(&id) {
            let (case, effects) = deciding::Case::new(read, intent, before, window, clock::now());
            self.put(&id, Case { connection, case, left: false });
            self.carry_all(&id, effects);
        }
    }

    /// Takes up a decision that was sent before the page was loaded again: looks for it, sends nothing.
    pub fn take_up(self, connection: Connection, read: Arc<Review>, intent: Intent, sent: Timestamp) {
        let id = case_id(&connection.id, &read.run, &read.id);
        if !self.under_way(&id) {
            let (case, effects) = deciding::Case::take_up(read, intent, sent);
            self.put(&id, Case { connection, case, left: false });
            self.carry_all(&id, effects);
        }
    }

    /// Tells the decision what happened.
    pub fn on(self, id: &str, event: Event) {
        let mut effects = Vec::new();
        self.cases.update(|cases| {
            if let Some(case) = cases.iter_mut().find(|case| case.id() == id) {
                effects = Arc::make_mut(case).case.on(event, clock::now());
            }
        });
        self.carry_all(id, effects);
        self.cases.update(|cases| cases.retain(|case| case.phase != Phase::Dropped && !(case.left && case.done())));
    }

    /// Forgets a case that came to its end.
    pub fn dismiss(self, id: &str) {
        self.cases.update(|cases| {
            for case in cases.iter_mut().filter(|case| case.id() == id && !case.under_way()) {
                Arc::make_mut(case).left = true;
            }
            cases.retain(|case| !(case.left && case.done()));
        });
    }

    fn put(self, id: &str, case: Case) {
        self.cases.update(|cases| {
            cases.retain(|known| known.id() != id);
            cases.push(Arc::new(case));
        });
    }

    fn carry_all(self, id: &str, effects: Vec<Effect>) {
        for effect in effects {
            leptos::task::spawn_local(self.carry(id.to_owned(), effect));
        }
    }

    async fn carry(self, id: String, effect: Effect) {
        let Some(case) = self.peek(&id) else { return };
        let (connection, adapter) = (&case.connection.id, case.connection.dialect.run_adapter());
        match effect {
            Effect::Wait { millis, number } => {
                clock::sleep(millis).await;
                self.on(&id, Event::Elapsed(number));
            }
            Effect::Keep => {
                drafts::sent(connection, &case.read, &case.pending());
                self.on(&id, Event::Kept);
            }
            Effect::LogIntent => {
                let result = audit::intent(connection, &case.read, &case.intent, &who()).await;
                self.on(&id, Event::Logged(result));
            }
            Effect::ReadRun => {
                let run = net::read(connection, adapter.get_run(&case.run()), &Scope::new()).await;
                self.on(&id, Event::Run(run.ok().map(Box::new)));
            }
            Effect::Send => {
                let result = net::write(connection, adapter.decide(&case.read, &case.intent), None).await;
                self.on(&id, Event::Sent(result));
            }
            Effect::Confirm(number) => {
                let result = net::read(connection, adapter.confirm(&case.read, &case.intent), &Scope::new()).await;
                self.on(&id, Event::Looked(number, result));
            }
            Effect::LogOutcome => {
                if let Some((word, recorded_at)) = came(&case.phase) {
                    audit::outcome(connection, &case.read, &case.intent, &who(), word, recorded_at).await;
                }
            }
            Effect::Forget => drafts::forget(connection, &case.read.run, &case.read.id),
            Effect::Release => drafts::settled(connection, &case.read),
            Effect::Tell(news) => self.tell(&id, &case, news),
            Effect::Recount => self.waiting.refresh(),
        }
    }

    /// Tells somebody who has left the review's page.
    fn tell(self, id: &str, case: &Case, news: News) {
        if self.open.get_untracked().as_deref() == Some(id) {
            return;
        }
        let words = match news {
            News::Recorded => t().review.toast_recorded,
            News::Another => t().review.toast_another,
            News::NotRecorded => t().review.toast_not_recorded,
            News::Unconfirmed => t().review.toast_unconfirmed,
            News::Failed => t().review.toast_failed,
        };
        let link = Some((t().review.open_review.to_owned(), case.page().href()));
        self.toasts.show(Toast { text: words(&case.read.name), alert: news != News::Recorded, link });
    }
}

/// Who decides, for the audit log; pages ask for the name before they let anything be sent.
fn who() -> String {
    globals().identity.name.get_untracked().unwrap_or_default()
}

/// What the audit log says of a phase, and when the vendor recorded it.
fn came(phase: &Phase) -> Option<(Word, Option<Timestamp>)> {
    match phase {
        Phase::Came(outcome) => {
            let recorded = match outcome {
                Outcome::Accepted(decision) | Outcome::AlreadyMine(decision) => decision.at,
                _ => None,
            };
            Some((Word::of(outcome), recorded))
        }
        Phase::Failed(_) => Some((Word::Failed, None)),
        // Dropped with something to log: nobody looks for it any more.
        Phase::Unconfirmed { .. } | Phase::Dropped => Some((Word::NotConfirmed, None)),
        Phase::Held { .. } | Phase::Preparing | Phase::Sending | Phase::Unlogged(_) => None,
    }
}
