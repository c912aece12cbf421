//! Runs and steps in Retab's shapes.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::words;
use crate::engine::clock::iso;
use crate::engine::model::{Dialect, FileRow, Review, ReviewState, Run, RunDetail, Status, Step, Work};

pub(super) const ORGANIZATION: &str = "org_sandbox";

/// Published snapshots change with a workflow's version.
pub(super) fn snapshot_id(run: &Run) -> String {
    format!("cfg_{}_v{}", run.flow_id, run.flow_version)
}

fn time(at: Option<i64>) -> Value {
    at.map_or(Value::Null, |at| Value::String(iso(at)))
}

/// A `WorkflowRun` with every documented field.
pub(super) fn run(all: &RunDetail) -> Value {
    let run = &all.run;
    let steps = shown(all);
    let waiting: Vec<&str> = waiting_nodes(all);
    let executed: Vec<&str> = steps.iter().filter(|s| s.status == Status::Completed).map(|s| s.id.as_str()).collect();
    let error = run.error.as_ref();
    let mut value = json!({
        "id": run.id,
        "workflow_id": run.flow_id,
        "workflow_name": run.flow_name,
        "organization_id": ORGANIZATION,
        "config_snapshot_id": snapshot_id(run),
        "dataset_id": null,
        "status": words::run_status(run.status),
        "execution_phase": phase(run.status),
        "trigger_type": words::trigger(run.trigger),
        "trigger_email": run.trigger_email,
        "started_at": iso(run.started_at.unwrap_or(run.created_at)),
        "completed_at": time(run.finished_at),
        "duration_ms": run.duration_ms,
        "human_waiting_started_at": time(run.waiting_since),
        "human_waiting_duration_ms": run.waited_ms,
        "steps": steps.iter().map(|step| summary(all, step)).collect::<Vec<_>>(),
        "input_documents": documents(all),
        "input_json_data": inputs(all, "start_json"),
        "input_text_data": inputs(all, "start_text"),
        "final_outputs": final_outputs(all),
        "error": error.map(|error| &error.message),
        "error_stage": error.map(|error| &error.stage),
        "error_details": error.map(|error| error_details(all, error)),
        "cost_summary": {"total_cost": 0, "currency": "USD", "total_tokens": 0},
        "trace_spans": spans(&steps),
        "cancel_signal_error": null,
        "cancel_signal_failed_at": null,
        "cancel_native_error": null,
        "cancel_confirmation_error": null,
        "cancel_confirmation_pending": run.status == Status::Cancelling,
        "cancel_requested_at": time(run.cancel_requested_at),
        "created_at": iso(run.created_at),
        "updated_at": iso(run.updated_at),
        "waiting_for_node_ids": waiting,
        "pending_node_outputs": {},
        "dag_snapshot": null,
        "executed_node_ids": executed,
        "parallel_completion_counters": {},
    });
    if let Some(map) = value.as_object_mut() {
        map.append(&mut resume(all));
    }
    value
}

/// The steps of the newest attempt, of each only the last try: Retab counts retries instead of listing them.
pub(super) fn shown(all: &RunDetail) -> Vec<&Step> {
    let mut last: BTreeMap<&str, usize> = BTreeMap::new();
    let mut steps: Vec<&Step> = Vec::new();
    for step in all.steps.iter().filter(|step| step.attempt == all.run.attempt) {
        match last.get(step.id.as_str()).and_then(|place| steps.get_mut(*place)) {
            Some(slot) => *slot = step,
            None => {
                last.insert(&step.id, steps.len());
                steps.push(step);
            }
        }
    }
    steps
}

fn waiting_nodes(all: &RunDetail) -> Vec<&str> {
    if all.run.status != Status::Waiting {
        return Vec::new();
    }
    all.steps.iter().filter(|s| s.status == Status::Waiting && s.attempt == all.run.attempt).map(waiting_at).collect()
}

/// A node that runs in a loop waits once for each round.
fn waiting_at(step: &Step) -> &str {
    if step.loop_id.is_some() { &step.id } else { &step.node }
}

const fn phase(status: Status) -> &'static str {
    match status {
        Status::Pending => "created",
        Status::Queued => "dispatching",
        Status::Running | Status::InProgress | Status::Waiting | Status::Cancelling => "running",
        _ => "started",
    }
}

