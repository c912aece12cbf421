//! Retab keeps no history of statuses: it is derived from the times of the run and its steps, and only from them.

use super::steps;
use crate::model::status::{Status, StatusKind};
use crate::model::{FactName, FactValue, RunDetail, StatusEvent, Step};
use crate::value::order;
use crate::value::time::Timestamp;

/// Oldest first; two events never share a moment, and nothing follows the end of a run.
pub(super) fn derive(detail: &RunDetail) -> Vec<StatusEvent> {
    told(detail, waits(detail))
}

/// A stretch of waiting for a person: from, to (open if it still waits), and where.
pub(in crate::adapters) type Wait = (Timestamp, Option<Timestamp>, String);

/// The story of a run that waited at these times.
pub(in crate::adapters) fn told(detail: &RunDetail, waits: Vec<Wait>) -> Vec<StatusEvent> {
    let run = &detail.run;
    let mut events = Vec::new();
    push(&mut events, StatusKind::Queued, run.created_at, None);
    push(&mut events, StatusKind::Running, run.started_at, None);
    for (from, to, why) in joined(waits) {
        push(&mut events, StatusKind::Waiting, Some(from), Some(why.clone()));
        push(&mut events, StatusKind::Running, to, Some(why));
    }
    let cancel_asked = steps::time(&detail.facts, FactName::CancelRequestedAt);
    if matches!(run.status.kind, StatusKind::Cancelling | StatusKind::Cancelled) {
        push(&mut events, StatusKind::Cancelling, cancel_asked, None);
    }
    order::sort(&mut events, &|event| (event.at.0, 0));
    let last = match run.status.kind.is_final() {
        true => run.finished_at.or(run.updated_at),
        false => None,
    };
    if let Some(at) = last {
        events.retain(|event| event.at <= at);
        events.push(StatusEvent { status: run.status.clone(), at, why: run.error.as_ref().map(|error| error.message.clone()) });
    } else if events.last().is_none_or(|event| event.status.kind != run.status.kind) {
        // Since when is not known better than "at the latest since the last change".
        let at = since(detail, events.last().map(|event| event.at));
        if let Some(at) = at {
            events.push(StatusEvent { status: run.status.clone(), at, why: None });
        }
    } else if let Some(event) = events.last_mut() {
        event.status.raw.clone_from(&run.status.raw);
    }
    collapse(events)
}

fn push(events: &mut Vec<StatusEvent>, kind: StatusKind, at: Option<Timestamp>, why: Option<String>) {
    if let Some(at) = at {
        events.push(StatusEvent { status: Status::new(kind, ""), at, why });
    }
}

fn since(detail: &RunDetail, after: Option<Timestamp>) -> Option<Timestamp> {
    let run = &detail.run;
    let exact = match run.status.kind {
        StatusKind::Waiting => run.waiting_since,
        StatusKind::Resuming => detail.steps.iter().filter_map(|step| steps::time(&step.facts, FactName::ReviewedAt)).max(),
        _ => None,
    };
    let at = exact.or(run.updated_at)?;
    Some(after.map_or(at, |after| at.max(after)))
}

/// Stretches of waiting for a person; open at the end if it still waits.
fn waits(detail: &RunDetail) -> Vec<Wait> {
    let mut found: Vec<_> = detail.steps.iter().filter_map(wait).collect();
    let run = &detail.run;
    let waits_now = run.status.kind == StatusKind::Waiting;
    if let Some(from) = run.waiting_since.filter(|_| waits_now)
        && !found.iter().any(|(_, to, _)| to.is_none())
    {
        found.push((from, None, run.waiting_on.join(", ")));
    }
    found
}

/// Overlapping stretches as one.
fn joined(mut found: Vec<Wait>) -> Vec<Wait> {
    order::sort(&mut found, &|(from, ..)| (from.0, 0));
    let mut joined: Vec<Wait> = Vec::new();
    for (from, to, why) in found {
        match joined.last_mut() {
            Some((_, end, whys)) if end.is_none_or(|end| from <= end) => {
                *end = match (*end, to) {
                    (Some(end), Some(to)) => Some(end.max(to)),
                    _ => None,
                };
                if *whys != why {
                    *whys = format!("{whys}, {why}");
                }
            }
            _ => joined.push((from, to, why)),
        }
    }
    joined
}

fn wait(step: &Step) -> Option<Wait> {
    let reviewed = steps::time(&step.facts, FactName::ReviewedAt);
    let asked = step.facts.iter().any(|fact| fact.name == FactName::NeedsReview && fact.value == FactValue::Flag(true));
    let waits_now = step.status.kind == StatusKind::Waiting;
    if reviewed.is_none() && !waits_now && !(asked && step.kind.as_deref() == Some("hil")) {
        return None;
    }
    let from = step.started_at?;
    let to = if waits_now { None } else { Some(reviewed.or(step.finished_at)?) };
    to.is_none_or(|to| to >= from).then(|| (from, to, step.name.clone()))
}

/// Leaves out what lasted no time or changed nothing.
fn collapse(events: Vec<StatusEvent>) -> Vec<StatusEvent> {
    let mut kept: Vec<StatusEvent> = Vec::new();
    for event in events {
        if kept.last().is_some_and(|last| last.at == event.at) {
            kept.pop();
        }
        match kept.last_mut() {
            Some(last) if last.status.kind == event.status.kind => last.status.raw = event.status.raw,
            _ => kept.push(event),
        }
    }
    kept
}
