//! Decisions on their way. They belong to the shell and not to a page: a decision is followed to its outcome whatever the person
//! opens meanwhile. What happens when is said by `runs::deciding::decision`; here its effects are carried.

use super::toasts::{Toast, Toasts};
use super::{OtherTabs, drafts, globals, page_wide};
use crate::data::audit::{self, Outbox, Word};
use crate::data::{Connection, Waiting, case_id};
use crate::net::{self, Scope};
use crate::platform::{clock, stopped};
use crate::router;
use crate::routes::Page;
use crate::strings::t;
use leptos::prelude::*;
use runs::Timestamp;
use runs::adapters::RunRef;
use runs::deciding::decision;
pub use runs::deciding::decision::Phase;
use runs::deciding::decision::{Effect, Event, Kept, News};
use runs::model::RunDetail;
use runs::model::review::{Intent, Outcome, Review};
use std::ops::Deref;
use std::sync::Arc;

/// Once it is on its way, other tabs believe that for so many milliseconds without a further word.
const SENDS_WITHIN: i64 = 60_000;

/// One decision and where it is to be made.
#[derive(Clone, Debug)]
pub struct Case {
    pub connection: Connection,
    case: decision::Case,
    /// The draft as it was when the person decided.
    kept: Option<Kept>,
    /// The run as people call it: `#1,042`, or the id.
    pub run_name: String,
    /// How many changes it is made with.
    changes: usize,
    /// It was taken in another tab of this browser.
    pub elsewhere: bool,
    /// The last state that was broadcast to the other tabs.
    broadcast: Broadcast,
    /// Its page was left after it had ended: only the queue still wants to know when the run goes on.
    left: bool,
}

impl Deref for Case {
    type Target = decision::Case;

    fn deref(&self) -> &Self::Target {
        &self.case
    }
}

impl Case {
    fn id(&self) -> String {
        case_id(&self.connection.id, &self.read.run, &self.read.id)
    }

    /// What is decided on what, in the vendor's words: `#1,042 approved with 2 changes`.
    pub fn fact(&self) -> String {
        let style = self.connection.dialect.adapter().capabilities().review;
        (t().decide.held)(&self.run_name, self.intent.approve, self.changes, style)
    }

