//! SuperAI's JSON for executions and tasks, as its OpenAPI document gives it (<https://docs.flows.super.ai>,
//! `FlowExecutionResponseWithRunNumber`, `TaskExecutionWithTagsAPI`, `FlowTaskTagAPI`). Times are ISO 8601.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::engine::clock::iso;
use crate::engine::ids;
use crate::engine::model::{Review, Run, RunDetail, Status, Step};

/// The organisation and the user that the sandbox's key belongs to.
pub(super) const ORGANIZATION: &str = "6f1b7a52-3c5e-4d0a-9b57-2f8a1c9de001";
pub(super) const USER: &str = "0b9a4c1e-7d2f-4e83-8a65-51d3c7f0a002";

/// Every word of `ExecutionStatus`.
pub(super) const STATUSES: [&str; 10] =
    ["queued", "running", "completed", "failed", "deleted", "stale", "edited", "awaiting_input", "cancel_requested", "cancelled"];

pub(super) const fn status(status: Status) -> &'static str {
    match status {
        Status::Pending | Status::Queued => "queued",
        Status::Running | Status::InProgress => "running",
        Status::Waiting => "awaiting_input",
        Status::Completed | Status::Skipped => "completed",
        Status::Edited => "edited",
        Status::Stale => "stale",
        Status::Failed => "failed",
        Status::Cancelling => "cancel_requested",
        Status::Cancelled => "cancelled",
        Status::Deleted => "deleted",
    }
}

/// The internal states that the vendor's word stands for.
pub(super) fn statuses(word: &str) -> Option<Vec<Status>> {
    let found: Vec<Status> = Status::ALL.into_iter().filter(|s| status(*s) == word).collect();
    (!found.is_empty()).then_some(found)
}

/// The state that a client sets with the vendor's word.
pub(super) fn parse_status(word: &str) -> Option<Status> {
    match word {
        "queued" => Some(Status::Queued),
        "running" => Some(Status::Running),
        "completed" => Some(Status::Completed),
        other => statuses(other)?.first().copied(),
    }
}

/// What a client may ask to be added to an execution or a task.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Extras {
    pub(super) run_number: bool,
    pub(super) credits: bool,
}

pub(super) fn execution(run: &Run, extras: Extras) -> Value {
    json!({
        "id": run.id, "created_at": iso(run.created_at), "updated_at": iso(run.updated_at),
        "modified_by": actor(&run.created_by), "flow_id": run.flow_id, "flow_version": run.flow_version,
        "status": status(run.status), "input": run.input, "organization_id": ORGANIZATION,
        "pricing_config_id": null, "total_credits": credits(extras, run.steps_done),
        "triggered_task_executor_name": null, "run_number": extras.run_number.then_some(run.seq),
    })
}

/// The sandbox charges one credit for every finished task. None is different from nothing yet.
fn credits(extras: Extras, finished: i64) -> Option<i64> {
    (extras.credits && finished > 0).then_some(finished)
}

/// The vendor names people by their id and everything else `system`.
pub(super) fn actor(by: &str) -> String {
    Uuid::parse_str(by).map_or_else(|_| "system".to_owned(), |id| id.to_string())
}

/// Which tries of a run's steps exist as task executions: those that began, waited or were queued.
fn exists(step: &Step) -> bool {
    !matches!(step.status, Status::Pending | Status::Skipped)
}

/// The place of a step among the tries of its node, from 0: a retry, a loop or a new attempt adds one.
pub(super) fn index_of(detail: &RunDetail, ordinal: i64) -> i64 {
    let Some(step) = detail.steps.iter().find(|s| s.ordinal == ordinal) else { return 0 };
    let earlier = |s: &&Step| s.node == step.node && s.ordinal < ordinal && exists(s);
    i64::try_from(detail.steps.iter().filter(earlier).count()).unwrap_or(i64::MAX)
}

/// The newest try of a node within one attempt; the id of a step that runs in a loop means that one.
pub(super) fn newest<'a>(detail: &'a RunDetail, node: &str, attempt: i64) -> Option<&'a Step> {
    detail.steps.iter().rev().find(|s| (s.node == node || s.id == node) && s.attempt == attempt && exists(s))
}

