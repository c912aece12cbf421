//! One decision from the person's word to its end, as a state machine: events in, with the time; effects out.
//!
//! Whoever carries the effects (the app, a test) answers them with events. Nothing leaves before the undo window is over, and
//! nothing before the intent is kept beside the draft and written to the audit log. What was sent and not confirmed is looked for;
//! it is sent again only when a person says so, under the same key, and the adapter reads the review back before it sends.

mod follow_up;
mod kept;
mod phase;

pub use kept::{Kept, Pending, Resumed, resume};
pub use phase::{Effect, Event, News, Phase};

use crate::model::RunDetail;
use crate::model::review::{Decision, Intent, Outcome, Review};
use crate::model::status::Status;
use crate::reading::live::Progress;
use crate::value::json::Json;
use crate::value::time::Timestamp;
use crate::wire::error::ApiError;
use follow_up::CONFIRM_AGAIN;
use std::sync::Arc;

/// What the answer in flight or the wait under way is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Awaiting {
    Nothing,
    Window,
    Keeping,
    Logging,
    /// The run as it is before the decision is sent.
    Before,
    Confirming {
        plan: &'static [u32],
        next: usize,
    },
    Watching {
        next: usize,
    },
}

/// One decision with all that is needed to follow it.
#[derive(Clone, Debug)]
pub struct Case {
    /// The review as it was read.
    pub read: Arc<Review>,
    pub intent: Intent,
    /// When the person decided; once the undo window is over, when it was sent.
    pub sent: Timestamp,
    pub phase: Phase,
    /// For a time it was not known whether it was recorded.
    pub doubted: bool,
    pub progress: Option<Progress>,
    /// The run is being read to see it go on.
    pub watched: bool,
    /// The audit log has it. Not known of one that was taken up: what ended the page may have come before.
    logged: bool,
    /// The review was found closed without a decision once; told only if a second reading says so too.
    seen_closed: bool,
    /// The run's status with which the decision was not sent at all.
    unsent: Option<Status>,
    awaiting: Awaiting,
    number: u32,
}

impl Case {
    /// A decision that the person has just taken; it is held for `window` milliseconds.
    pub fn new(read: Arc<Review>, intent: Intent, before: Option<&RunDetail>, window: u32, now: Timestamp) -> (Self, Vec<Effect>) {
        let progress = before.map(|run| Progress::start(run, &read.id, now));
        let mut case = Self::bare(read, intent, now, Phase::Preparing, progress);
        let effects = if window == 0 || case.intent.unsendable(&case.read).is_some() {
            case.release(now)
        } else {
            case.phase = Phase::Held { until: Timestamp(now.0 + i64::from(window)) };
            case.awaiting = Awaiting::Window;
            vec![case.wait(window)]
        };
        (case, effects)
    }

    /// Takes up a decision that was sent before the page was loaded again: looks for it, sends nothing.
    pub fn take_up(read: Arc<Review>, intent: Intent, sent: Timestamp) -> (Self, Vec<Effect>) {
        let phase = Phase::Unconfirmed { detail: String::new(), request_id: None, asking: true };
        let mut case = Self::bare(read, intent, sent, phase, None);
        case.doubted = true;
        let effects = case.look(CONFIRM_AGAIN);
        (case, effects)
    }

    fn bare(read: Arc<Review>, intent: Intent, sent: Timestamp, phase: Phase, progress: Option<Progress>) -> Self {
        Self {
            read,
            intent,
            sent,
            phase,
            doubted: false,
            progress,
            watched: false,
            logged: false,
            seen_closed: false,
            unsent: None,
            awaiting: Awaiting::Nothing,
            number: 0,
        }
    }

    /// What is kept beside the draft until the outcome is known.
    pub fn pending(&self) -> Pending {
        let Intent { key, approve, edited, reason } = self.intent.clone();
        let data = edited.unwrap_or_else(|| self.read.data.clone());
        Pending { key, approve, reason, sent: self.sent, data: Some(data), tab: None }
    }

