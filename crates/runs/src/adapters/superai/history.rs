//! The history of a run's statuses, derived from times: the vendor keeps none.

use super::decode::{ReviewTask, Task};
use crate::model::status::{Status, StatusKind};
use crate::model::{Run, StatusEvent};
use crate::value::time::Timestamp;

/// A stretch in which at least one person was waited for.
pub(super) struct Stretch {
    pub(super) from: Timestamp,
    /// `None`: still.
    pub(super) until: Option<Timestamp>,
    why: String,
}

/// Waiting times by the review tasks, joined where they overlap; by the waiting tasks where there are no reviews to be read.
pub(super) fn stretches(reviews: &[ReviewTask], tasks: &[Task]) -> Vec<Stretch> {
    let mut found: Vec<Stretch> = Vec::new();
    for review in reviews {
        let task = tasks.iter().find(|task| review.is_of(&task.step.node, task.idx));
        let why = task.map_or(&review.source, |task| &task.step.name).clone();
        let until = if review.completed() { review.at } else { None };
        // A completed review without a time of completion says nothing about how long it took.
        if review.completed() && until.is_none() {
            continue;
        }
        found.extend(review.created_at.map(|from| Stretch { from, until: until.map(|until| until.max(from)), why }));
    }
    if reviews.is_empty() {
        for task in tasks.iter().filter(|task| task.step.status.kind == StatusKind::Waiting) {
            let from = task.step.started_at.or(task.created_at);
            found.extend(from.map(|from| Stretch { from, until: None, why: task.step.name.clone() }));
        }
    }
    crate::value::order::sort(&mut found, &|stretch| (stretch.from.0, 0));
    let mut joined: Vec<Stretch> = Vec::new();
    for stretch in found {
        match joined.last_mut() {
            Some(last) if last.until.is_none_or(|until| stretch.from <= until) => {
                last.until = last.until.zip(stretch.until).map(|(one, other)| one.max(other));
                if last.why != stretch.why {
                    last.why = format!("{}, {}", last.why, stretch.why);
                }
            }
            _ => joined.push(stretch),
        }
    }
    joined
}

/// Created, started, each stretch of waiting, and where the run is now; oldest first.
pub(super) fn history(run: &Run, waits: &[Stretch]) -> Vec<StatusEvent> {
    let mut events: Vec<StatusEvent> = Vec::new();
    let derived = |kind| Status::new(kind, "");
    add(&mut events, derived(StatusKind::Queued), run.created_at, None);
    if run.status.kind != StatusKind::Queued {
        add(&mut events, derived(StatusKind::Running), run.started_at, None);
        for wait in waits {
            add(&mut events, derived(StatusKind::Waiting), Some(wait.from), Some(wait.why.clone()));
            add(&mut events, derived(StatusKind::Running), wait.until, None);
        }
    }
    if matches!(run.status.kind, StatusKind::CompletedEdited | StatusKind::Stale) {
        add(&mut events, derived(StatusKind::Completed), run.finished_at, None);
    }
    let now = match run.status.kind {
        StatusKind::Completed | StatusKind::Failed => run.finished_at.or(run.updated_at),
        StatusKind::Waiting => run.waiting_since.or(run.updated_at),
        _ => run.updated_at,
    };
    match events.last_mut() {
        Some(last) if last.status.kind == run.status.kind => last.status = run.status.clone(),
        // Resuming takes the place of running on: the decision is recorded and the engine not moving.
        Some(last) if run.status.kind == StatusKind::Resuming && last.status.kind == StatusKind::Running => {
            last.status = run.status.clone()
        }
        _ => add(&mut events, run.status.clone(), now, run.error.as_ref().map(|error| error.message.clone())),
    }
    events
}

/// Clocks of engine and workers differ: what follows is never put before what it follows.
fn add(events: &mut Vec<StatusEvent>, status: Status, at: Option<Timestamp>, why: Option<String>) {
    let Some(at) = at else { return };
    let at = events.last().map_or(at, |last| at.max(last.at));
    events.push(StatusEvent { status, at, why });
}
