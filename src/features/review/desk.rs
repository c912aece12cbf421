//! The state of one review page, shared by its rooms.

use super::decision::{DecisionState, unread};
use super::evidence::{EvidenceState, sources};
use super::form::{FormState, marks, validation};
use super::queue::navigation;
use crate::data::{Asking, Connection, Live, Rules};
use crate::platform::{Effect, clock};
use crate::state::{Case, Globals, Phase, case_id, globals};
use crate::strings::t;
use leptos::prelude::*;
use runs::Dialect;
use runs::adapters::RunRef;
use runs::deciding::decision::Kept;
use runs::model::ReviewRef;
use runs::model::review::{Outcome, Review, ReviewState};
use runs::reading::live::Pace;
use std::sync::Arc;

/// Which review the page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewAddress {
    pub connection: String,
    pub run: String,
    pub review: String,
    pub flow: Option<String>,
}

impl ReviewAddress {
    pub fn case_id(&self) -> String {
        case_id(&self.connection, &self.run, &self.review)
    }

    pub fn run_ref(&self) -> RunRef {
        RunRef { id: self.run.clone(), flow: self.flow.clone() }
    }
}

/// One review: the state of each room of its page. The form takes the data once; later answers are only compared with it.
#[derive(Clone, Copy)]
pub struct Desk {
    pub globals: Globals,
    pub connection: StoredValue<Connection>,
    pub address: StoredValue<ReviewAddress>,
    pub live: Live<Review>,
    /// The review as the form shows it.
    pub read: RwSignal<Option<Arc<Review>>>,
    /// `read` was prefetched: the first answer may still replace it.
    prefetched: StoredValue<bool>,
    pub form: FormState,
    pub decision: DecisionState,
    pub evidence: EvidenceState,
}

impl Desk {
    pub fn new(connection: Connection, address: ReviewAddress) -> Self {
        let globals = globals();
        let decision = DecisionState::new(globals.deciding, address.case_id());
        let form = FormState::new(Memo::new(move |_| decision.under_way()));
        let prefetched = navigation::prefetched(&address.case_id());
        let known = prefetched.as_ref().and_then(|prefetched| prefetched.run.clone());
        let evidence = EvidenceState::new(form.draft, &connection, address.run_ref(), known);
        let desk = Self {
            globals,
            live: live(&connection, &address),
            read: RwSignal::new(None),
            prefetched: StoredValue::new(false),
            form,
            decision,
            evidence,
            connection: StoredValue::new(connection),
            address: StoredValue::new(address),
        };
        if let Some(prefetched) = prefetched {
            desk.prefetched.set_value(true);
            leptos::task::spawn_local(desk.open(prefetched.review));
        }
        desk.start();
        marks::follow(desk.form);
        validation::follow(desk);
        unread::follow(desk);
        sources::follow(desk);
        desk
    }

    pub fn connection(self) -> Connection {
        self.connection.get_value()
    }

    /// Whether whoever is signed in decides in the review's flow.
    pub fn may_decide(self) -> bool {
        let flow = self.read.with_untracked(|read| read.as_ref().map(|read| read.flow.clone()));
        let flow = flow.or_else(|| self.address().flow).unwrap_or_default();
        self.connection.with_value(|connection| connection.may_decide(&flow))
    }

    pub fn dialect(self) -> Dialect {
        self.connection.with_value(|connection| connection.dialect)
    }

