//! One reviewer: a browser that keeps drafts, and at times a tab in it with the real core.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use runs::adapters::capability::RejectReason;
use runs::deciding::decision::{Case, Effect, Event, Kept, Phase, resume};
use runs::form::Draft;
use runs::model::RunDetail;
use runs::model::review::{Intent, Outcome, Review, ReviewState};
use runs::{Dialect, Json, Timestamp};

use crate::network::Flight;

/// A draft is kept so soon after a keystroke.
const SAVED_WITHIN: i64 = 250;

/// An operation of the core's on its way.
pub enum Running {
    Decide(Flight<Outcome>),
    Confirm(u32, Flight<Outcome>),
    Run(Box<Flight<RunDetail>>),
}

/// What a person decided, whatever their browser makes of it later.
#[derive(Clone, Debug)]
pub struct Choice {
    pub approve: bool,
    /// The data that was approved or rejected, as it stood in front of the person.
    pub data: Json,
    pub reason: Option<String>,
}

/// A page that shows the review.
pub struct Tab {
    pub read: Arc<Review>,
    pub draft: Draft,
    pub case: Option<Case>,
    /// The tries of this case to send something.
    pub attempts: Vec<u64>,
    pub running: Vec<Running>,
    pub events: VecDeque<Event>,
    pub timers: Vec<(i64, u32)>,
    /// Since when something typed is not kept.
    dirty: Option<i64>,
    /// The draft as it was when the person decided.
    decided: Option<Kept>,
}

pub struct Reviewer {
    pub number: usize,
    dialect: Dialect,
    pub tab: Option<Tab>,
    /// What the browser keeps, by the digest of the content.
    pub storage: BTreeMap<String, String>,
    /// Every state of the draft since it was last empty, with the time of its edit.
    pub edits: Vec<(i64, Json)>,
    /// Keys of intents in the audit log.
    intents: Vec<String>,
    keys: u64,
    pub attempt: u64,
    /// Every decision by its key.
    pub said: BTreeMap<String, Choice>,
}

impl Reviewer {
    pub fn new(number: usize, dialect: Dialect) -> Self {
        Self {
            number,
            dialect,
            tab: None,
            storage: BTreeMap::new(),
            edits: Vec::new(),
            intents: Vec::new(),
            keys: 0,
            attempt: 0,
            said: BTreeMap::new(),
        }
    }

    /// Shows what was read, with what the browser kept.
    pub fn open(&mut self, read: Review) {
        let read = Arc::new(read);
        let kept = |text: &String| Kept::read(text).expect("a draft that was kept can be read");
        let same = self.storage.get(&read.pin.digest).map(kept);
        let earlier = if same.is_none() { self.storage.values().map(kept).max_by_key(|kept| kept.at) } else { None };
        let resumed = resume(&read, same, earlier);
        let mut tab = Tab {
            read: Arc::clone(&read),
            draft: resumed.draft,
            case: None,
            attempts: Vec::new(),
            running: Vec::new(),
            events: VecDeque::new(),
            timers: Vec::new(),
            dirty: None,
            decided: None,
        };
        let mut effects = Vec::new();
        if let Some((intent, sent)) = resumed.pending {
            let (case, first) = Case::take_up(read, intent, sent);
            tab.case = Some(case);
            effects = first;
        }
        self.tab = Some(tab);
        self.carry(effects, 0, true);
    }

    pub fn locked(&self) -> bool {
        self.tab.as_ref().is_some_and(|tab| tab.case.as_ref().is_some_and(Case::under_way))
    }

    /// Types into a field; `false`: there is none, or it may not be changed now.
    pub fn edit(&mut self, path: &str, typed: &str, now: i64) -> bool {
        let over = self.tab.as_ref().is_some_and(|tab| tab.case.as_ref().is_some_and(Case::ended));
        if over || self.locked() {
            return false;
        }
        let Some(tab) = self.tab.as_mut().filter(|tab| tab.read.state == ReviewState::Open) else { return false };
        if tab.draft.get(path).is_none() || !tab.draft.set(path, typed) {
            return false;
        }
        tab.dirty.get_or_insert(now);
        self.edits.push((now, tab.draft.value().clone()));
        true
    }

    /// Keeps the draft if it is time, or at once.
    pub fn save(&mut self, now: i64, at_once: bool) {
        let Some(tab) = self.tab.as_mut() else { return };
        let due = tab.dirty.is_some_and(|since| at_once || now - since >= SAVED_WITHIN);
        if due && !tab.case.as_ref().is_some_and(Case::under_way) {
            tab.dirty = None;
            let fresh = Draft::open(tab.read.schema.as_ref(), &tab.read.data, &tab.read.read_only).save();
            if tab.draft.save() == fresh {
                self.storage.clear();
                self.edits.clear();
            } else {
                let text = Kept::of(&tab.draft, None, Timestamp(now)).write();
                self.storage.insert(tab.read.pin.digest.clone(), text);
            }
        }
    }