    /// The key of this decision if it is the same as another one: the same intent keeps its key, however often it has to be sent.
    pub fn key_of(&self, read: &Review, approve: bool, edited: Option<&Json>, reason: Option<&str>) -> Option<String> {
        let intent = &self.intent;
        let same = intent.approve == approve && intent.edited.as_ref() == edited && intent.reason.as_deref() == reason;
        (same && self.read.pin == read.pin).then(|| intent.key.clone())
    }

    /// Its outcome is not known: nothing else may be decided meanwhile.
    pub fn under_way(&self) -> bool {
        matches!(self.phase, Phase::Held { .. } | Phase::Preparing | Phase::Sending | Phase::Unconfirmed { .. })
    }

    /// Newer content may take its place: nothing of it is on its way, and nobody is looking for it.
    pub fn can_be_left(&self) -> bool {
        !self.under_way() || self.rests()
    }

    /// It ended the review, one way or the other.
    pub fn ended(&self) -> bool {
        matches!(
            self.phase,
            Phase::Came(Outcome::Accepted(_) | Outcome::AlreadyMine(_) | Outcome::DecidedByAnother(_) | Outcome::NoLongerWaiting(_))
        )
    }

    /// Takes in what happened. An event that does not fit where the decision stands is late, and changes nothing.
    pub fn on(&mut self, event: Event, now: Timestamp) -> Vec<Effect> {
        match (event, self.awaiting) {
            (Event::Elapsed(number), awaiting) if number == self.number => match awaiting {
                Awaiting::Window => self.release(now),
                Awaiting::Confirming { .. } => vec![Effect::Confirm(self.number)],
                Awaiting::Watching { .. } => vec![Effect::ReadRun],
                _ => Vec::new(),
            },
            (Event::Undo, Awaiting::Window) => {
                self.await_nothing();
                self.phase = Phase::Dropped;
                Vec::new()
            }
            (Event::Kept, Awaiting::Keeping) if self.logged => self.prepared(),
            (Event::Kept, Awaiting::Keeping) => {
                self.awaiting = Awaiting::Logging;
                vec![Effect::LogIntent]
            }
            (Event::Logged(result), Awaiting::Logging) => match result {
                Ok(()) => {
                    self.logged = true;
                    self.prepared()
                }
                Err(error) => {
                    self.await_nothing();
                    self.phase = Phase::Unlogged(error);
                    vec![Effect::Release, Effect::Tell(News::Failed)]
                }
            },
            (Event::Run(run), Awaiting::Before) => {
                self.progress = run.map(|run| Progress::start(&run, &self.read.id, self.sent));
                self.send()
            }
            (Event::Run(run), Awaiting::Watching { next }) => self.saw(run.as_deref(), next, now),
            (Event::Sent(result), _) if self.phase == Phase::Sending => self.answered(result, now),
            (Event::Looked(number, result), Awaiting::Confirming { plan, next }) if number == self.number => {
                self.looked(result, plan, next, now)
            }
            (Event::CheckAgain, _) if self.rests() => self.look(CONFIRM_AGAIN),
            (Event::SendAgain, _) if self.rests() || matches!(self.phase, Phase::Failed(_) | Phase::Unlogged(_)) => self.release(now),
            (Event::WatchAgain, Awaiting::Nothing) if self.ended() => self.watch(),
            (Event::GiveUp, _) if self.rests() => {
                self.await_nothing();
                let effects = vec![Effect::LogOutcome, Effect::Release];
                self.phase = Phase::Dropped;
                effects
            }
            _ => Vec::new(),
        }
    }

    /// Not confirmed, and nobody is looking for it.
    fn rests(&self) -> bool {
        matches!(self.phase, Phase::Unconfirmed { asking: false, .. })
    }

    fn await_nothing(&mut self) {
        self.awaiting = Awaiting::Nothing;
        self.number += 1;
    }

