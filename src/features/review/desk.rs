use super::editor::Editor;
use super::{decide, marks, next, pattern, sources};
use crate::data::{Asking, Connection, Live, Rules};
use crate::features::preview::Marking;
use crate::net::{self, Scope};
use crate::platform::clock;
use crate::state::drafts::{self, Elsewhere, Saving};
use crate::state::{Case, Globals, Phase, case_id, globals};
use crate::strings::t;
use leptos::prelude::*;
use runs::adapter::RunRef;
use runs::deciding::{Event, Kept, Resumed, resume};
use runs::form::{Checked, Draft, Problem, carry_over, carry_texts};
use runs::http::encode;
use runs::live::Pace;
use runs::model::RunDetail;
use runs::review::{Review, ReviewState};
use runs::{Json, Timestamp};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A keystroke is kept within so many milliseconds.
const SAVED_WITHIN: u32 = 250;

/// Which review the address names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub connection: String,
    pub run: String,
    pub review: String,
    pub flow: Option<String>,
}

/// How the draft stands in this browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    Nothing,
    At(Timestamp),
    Refused,
    /// A shared device keeps nothing.
    Off,
}

/// What is kept of a draft when newer data takes the place of what was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    Nothing,
    /// Every edit whose field still exists.
    Edits,
    /// The whole document as it stands.
    Whole,
}

/// One review with the draft of its decision. The form takes the data once: what is read later is only compared with it.
#[derive(Clone, Copy)]
pub struct Desk {
    pub globals: Globals,
    pub live: Live<Review>,
    /// What the form shows.
    pub read: RwSignal<Option<Arc<Review>>>,
    pub run: RwSignal<Option<Arc<RunDetail>>>,
    pub draft: RwSignal<Draft>,
    /// Counts up when controls have to be drawn anew: items came or went, values were set back.
    pub shape: RwSignal<u32>,
    /// Fields that were left once.
    pub touched: RwSignal<BTreeSet<String>>,
    /// Approving was tried: every field says what is wrong with it.
    pub all: RwSignal<bool>,
    pub problems: Memo<Vec<Problem>>,
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
    /// Once the decision is on its way, the next review is opened.
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
        let rules = Rules { pace: Pace::Count, settle, finished: |review: &Review| review.state != ReviewState::Open, quota: |_| None };
        let run_of = reference.clone();
        let live = Live::new(rules, move || {
            let operation = asked.dialect.run_adapter().get_review(&run_of, &review);
            decides.then(|| Asking { connection: asked.id.clone(), key: review.clone(), operation })
        });
        let draft = RwSignal::new(Draft::open(None, &Json::Null, &[]));
        let id = case_id(&place.connection, &place.run, &place.review);
        let case = Memo::new_with_compare(move |_| globals.deciding.of(&id), |before, now| before.map(address) != now.map(address));
        let desk = Self {
            globals,
            live,
            read: RwSignal::new(None),
            run: RwSignal::new(None),
            draft,
            shape: RwSignal::new(0),
            touched: RwSignal::new(BTreeSet::new()),
            all: RwSignal::new(false),
            problems: problems_of(draft),
            told: RwSignal::new(Vec::new()),
            saved: RwSignal::new(Saved::Nothing),
            restored: RwSignal::new(None),
            elsewhere: RwSignal::new(false),
            dropped: RwSignal::new(0),
            rejecting: RwSignal::new(false),
            then_next: StoredValue::new(false),
            ahead: StoredValue::new(false),
            looking: RwSignal::new(false),
            comparing: RwSignal::new(false),
            wanted: StoredValue::new(None),
            case,
            edit: Editor::new(),
            marking: sources::marking(draft, connection.dialect.vendor()),
            timer: StoredValue::new(false),
            shared: StoredValue::new(None),
            connection: StoredValue::new(connection),
            place: StoredValue::new(place),
        };
        if let Some(ahead) = next::ahead_of(&desk.case_id()) {
            desk.ahead.set_value(true);
            desk.run.set(ahead.run);
            leptos::task::spawn_local(desk.open(ahead.review));
        }
        desk.read_run(reference);
        desk.start();
        marks::follow(desk);
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

    /// Of its run's row in the queue.
    pub fn key(self) -> String {
        self.place.with_value(|place| super::queue::key(&place.connection, &place.run))
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
        let native = self.run.with(|run| run.as_ref().and_then(|run| run.run.number));
        let place = self.place();
        native.or_else(|| self.globals.numbers.get(&place.connection, &place.run)).map_or(place.run, t().shared.run_number)
    }

    /// The step's name, or the review's id until it is known.
    pub fn name(self) -> String {
        self.read.with(|read| read.as_ref().map(|read| read.name.clone())).unwrap_or_else(|| self.place().review)
    }

