//! Statistics of a list of runs: counts, success rate, durations, and a histogram over time.

use crate::model::status::{StatusKind, Tone};
use crate::model::{Run, Statistics};
use crate::value::order::sort;
use crate::value::time::Timestamp;

/// Bars of a histogram at most.
pub const MOST_BARS: usize = 48;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Widths of bars within a day: each divides it, so that bars begin at round times of the clock.
const STEPS: [i64; 20] = [
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    15 * SECOND,
    30 * SECOND,
    MINUTE,
    2 * MINUTE,
    3 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    20 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    4 * HOUR,
    6 * HOUR,
    12 * HOUR,
];

/// Widths of bars in whole days; beyond the last one they double.
const DAYS: [i64; 8] = [1, 2, 3, 5, 7, 14, 30, 60];

/// What became of a run, as far as a summary tells it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutcomeGroup {
    Succeeded,
    Waiting,
    /// Queued, running, or on its way to go on or to end.
    UnderWay,
    Failed,
    /// Cancelled, out of date, deleted or a status never seen before: neither a success nor a failure.
    Other,
}

impl OutcomeGroup {
    pub const ALL: [Self; 5] = [Self::Succeeded, Self::Waiting, Self::UnderWay, Self::Failed, Self::Other];

    pub const fn of(kind: StatusKind) -> Self {
        match kind {
            StatusKind::Queued | StatusKind::Cancelling | StatusKind::NotStarted => Self::UnderWay,
            _ => match kind.tone() {
                Tone::Ok => Self::Succeeded,
                Tone::Wait => Self::Waiting,
                Tone::Run => Self::UnderWay,
                Tone::Fail => Self::Failed,
                Tone::Idle | Tone::Odd => Self::Other,
            },
        }
    }
}

/// So many of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts([u64; 5]);

impl Counts {
    pub fn of<'a>(runs: impl IntoIterator<Item = &'a Run>) -> Self {
        let mut counts = Self::default();
        for run in runs {
            counts.add(OutcomeGroup::of(run.status.kind));
        }
        counts
    }

    pub const fn add(&mut self, became: OutcomeGroup) {
        self.0[became as usize] += 1;
    }

    pub const fn get(self, became: OutcomeGroup) -> u64 {
        self.0[became as usize]
    }

    pub fn all(self) -> u64 {
        self.0.iter().sum()
    }
}

/// The share that succeeded, in thousandths of those that succeeded or failed; `None` if there are none. It is all or nothing only
/// if that is exactly so: one failure among many is never rounded away.
pub fn success_rate(succeeded: u64, failed: u64) -> Option<u32> {
    let all = u128::from(succeeded) + u128::from(failed);
    if all == 0 {
        return None;
    }
    let rounded = u32::try_from((u128::from(succeeded) * 2_000 + all) / (2 * all)).unwrap_or(1_000);
    Some(match (succeeded, failed) {
        (0, _) => 0,
        (_, 0) => 1_000,
        _ => rounded.clamp(1, 999),
    })
}

/// How long a run took that is over.
pub fn took(run: &Run) -> Option<u64> {
    run.status.kind.is_final().then(|| run.lasted(None)).flatten()
}

/// How long runs took, over those that are over and say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Durations {
    /// So many runs it is taken from.
    pub runs: u64,
    pub mean: u64,
    /// The middle one, or between the two in the middle.
    pub median: u64,
}

impl Durations {
    pub fn of<'a>(runs: impl IntoIterator<Item = &'a Run>) -> Option<Self> {
        let mut all: Vec<u64> = runs.into_iter().filter_map(took).collect();
        sort(&mut all, &|took| (i64::try_from(*took).unwrap_or(i64::MAX), 0));
        let count = all.len();
        let (low, high) = (*all.get(count.checked_sub(1)? / 2)?, *all.get(count / 2)?);
        let sum: u128 = all.iter().copied().map(u128::from).sum();
        let mean = u64::try_from((sum * 2 + count as u128) / (2 * count as u128)).unwrap_or(u64::MAX);
        Some(Self { runs: count as u64, mean, median: low + (high - low) / 2 })
    }
}

/// Where a figure comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The vendor counted.
    Vendor,
    /// Counted here, over the runs that are loaded.
    Loaded,
}

/// What is known of a list beside its loaded runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// The list's own total, if it is of what the filter lets through.
    pub total: Option<u64>,
    /// All of the list is loaded.
    pub whole: bool,
    /// The newest run that the vendor lists.
    pub newest: Option<Timestamp>,
}

/// The figures of a list, each known on its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// How many runs; `Loaded`: so many are loaded, and only if the whole list is are these all.
    pub total: (u64, Basis),
    pub under_way: (u64, Basis),
    /// Those that succeeded and those that failed: what the rate is made of.
    pub ended: Option<(u64, u64, Basis)>,
    pub waiting: (u64, Basis),
    /// Always of loaded runs: no vendor says a median.
    pub durations: Option<Durations>,
    pub mean: Option<(u64, Basis)>,
    pub last_run: Option<Timestamp>,
}

