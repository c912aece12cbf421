mod keeping;
mod showing;

use super::checking::{self, Checking};
use super::editor::Editor;
use super::{decide, marks, next, sources};
use crate::data::{Asking, Connection, Live, Reading, Rules};
use crate::features::preview::Marking;
use crate::net;
use crate::platform::clock;
use crate::state::drafts::Written;
use crate::state::{Case, Globals, Phase, case_id, globals};
use crate::strings::t;
use leptos::prelude::*;
use runs::adapters::RunRef;
use runs::deciding::decision::Kept;
use runs::form::{Checked, Draft, Problem};
use runs::model::review::{Review, ReviewState};
use runs::model::{ReviewRef, RunDetail};
use runs::reading::live::Pace;
use runs::value::percent::encode;
use runs::{Json, Timestamp};
use std::collections::BTreeSet;
use std::sync::Arc;

pub use keeping::Saved;
pub use showing::Over;

/// Which review the address names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub connection: String,
    pub run: String,
    pub review: String,
    pub flow: Option<String>,
}

/// One review with the draft of its decision. The form takes the data once: what is read later is only compared with it.
#[derive(Clone, Copy)]
pub struct Desk {
    pub globals: Globals,
    pub live: Live<Review>,
    /// What the form shows.
    pub read: RwSignal<Option<Arc<Review>>>,
    /// The run with its evidence, read once: the review itself is what is polled.
    pub run: Reading<RunDetail>,
    pub draft: RwSignal<Draft>,
    /// Counts up when controls have to be drawn anew: items came or went, values were set back.
    pub shape: RwSignal<u32>,
    /// Fields that were left once.
    pub touched: RwSignal<BTreeSet<String>>,
    /// Approving was tried: every field says what is wrong with it.
    pub all: RwSignal<bool>,
    pub problems: Memo<Vec<Problem>>,
    pub checking: Checking,
    /// What the vendor said about fields: path and message.
    pub told: RwSignal<Vec<(String, String)>>,
    pub saved: RwSignal<Saved>,
    /// Edits of an earlier visit were brought back.
    pub restored: RwSignal<Option<Timestamp>>,
    /// Another tab edits this draft too.
    pub elsewhere: RwSignal<bool>,
    /// Edits that found no field in the data as it is now, after they were carried over.
    pub dropped: RwSignal<usize>,
    pub rejecting: RwSignal<bool>,
    /// The reason as it is typed: part of the draft.
    pub reason: RwSignal<String>,
    /// Once the decision that was handed over last is on its way, the next review is opened.
    pub then_next: StoredValue<bool>,
    /// What is shown was read ahead: the first answer may still take its place.
    ahead: StoredValue<bool>,
    /// The person wants to see what was decided meanwhile.
    pub looking: RwSignal<bool>,
    /// The edits are compared with newer content.
    pub comparing: RwSignal<bool>,
    /// What waits for the name.
    pub wanted: StoredValue<Option<decide::Wanted>>,
    pub case: Memo<Option<Arc<Case>>>,
    pub edit: Editor,
    /// Where the values stand in the document beside the form.
    pub marking: Marking,
    timer: StoredValue<bool>,
    /// The draft that the browser's database has been given and has not confirmed yet.
    keeping: StoredValue<Option<(Arc<Review>, Arc<Written>)>>,
    /// What the other tabs know of the draft: the value that was kept last.
    shared: StoredValue<Option<Json>>,
    pub connection: StoredValue<Connection>,
    pub place: StoredValue<Place>,
}