    /// Whether the vendor refuses a rejection without a reason, and keeps the one that it gets.
    pub fn needs_reason(&self) -> bool {
        self.dialect.adapter().capabilities().reject_reason == RejectReason::Required
    }

    /// Decides; `false`: it cannot now.
    pub fn decide(&mut self, approve: bool, reason: Option<&str>, window: u32, now: i64) -> bool {
        self.save(now, true);
        let Some(tab) = self.tab.as_mut().filter(|tab| tab.read.state == ReviewState::Open) else { return false };
        if tab.case.as_ref().is_some_and(|case| case.under_way() || case.ended()) {
            return false;
        }
        let edited = if approve { tab.draft.edited() } else { None };
        let reason = reason.filter(|_| !approve).map(str::to_owned);
        let earlier = tab.case.as_ref().and_then(|case| case.key_of(&tab.read, approve, edited.as_ref(), reason.as_deref()));
        let key = earlier.unwrap_or_else(|| {
            self.keys += 1;
            format!("cmd_{}_{}_{}", self.number, self.keys, tab.read.run)
        });
        let data = edited.clone().unwrap_or_else(|| tab.read.data.clone());
        self.said.insert(key.clone(), Choice { approve, data, reason: reason.clone() });
        let intent = Intent { key, approve, edited, reason };
        let (case, effects) = Case::new(Arc::clone(&tab.read), intent, None, window, Timestamp(now));
        tab.decided = Some(Kept::of(&tab.draft, None, Timestamp(now)));
        tab.case = Some(case);
        tab.attempts.clear();
        self.carry(effects, now, true);
        true
    }

    /// Tells the core what happened, and carries what it wants.
    pub fn on(&mut self, event: Event, now: i64, log_works: bool) {
        let Some(case) = self.tab.as_mut().and_then(|tab| tab.case.as_mut()) else { return };
        let effects = case.on(event, Timestamp(now));
        self.carry(effects, now, log_works);
    }

    fn carry(&mut self, effects: Vec<Effect>, now: i64, log_works: bool) {
        let adapter = self.dialect.run_adapter();
        for effect in effects {
            let Some(tab) = self.tab.as_mut() else { return };
            let Some(case) = tab.case.as_ref() else { return };
            match effect {
                Effect::Wait { millis, number } => tab.timers.push((now + i64::from(millis), number)),
                Effect::Keep => {
                    let digest = &tab.read.pin.digest;
                    let before = self.storage.get(digest).and_then(|text| Kept::read(text));
                    let untouched =
                        || Kept::of(&Draft::open(tab.read.schema.as_ref(), &tab.read.data, &tab.read.read_only), None, Timestamp(now));
                    let kept = tab.decided.clone().or(before).unwrap_or_else(untouched);
                    self.storage.insert(digest.clone(), Kept { pending: Some(case.pending()), ..kept }.write());
                    tab.events.push_back(Event::Kept);
                }
                Effect::LogIntent => {
                    let error = || runs::ApiError::new(runs::ErrorKind::GatewayUnreachable, "the log is full");
                    if log_works {
                        self.intents.push(case.intent.key.clone());
                    }
                    tab.events.push_back(Event::Logged(if log_works { Ok(()) } else { Err(error()) }));
                }
                Effect::ReadRun => {
                    let run = runs::adapters::RunRef { id: tab.read.run.clone(), flow: Some(tab.read.flow.clone()) };
                    tab.running.push(Running::Run(Box::new(Flight::of(adapter.get_run(&run)))));
                }
                Effect::Send => {
                    assert!(self.intents.contains(&case.intent.key), "{} is sent and not in the audit log", case.intent.key);
                    self.attempt += 1;
                    tab.attempts.push(self.attempt);
                    tab.running.push(Running::Decide(Flight::of(adapter.decide(&case.read, &case.intent))));
                }
                Effect::Confirm(number) => {
                    tab.running.push(Running::Confirm(number, Flight::of(adapter.confirm(&case.read, &case.intent))));
                }
                Effect::Forget => {
                    self.storage.clear();
                    self.edits.clear();
                }
                Effect::Release => {
                    for text in self.storage.values_mut() {
                        let kept = Kept::read(text).unwrap();
                        *text = Kept { pending: None, ..kept }.write();
                    }
                }
                Effect::LogOutcome | Effect::Tell(_) | Effect::Recount => {}
            }
        }
    }

    pub fn phase(&self) -> Option<&Phase> {
        self.tab.as_ref()?.case.as_ref().map(|case| &case.phase)
    }

    /// Whether the browser knows of a decision that was sent and not settled.
    pub fn has_pending(&self) -> bool {
        self.storage.values().any(|text| Kept::read(text).is_some_and(|kept| kept.pending.is_some()))
    }
}