impl Summary {
    /// Puts what the vendor counted before what can be counted here. `statistics` is of the same list: without a filter.
    pub fn of(statistics: Option<&Statistics>, loaded: &[Run], listed: Listed) -> Self {
        let none = Statistics::default();
        let said = statistics.unwrap_or(&none);
        let counts = Counts::of(loaded);
        let told = |said: Option<u64>, counted: u64| said.map_or((counted, Basis::Loaded), |said| (said, Basis::Vendor));
        let durations = Durations::of(loaded);
        let (succeeded, failed) = (counts.get(OutcomeGroup::Succeeded), counts.get(OutcomeGroup::Failed));
        let counted = (succeeded + failed > 0).then_some((succeeded, failed, Basis::Loaded));
        Self {
            total: told(said.total.or(listed.total), counts.all()),
            under_way: told(said.under_way, counts.get(OutcomeGroup::UnderWay)),
            ended: match said.succeeded.zip(said.failed) {
                Some((0, 0)) => None,
                Some((succeeded, failed)) => Some((succeeded, failed, Basis::Vendor)),
                None => counted,
            },
            waiting: told(said.waiting, counts.get(OutcomeGroup::Waiting)),
            durations,
            mean: said.mean_ms.map(|mean| (mean, Basis::Vendor)).or(durations.map(|own| (own.mean, Basis::Loaded))),
            last_run: said.last_run.max(listed.newest),
        }
    }
}

/// The moment that a run stands at in a list.
pub fn stands_at(run: &Run) -> Option<Timestamp> {
    run.created_at.or(run.started_at)
}

/// A stretch of time, its end not included, and what became of the runs of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    pub from: Timestamp,
    pub to: Timestamp,
    pub counts: Counts,
}

/// Minutes east of UTC at a moment, in the zone that the page is read in.
pub type Offset<'a> = &'a dyn Fn(Timestamp) -> i32;

/// Runs over time, in at most [`MOST_BARS`] bars that begin at round times of the zone's clock and reach from the first moment to
/// the last. Within days bars are equally long; bars of days are days of the zone, also those of 23 or 25 hours.
pub fn histogram(runs: &[(Timestamp, OutcomeGroup)], first: Timestamp, last: Timestamp, offset: Offset<'_>) -> Vec<Bar> {
    let (first, last) = (first.min(last), last);
    let mut bars = edges(first, last, offset);
    for (at, became) in runs {
        let place = bars.partition_point(|bar| bar.to <= *at);
        if let Some(bar) = bars.get_mut(place).filter(|bar| bar.from <= *at) {
            bar.counts.add(*became);
        }
    }
    bars
}

fn edges(first: Timestamp, last: Timestamp, offset: Offset<'_>) -> Vec<Bar> {
    let bar = |from: i64, to: i64| Bar { from: Timestamp(from), to: Timestamp(to), counts: Counts::default() };
    let east = i64::from(offset(first)) * MINUTE;
    for step in STEPS {
        let start = (first.0 + east).div_euclid(step) * step - east;
        let bars = (last.0 - start).div_euclid(step) + 1;
        if bars <= MOST_BARS as i64 {
            return (0..bars).map(|at| bar(start + at * step, start + (at + 1) * step)).collect();
        }
    }
    let (from, to) = (local_day(first, offset), local_day(last, offset));
    let days = (to - from) / MOST_BARS as i64 + 1;
    let mut step = DAYS[DAYS.len() - 1];
    while step < days {
        step = step.saturating_mul(2);
    }
    let step = DAYS.into_iter().find(|wide| *wide >= days).unwrap_or(step);
    let bars = (to - from) / step + 1;
    (0..bars).map(|at| bar(day_start(from + at * step, offset).0, day_start(from + (at + 1) * step, offset).0)).collect()
}

/// Days since 1970 on the zone's calendar.
fn local_day(at: Timestamp, offset: Offset<'_>) -> i64 {
    (at.0 + i64::from(offset(at)) * MINUTE).div_euclid(DAY)
}

/// The first moment of a day of the zone: midnight, or what the clocks showed instead of it on the day that they were changed then.
fn day_start(day: i64, offset: Offset<'_>) -> Timestamp {
    let midnight = day * DAY;
    // No zone is further than this from UTC, so the clocks are changed at most once between the two.
    let by = |hours: i64| Timestamp(midnight - i64::from(offset(Timestamp(midnight + hours * HOUR))) * MINUTE);
    let (one, other) = (by(-15), by(15));
    let (early, late) = (one.min(other), one.max(other));
    if local_day(early, offset) >= day { early } else { late }
}