/// What tells how far a decision got: recorded, signalled, applied.
fn resume(all: &RunDetail) -> Map<String, Value> {
    let decided: Vec<&Review> = all.reviews.iter().filter(|review| review.decision.is_some()).collect();
    let pending = decided.iter().find(|r| r.decision.as_ref().is_some_and(|d| d.applied_at.is_none()));
    let status = match (pending, all.run.status, decided.is_empty()) {
        (Some(_), _, _) => "resuming",
        (None, Status::Waiting, true) => "waiting_for_human",
        (None, Status::Waiting, false) => "partially_resumed",
        (None, _, true) => "idle",
        (None, _, false) => "fully_resumed",
    };
    let signal = |review: &&Review| {
        let decision = review.decision.as_ref();
        let state = json!({
            "status": if decision.is_some_and(|d| d.applied_at.is_some()) { "applied" } else { "delivered" },
            "delivered_at": time(decision.map(|d| d.at)),
            "applied_at": time(decision.and_then(|d| d.applied_at)),
        });
        (review.node.clone(), state)
    };
    let item = pending.map(|review| {
        json!({
            "queue_item_id": queue_item(review), "node_id": review.node,
            "approved": review.decision.as_ref().map(|d| d.approved),
            "queued_at": time(review.decision.as_ref().map(|d| d.at)),
        })
    });
    let states: Map<String, Value> = decided.iter().map(signal).collect();
    let mut map = Map::new();
    map.insert("resume_queue".into(), Value::Array(item.clone().into_iter().collect()));
    map.insert("active_resume".into(), item.unwrap_or(Value::Null));
    map.insert("run_resume_status".into(), status.into());
    map.insert("hil_signal_states".into(), Value::Object(states));
    map
}

/// `file_id` in the vendor's documentation, `id` in its clients: they refuse a run that lacks it.
fn documents(all: &RunDetail) -> Value {
    let one = |file: &FileRow| {
        let mut reference = reference(file);
        reference["file_id"] = file.id.clone().into();
        (file.key.clone(), reference)
    };
    Value::Object(all.files.iter().map(one).collect())
}

/// A document as the vendor's clients want it: three texts.
pub(in crate::contracts) fn reference(file: &FileRow) -> Value {
    json!({"id": file.id, "filename": file.name, "mime_type": file.mime})
}

/// The document that a start node was given. A step's output may say something else; a reference never does.
pub(in crate::contracts) fn document_at(all: &RunDetail, node: &str) -> Option<Value> {
    let starts = all.steps.iter().any(|step| step.node == node && step.work == Work::Document);
    all.files.iter().find(|file| starts && file.key == node).map(reference)
}

/// What the start nodes of a type were given.
fn inputs(all: &RunDetail, kind: &str) -> Value {
    let given = |step: &&Step| step.kind == kind;
    let value = |step: &Step| Some((step.node.clone(), all.run.input.get(&step.node)?.clone()));
    Value::Object(all.steps.iter().filter(given).filter_map(value).collect())
}

fn final_outputs(all: &RunDetail) -> Value {
    let one = |(node, data): (&String, &Value)| {
        let label = all.steps.iter().find(|step| step.node == *node).map_or(node, |step| &step.label);
        (node.clone(), json!({"label": label, "json_data": data}))
    };
    Value::Object(all.run.output.as_object().into_iter().flatten().map(one).collect())
}

fn error_details(all: &RunDetail, error: &crate::engine::model::RunError) -> Value {
    let name = all.steps.iter().find(|step| Some(&step.node) == error.node.as_ref()).map(|step| &step.label);
    json!({
        "message": error.message, "stack_trace": error.stack, "node_id": error.node, "node_name": name,
        "error_code": error.code, "error_category": error.category, "context": error.context,
    })
}

fn spans(steps: &[&Step]) -> Value {
    let span = |step: &&Step| {
        Some(json!({
            "span_id": format!("span_{}", step.id), "name": step.label, "kind": step.kind,
            "started_at": iso(step.started_at?), "completed_at": time(step.finished_at), "duration_ms": step.duration_ms(),
        }))
    };
    steps.iter().filter_map(span).collect()
}

/// A `StepStatusSummary`.
fn summary(all: &RunDetail, step: &Step) -> Value {
    let review = review_of(all, step);
    let decision = review.and_then(|review| review.decision.as_ref());
    json!({
        "node_id": step.id,
        "node_type": step.kind,
        "node_label": step.label,
        "status": words::status(step.status),
        "started_at": time(step.started_at),
        "completed_at": time(step.finished_at),
        "duration_ms": step.duration_ms(),
        "error": step.error.as_ref().map(|error| &error.message),
        "output": if step.work == Work::Document { Value::Null } else { step.output.clone() },
        "handle_outputs": outputs(all, step),
        "input_document": null,
        "output_document": document_at(all, &step.node).filter(|_| !step.output.is_null()),
        "split_documents": null,
        "requires_human_review": step.work == Work::Review && review.is_some(),
        "human_reviewed_at": time(decision.map(|d| d.at)),
        "human_review_approved": decision.map(|d| d.approved),
    })
}

pub(super) fn review_of<'a>(all: &'a RunDetail, step: &Step) -> Option<&'a Review> {
    all.reviews.iter().rev().find(|review| review.is_of(step))
}

