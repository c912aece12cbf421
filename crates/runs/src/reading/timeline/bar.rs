//! The bar of a run's statuses, and the table that says the same.

use super::fold;
use crate::model::status::{Status, StatusKind};
use crate::model::{Run, StatusEvent};
use crate::value::order;
use crate::value::time::Timestamp;

/// The least share of a segment: 8 of 800 pixels.
const MIN_SHARE: f64 = 0.01;
/// The share of the mark where a stretch is cut.
const CUT_SHARE: f64 = 0.06;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct StatusBar {
    /// What is drawn, oldest first.
    pub segments: Vec<Segment>,
    /// Every transition, oldest first: the same as a table.
    pub rows: Vec<Transition>,
    pub totals: Totals,
}

/// One drawn piece. Each ends where the next begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// The row in [`StatusBar::rows`] that it belongs to.
    pub event: usize,
    pub status: Status,
    pub from: Timestamp,
    pub to: Timestamp,
    /// Of this piece.
    pub millis: u64,
    /// Of the whole stretch that this is a part of.
    pub stretch_ms: u64,
    /// Share of the drawn width, 0..1; all add up to 1.
    pub share: f64,
    pub kind: SegKind,
    pub part: Section,
    /// It is still going on.
    pub open: bool,
    pub why: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SegKind {
    Work,
    /// A person has to act.
    Wait,
    Idle,
    Fail,
    Done,
    Odd,
    /// Time that is not drawn.
    Fold,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Whole,
    /// Before the cut.
    Head,
    Cut,
    /// After the cut.
    Tail,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    pub status: Status,
    pub from: Timestamp,
    /// Milliseconds; `None` for a final status that nothing followed.
    pub lasted: Option<u64>,
    pub open: bool,
    pub why: Option<String>,
}

/// Milliseconds. `total_ms` is the sum of the five others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub total_ms: u64,
    pub working_ms: u64,
    pub waiting_ms: u64,
    pub queued_ms: u64,
    /// Finished, until it was rerun, edited or went stale.
    pub idle_ms: u64,
    /// Being cancelled, or in a status that is not known.
    pub other_ms: u64,
    /// In the order of their first occurrence.
    pub per_status: Vec<(StatusKind, u64)>,
}

/// Where the time of a run went, as its header and its status history both say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    pub all_ms: u64,
    pub working_ms: u64,
    pub waiting_ms: u64,
}

impl Spent {
    /// What the history says of work and waiting, else what the run says itself. `None` if nothing tells how long it took.
    pub fn of(run: &Run, totals: &Totals, end: Timestamp) -> Option<Self> {
        // Of an end that the vendor does not name, the last change is the nearest.
        let measured = || run.started_at.or(run.created_at).filter(|_| run.finished_at.is_none())?.until(end);
        let all_ms = run.lasted(Some(end)).or_else(measured)?;
        if totals.working_ms > 0 || totals.waiting_ms > 0 {
            return Some(Self { all_ms, working_ms: totals.working_ms, waiting_ms: totals.waiting_ms });
        }
        let open = run.waiting_since.filter(|_| run.status.kind == StatusKind::Waiting).map_or(0, |since| end.since(since));
        let waiting_ms = run.waited_ms.unwrap_or(0).saturating_add(open).min(all_ms);
        Some(Self { all_ms, working_ms: all_ms - waiting_ms, waiting_ms })
    }
}

impl SegKind {
    pub const fn of(status: StatusKind) -> Self {
        match status {
            StatusKind::Running | StatusKind::Resuming => Self::Work,
            StatusKind::Waiting => Self::Wait,
            StatusKind::Completed | StatusKind::CompletedEdited | StatusKind::Approved => Self::Done,
            StatusKind::Rejected | StatusKind::Failed | StatusKind::TimedOut => Self::Fail,
            StatusKind::Stale | StatusKind::Unknown => Self::Odd,
            StatusKind::Queued
            | StatusKind::Cancelling
            | StatusKind::Cancelled
            | StatusKind::Skipped
            | StatusKind::Deleted
            | StatusKind::NotStarted => Self::Idle,
        }
    }

    /// The word in the markup.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Work => "run",
            Self::Wait => "wait",
            Self::Idle => "idle",
            Self::Fail => "fail",
            Self::Done => "ok",
            Self::Odd => "odd",
            Self::Fold => "fold",
        }
    }
}

