//! Cancelling, rerunning or deleting several runs: which of them can, and the way of each from the person's word to its end.
//!
//! A write is sent after the run's state was read, and once. If no answer tells what became of it, the state is read back, or, where
//! the vendor takes a write only once, the same one is sent again.

mod found;

use crate::adapters::capability::{Capabilities, Deletion, Rerun};
use crate::adapters::{RunAdapter, RunRef};
use crate::model::status::StatusKind;
use crate::model::{ActionOutcome, Run};
use crate::wire::error::{ApiError, ErrorKind};
use crate::wire::operation::Operation;
pub use found::found;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Cancel,
    Rerun,
    Delete,
}

impl Verb {
    pub const ALL: [Self; 3] = [Self::Rerun, Self::Cancel, Self::Delete];

    /// Its name where something is kept of it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Cancel => "cancel",
            Self::Rerun => "rerun",
            Self::Delete => "delete",
        }
    }

    pub fn operation(self, adapter: &dyn RunAdapter, run: &RunRef, key: &str) -> Operation<ActionOutcome> {
        match self {
            Self::Cancel => adapter.cancel(run, key),
            Self::Rerun => adapter.rerun(run, key),
            Self::Delete => adapter.delete(run),
        }
    }
}

/// Why a run is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exclusion {
    /// The vendor has no such call.
    NoCall,
    /// It is over: nothing is left to cancel.
    Finished,
    /// It is not over yet.
    GoesOn,
    /// Its end was asked for before.
    Asked,
    /// It was deleted, or was never there.
    Gone,
    /// Whoever asks may not.
    NotAllowed,
}

/// Whether a vendor can do this with a run of this status.
pub const fn allowed(verb: Verb, can: &Capabilities, status: StatusKind) -> Result<(), Exclusion> {
    let call = match verb {
        Verb::Cancel => can.cancel,
        Verb::Rerun => !matches!(can.rerun, Rerun::None),
        Verb::Delete => !matches!(can.delete, Deletion::None),
    };
    match (call, verb, status) {
        (false, ..) => Err(Exclusion::NoCall),
        (_, _, StatusKind::Deleted) => Err(Exclusion::Gone),
        (_, Verb::Cancel, StatusKind::Cancelling) => Err(Exclusion::Asked),
        (_, Verb::Cancel, status) if status.is_final() => Err(Exclusion::Finished),
        (_, Verb::Rerun | Verb::Delete, status) if !status.is_final() => Err(Exclusion::GoesOn),
        _ => Ok(()),
    }
}

/// Pauses before the state is read back or the write repeated, in milliseconds.
pub(super) const LOOKS: [u32; 3] = [800, 2_000, 5_000];
/// So often a vendor may ask for a pause.
const MOST_PAUSES: u32 = 10;
/// The pause where the vendor does not say how long, and the longest one, in seconds.
const USUAL_PAUSE: u32 = 30;
const LONGEST_PAUSE: u32 = 3_600;

#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// Its turn has not come.
    Waiting,
    /// Its state is read before anything is sent.
    Checking,
    Sending,
    /// Nobody knows yet whether it arrived; how often that was looked into.
    Looking(usize),
    Ended(Ended),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Ended {
    Came(ActionOutcome),
    /// Not sent, for that is how the run was.
    Out(Exclusion),
    /// The vendor refused it.
    Refused(ApiError),
    /// Nothing was sent: the run could not be read, or the vendor not reached.
    NotSent(ApiError),
    /// It may have happened.
    Unconfirmed,
    /// Nothing was sent, because somebody stopped it.
    Stopped,
}

/// What is to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Read the run after so many milliseconds.
    Read(u32),
    Send(u32),
}

impl Turn {
    /// The `at`-th look for what became of a write: what the vendor takes only once is sent again, with its key.
    pub(super) fn looking(at: usize, repeatable: bool) -> Self {
        let wait = LOOKS.get(at).copied().unwrap_or(0);
        if repeatable { Self::Send(wait) } else { Self::Read(wait) }
    }
}

/// Seconds for which the vendor wants no requests.
pub type Pause = Option<u32>;

