//! Which move a run makes next.

use serde_json::Value;

use super::sections;
use super::work::{self, Done};
use crate::engine::error::StoreResult;
use crate::engine::model::{Decision, Dialect, Flow, Review, RunDetail, RunError, Status, Step, Work};
use crate::engine::rng::SplitMix64;
use crate::engine::store::{Advance, OpenReview, StepChange, Store};
use crate::engine::{clock, ids};

/// The next move of a run whose time has come.
pub(super) async fn next(store: &Store, detail: &RunDetail, flow: &Flow) -> StoreResult<Advance> {
    let now = clock::now().max(detail.run.updated_at);
    Ok(match detail.run.status {
        Status::Cancelling => cancelled(detail, now, "Cancelled on request"),
        Status::Pending | Status::Queued => {
            Advance { now, wake_at: Some(now + 150), status: Some((Status::Running, "Started".into())), ..Advance::default() }
        }
        Status::Waiting => decided(detail, flow, now),
        Status::Running | Status::InProgress => running(store, detail, flow, now).await?,
        // At an end: it moves no more.
        _ => Advance { now, ..Advance::default() },
    })
}

fn attempt_steps(detail: &RunDetail) -> impl Iterator<Item = &Step> {
    detail.steps.iter().filter(|step| step.attempt == detail.run.attempt)
}

async fn running(store: &Store, detail: &RunDetail, flow: &Flow, now: i64) -> StoreResult<Advance> {
    let Some(step) = attempt_steps(detail).find(|step| step.status == Status::Running) else {
        return Ok(start_next(detail, flow, None, now, Advance { now, ..Advance::default() }));
    };
    let review = detail.reviews.iter().rev().find(|review| review.is_of(step));
    if review.is_none() && step.work == Work::Review && step.loop_id.is_some() {
        return Ok(sections::ask(detail, step, now));
    }
    if let Some(review) = review
        && let Some(decision) = &review.decision
    {
        let output = work::reviewed(review, decision);
        return Ok(complete(detail, flow, step, output, now));
    }
    match work::perform(store, detail, flow, step).await? {
        Done::Output(output) => Ok(complete(detail, flow, step, output, now)),
        Done::Ask { reason, data, schema, target } => Ok(ask(step, now, reason, data, schema, target)),
        Done::Failed(error) => Ok(failed(detail, step, error, now)),
    }
}

fn complete(detail: &RunDetail, flow: &Flow, step: &Step, output: Value, now: i64) -> Advance {
    let mut advance = Advance { now, ..Advance::default() };
    if step.work == Work::End || flow.nodes.last().is_some_and(|last| last.id == step.node) {
        let mut outputs = detail.run.output.clone();
        if let Some(map) = outputs.as_object_mut() {
            map.insert(step.node.clone(), output.clone());
        }
        advance.output = Some(outputs);
    }
    advance.steps.push(StepChange {
        ordinal: step.ordinal,
        status: Status::Completed,
        started_at: None,
        finished_at: Some(now),
        input: None,
        output: Some(output.clone()),
        error: None,
    });
    // The next step may build on this one.
    let mut detail = detail.clone();
    if let Some(done) = detail.steps.iter_mut().find(|other| other.ordinal == step.ordinal) {
        done.output = output;
    }
    start_next(&detail, flow, Some(step.ordinal), now, advance)
}

/// Starts the next pending step, or ends the run.
fn start_next(detail: &RunDetail, flow: &Flow, after: Option<i64>, now: i64, mut advance: Advance) -> Advance {
    let pending = |step: &&Step| step.status == Status::Pending && after.is_none_or(|after| step.ordinal > after);
    let Some(step) = attempt_steps(detail).find(pending) else {
        advance.status = Some((Status::Completed, "Flow completed successfully".into()));
        return advance;
    };
    advance.steps.push(StepChange {
        ordinal: step.ordinal,
        status: Status::Running,
        started_at: Some(now),
        finished_at: None,
        input: Some(work::input(&detail.steps, flow, step)),
        output: None,
        error: None,
    });
    advance.wake_at = Some(now + duration(detail.run.n, step));
    advance
}

