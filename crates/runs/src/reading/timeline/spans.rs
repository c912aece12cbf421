//! The time spans of a step, as far as its fields tell, and their kind.

use super::row::BarKind;
use crate::model::Step;
use crate::model::status::{StatusKind, Tone};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) kind: BarKind,
}

/// The time of one try; `None` if nothing is known of it. An open one ends where the next try begins, else at `end`.
pub(super) fn of(step: &Step, end: i64, next: Option<&Step>) -> Option<Span> {
    let duration = step.duration_ms.and_then(|millis| i64::try_from(millis).ok());
    let started = step.started_at.map(|at| at.0);
    let finished = step.finished_at.map(|at| at.0);
    let from = match (started, finished, duration) {
        (Some(started), _, _) => started,
        (None, Some(finished), duration) => finished.saturating_sub(duration.unwrap_or(0)),
        (None, None, _) => return None,
    };
    let to = match (finished, duration, next.and_then(|next| next.started_at)) {
        (Some(finished), _, _) => finished,
        (None, Some(duration), _) if step.status.kind.is_final() => from.saturating_add(duration),
        (None, _, Some(next)) => next.0,
        // A finish that nobody recorded: a mark at the start, not a bar that claims time.
        (None, _, None) if step.status.kind.is_final() => from,
        (None, _, None) => end,
    };
    let kind = kind(step.status.kind, finished.is_none(), next.is_none());
    Some(Span { from, to: to.max(from), kind })
}

fn kind(status: StatusKind, open: bool, last: bool) -> BarKind {
    match status {
        // A person's time, however it ended: the row's shape says how.
        StatusKind::Waiting | StatusKind::Approved | StatusKind::Rejected => BarKind::Wait,
        _ if status.tone() == Tone::Fail => {
            if last {
                BarKind::Fail
            } else {
                BarKind::Retry
            }
        }
        StatusKind::Queued | StatusKind::NotStarted => BarKind::Idle,
        StatusKind::Running | StatusKind::Resuming | StatusKind::Cancelling | StatusKind::Unknown if open && last => BarKind::Running,
        _ => BarKind::Work,
    }
}

/// Whether a machine works then; anything else may be folded.
pub(super) fn busy(kind: BarKind) -> bool {
    matches!(kind, BarKind::Work | BarKind::Retry | BarKind::Fail | BarKind::Running)
}