    /// Whether what is recorded is what was sent. The vendor also says "already" when a request was sent once more because its
    /// answer was lost: then it recorded the decision after it was sent.
    pub fn is_mine(&self, outcome: &Outcome) -> bool {
        match outcome {
            Outcome::Accepted(_) => true,
            Outcome::AlreadyMine(decision) => decision.at.map_or(self.doubted, |at| at >= self.sent),
            _ => false,
        }
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

/// What the other tabs of this browser know of a decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Broadcast {
    #[default]
    Nothing,
    /// It is under way, which is believed until then.
    UnderWay(i64),
    Free,
    Decided,
}

/// A decision inside its undo window, for the message that offers to take it back. With its words and its way back, so that the
/// frame of every page carries no code for it.
#[derive(Clone)]
pub struct Held {
    pub id: String,
    pub text: String,
    pub undo_words: &'static str,
    /// The keys that take it back, where there are any.
    pub keys: Option<String>,
    pub until: Timestamp,
    /// The whole window, in milliseconds.
    pub window: u32,
    pub undo: Callback<()>,
}

/// A decision as the person takes it.
pub struct Taken {
    pub connection: Connection,
    pub read: Arc<Review>,
    pub run_name: String,
    pub intent: Intent,
    /// How many changes it is made with.
    pub changes: usize,
    /// The run as it was.
    pub before: Option<Arc<RunDetail>>,
    /// The edits that it is made with.
    pub draft: Option<Kept>,
    /// For so many milliseconds it can be taken back.
    pub window: u32,
    /// The keys that take it back, in words; the page knows them.
    pub undo_keys: Option<String>,
}

/// A decision that was sent, and not by this page.
pub struct Sent {
    pub connection: Connection,
    pub read: Arc<Review>,
    pub run_name: String,
    pub intent: Intent,
    pub at: Timestamp,
    /// In another tab of this browser.
    pub elsewhere: bool,
}

/// All decisions on their way.
#[derive(Clone, Copy)]
pub struct Deciding {
    cases: RwSignal<Vec<Arc<Case>>>,
    /// The case whose page is open: its outcome is told there and not by a message.
    pub open: RwSignal<Option<String>>,
    /// Those that can still be taken back, oldest first.
    pub held: RwSignal<Vec<Held>>,
    guarded: StoredValue<bool>,
    waiting: Waiting,
    toasts: Toasts,
}

impl Deciding {
    pub(super) fn new(waiting: Waiting, toasts: Toasts) -> Self {
        let held = RwSignal::new(Vec::<Held>::new());
        crate::platform::Effect::new(move |_| stopped::note_held(held.with(Vec::len)));
        Self { cases: RwSignal::new(Vec::new()), open: RwSignal::new(None), held, guarded: StoredValue::new(false), waiting, toasts }
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

    /// Takes a decision, once; it is sent when the undo window is over.
    pub fn decide(self, taken: Taken) {
        let Taken { connection, read, run_name, intent, changes, before, draft, window, undo_keys } = taken;
        let id = case_id(&connection.id, &read.run, &read.id);
        // Another tab's decision on it comes to its end first: two would be sent.
        if !self.under_way(&id) && !untrack(|| self.waiting.is_elsewhere(&id)) {
            let (case, effects) = decision::Case::new(read, intent, before.as_deref(), window, clock::now());
            let case =
                Case { connection, case, kept: draft, run_name, changes, elsewhere: false, broadcast: Broadcast::Nothing, left: false };
            if let Phase::Held { until } = case.phase {
                self.hold(&id, case.fact(), until, window, undo_keys);
            }
            self.put(&id, case);
            self.carry_all(&id, effects);
        }
    }

    fn hold(self, id: &str, text: String, until: Timestamp, window: u32, keys: Option<String>) {
        let words = t().decide;
        let of = id.to_owned();
        let undo = Callback::new(move |()| self.take_back(&of));
        self.toasts.announce((words.held_said)(&text, window / 1_000, keys.as_deref()));
        self.held.update(|held| held.push(Held { id: id.to_owned(), text, undo_words: words.undo, keys, until, window, undo }));
        if !self.guarded.get_value() {
            self.guarded.set_value(true);
            window_event_listener_untyped("pagehide", |_| page_wide::<OtherTabs>().leave());
            // For as long as the page lives: a tab that closes sends nothing of what is held, so it asks.
            window_event_listener(leptos::ev::beforeunload, move |event| {
                if self.cases.with_untracked(|cases| cases.iter().any(|case| matches!(case.phase, Phase::Held { .. } | Phase::Preparing))) {
                    event.prevent_default();
                }
            });
        }
    }

    /// Takes back the last decision that is still held; `false` if there is none.
    pub fn undo(self) -> bool {
        let last = self.held.with_untracked(|held| held.last().map(|held| held.id.clone()));
        last.inspect(|id| self.take_back(id)).is_some()
    }

    pub fn take_back(self, id: &str) {
        let held = self.peek(id).filter(|case| matches!(case.phase, Phase::Held { .. }));
        self.on(id, Event::Undo);
        if let Some(case) = held {
            self.toasts.say(t().decide.taken_back);
            // From another page it leads back to the review.
            if self.open.get_untracked().as_deref() != Some(id) {
                router::go(&case.page().href());
            }
        }
    }

    /// Takes up a decision that was sent before the page was loaded again, or in another tab: looks for it, sends nothing.
    pub fn take_up(self, sent: Sent) {
        let Sent { connection, read, run_name, intent, at, elsewhere } = sent;
        let id = case_id(&connection.id, &read.run, &read.id);
        if !self.under_way(&id) {
            let changes = intent.edited.as_ref().map_or(0, |edited| runs::value::diff::changes(&read.data, edited).len());
            let (case, effects) = decision::Case::take_up(read, intent, at);
            self.put(&id, Case { connection, case, kept: None, run_name, changes, elsewhere, broadcast: Broadcast::Nothing, left: false });
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
        self.broadcast(id);
        if self.held.with_untracked(|held| held.iter().any(|held| held.id == id))
            && !self.peek(id).is_some_and(|case| matches!(case.phase, Phase::Held { .. }))
        {
            self.held.update(|held| held.retain(|held| held.id != id));
        }
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
        self.broadcast(id);
    }

    /// Broadcasts to the other tabs of this browser, and tells the queue here, what became of a decision.
    fn broadcast(self, id: &str) {
        let Some(case) = self.peek(id) else { return };
        let now = match &case.phase {
            Phase::Held { until } => Broadcast::UnderWay(until.0 + SENDS_WITHIN),
            _ if case.ended() => Broadcast::Decided,
            _ if case.under_way() => match case.broadcast {
                // Believed for as long as it takes, from each change on.
                Broadcast::UnderWay(until) if until - clock::now().0 > SENDS_WITHIN / 2 => return,
                _ => Broadcast::UnderWay(clock::now().0 + SENDS_WITHIN),
            },
            _ => Broadcast::Free,
        };
        if now == case.broadcast {
            return;
        }
        self.cases.update(|cases| {
            if let Some(case) = cases.iter_mut().find(|case| case.id() == id) {
                Arc::make_mut(case).broadcast = now;
            }
        });
        match now {
            Broadcast::UnderWay(until) => page_wide::<OtherTabs>().under_way(id, until),
            Broadcast::Decided => {
                self.waiting.note_decided(id);
                let mine = matches!(&case.phase, Phase::Came(outcome) if !case.elsewhere && case.is_mine(outcome));
                page_wide::<OtherTabs>().decided(id, mine.then_some((case.intent.approve, case.sent)));
            }
            Broadcast::Free | Broadcast::Nothing => page_wide::<OtherTabs>().dropped(id),
        }
    }

    fn carry_all(self, id: &str, effects: Vec<Effect>) {
        // As it is now: by the time an effect is carried, a case whose page was left may be gone.
        let Some(case) = self.peek(id) else { return };
        for effect in effects {
            leptos::task::spawn_local(self.carry(id.to_owned(), Arc::clone(&case), effect));
        }
    }

    async fn carry(self, id: String, case: Arc<Case>, effect: Effect) {
        let (connection, adapter) = (&case.connection.id, case.connection.dialect.run_adapter());
        match effect {
            Effect::Wait { millis, number } => {
                clock::sleep(millis).await;
                self.on(&id, Event::Elapsed(number));
            }
            Effect::Keep => {
                drafts::sent(connection, &case.read, case.kept.clone(), case.pending()).await;
                self.on(&id, Event::Kept);
            }
            Effect::LogIntent => {
                let result = audit::intent(connection, &case.read, &case.intent, &who()).await;
                self.on(&id, Event::Logged(result));
            }
            Effect::ReadRun => {
                let run = net::read(connection, adapter.get_run(&case.run()), &Scope::new().fresh()).await;
                globals().learned.answered(connection, &case.read.run, run.as_ref().map(|detail| &detail.run));
                self.on(&id, Event::Run(run.ok().map(Box::new)));
            }
            Effect::Send => {
                let result = net::write(connection, adapter.decide(&case.read, &case.intent), None).await;
                self.on(&id, Event::Sent(result));
            }
            Effect::Confirm(number) => {
                let result = net::read(connection, adapter.confirm(&case.read, &case.intent), &Scope::new().fresh()).await;
                self.on(&id, Event::Looked(number, result));
            }
            Effect::LogOutcome => {
                if let Some((word, recorded_at)) = came(&case.phase) {
                    page_wide::<Outbox>().outcome(connection, &case.read, &case.intent, &who(), word, recorded_at).await;
                }
            }
            Effect::Forget => drafts::forget(connection, &case.read.run, &case.read.id).await,
            Effect::Release => drafts::settled(connection, &case.read).await,
            Effect::Tell(news) => self.tell(&id, &case, news),
            Effect::Recount => self.waiting.refresh(),
        }
    }

    /// Tells somebody who has left the review's page.
    fn tell(self, id: &str, case: &Case, news: News) {
        if self.open.get_untracked().as_deref() == Some(id) {
            return;
        }
        let (words, name, vendor) = (t().review, &case.run_name, case.connection.dialect.vendor());
        let text = match news {
            News::Recorded => (words.toast_recorded)(name),
            News::Another => (words.toast_another)(name),
            News::NotRecorded => (words.toast_not_recorded)(name, case.phase.told()),
            News::Unconfirmed => {
                let looking = matches!(case.phase, Phase::Unconfirmed { asking: true, .. });
                (words.toast_unconfirmed)(name, looking, case.phase.told())
            }
            News::Failed => {
                let source = if matches!(case.phase, Phase::Unlogged(_)) { t().audit.log } else { vendor };
                let why = case.phase.error().map(|error| (t().shared.error_line)(error, source));
                (words.toast_failed)(name, &why.unwrap_or_default())
            }
        };
        let link = Some((t().review.open_review.to_owned(), case.page().href()));
        self.toasts.show(Toast { text, alert: news != News::Recorded, link });
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