/// Long enough to be watched: start nodes are quick, reading takes longest.
fn duration(run: i64, step: &Step) -> i64 {
    let mut rng = SplitMix64::of(&[run.unsigned_abs(), step.ordinal.unsigned_abs()]);
    match step.work {
        Work::Document | Work::Json => rng.between(150, 350),
        Work::Extract => rng.between(900, 1_900),
        Work::Compare | Work::Task | Work::Loop => rng.between(500, 1_100),
        Work::Review | Work::End => rng.between(250, 500),
    }
}

fn ask(step: &Step, now: i64, reason: String, data: Value, schema: Value, target_node: String) -> Advance {
    Advance {
        now,
        status: Some((Status::Waiting, reason.clone())),
        steps: vec![StepChange {
            ordinal: step.ordinal,
            status: Status::Waiting,
            started_at: None,
            finished_at: None,
            input: None,
            output: None,
            error: None,
        }],
        open: vec![OpenReview { id: ids::uuid(&mut ids::fresh()), node: step.node.clone(), target_node, reason, data, schema }],
        ..Advance::default()
    }
}

/// Takes up a recorded decision: the step goes on as running, so that people see the run resume.
fn decided(detail: &RunDetail, flow: &Flow, now: i64) -> Advance {
    let waiting: Vec<&Step> = attempt_steps(detail).filter(|step| step.status == Status::Waiting).collect();
    let mut decided = waiting.iter().filter_map(|step| {
        let review = detail.reviews.iter().rev().find(|review| review.is_of(step))?;
        let decision = review.decision.as_ref().filter(|decision| decision.applied_at.is_none())?;
        Some((*step, review, decision))
    });
    let Some((step, review, decision)) = decided.next() else { return Advance { now, ..Advance::default() } };
    if !decision.approved && flow.dialect != Dialect::SuperAi {
        let mut advance = cancelled(detail, now, "Rejected by a reviewer");
        advance.applied = Some(review.n);
        return advance;
    }
    if waiting.len() > 1 {
        // The run waits for the others.
        let change = StepChange {
            ordinal: step.ordinal,
            status: Status::Completed,
            started_at: None,
            finished_at: Some(now),
            input: None,
            output: Some(work::reviewed(review, decision)),
            error: None,
        };
        let wake_at = decided.next().map(|_| now + 100);
        return Advance { now, wake_at, steps: vec![change], applied: Some(review.n), ..Advance::default() };
    }
    Advance {
        now,
        wake_at: Some(now + 700),
        status: Some((Status::Running, resumed(review, decision))),
        steps: vec![StepChange {
            ordinal: step.ordinal,
            status: Status::Running,
            started_at: None,
            finished_at: None,
            input: None,
            output: None,
            error: None,
        }],
        applied: Some(review.n),
        ..Advance::default()
    }
}

fn resumed(review: &Review, decision: &Decision) -> String {
    let edited = decision.modified.as_ref().is_some_and(|data| *data != review.data);
    match (decision.approved, edited) {
        (true, true) => "Approved with edits".into(),
        (true, false) => "Approved".into(),
        (false, _) => "Marked as incorrect".into(),
    }
}

fn cancelled(detail: &RunDetail, now: i64, message: &str) -> Advance {
    let open = attempt_steps(detail).filter(|step| !step.status.is_terminal());
    let end = |step: &Step| StepChange {
        ordinal: step.ordinal,
        status: Status::Cancelled,
        started_at: None,
        finished_at: step.started_at.map(|_| now),
        input: None,
        output: None,
        error: None,
    };
    Advance { now, status: Some((Status::Cancelled, message.into())), steps: open.map(end).collect(), ..Advance::default() }
}

fn failed(detail: &RunDetail, step: &Step, error: RunError, now: i64) -> Advance {
    let mut advance = cancelled(detail, now, "");
    for change in &mut advance.steps {
        change.status = if change.ordinal == step.ordinal { Status::Failed } else { Status::Skipped };
    }
    if let Some(change) = advance.steps.iter_mut().find(|change| change.ordinal == step.ordinal) {
        change.error = Some(error.clone());
    }
    advance.status = Some((Status::Failed, error.message.clone()));
    advance.error = Some(error);
    advance
}