/// One run on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    pub verb: Verb,
    can: Capabilities,
    /// As it was right before the write.
    before: Run,
    /// The vendor takes the write once, however often it is sent.
    repeatable: bool,
    pub phase: Phase,
    /// A write was sent of which nobody knows whether it arrived: how it ended.
    lost: Option<ApiError>,
    pauses: u32,
    /// So often the vendor may ask for a pause.
    patience: u32,
}

impl Case {
    /// `repeatable`: [`Operation::repeatable`] of the write.
    pub const fn new(verb: Verb, can: Capabilities, run: Run, repeatable: bool) -> Self {
        Self { verb, can, before: run, repeatable, phase: Phase::Waiting, lost: None, pauses: 0, patience: MOST_PAUSES }
    }

    /// The run's status as it was last read.
    pub const fn status(&self) -> StatusKind {
        self.before.status.kind
    }

    /// What came in place of an answer to a write, or instead of one that says what became of it.
    pub const fn no_answer(&self) -> Option<&ApiError> {
        self.lost.as_ref()
    }

    /// Whether the vendor takes the write once, however often it is sent.
    pub const fn is_repeatable(&self) -> bool {
        self.repeatable
    }

    /// Whether it ended, and how is known.
    pub const fn is_known(&self) -> bool {
        matches!(self.phase, Phase::Ended(Ended::Came(_) | Ended::Out(_) | Ended::Refused(_) | Ended::NotSent(_) | Ended::Stopped))
    }

    /// Whether the same is still to be done, or to be done once more because nobody knows whether it was.
    pub fn is_open(&self) -> bool {
        match self.phase {
            Phase::Ended(Ended::Unconfirmed) => self.may_try_again(),
            Phase::Ended(_) => false,
            _ => true,
        }
    }

    /// Whether it is on its way.
    pub const fn is_under_way(&self) -> bool {
        matches!(self.phase, Phase::Checking | Phase::Sending | Phase::Looking(_))
    }

    /// Somebody waits for it: a pause that the vendor asks for ends it.
    pub const fn without_pauses(&mut self) {
        self.patience = 0;
    }

    /// Its turn has come, for the first time or once more.
    pub fn begin(&mut self) {
        if self.phase == Phase::Waiting || self.may_try_again() {
            self.pauses = 0;
            self.phase = Phase::Checking;
        }
    }

    /// It is to wait for its turn once more.
    pub fn again(&mut self) {
        if self.may_try_again() {
            self.phase = Phase::Waiting;
        }
    }

    /// What was not sent yet is not sent.
    pub fn stop(&mut self) {
        if matches!(self.phase, Phase::Waiting | Phase::Checking) {
            self.phase = Phase::Ended(if self.lost.is_some() { Ended::Unconfirmed } else { Ended::Stopped });
        }
    }

    /// Whether trying again can help and does no harm.
    pub fn may_try_again(&self) -> bool {
        match &self.phase {
            Phase::Ended(Ended::Refused(_) | Ended::NotSent(_) | Ended::Stopped) => true,
            Phase::Ended(Ended::Unconfirmed) => self.repeatable || !self.makes_a_new_run(),
            _ => false,
        }
    }

    pub fn turn(&self) -> Option<Turn> {
        Some(match self.phase {
            Phase::Checking => Turn::Read(0),
            Phase::Sending => Turn::Send(0),
            Phase::Looking(at) => Turn::looking(at, self.repeatable),
            Phase::Waiting | Phase::Ended(_) => return None,
        })
    }

    /// The run was read.
    pub fn read(&mut self, answer: Result<Run, ApiError>) -> Pause {
        match (self.phase.clone(), answer) {
            (Phase::Checking | Phase::Looking(_), Err(error)) if error.kind == ErrorKind::RateLimited => return self.pause(error),
            (Phase::Checking, Ok(run)) => self.phase = self.checked(run),
            (Phase::Looking(at), Ok(run)) => {
                self.phase = match self.found(&run) {
                    Some(outcome) => Phase::Ended(Ended::Came(outcome)),
                    None if self.verb == Verb::Cancel && run.status.kind.is_final() => {
                        self.before = run;
                        Phase::Ended(Ended::Out(Exclusion::Finished))
                    }
                    None => Self::look(at + 1),
                };
            }
            (Phase::Checking | Phase::Looking(_), Err(error)) if error.kind == ErrorKind::NotFound => self.phase = self.gone(),
            (Phase::Checking, Err(_)) if self.lost.is_some() => self.phase = Phase::Ended(Ended::Unconfirmed),
            (Phase::Checking, Err(error)) => self.phase = Phase::Ended(Ended::NotSent(error)),
            (Phase::Looking(at), Err(_)) => self.phase = Self::look(at + 1),
            _ => {}
        }
        None
    }