/// The task that a review names.
pub(super) fn task_name<'a>(detail: &'a RunDetail, node: &'a str, attempt: i64) -> &'a str {
    newest(detail, node, attempt).map_or(node, |step| &step.node)
}

/// The tasks of an execution, newest first, each with the place among the tries of its node.
pub(super) fn tasks(detail: &RunDetail) -> Vec<(&Step, i64)> {
    let mut seen = std::collections::HashMap::<&str, i64>::new();
    let mut found: Vec<(&Step, i64)> = Vec::with_capacity(detail.steps.len());
    for step in detail.steps.iter().filter(|step| exists(step)) {
        let count = seen.entry(&step.node).or_default();
        found.push((step, *count));
        *count += 1;
    }
    found.reverse();
    found
}

pub(super) fn task_id(run: &Run, step: &Step) -> String {
    ids::step_uuid(run.n, step.ordinal)
}

pub(super) fn task(detail: &RunDetail, step: &Step, index: i64, extras: Extras) -> Value {
    let run = &detail.run;
    let edited = matches!(step.status, Status::Edited);
    let stale = matches!(step.status, Status::Stale);
    let processing = if edited || stale { "completed" } else { status(step.status) };
    let finished = i64::from(step.finished_at.is_some());
    json!({
        "id": task_id(run, step), "flow_execution_id": run.id, "task_execution_idx": index, "task_name": step.node,
        "created_at": iso(step.created_at), "updated_at": iso(step.updated_at),
        "modified_by": if edited { USER } else { "system" }, "processing_status": processing,
        "edited_status": if edited { "edited_not_reexecuted" } else { "not_edited" },
        "stale_status": if stale { "stale" } else { "consistent" }, "input": step.input, "output": step.output,
        "error": error(step), "organization_id": ORGANIZATION, "source_task_executions": null,
        "started_at": step.started_at.map(iso), "completed_at": step.finished_at.map(iso),
        "credits": credits(extras, finished),
    })
}

fn error(step: &Step) -> Value {
    let Some(error) = &step.error else { return Value::Null };
    let kind = if error.code.is_empty() { "TaskExecutionError" } else { error.code.as_str() };
    json!({ "message": error.message, "type": kind, "traceback": error.stack })
}

/// The tags of an execution's tasks. The sandbox sets one itself: the outcome of a review on its task.
pub(super) fn tags(detail: &RunDetail, node: Option<&str>) -> Vec<Value> {
    let wanted = |r: &&Review| node.is_none_or(|node| task_name(detail, &r.node, r.attempt) == node);
    detail.reviews.iter().filter(wanted).filter_map(|r| tag(detail, r)).collect()
}

fn tag(detail: &RunDetail, review: &Review) -> Option<Value> {
    let decision = review.decision.as_ref()?;
    Some(json!({
        "id": tag_id(review), "flow_execution_id": detail.run.id, "task_name": task_name(detail, &review.node, review.attempt),
        "tag": if decision.approved { "correct" } else { "incorrect" }, "tag_type": "review_status",
        "tag_metadata": { "human_review_task_id": review.id, "edited": decision.modified.is_some() },
        "status": "active", "created_at": iso(decision.at), "updated_at": iso(decision.at),
        "modified_by": actor(&decision.by), "organization_id": ORGANIZATION,
    }))
}

/// A second id made from a review's own, which cannot meet another review's.
fn tag_id(review: &Review) -> String {
    derived(&review.id, 0x7461_6700)
}

/// Another UUID of version 4 that belongs to the given one.
pub(super) fn derived(id: &str, salt: u128) -> String {
    let bits = Uuid::parse_str(id).map_or(0, |id| id.as_u128()) ^ salt;
    uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid().to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_state_has_a_word_of_the_vendor() {
        assert!(Status::ALL.into_iter().all(|s| STATUSES.contains(&status(s))));
        assert!(STATUSES.into_iter().all(|word| statuses(word).is_some()));
        assert!(statuses("in_progress").is_none());
    }

    #[test]
    fn derived_ids_are_other_uuids() {
        let id = "6f1b7a52-3c5e-4d0a-9b57-2f8a1c9de001";
        assert_ne!(derived(id, 1), id);
        assert_ne!(derived(id, 1), derived(id, 2));
        assert_eq!(Uuid::parse_str(&derived(id, 1)).unwrap().get_version_num(), 4);
    }
}