fn outputs(all: &RunDetail, step: &Step) -> Value {
    match document_at(all, &step.node) {
        _ if step.output.is_null() => json!({}),
        Some(document) => json!({"output-file-0": {"type": "file", "document": document}}),
        None => json!({"output-json-0": {"type": "json", "data": step.output}}),
    }
}

/// The input of a step is the output of one before it; what stands behind its name is the payload.
fn received(all: &RunDetail, step: &Step) -> Value {
    let only = step.input.as_object().filter(|sources| sources.len() == 1).and_then(|sources| sources.iter().next());
    match (only, only.and_then(|(node, _)| document_at(all, node))) {
        _ if step.input.is_null() => json!({}),
        (_, Some(document)) => json!({"input-file-0": {"type": "file", "document": document}}),
        (Some((_, data)), None) => json!({"input-json-0": {"type": "json", "data": data}}),
        (None, None) => json!({"input-json-0": {"type": "json", "data": step.input}}),
    }
}

/// A `WorkflowRunStep` as the list of steps holds it.
pub(super) fn step_document(all: &RunDetail, step: &Step) -> Value {
    let mut value = summary(all, step);
    let extra = json!({
        "run_id": all.run.id,
        "organization_id": ORGANIZATION,
        "step_id": step.id,
        "handle_inputs": received(all, step),
        "retry_count": step.retry,
        "loop_id": step.loop_id,
        "iteration": step.iteration,
        "created_at": iso(step.created_at),
        "updated_at": iso(step.updated_at),
        "model": null,
        "error_category": step.error.as_ref().map(|error| &error.category),
    });
    if let (Some(map), Value::Object(mut extra)) = (value.as_object_mut(), extra) {
        map.append(&mut extra);
        map.insert("node_id".into(), step.node.clone().into());
    }
    value
}

/// A `StepOutputResponse`. The output of a review node is a `HILStepOutput`.
pub(super) fn step_output(all: &RunDetail, step: &Step) -> Value {
    let output = match review_of(all, step) {
        Some(review) => hil_output(review),
        None if step.work == Work::Review && step.status == Status::Completed => json!({
            "message": "Nothing had to be reviewed", "requires_review": false, "extracted_data": step.output, "extraction_id": null,
            "computation_spec": null, "human_modified": false, "json_schema": null,
        }),
        None => step.output.clone(),
    };
    json!({
        "node_id": step.node,
        "step_id": step.id,
        "node_type": step.kind,
        "node_label": step.label,
        "status": words::status(step.status),
        "output": output,
        "handle_outputs": outputs(all, step),
        "handle_inputs": received(all, step),
        "error": step.error.as_ref().map(|error| &error.message),
    })
}

/// A decision on its way into the run.
pub(super) fn queue_item(review: &Review) -> String {
    format!("rq_{}", review.id)
}

fn hil_output(review: &Review) -> Value {
    let decision = review.decision.as_ref();
    let modified = decision.and_then(|d| d.modified.as_ref());
    json!({
        "message": review.reason,
        "requires_review": matches!(review.state, ReviewState::Pending | ReviewState::Started),
        "extracted_data": modified.unwrap_or(&review.data),
        "extraction_id": format!("extr_{}", review.id.replace('-', "")),
        "computation_spec": null,
        "human_modified": modified.is_some_and(|data| *data != review.data),
        "json_schema": review.schema,
    })
}

/// A `HILDecisionResource`.
pub(super) fn decision(all: &RunDetail, node: &str, review: Option<&Review>) -> Value {
    let decision = review.and_then(|review| review.decision.as_ref());
    let applied = decision.and_then(|d| d.applied_at);
    let step = all.steps.iter().rev().find(|step| step.node == node || step.id == node);
    let node_status = match (step.map(|step| step.status), review.is_some()) {
        (Some(Status::Waiting), _) => "waiting_for_hil",
        (Some(status), _) => words::status(status),
        (None, _) => "pending",
    };
    json!({
        "run_id": all.run.id,
        "node_id": node,
        "node_status": node_status,
        "decision_received": decision.is_some(),
        "decision_applied": applied.is_some(),
        "approved": decision.map(|d| d.approved),
        "modified_data": decision.and_then(|d| d.modified.clone()),
        "payload_hash": decision.map(|d| hash(d.approved, d.modified.as_ref())),
        "received_at": time(decision.map(|d| d.at)),
        "applied_at": time(applied),
    })
}

fn hash(approved: bool, modified: Option<&Value>) -> String {
    let text = json!({"approved": approved, "modified_data": modified}).to_string();
    let digest = Sha256::digest(text.as_bytes());
    let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("sha256-{hex}")
}

pub(super) const DIALECT: Dialect = Dialect::Retab;
