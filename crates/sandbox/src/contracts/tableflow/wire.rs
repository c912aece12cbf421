//! TableFlow's JSON (<https://docs.tableflow.com/api-reference/get-flow-run>, `get-flows`): unix seconds, durations in
//! milliseconds. The inner shapes of `input_files`, `steps` and `flow_attempts` are described there in words only.

use serde_json::{Map, Value, json};

use crate::engine::model::{FileRow, Flow, Node, Run, RunDetail, Status, StatusEvent, Step, Trigger, Work};

/// The workspace that the sandbox's key belongs to.
pub(super) const WORKSPACE: &str = "uT2bJNWN75YPU95r";
/// Bytes that one uploaded file may have (`file_input_config.file_fields[].max_file_size`).
pub(super) const MAX_FILE_SIZE: usize = 10 * 1024 * 1024;

/// One place of a flow where files are given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileField {
    pub(super) key: String,
    name: String,
    pub(super) required: bool,
}

const FILE_TYPES: [&str; 4] = ["pdf", "csv", "json", "image"];

/// Unix seconds of unix milliseconds.
pub(super) const fn seconds(ms: i64) -> i64 {
    ms.div_euclid(1000)
}

/// The vendor has four words; what other engines tell apart falls into them.
pub(super) const fn status(status: Status) -> &'static str {
    match status {
        Status::Waiting => "review",
        Status::Completed | Status::Edited | Status::Stale | Status::Skipped => "completed",
        Status::Failed | Status::Cancelled | Status::Deleted => "failed",
        Status::Pending | Status::Queued | Status::Running | Status::InProgress | Status::Cancelling => "processing",
    }
}

/// The internal states that the vendor's word stands for.
pub(super) fn statuses(word: &str) -> Option<Vec<Status>> {
    let found: Vec<Status> = Status::ALL.into_iter().filter(|s| status(*s) == word).collect();
    (!found.is_empty()).then_some(found)
}

const fn trigger(trigger: Trigger) -> &'static str {
    match trigger {
        Trigger::Api | Trigger::Webhook | Trigger::Email => "api",
        Trigger::Manual | Trigger::Schedule | Trigger::Restart => "manual",
    }
}

/// The files a flow takes: one field per role that its steps read.
pub(super) fn file_fields(flow: &Flow) -> Vec<FileField> {
    let mut fields: Vec<FileField> = Vec::new();
    for node in flow.nodes.iter().filter(|n| matches!(n.work, Work::Document | Work::Extract) && !n.role.is_empty()) {
        if fields.iter().all(|field| field.key != node.role) {
            fields.push(FileField { key: node.role.clone(), name: title(&node.role), required: true });
        }
    }
    fields.push(FileField { key: "attachments".into(), name: "Attachments".into(), required: false });
    fields
}

pub(super) fn title(key: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    key.split('_').map(word).collect::<Vec<_>>().join(" ")
}

/// The nodes the vendor would show as steps: taking a file is a field of the flow there, not a step.
fn step_nodes(flow: &Flow) -> impl Iterator<Item = &Node> {
    flow.nodes.iter().filter(|node| is_step(node.work))
}

const fn is_step(work: Work) -> bool {
    !matches!(work, Work::Document | Work::Json | Work::End)
}

/// A flow as `GET /v2/flows` lists it.
pub(super) fn flow(flow: &Flow) -> Value {
    let fields: Vec<Value> = file_fields(flow)
        .into_iter()
        .map(|field| {
            json!({
                "key": field.key, "name": field.name, "required": field.required,
                "file_types": FILE_TYPES, "max_file_size": MAX_FILE_SIZE,
            })
        })
        .collect();
    let steps: Vec<Value> = step_nodes(flow)
        .enumerate()
        .map(|(place, node)| {
            json!({
                "id": node.id, "title": node.label, "description": format!("{}.", node.label), "type": node.kind,
                "order": place + 1, "config": config(flow, node),
            })
        })
        .collect();
    json!({
        "id": flow.id, "workspace_id": WORKSPACE, "name": flow.name, "description": flow.description,
        "file_input_config": { "file_fields": fields }, "steps": steps, "active": flow.active,
        "created_at": seconds(flow.created_at), "updated_at": seconds(flow.updated_at),
    })
}

fn config(flow: &Flow, node: &Node) -> Value {
    match node.work {
        Work::Extract => json!({ "template_id": template_id(&node.role), "file_key": node.role }),
        Work::Compare => {
            let mut sources = flow.nodes.iter().filter(|n| n.work == Work::Extract).map(|n| n.id.as_str());
            json!({
                "source_step_id_1": sources.next(), "source_step_id_2": sources.next(),
                "table_key_1": super::extractions::TABLE, "table_key_2": super::extractions::TABLE,
            })
        }
        _ => json!({}),
    }
}

/// The template an extraction of this kind of document uses.
pub(super) fn template_id(role: &str) -> &'static str {
    match role {
        "purchase_order" => "Bx9wKm4nRt7vP3cQ",
        "invoice" => "Ys2hLf6jNq8dW5xA",
        _ => "JlLZVabDjYWzu7C9",
    }
}

fn flow_in_run(flow: &Flow) -> Value {
    let steps: Vec<Value> = step_nodes(flow).map(|node| json!({ "id": node.id, "title": node.label, "type": node.kind })).collect();
    json!({
        "id": flow.id, "workspace_id": WORKSPACE, "name": flow.name, "description": flow.description,
        "steps": steps, "active": flow.active,
    })
}