/// Draws a history up to `end`, the last poll or the finish. Any order, equal times and an `end` before the last event are
/// tolerated: events are put in order, and time never runs backwards. `fold` cuts long stretches without work.
pub fn status_segments(history: &[StatusEvent], end: Timestamp, final_: bool, fold: bool) -> StatusBar {
    let mut events: Vec<&StatusEvent> = history.iter().collect();
    order::sort(&mut events, &|event| (event.at.0, 0));
    let mut bar = StatusBar::default();
    for (at, event) in events.iter().enumerate() {
        let next = events.get(at + 1).map(|next| next.at);
        let over = event.status.kind.is_final();
        let to = match next {
            Some(next) => next,
            None if over => event.at,
            None => end.max(event.at),
        };
        let lasted = to.since(event.at);
        let ended = next.is_some() || final_;
        bar.totals.add(event.status.kind, lasted);
        bar.rows.push(Transition {
            status: event.status.clone(),
            from: event.at,
            lasted: (next.is_some() || !over).then_some(lasted),
            open: !over && !ended,
            why: event.why.clone(),
        });
    }
    bar.segments = segments(&bar.rows, bar.totals.total_ms, fold);
    bar
}

impl Totals {
    fn add(&mut self, status: StatusKind, millis: u64) {
        let share = match status {
            StatusKind::Running | StatusKind::Resuming => &mut self.working_ms,
            StatusKind::Waiting => &mut self.waiting_ms,
            StatusKind::Queued | StatusKind::NotStarted => &mut self.queued_ms,
            other if other.is_final() => &mut self.idle_ms,
            _ => &mut self.other_ms,
        };
        *share = share.saturating_add(millis);
        self.total_ms = self.total_ms.saturating_add(millis);
        match self.per_status.iter_mut().find(|(kind, _)| *kind == status) {
            Some((_, sum)) => *sum = sum.saturating_add(millis),
            None => self.per_status.push((status, millis)),
        }
    }
}

/// Whether nothing is lost by not drawing it. An unknown status may be work.
fn foldable(status: StatusKind) -> bool {
    !matches!(status, StatusKind::Running | StatusKind::Resuming | StatusKind::Unknown)
}

fn segments(rows: &[Transition], total: u64, fold: bool) -> Vec<Segment> {
    let lengths: Vec<u64> = rows.iter().map(|row| if fold && foldable(row.status.kind) { row.lasted.unwrap_or(0) } else { 0 }).collect();
    let cuts = fold::cuts(&lengths, total);
    let mut segments = Vec::with_capacity(rows.len());
    for (event, (row, cut)) in rows.iter().zip(cuts).enumerate() {
        let length = row.lasted.unwrap_or(0);
        let head = (length - cut) / 2;
        let piece = |from: u64, to: u64, kind: SegKind, part: Section| Segment {
            event,
            status: row.status.clone(),
            from: row.from.plus(from),
            to: row.from.plus(to),
            millis: to - from,
            stretch_ms: length,
            share: 0.0,
            kind,
            part,
            open: row.open && matches!(part, Section::Whole | Section::Tail),
            why: row.why.clone(),
        };
        let kind = SegKind::of(row.status.kind);
        if cut == 0 {
            segments.push(piece(0, length, kind, Section::Whole));
        } else {
            segments.push(piece(0, head, kind, Section::Head));
            segments.push(piece(head, head + cut, SegKind::Fold, Section::Cut));
            segments.push(piece(head + cut, length, kind, Section::Tail));
        }
    }
    give_shares(&mut segments);
    segments
}

/// Proportional to time, but never less than the minimum: what that takes, the longer ones give in proportion.
fn give_shares(segments: &mut [Segment]) {
    let cuts = segments.iter().filter(|segment| segment.kind == SegKind::Fold).count();
    let drawn = segments.len() - cuts;
    if drawn == 0 {
        return;
    }
    let per_cut = CUT_SHARE.min(0.4 / cuts.max(1) as f64);
    let width = 1.0 - per_cut * cuts as f64;
    let least = MIN_SHARE.min(0.5 * width / drawn as f64);
    let mut pinned: Vec<bool> = segments.iter().map(|segment| segment.kind == SegKind::Fold || segment.millis == 0).collect();
    loop {
        let taken = pinned.iter().filter(|pin| **pin).count() - cuts;
        let left = width - least * taken as f64;
        let total: f64 = segments.iter().zip(&pinned).filter(|(_, pin)| !**pin).map(|(segment, _)| segment.millis as f64).sum();
        let mut settled = true;
        for (segment, pin) in segments.iter_mut().zip(&mut pinned) {
            segment.share = match (segment.kind, *pin) {
                (SegKind::Fold, _) => per_cut,
                // Nothing took any time: all alike.
                (_, true) if total == 0.0 => width / drawn as f64,
                (_, true) => least,
                (_, false) => segment.millis as f64 / total * left,
            };
            if !*pin && segment.share < least {
                *pin = true;
                settled = false;
            }
        }
        if settled {
            return;
        }
    }
}