    /// The write was answered, or not.
    pub fn sent(&mut self, answer: Result<ActionOutcome, ApiError>) -> Pause {
        let tried = match self.phase {
            Phase::Sending => 0,
            Phase::Looking(at) => at + 1,
            _ => return None,
        };
        self.phase = match answer {
            Ok(outcome) => Phase::Ended(Ended::Came(outcome)),
            Err(error) if error.kind == ErrorKind::RateLimited => return self.pause(error),
            Err(error) if error.outcome_unknown() => {
                self.lost = Some(error);
                Self::look(tried)
            }
            Err(error) if error.kind == ErrorKind::NotFound => self.gone(),
            // A refusal of the second try says nothing about the first.
            Err(_) if self.lost.is_some() => Phase::Ended(Ended::Unconfirmed),
            Err(error) if error.not_sent() => Phase::Ended(Ended::NotSent(error)),
            Err(error) => Phase::Ended(Ended::Refused(error)),
        };
        None
    }

    fn makes_a_new_run(&self) -> bool {
        self.verb == Verb::Rerun && self.can.rerun != Rerun::SameRun
    }

    /// What became of a write, as far as the run tells: nothing of a new run.
    fn found(&self, now: &Run) -> Option<ActionOutcome> {
        if self.makes_a_new_run() { None } else { found(self.verb, &self.before, now) }
    }

    fn checked(&mut self, run: Run) -> Phase {
        if self.lost.is_some()
            && let Some(outcome) = self.found(&run)
        {
            return Phase::Ended(Ended::Came(outcome));
        }
        match allowed(self.verb, &self.can, run.status.kind) {
            Ok(()) => {
                self.before = run;
                Phase::Sending
            }
            Err(out) => {
                self.before = run;
                Phase::Ended(Ended::Out(out))
            }
        }
    }

    fn gone(&self) -> Phase {
        Phase::Ended(match (self.verb, self.lost.is_some()) {
            (Verb::Delete, true) => Ended::Came(ActionOutcome::Done),
            _ => Ended::Out(Exclusion::Gone),
        })
    }

    const fn look(at: usize) -> Phase {
        if at < LOOKS.len() { Phase::Looking(at) } else { Phase::Ended(Ended::Unconfirmed) }
    }

    /// The phase stays: the same request goes again after the pause.
    fn pause(&mut self, error: ApiError) -> Pause {
        self.pauses += 1;
        if self.pauses > self.patience {
            self.phase = Phase::Ended(if self.lost.is_some() { Ended::Unconfirmed } else { Ended::NotSent(error) });
            return None;
        }
        Some(error.retry_after.unwrap_or(USUAL_PAUSE).clamp(1, LONGEST_PAUSE))
    }
}

/// How many of several runs are where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub all: usize,
    /// Nothing was sent for them yet.
    pub unsent: usize,
    pub under_way: usize,
    pub done: usize,
    pub out: usize,
    pub failed: usize,
    pub unconfirmed: usize,
    pub stopped: usize,
}

impl Tally {
    pub fn add(&mut self, phase: &Phase) {
        self.all += 1;
        *match phase {
            Phase::Waiting | Phase::Checking => &mut self.unsent,
            Phase::Sending | Phase::Looking(_) => &mut self.under_way,
            Phase::Ended(Ended::Came(_)) => &mut self.done,
            Phase::Ended(Ended::Out(_)) => &mut self.out,
            Phase::Ended(Ended::Refused(_) | Ended::NotSent(_)) => &mut self.failed,
            Phase::Ended(Ended::Unconfirmed) => &mut self.unconfirmed,
            Phase::Ended(Ended::Stopped) => &mut self.stopped,
        } += 1;
    }

    pub const fn ended(&self) -> usize {
        self.all - self.unsent - self.under_way
    }

    pub const fn going(&self) -> bool {
        self.unsent + self.under_way > 0
    }
}
