//! When to ask again.

use crate::model::Quota;
use crate::value::time::Timestamp;
use crate::wire::error::ApiError;

/// The longest pause, unless the vendor asks for a longer one.
const MAX_DELAY: f64 = 60_000.0;
/// So many unchanged answers in a row are normal; then the pauses grow.
const PATIENCE: u32 = 4;
const GROWTH: f64 = 1.5;
/// Pauses are longer by up to this share, so that windows do not ask all at once; never shorter than asked for.
const JITTER: f64 = 0.2;
/// A longer `Retry-After` than an hour is taken as an hour.
const MAX_RETRY_AFTER: u32 = 3_600;

/// What is being watched; the fastest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// One run at work: every 2 s while things happen, and at least every 10 s.
    RunPage,
    /// One run that waits for a person: the same, but for days if need be.
    WaitingRun,
    /// A list: every 5 s.
    List,
    /// A count in the background: once a minute.
    Count,
}

impl Pace {
    /// By their numbers, by which the app tells the gateway which is meant.
    pub const ALL: [Self; 4] = [Self::RunPage, Self::WaitingRun, Self::List, Self::Count];

    /// The shortest pause, in milliseconds.
    pub const fn base(self) -> f64 {
        match self {
            Self::RunPage | Self::WaitingRun => 2_000.0,
            Self::List => 5_000.0,
            Self::Count => MAX_DELAY,
        }
    }

    /// The longest pause between answers that say the same.
    const fn longest(self) -> f64 {
        match self {
            Self::RunPage => 10_000.0,
            Self::WaitingRun | Self::List | Self::Count => MAX_DELAY,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    pace: Pace,
    unchanged: u32,
    errors: u32,
    retry_after: Option<u32>,
    finished: bool,
    refused: bool,
}

impl Backoff {
    pub const fn new(pace: Pace) -> Self {
        Self { pace, unchanged: 0, errors: 0, retry_after: None, finished: false, refused: false }
    }

    /// What is watched goes on at another pace.
    pub const fn keep(&mut self, pace: Pace) {
        self.pace = pace;
    }

    /// An answer came; `changed` if it was not the same as the one before.
    pub fn answered(&mut self, changed: bool) {
        self.unchanged = if changed { 0 } else { self.unchanged.saturating_add(1) };
        (self.errors, self.retry_after, self.refused) = (0, None, false);
    }

    /// No answer, or a refusal. One that trying again cannot help (a bad key, not found) stops the asking.
    pub fn failed(&mut self, error: &ApiError) {
        self.errors = self.errors.saturating_add(1);
        self.retry_after = error.retry_after;
        self.refused = !error.passing() && error.kind != crate::ErrorKind::Malformed && error.retry_after.is_none();
    }

    /// Whether the run is finished: then nothing more is asked.
    pub fn finished(&mut self, finished: bool) {
        self.finished = finished;
    }

    /// Something happened here (a decision, a return to the tab): the next answers are awaited eagerly, errors forgotten.
    pub fn wake(&mut self) {
        (self.unchanged, self.errors, self.refused) = (0, 0, false);
    }

    /// Milliseconds until a question would be welcome if somebody came back to look: the patience of idleness is no reason to make
    /// them wait, the vendor's limits are.
    pub fn eager(&self, now: Timestamp, quota: Option<Quota>) -> Option<u32> {
        let mut woken = *self;
        let refused = woken.refused;
        woken.wake();
        if refused { None } else { woken.delay(now, quota, 0.0) }
    }

    /// Milliseconds until the next question; `None`: none. `jitter` is a random number in 0..1.
    pub fn delay(&self, now: Timestamp, quota: Option<Quota>, jitter: f64) -> Option<u32> {
        if self.finished || self.refused {
            return None;
        }
        // Who waits for a first or a missing answer looks at an error meanwhile, however rarely the answer changes.
        let base = if self.errors > 0 { self.pace.base().min(Pace::List.base()) } else { self.pace.base() };
        let idle = GROWTH.powi(self.unchanged.saturating_sub(PATIENCE).min(20).cast_signed());
        let failing = 2f64.powi(self.errors.min(10).cast_signed());
        let own = ((base * idle).min(self.pace.longest()) * failing).min(MAX_DELAY);
        let asked = f64::from(self.retry_after.unwrap_or(0).min(MAX_RETRY_AFTER)) * 1_000.0;
        let least = asked.max(quota.map_or(0.0, |quota| spread(quota, now)));
        let jitter = if jitter.is_finite() { jitter.clamp(0.0, 1.0) } else { 0.0 };
        Some((own.max(least) * (1.0 + JITTER * jitter)) as u32)
    }
}

/// Milliseconds until the next question that a scarce limit leaves room for; zero while there is plenty.
pub fn pause(quota: Quota, now: Timestamp) -> u32 {
    if quota.remaining > quota.limit / 10 { 0 } else { spread(Quota { cost: 1, ..quota }, now) as u32 }
}

/// The pause, in milliseconds, with which half of what remains of a limit lasts until it resets: the other half is for everything
/// else that the key is used for. A generous limit asks for none.
fn spread(quota: Quota, now: Timestamp) -> f64 {
    let left = quota.resets_at.map_or(MAX_DELAY, |at| at.since(now) as f64);
    let answers = f64::from(quota.remaining + 1) / f64::from(quota.cost.max(1));
    (2.0 * left / answers).min(left).min(f64::from(MAX_RETRY_AFTER) * 1_000.0)
}

/// Whether a limit makes a list wait longer than it would by itself: then the page says so.
pub fn scarce(quota: Quota, now: Timestamp) -> bool {
    spread(quota, now) > Pace::List.base()
}
