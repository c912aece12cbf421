//! Runs, steps, reviews and versions in the vendor's shapes.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::words;
use crate::contracts::retab::{document_at, reference};
use crate::engine::clock::iso;
use crate::engine::model::{ReviewState, Run, RunDetail, RunError, Status, Step, Work};
use crate::engine::store::{Lineage, Version};

pub(super) fn time(at: Option<i64>) -> Value {
    at.map_or(Value::Null, |at| Value::String(iso(at)))
}

/// Named by its content, which here changes with the number of the version.
pub(super) fn version_of(flow: &str, version: i64) -> String {
    format!("ver_{flow}_{version}")
}

/// Flow and number that [`version_of`] was given.
pub(super) fn parse_version(id: &str) -> Option<(&str, i64)> {
    let (flow, version) = id.strip_prefix("ver_")?.rsplit_once('_')?;
    Some((flow, version.parse().ok()?))
}

/// A `WorkflowRun`.
pub(super) fn run(all: &RunDetail) -> Value {
    let run = &all.run;
    let metadata = run.metadata.as_object().map(|map| map.iter().map(|(key, value)| (key.clone(), text(value))).collect::<Map<_, _>>());
    json!({
        "id": run.id,
        "workflow_id": run.flow_id,
        "workflow_version_id": version_of(&run.flow_id, run.flow_version),
        "trigger": {"type": run.trigger.as_str()},
        "lifecycle": lifecycle(all),
        "timing": timing(run),
        "inputs": {"documents": documents(all), "json_data": inputs(all)},
        "metadata": metadata,
    })
}

/// Metadata holds texts only.
fn text(value: &Value) -> Value {
    match value {
        Value::String(_) => value.clone(),
        other => Value::String(other.to_string()),
    }
}

fn timing(run: &Run) -> Value {
    json!({"created_at": iso(run.created_at), "started_at": time(run.started_at), "completed_at": time(run.finished_at)})
}

fn lifecycle(all: &RunDetail) -> Value {
    let run = &all.run;
    let word = words::status(run.status);
    match (run.status, &run.error) {
        (Status::Waiting, _) => json!({"status": word, "waiting_for_block_ids": waiting(all)}),
        (Status::Failed, Some(error)) => {
            let step = all.steps.iter().rfind(|step| Some(&step.node) == error.node.as_ref());
            let mut value = failure(all, error);
            value["failing_step_id"] = step.map_or(Value::Null, |step| step.id.clone().into());
            value
        }
        (Status::Failed, None) => json!({"status": word, "message": "The run failed"}),
        (Status::Cancelled, _) => json!({"status": word, "reason": cancelled(all)}),
        // Queued is a filter's word only: the lifecycle knows it as pending.
        (Status::Queued, _) => json!({"status": "pending"}),
        _ => json!({"status": word}),
    }
}

fn cancelled(all: &RunDetail) -> Option<&str> {
    all.events.iter().rfind(|event| event.status == Status::Cancelled).map(|event| event.message.as_str())
}

fn failure(all: &RunDetail, error: &RunError) -> Value {
    let name = all.steps.iter().find(|step| Some(&step.node) == error.node.as_ref()).map(|step| &step.label);
    json!({
        "status": "error", "message": error.message, "stage": error.stage, "category": error.category,
        "details": {
            "message": error.message, "stack_trace": error.stack, "block_id": error.node, "block_name": name,
            "error_code": error.code, "context": error.context,
        },
    })
}

fn waiting(all: &RunDetail) -> Vec<&str> {
    let mut blocks: Vec<&str> =
        all.steps.iter().filter(|s| s.status == Status::Waiting && s.attempt == all.run.attempt).map(|s| s.node.as_str()).collect();
    // The rounds of a loop wait at one block.
    blocks.dedup();
    blocks
}

fn documents(all: &RunDetail) -> Value {
    Value::Object(all.files.iter().map(|file| (file.key.clone(), reference(file))).collect())
}

/// What the start blocks for JSON were given.
fn inputs(all: &RunDetail) -> Value {
    let value = |step: &Step| Some((step.node.clone(), all.run.input.get(&step.node)?.clone()));
    Value::Object(all.steps.iter().filter(|step| step.work == Work::Json).filter_map(value).collect())
}

/// The steps of the newest attempt, of each only the last try: retries are counted, not listed. By their start, then id.
pub(super) fn shown(all: &RunDetail) -> Vec<&Step> {
    let mut last: BTreeMap<&str, &Step> = BTreeMap::new();
    for step in all.steps.iter().filter(|step| step.attempt == all.run.attempt) {
        last.insert(&step.id, step);
    }
    let mut steps: Vec<&Step> = last.into_values().collect();
    steps.sort_by_key(|step| step.started_at.unwrap_or(i64::MAX));
    steps
}

/// A `WorkflowRunStep`.
pub(super) fn step(all: &RunDetail, step: &Step) -> Value {
    let containers = step
        .loop_id
        .as_ref()
        .map(|id| json!({"container_id": id, "iteration": step.iteration.unwrap_or(0), "is_parallel": false, "parallel_item_index": null}));
    let made = !step.output.is_null() || step.status == Status::Waiting;
    let artifact = words::operation(&step.kind).filter(|_| made);
    let artifact = artifact.map(|operation| json!({"operation": operation, "id": format!("{operation}_{}_{}", all.run.id, step.ordinal)}));
    let model = matches!(step.kind.as_str(), "extract" | "split" | "classifier").then_some("retab-sandbox");
    json!({
        "block_id": step.node,
        "step_id": step.id,
        "block_type": step.kind,
        "block_label": step.label,
        "lifecycle": step_lifecycle(all, step),
        "started_at": time(step.started_at),
        "completed_at": time(step.finished_at),
        "model": model,
        "loop_containers": containers.into_iter().collect::<Vec<_>>(),
        "run_id": all.run.id,
        "created_at": iso(step.created_at),
        "handle_inputs": received(all, step),
        "handle_outputs": outputs(all, step),
        "artifact": artifact,
        "retry_count": step.retry,
    })
}