impl Desk {
    pub fn new(connection: Connection, place: Place) -> Self {
        let globals = globals();
        let reference = RunRef { id: place.run.clone(), flow: place.flow.clone() };
        let decides = connection.dialect.adapter().capabilities().review.decides();
        let (asked, review) = (connection.clone(), place.review.clone());
        let rules = Rules {
            pace: |_| Pace::Count,
            settle,
            same: |_, _| false,
            finished: |review: &Review| review.state != ReviewState::Open,
            partial: |_| false,
            quota: |_| None,
        };
        let run_of = reference.clone();
        let live = Live::new(rules, move || {
            let operation = asked.dialect.run_adapter().get_review(&run_of, &review);
            decides.then(|| Asking { connection: asked.id.clone(), key: review.clone(), operation })
        });
        let draft = RwSignal::new(Draft::open(None, &Json::Null, &[]));
        let id = case_id(&place.connection, &place.run, &place.review);
        let checking = Checking::new();
        let ahead = next::ahead_of(&id);
        let asked = connection.clone();
        let run = Reading::starting_with(ahead.as_ref().and_then(|ahead| ahead.run.clone()), move |scope| {
            let (connection, reference) = (asked.clone(), reference.clone());
            async move { net::read(&connection.id, connection.dialect.run_adapter().get_run(&reference), &scope).await }
        });
        let case = Memo::new_with_compare(move |_| globals.deciding.of(&id), |before, now| before.map(address) != now.map(address));
        let desk = Self {
            globals,
            live,
            read: RwSignal::new(None),
            run,
            draft,
            shape: RwSignal::new(0),
            touched: RwSignal::new(BTreeSet::new()),
            all: RwSignal::new(false),
            problems: problems_of(draft, checking),
            checking,
            told: RwSignal::new(Vec::new()),
            saved: RwSignal::new(Saved::Nothing),
            restored: RwSignal::new(None),
            elsewhere: RwSignal::new(false),
            dropped: RwSignal::new(0),
            rejecting: RwSignal::new(false),
            reason: RwSignal::new(String::new()),
            then_next: StoredValue::new(false),
            ahead: StoredValue::new(false),
            looking: RwSignal::new(false),
            comparing: RwSignal::new(false),
            wanted: StoredValue::new(None),
            case,
            edit: Editor::new(),
            marking: sources::marking(draft, connection.dialect.vendor()),
            timer: StoredValue::new(false),
            keeping: StoredValue::new(None),
            shared: StoredValue::new(None),
            connection: StoredValue::new(connection),
            place: StoredValue::new(place),
        };
        if let Some(ahead) = ahead {
            desk.ahead.set_value(true);
            leptos::task::spawn_local(desk.open(ahead.review));
        }
        desk.start();
        marks::follow(desk);
        checking::follow(desk);
        sources::follow(desk);
        desk
    }

    pub fn connection(self) -> Connection {
        self.connection.get_value()
    }