    pub fn vendor(self) -> &'static str {
        self.dialect().vendor()
    }

    pub fn address(self) -> ReviewAddress {
        self.address.get_value()
    }

    /// Of its row in the queue.
    pub fn key(self) -> String {
        self.case_id()
    }

    /// Nobody has typed anything yet.
    pub fn untouched(self) -> bool {
        self.form.draft.with_untracked(|draft| draft.count() == 0) && self.decision.case.get_untracked().is_none()
    }

    pub fn case_id(self) -> String {
        self.address.with_value(ReviewAddress::case_id)
    }

    /// `#1,042`, or the run's id.
    pub fn run_name(self) -> String {
        let native = self.evidence.run.handle(|| None, |_, _| None, |run| run.run.number);
        let place = self.address();
        self.globals.numbers.track();
        native.or_else(|| self.globals.numbers.get(&place.connection, &place.run)).map_or(place.run, t().shared.run_number)
    }

    /// The step's name, told apart from others of the run; the review's id until it is known.
    pub fn name(self) -> String {
        let place = self.address();
        let of =
            |run: &Arc<runs::model::RunDetail>| run.reviews.iter().find(|review| review.id == place.review).map(navigation::review_name);
        let in_run = self.evidence.run.handle(|| None, |_, _| None, of);
        if let Some(name) = in_run {
            return name;
        }
        self.read.with(|read| read.as_ref().map(|read| read.name.clone())).unwrap_or_else(|| self.address().review)
    }

    fn start(self) {
        Effect::new(move |_| {
            let Some(review) = self.live.value.get() else { return };
            let ahead = self.prefetched.try_update_value(|ahead| std::mem::replace(ahead, false)).unwrap_or(false);
            let fresh = |read: &Option<Arc<Review>>| read.as_ref().is_none_or(|read| ahead && read.pin != review.pin);
            if self.read.with_untracked(fresh) && (!ahead || self.untouched()) {
                leptos::task::spawn_local(self.open(review));
            }
        });
        self.follow_other_tabs();
        // Nothing was sent, because there is newer content: edits are compared with it.
        Effect::new(move |_| {
            let changed = |case: Arc<Case>| matches!(case.phase, Phase::Came(Outcome::Changed(_)));
            if self.decision.case.get().is_some_and(changed) && self.form.edited_now() {
                self.decision.comparing.set(true);
                self.live.refresh();
            }
        });
        // Another tab's decision was recorded: this one shows it.
        let place = self.address();
        let asked = ReviewRef::new(place.review, "", None);
        let decided = Memo::new(move |_| self.globals.waiting.is_decided(&self.connection(), &place.run, &asked));
        Effect::new(move |_| {
            if decided.get() && self.decision.case.get_untracked().is_none() {
                self.live.refresh();
            }
        });
        // What the vendor answered to a decision is told where it belongs.
        Effect::new(move |_| {
            if let Some(Phase::Came(Outcome::Invalid { fields, .. })) = self.decision.case.get().map(|case| case.phase.clone()) {
                let place = |path: String| if path.starts_with('/') { path } else { format!("/{}", path.replace('.', "/")) };
                self.form.vendor_messages.set(fields.into_iter().map(|(path, message)| (place(path), message)).collect());
            }
        });
        let id = self.case_id();
        let deciding = self.globals.deciding;
        deciding.open.set(Some(id.clone()));
        let hidden = window_event_listener(leptos::ev::visibilitychange, move |_| self.save_at_once());
        let left = window_event_listener(leptos::ev::beforeunload, move |event| {
            self.save_at_once();
            if self.unsent() {
                event.prevent_default();
            }
        });
        on_cleanup(move || {
            self.save_at_once();
            hidden.remove();
            left.remove();
            deciding.open.set(None);
            deciding.dismiss(&id);
        });
    }

    /// [`Self::locked`], untracked.
    pub fn locked_now(self) -> bool {
        untrack(|| self.locked())
    }

    /// Nothing may be changed while a decision is on its way.
    pub fn locked(self) -> bool {
        self.form.locked.get()
    }

    fn unsent(self) -> bool {
        let open = self.read.with_untracked(|read| read.as_ref().is_some_and(|read| read.state == ReviewState::Open));
        let came = self.decision.case.get_untracked().is_some_and(|case| matches!(case.phase, Phase::Came(_)));
        open && !came && (self.form.edited_now() || self.decision.reason.with_untracked(|reason| !reason.is_empty()))
    }

    pub fn type_reason(self, typed: String) {
        self.decision.reason.set(typed);
        self.save_soon();
    }

    /// The draft as it is now, with the reason that belongs to it.
    pub fn snapshot(self) -> Kept {
        let kept = self.form.draft.with_untracked(|draft| Kept::of(draft, None, clock::now()));
        Kept { reason: self.decision.reason.get_untracked(), ..kept }
    }

    /// Takes what was typed into a field.
    pub fn edit_field(self, path: &str, typed: &str) {
        self.form.clear_message(path);
        self.form.draft.update(|draft| {
            draft.set(path, typed);
        });
        self.save_soon();
    }
}

/// The review, polled until it is decided.
fn live(connection: &Connection, address: &ReviewAddress) -> Live<Review> {
    let decides = connection.dialect.adapter().capabilities().review.decides();
    let (connection, run, review) = (connection.clone(), address.run_ref(), address.review.clone());
    let rules = Rules {
        pace: |_| Pace::Count,
        settle,
        same: |_, _| false,
        finished: |review: &Review| review.state != ReviewState::Open,
        partial: |_| false,
        quota: |_| None,
    };
    Live::new(rules, move || {
        let operation = connection.dialect.run_adapter().get_review(&run, &review);
        decides.then(|| Asking { connection: connection.id.clone(), key: review.clone(), operation })
    })
}

/// An older answer never replaces a newer one.
fn settle(known: Option<&Review>, answer: Review) -> (Review, bool) {
    match known {
        Some(known) if answer.state == ReviewState::Open && answer.pin.updated_at < known.pin.updated_at => (known.clone(), false),
        Some(known) => {
            let changed = *known != answer;
            (answer, changed)
        }
        None => (answer, true),
    }
}