/// While its gate holds, a step shows what it made, before anybody corrected it.
fn output<'a>(all: &'a RunDetail, step: &'a Step) -> &'a Value {
    let review = all.reviews.iter().rev().find(|review| review.is_of(step));
    match review {
        Some(review) if step.output.is_null() => &review.data,
        _ => &step.output,
    }
}

fn step_lifecycle(all: &RunDetail, step: &Step) -> Value {
    match (step.status, &step.error) {
        (Status::Failed, Some(error)) => failure(all, error),
        (Status::Failed, None) => json!({"status": "error", "message": "The step failed"}),
        (Status::Skipped, _) => json!({"status": "skipped", "reason": "The block was not needed"}),
        (Status::Cancelled, _) => json!({"status": "cancelled", "reason": cancelled(all).unwrap_or("The run was cancelled")}),
        (status, _) => json!({"status": words::status(status)}),
    }
}

fn outputs(all: &RunDetail, step: &Step) -> Value {
    let value = output(all, step);
    match document_at(all, &step.node) {
        _ if value.is_null() => json!({}),
        Some(document) => json!({"output-file-0": {"type": "file", "document": document}}),
        None => json!({"output-json-0": {"type": "json", "data": value}}),
    }
}

/// The input of a step is the output of those before it that it builds on; what stands behind a name is the payload.
fn received(all: &RunDetail, step: &Step) -> Value {
    let mut handles = Map::new();
    let (mut files, mut data) = (0, 0);
    for (node, value) in step.input.as_object().into_iter().flatten() {
        let (name, payload) = match document_at(all, node) {
            Some(document) => (place("input-file", &mut files), json!({"type": "file", "document": document})),
            None => (place("input-json", &mut data), json!({"type": "json", "data": value})),
        };
        handles.insert(name, payload);
    }
    Value::Object(handles)
}

/// Handles of a kind are counted.
fn place(kind: &str, next: &mut usize) -> String {
    let name = format!("{kind}-{next}");
    *next += 1;
    name
}

/// A review is known by the UUID of the store.
pub(super) fn review_id(uuid: &str) -> String {
    format!("rev_{}", uuid.replace('-', ""))
}

pub(super) fn parse_review(id: &str) -> Option<String> {
    Some(uuid::Uuid::parse_str(id.strip_prefix("rev_")?).ok()?.hyphenated().to_string())
}

/// A `Review`. `all` is its run.
pub(super) fn review(all: &RunDetail, found: &Lineage) -> Value {
    let review = &found.review;
    let step = all.steps.iter().rev().find(|step| review.is_of(step));
    let decision = review.decision.as_ref().zip(found.verdict.as_ref()).map(|(decision, verdict)| {
        json!({
            "verdict": if decision.approved { "approved" } else { "rejected" }, "version_id": verdict.version,
            "author": author(Some(&decision.by)), "created_at": iso(decision.at), "reason": verdict.reason,
        })
    });
    json!({
        "id": review_id(&review.id),
        "workflow_id": review.flow_id,
        "workflow_version_id": version_of(&review.flow_id, all.run.flow_version),
        "run_id": review.run_id,
        "block_id": step.map_or(&review.node, |step| &step.node),
        "step_id": step.map_or(&review.node, |step| &step.id),
        "parent_step_id": null,
        "iteration_key": step.and_then(|step| step.iteration).map(|at| at.to_string()),
        "block_type": step.map_or("extract", |step| step.kind.as_str()),
        "triggered_by": gate(review.target_node.as_str()),
        "created_at": iso(review.opened_at),
        "decision": decision,
        "cancelled_at": (review.state == ReviewState::Cancelled).then(|| iso(review.updated_at)),
    })
}

/// What a gate looks at: the reconciliation's one at what the comparison found, the others at every run.
fn gate(target: &str) -> Value {
    if target == "compare-totals" {
        let condition = json!({"path": "data.matched", "operator": "is_false"});
        json!({"kind": "json_condition", "condition": {"logical_operator": "and", "sub_conditions": [condition]}})
    } else {
        json!({"kind": "always"})
    }
}

/// A `ReviewVersion`.
pub(super) fn version(review: &str, version: &Version) -> Value {
    json!({
        "id": version.id, "review_id": review_id(review), "parent_id": version.parent, "author": author(version.author.as_deref()),
        "snapshot": version.snapshot, "note": version.note, "created_at": iso(version.created_at),
    })
}

/// People of the history have an address; the key is a program's.
fn author(by: Option<&str>) -> Value {
    match by {
        None => json!({"kind": "model", "id": "retab-sandbox", "display_name": "retab-sandbox"}),
        Some("api-key") => json!({"kind": "agent", "id": "key_sandbox", "display_name": "API key"}),
        Some(address) => json!({"kind": "human", "id": address, "display_name": address.split('@').next().unwrap_or(address)}),
    }
}