    /// The run and its evidence, once: the review itself is what is followed.
    fn read_run(self, reference: RunRef) {
        let connection = self.connection();
        let scope = Scope::of_view();
        leptos::task::spawn_local(async move {
            if let Ok(run) = net::read(&connection.id, connection.dialect.run_adapter().get_run(&reference), &scope).await {
                self.run.try_set(Some(Arc::new(run)));
            }
        });
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
            let changed = |case: Arc<Case>| matches!(case.phase, Phase::Came(runs::review::Outcome::Changed(_)));
            if self.case.get().is_some_and(changed) && self.draft.with_untracked(|draft| draft.count() > 0) {
                self.comparing.set(true);
                self.live.refresh();
            }
        });
        // What the vendor answered to a decision is told where it belongs.
        Effect::new(move |_| {
            if let Some(Phase::Came(runs::review::Outcome::Invalid { fields, .. })) = self.case.get().map(|case| case.phase.clone()) {
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

    /// Shows the data that was read first, with the draft that was kept of it.
    async fn open(self, review: Arc<Review>) {
        let place = self.place();
        let kept = drafts::load(&place.connection, &place.run, &place.review).await;
        // The page may be left by now, or another answer may have been quicker.
        let wanted = |read: &Option<Arc<Review>>| read.as_ref().is_none_or(|read| read.pin != review.pin && self.untouched());
        if self.read.try_with_untracked(wanted) == Some(true) {
            let (same, earlier) = drafts::pick(kept, &review);
            let resumed = resume(&review, same, earlier);
            self.show(review, resumed);
        }
    }

    /// Shows newer data that the person asked for, with the edits made so far.
    fn take(self, review: Arc<Review>, edits: &[runs::diff::Change], saved: &Json) {
        let mut fresh = resume(&review, None, None);
        fresh.dropped = edits.len() - carry_over(edits, &mut fresh.draft) + carry_texts(saved, &mut fresh.draft);
        self.show(review, fresh);
    }

    fn show(self, review: Arc<Review>, Resumed { draft, restored, dropped, pending }: Resumed) {
        self.shared.set_value(Some(draft.value().clone()));
        self.dropped.set(dropped);
        self.restored.set(restored);
        self.touched.set(BTreeSet::new());
        self.all.set(false);
        self.told.set(Vec::new());
        self.draft.set(draft);
        self.read.set(Some(Arc::clone(&review)));
        self.redraw();
        if let Some((intent, sent)) = pending {
            self.globals.deciding.take_up(self.connection(), review, intent, sent);
        }
    }

    pub fn redraw(self) {
        self.shape.update(|shape| *shape += 1);
    }

    /// Newer data of the same review, which the form does not show.
    pub fn newer(self) -> Option<Arc<Review>> {
        let read = self.read.get()?;
        let told = self.case.get().and_then(|case| match &case.phase {
            Phase::Came(runs::review::Outcome::Changed(review)) => Some(Arc::new((**review).clone())),
            _ => None,
        });
        let now = self.live.value.get().filter(|now| now.state == ReviewState::Open);
        // What is read now comes after what was found when the decision was to be sent.
        now.into_iter().chain(told).find(|now| now.pin != read.pin)
    }

    /// Shows the newer data, with what is to be kept of the draft.
    pub fn use_newer(self, newer: Arc<Review>, over: Over) {
        let (edits, saved) = self.draft.with_untracked(|draft| (draft.changes(), draft.save()));
        self.comparing.set(false);
        self.forget_draft();
        self.globals.deciding.on(&self.case_id(), Event::GiveUp);
        self.globals.deciding.dismiss(&self.case_id());
        match over {
            Over::Edits => self.take(newer, &edits, &saved),
            Over::Nothing => self.take(newer, &[], &Json::Null),
            Over::Whole => {
                self.take(newer, &[], &Json::Null);
                let mine = saved.get("value").map(|mine| format!("{mine:#}")).unwrap_or_default();
                self.draft.update(|draft| draft.set_whole(&mine));
                self.redraw();
            }
        }
        if over != Over::Nothing {
            self.save_soon();
        }
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
        open && !came && self.draft.with_untracked(|draft| draft.count() > 0)
    }

    /// Takes what was typed into a field.
    pub fn set(self, path: &str, typed: &str) {
        self.told.update(|told| told.retain(|(other, _)| other != path));
        self.draft.update(|draft| {
            draft.set(path, typed);
        });
        self.save_soon();
    }

    pub fn save_soon(self) {
        if self.timer.get_value() {
            return;
        }
        self.timer.set_value(true);
        leptos::task::spawn_local(async move {
            clock::sleep(SAVED_WITHIN).await;
            self.save();
        });
    }

    /// Keeps what was typed since the last time, or forgets a draft that says nothing.
    pub fn save(self) {
        if let Some((read, kept)) = self.unsaved() {
            leptos::task::spawn_local(self.keep(read, kept));
        }
    }

    /// Keeps it although the page may be gone before the browser's database answers.
    fn save_at_once(self) {
        if let Some((read, kept)) = self.unsaved() {
            if let Some(kept) = &kept {
                drafts::last_words(&self.place().connection, &read, kept.clone());
            }
            leptos::task::spawn_local(self.keep(read, kept));
        }
    }

    /// What there is to keep; no draft: it says nothing any more.
    fn unsaved(self) -> Option<(Arc<Review>, Option<Kept>)> {
        let due = self.timer.try_update_value(|timer| std::mem::replace(timer, false)).unwrap_or(false);
        // Nothing was typed since; and what was sent is the service's business until its outcome is known.
        if !due || self.globals.deciding.under_way(&self.case_id()) {
            return None;
        }
        let read = self.read.try_get_untracked()??;
        let kept = self.draft.with_untracked(|draft| (!draft.is_untouched()).then(|| Kept::of(draft, None, clock::now())));
        Some((read, kept))
    }

    /// Drafts are kept again: also what was typed while they were not.
    pub fn keep_again(self) {
        self.saved.set(Saved::Nothing);
        self.timer.set_value(true);
        self.save();
    }

    async fn keep(self, read: Arc<Review>, kept: Option<Kept>) {
        let Some(place) = self.place.try_get_value() else { return };
        let saved = match kept {
            None => {
                drafts::forget(&place.connection, &place.run, &place.review).await;
                Saved::Nothing
            }
            Some(kept) => {
                self.shared.try_set_value(kept.draft.get("value").cloned());
                match drafts::save(&place.connection, &read, kept).await {
                    Saving::Kept | Saving::Taken => Saved::At(clock::now()),
                    Saving::Refused => Saved::Refused,
                    Saving::Off => Saved::Off,
                }
            }
        };
        self.saved.try_set(saved);
    }

    fn follow_other_tabs(self) {
        let place = self.place();
        let digest = move || self.read.try_get_untracked()?.map(|read| read.pin.digest.clone());
        let line = drafts::listen(drafts::place(&place.connection, &place.run, &place.review), digest, move |what| self.follow(what));
        let line = send_wrapper::SendWrapper::new(line);
        on_cleanup(move || drop(line));
    }

    /// The other tab's values come in; what was typed here since the last saving goes over them.
    fn follow(self, what: Elsewhere) {
        if self.globals.deciding.under_way(&self.case_id()) {
            return;
        }
        let Some(Some(read)) = self.read.try_get_untracked() else { return };
        let known = self.shared.get_value().unwrap_or_else(|| read.data.clone());
        let own =
            if self.timer.get_value() { self.draft.with_untracked(|draft| runs::diff::changes(&known, draft.value())) } else { Vec::new() };
        let kept = match what {
            Elsewhere::Kept(kept) => Some(*kept),
            Elsewhere::Gone => None,
        };
        self.shared.set_value(kept.as_ref().and_then(|kept| kept.draft.get("value")).cloned());
        self.draft.update(|draft| {
            match &kept {
                Some(kept) => draft.restore(&kept.draft),
                None => draft.revert_all(),
            };
            carry_over(&own, draft);
        });
        self.elsewhere.set(kept.is_some());
        self.redraw();
        if kept.is_none() {
            // Perhaps it was accepted.
            self.restored.set(None);
            self.saved.set(Saved::Nothing);
            self.live.refresh();
        }
        if let Some(pending) = kept.and_then(|kept| kept.pending) {
            let intent = pending.intent(self.draft.with_untracked(Draft::edited));
            self.globals.deciding.take_up(self.connection(), read, intent, pending.sent);
        }
    }

    /// Throws the draft away: the form shows what was read.
    pub fn discard(self) {
        self.draft.update(|draft| {
            draft.revert_all();
        });
        self.forget_draft();
        self.touched.set(BTreeSet::new());
        self.all.set(false);
        self.redraw();
    }

    pub fn forget_draft(self) {
        let place = self.place();
        leptos::task::spawn_local(async move { drafts::forget(&place.connection, &place.run, &place.review).await });
        self.timer.set_value(false);
        self.saved.set(Saved::Nothing);
        self.restored.set(None);
        self.dropped.set(0);
    }
}

/// What is wrong with the draft. Typing checks the one field.
fn problems_of(draft: RwSignal<Draft>) -> Memo<Vec<Problem>> {
    let checked = StoredValue::new(Checked::default());
    Memo::new(move |_| {
        let update = |draft: &Draft| checked.try_update_value(|checked| checked.update(draft, &pattern::matches).to_vec());
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