    pub fn vendor(self) -> &'static str {
        self.connection.with_value(|connection| connection.dialect.vendor())
    }

    pub fn place(self) -> Place {
        self.place.get_value()
    }

    /// Of its row in the queue.
    pub fn key(self) -> String {
        self.case_id()
    }

    /// Nobody has typed anything yet.
    fn untouched(self) -> bool {
        self.draft.with_untracked(|draft| draft.count() == 0) && self.case.get_untracked().is_none()
    }

    pub fn case_id(self) -> String {
        self.place.with_value(|place| case_id(&place.connection, &place.run, &place.review))
    }

    /// `#1,042`, or the run's id.
    pub fn run_name(self) -> String {
        let native = self.run.handle(|| None, |_, _| None, |run| run.run.number);
        let place = self.place();
        native.or_else(|| self.globals.numbers.get(&place.connection, &place.run)).map_or(place.run, t().shared.run_number)
    }

    /// The step's name, told apart from others of the run; the review's id until it is known.
    pub fn name(self) -> String {
        let place = self.place();
        let of = |run: &Arc<RunDetail>| run.reviews.iter().find(|review| review.id == place.review).map(next::review_name);
        let in_run = self.run.handle(|| None, |_, _| None, of);
        if let Some(name) = in_run {
            return name;
        }
        self.read.with(|read| read.as_ref().map(|read| read.name.clone())).unwrap_or_else(|| self.place().review)
    }

    fn start(self) {
        Effect::new(move |_| {
            let Some(review) = self.live.value.get() else { return };
            let ahead = self.ahead.try_update_value(|ahead| std::mem::replace(ahead, false)).unwrap_or(false);
            let fresh = |read: &Option<Arc<Review>>| read.as_ref().is_none_or(|read| ahead && read.pin != review.pin);
            if self.read.with_untracked(fresh) && (!ahead || self.untouched()) {
                leptos::task::spawn_local(self.open(review));
            }
        });
        self.follow_other_tabs();
        // Nothing was sent, because there is newer content: edits are compared with it.
        Effect::new(move |_| {
            let changed = |case: Arc<Case>| matches!(case.phase, Phase::Came(runs::model::review::Outcome::Changed(_)));
            if self.case.get().is_some_and(changed) && self.draft.with_untracked(|draft| draft.count() > 0) {
                self.comparing.set(true);
                self.live.refresh();
            }
        });
        // Another tab's decision was recorded: this one shows it.
        let place = self.place();
        let asked = ReviewRef::new(place.review, "", None);
        let decided = Memo::new(move |_| self.globals.waiting.is_decided(&self.connection(), &place.run, &asked));
        Effect::new(move |_| {
            if decided.get() && self.case.get_untracked().is_none() {
                self.live.refresh();
            }
        });
        // What the vendor answered to a decision is told where it belongs.
        Effect::new(move |_| {
            if let Some(Phase::Came(runs::model::review::Outcome::Invalid { fields, .. })) = self.case.get().map(|case| case.phase.clone())
            {
                let place = |path: String| if path.starts_with('/') { path } else { format!("/{}", path.replace('.', "/")) };
                self.told.set(fields.into_iter().map(|(path, message)| (place(path), message)).collect());
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

    pub fn redraw(self) {
        self.shape.update(|shape| *shape += 1);
    }

    /// The same, asked once.
    pub fn locked_now(self) -> bool {
        untrack(|| self.locked())
    }

    /// Nothing may be changed while a decision is on its way.
    pub fn locked(self) -> bool {
        self.case.get().is_some_and(|case| case.under_way())
    }

    fn unsent(self) -> bool {
        let open = self.read.with_untracked(|read| read.as_ref().is_some_and(|read| read.state == ReviewState::Open));
        let came = self.case.get_untracked().is_some_and(|case| matches!(case.phase, Phase::Came(_)));
        open && !came && (self.draft.with_untracked(|draft| draft.count() > 0) || self.reason.with_untracked(|reason| !reason.is_empty()))
    }

    pub fn type_reason(self, typed: String) {
        self.reason.set(typed);
        self.save_soon();
    }

    /// The draft as it is now, with the reason that belongs to it.
    pub fn kept(self) -> Kept {
        let kept = self.draft.with_untracked(|draft| Kept::of(draft, None, clock::now()));
        Kept { reason: self.reason.get_untracked(), ..kept }
    }

    /// What the vendor said about a field is not about what stands there now.
    pub fn told_no_more(self, path: &str) {
        if self.told.with_untracked(|told| told.iter().any(|(other, _)| other == path)) {
            self.told.update(|told| told.retain(|(other, _)| other != path));
        }
    }

    /// Takes what was typed into a field.
    pub fn set(self, path: &str, typed: &str, pasted: bool) {
        self.told_no_more(path);
        self.draft.update(|draft| {
            if pasted {
                draft.set_pasted(path, typed)
            } else {
                draft.set(path, typed)
            };
        });
        self.save_soon();
    }
}

/// What is wrong with the draft. Typing looks at the one field; the rules are checked in pauses.
fn problems_of(draft: RwSignal<Draft>, checking: Checking) -> Memo<Vec<Problem>> {
    let checked = StoredValue::new(Checked::default());
    Memo::new(move |_| {
        let update = |draft: &Draft| checked.try_update_value(|checked| checking.joined(draft, checked.update(draft)));
        draft.with(update).unwrap_or_default()
    })
}

/// Cases are shared: the same place in memory is the same case in the same state.
fn address(case: &Option<Arc<Case>>) -> Option<*const Case> {
    case.as_ref().map(Arc::as_ptr)
}

/// The id of a field's control.
pub fn field_id(path: &str) -> String {
    format!("f{}", encode(path))
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