    fn wait(&mut self, millis: u32) -> Effect {
        self.number += 1;
        Effect::Wait { millis, number: self.number }
    }

    /// The window is over: from here on it is sent, unless it cannot be logged or is nothing that can be sent.
    fn release(&mut self, now: Timestamp) -> Vec<Effect> {
        self.await_nothing();
        if let Some(error) = self.intent.unsendable(&self.read) {
            self.phase = Phase::Failed(error);
            return vec![Effect::Tell(News::Failed)];
        }
        // A decision that may be recorded already keeps the time at which it was first sent.
        if !self.doubted {
            self.sent = now;
        }
        self.phase = Phase::Preparing;
        self.awaiting = Awaiting::Keeping;
        vec![Effect::Keep]
    }

    fn prepared(&mut self) -> Vec<Effect> {
        if self.progress.is_none() {
            self.awaiting = Awaiting::Before;
            return vec![Effect::ReadRun];
        }
        self.send()
    }

    fn send(&mut self) -> Vec<Effect> {
        self.await_nothing();
        self.phase = Phase::Sending;
        vec![Effect::Send]
    }

    fn answered(&mut self, result: Result<Outcome, ApiError>, now: Timestamp) -> Vec<Effect> {
        match result {
            Ok(Outcome::NotConfirmed { detail, request_id }) => self.lost(detail, request_id),
            // The parts of one reading are not of one moment: it is told once a second reading says so too.
            Ok(Outcome::NoLongerWaiting(status)) => {
                self.seen_closed = true;
                self.unsent = (!self.doubted).then_some(status);
                self.next_look(CONFIRM_AGAIN, 0)
            }
            Ok(outcome) if !self.doubted || settles(&outcome) => self.settle(outcome, now),
            // This time nothing was recorded, but the time before may still be.
            Ok(outcome) => {
                let (detail, request_id) = words(outcome);
                self.lost(detail, request_id)
            }
            Err(error) if self.doubted => self.lost(error.detail, error.request_id),
            Err(error) => {
                self.await_nothing();
                self.phase = Phase::Failed(error);
                vec![Effect::LogOutcome, Effect::Release, Effect::Tell(News::Failed)]
            }
        }
    }

    fn settle(&mut self, outcome: Outcome, now: Timestamp) -> Vec<Effect> {
        self.await_nothing();
        let mine = matches!(outcome, Outcome::Accepted(_) | Outcome::AlreadyMine(_));
        let news = match outcome {
            Outcome::Accepted(_) | Outcome::AlreadyMine(_) => News::Recorded,
            Outcome::DecidedByAnother(_) => News::Another,
            _ => News::NotRecorded,
        };
        let decision = recorded(&outcome);
        if let (Some(progress), Some(decision)) = (&mut self.progress, decision) {
            progress.decided(decision, now);
        }
        let follow = decision.is_some();
        self.phase = Phase::Came(outcome);
        let kept = if mine { Effect::Forget } else { Effect::Release };
        let mut effects = vec![Effect::LogOutcome, kept, Effect::Tell(news), Effect::Recount];
        if follow {
            effects.extend(self.watch());
        }
        effects
    }
}

/// The decision that an outcome found recorded.
fn recorded(outcome: &Outcome) -> Option<&Decision> {
    match outcome {
        Outcome::Accepted(decision) | Outcome::AlreadyMine(decision) | Outcome::DecidedByAnother(decision) => Some(decision),
        _ => None,
    }
}

/// Whether it says what became of everything that was ever sent for the intent, and not only of the last try.
const fn settles(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Accepted(_) | Outcome::AlreadyMine(_) | Outcome::DecidedByAnother(_) | Outcome::NoLongerWaiting(_))
}

fn words(outcome: Outcome) -> (String, Option<String>) {
    match outcome {
        Outcome::Invalid { detail, request_id, .. }
        | Outcome::NotPermitted { detail, request_id }
        | Outcome::NotConfirmed { detail, request_id } => (detail, request_id),
        _ => (String::new(), None),
    }
}