/// A run as the lists and the trigger show it.
pub(super) fn run(run: &Run, events: &[StatusEvent], flow: Option<&Flow>) -> Value {
    let history: Vec<Value> =
        events.iter().map(|event| json!({ "status": status(event.status), "time": seconds(event.at), "message": event.message })).collect();
    json!({
        "id": run.id, "flow_id": run.flow_id, "workspace_id": WORKSPACE, "status": status(run.status),
        "status_history": history, "error": run.error.as_ref().map(|e| &e.message), "metadata": run.metadata,
        "trigger_method": trigger(run.trigger), "start_time": seconds(run.started_at.unwrap_or(run.created_at)),
        "end_time": run.finished_at.map(seconds), "duration": run.duration_ms.unwrap_or(0),
        "drive_files": drive_files(run, flow), "current_attempt": run.attempt,
        "created_at": seconds(run.created_at), "updated_at": seconds(run.updated_at),
    })
}

/// A run as `GET /v2/flows/runs/{id}` shows it.
pub(super) fn run_detail(detail: &RunDetail, flow: &Flow) -> Value {
    let mut value = run(&detail.run, &detail.events, Some(flow));
    if let Some(object) = value.as_object_mut() {
        object.insert("flow_attempts".into(), flow_attempts(detail));
        object.insert("input_files".into(), input_files(detail, flow));
        object.insert("steps".into(), steps(detail, None));
        object.insert("flow".into(), flow_in_run(flow));
    }
    value
}

/// Finished reconciliations export their result to a spreadsheet.
fn drive_files(run: &Run, flow: Option<&Flow>) -> Value {
    let reconciles = flow.is_some_and(|flow| flow.nodes.iter().any(|node| node.work == Work::Compare));
    if run.status != Status::Completed || !reconciles {
        return json!({});
    }
    json!({ "reconciliation": {
        "file_id": format!("1{}", run.id), "mime_type": "application/vnd.google-apps.spreadsheet",
        "sheets": [{ "sheet_id": 0, "title": "Reconciliation Results" }],
    } })
}

fn input_files(detail: &RunDetail, flow: &Flow) -> Value {
    let mut fields = Map::new();
    for file in &detail.files {
        let extraction = extraction_step(detail, flow, file).map(|_| &file.id);
        let entry = json!({
            "file_name": file.name, "file_type": file.mime, "file_size": file.size, "metadata": file.metadata,
            "guidance": file.guidance, "extraction_id": extraction,
        });
        match fields.entry(field_of(&file.key)).or_insert_with(|| json!([])) {
            Value::Array(list) => list.push(entry),
            other => *other = json!([entry]),
        }
    }
    Value::Object(fields)
}

/// The field of an uploaded part: `attachments_2` belongs to `attachments`.
fn field_of(key: &str) -> String {
    match key.rsplit_once('_') {
        Some((field, index)) if index.parse::<u32>().is_ok() => field.to_owned(),
        _ => key.to_owned(),
    }
}

/// The newest step that read a file; none before it began, or if no step reads files of its field.
pub(super) fn extraction_step<'a>(detail: &'a RunDetail, flow: &Flow, file: &FileRow) -> Option<&'a Step> {
    let field = field_of(&file.key);
    let reads = |step: &&Step| {
        step.work == Work::Extract && step.started_at.is_some() && flow.node(&step.node).is_some_and(|node| node.role == field)
    };
    detail.steps.iter().rev().find(reads)
}

fn steps(detail: &RunDetail, attempt: Option<i64>) -> Value {
    let shown = |step: &&Step| is_step(step.work) && attempt.is_none_or(|number| step.attempt == number);
    detail.steps.iter().filter(shown).map(step).collect()
}

fn step(step: &Step) -> Value {
    json!({
        "id": step.id, "step_id": step.node, "title": step.label, "type": step.kind, "attempt": step.attempt,
        "retry": step.retry, "iteration": step.iteration, "status": step_status(step.status),
        "start_time": step.started_at.map(seconds), "end_time": step.finished_at.map(seconds),
        "duration": step.duration_ms().unwrap_or(0), "output": step.output,
        "error": step.error.as_ref().map(|e| &e.message),
    })
}

const fn step_status(value: Status) -> &'static str {
    match value {
        Status::Pending | Status::Queued => "pending",
        Status::Skipped => "skipped",
        other => status(other),
    }
}

fn flow_attempts(detail: &RunDetail) -> Value {
    detail
        .attempts
        .iter()
        .map(|attempt| {
            json!({
                "attempt": attempt.number, "status": status(attempt.status), "start_time": seconds(attempt.started_at),
                "end_time": attempt.finished_at.map(seconds),
                "duration": attempt.finished_at.map_or(0, |end| end - attempt.started_at),
                "error": attempt.error, "steps": steps(detail, Some(attempt.number)),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_state_has_one_of_the_four_words() {
        let words = ["processing", "review", "completed", "failed"];
        assert!(Status::ALL.into_iter().all(|s| words.contains(&status(s))));
        assert_eq!(statuses("review").unwrap(), vec![Status::Waiting]);
        assert!(statuses("SUCCEEDED").is_none());
    }

    #[test]
    fn numbered_parts_belong_to_their_field() {
        assert_eq!(field_of("attachments_2"), "attachments");
        assert_eq!(field_of("purchase_order"), "purchase_order");
        assert_eq!(title("purchase_order"), "Purchase Order");
    }
}
