//! A `WorkflowRun` of Retab, as in <https://docs.retab.com/api-reference/workflows/runs/get>.

use super::steps;
use crate::model::status::{Status, StatusKind};
use crate::model::{
    Fact, FactName, FactValue, File, FileRole, Iteration, ReviewRef, Run, RunDetail, RunError, Step, Trigger, TriggerKind, place_error,
};
use crate::value::json::Json;
use crate::wire::fields::{Fields, Unfit, lenient};

/// The vendor's words for the status of a run; later generations' words included.
pub(super) const STATUSES: &[(&str, StatusKind)] = &[
    ("pending", StatusKind::Queued),
    ("queued", StatusKind::Queued),
    ("running", StatusKind::Running),
    ("waiting_for_human", StatusKind::Waiting),
    ("awaiting_review", StatusKind::Waiting),
    ("completed", StatusKind::Completed),
    ("error", StatusKind::Failed),
    ("failed", StatusKind::Failed),
    ("cancelled", StatusKind::Cancelled),
];

pub(in crate::adapters) const TRIGGERS: &[(&str, TriggerKind)] = &[
    ("manual", TriggerKind::Manual),
    ("api", TriggerKind::Api),
    ("schedule", TriggerKind::Schedule),
    ("webhook", TriggerKind::Webhook),
    ("email", TriggerKind::Email),
    ("restart", TriggerKind::Restart),
];

/// How the value of a further field is read.
#[derive(Clone, Copy)]
pub(in crate::adapters) enum Shape {
    Text,
    Time,
    Flag,
    Count,
    Texts,
    Data,
}

const FACTS: &[(&str, FactName, Shape)] = &[
    ("organization_id", FactName::Organization, Shape::Text),
    ("config_snapshot_id", FactName::ConfigSnapshot, Shape::Text),
    ("dataset_id", FactName::Dataset, Shape::Text),
    ("execution_phase", FactName::ExecutionPhase, Shape::Text),
    ("run_resume_status", FactName::ResumeStatus, Shape::Text),
    ("resume_queue", FactName::ResumeQueue, Shape::Data),
    ("active_resume", FactName::ActiveResume, Shape::Data),
    ("hil_signal_states", FactName::SignalStates, Shape::Data),
    ("pending_node_outputs", FactName::PendingOutputs, Shape::Data),
    ("dag_snapshot", FactName::GraphSnapshot, Shape::Data),
    ("executed_node_ids", FactName::ExecutedNodes, Shape::Texts),
    ("parallel_completion_counters", FactName::ParallelCounters, Shape::Data),
    ("cancel_requested_at", FactName::CancelRequestedAt, Shape::Time),
    ("cancel_confirmation_pending", FactName::CancelPending, Shape::Flag),
    ("cancel_confirmation_error", FactName::CancelConfirmationError, Shape::Text),
    ("cancel_signal_error", FactName::CancelSignalError, Shape::Text),
    ("cancel_signal_failed_at", FactName::CancelSignalFailedAt, Shape::Time),
    ("cancel_native_error", FactName::CancelNativeError, Shape::Text),
    ("cost_summary", FactName::Cost, Shape::Data),
    ("trace_spans", FactName::TraceSpans, Shape::Data),
];

/// Of these, what a run's status hangs on.
const LISTED_FACTS: &[(&str, FactName, Shape)] =
    &[("run_resume_status", FactName::ResumeStatus, Shape::Text), ("cancel_confirmation_pending", FactName::CancelPending, Shape::Flag)];

/// Takes the fields of a table; an empty list or object says nothing and gives no fact.
pub(in crate::adapters) fn take_facts(fields: &mut Fields, table: &[(&str, FactName, Shape)], facts: &mut Vec<Fact>) {
    for (field, name, shape) in table {
        let value = match shape {
            Shape::Text => fields.text(field).map(FactValue::Text),
            Shape::Time => fields.time(field).map(FactValue::Time),
            Shape::Flag => fields.flag(field).map(FactValue::Flag),
            Shape::Count => fields.count(field).map(FactValue::Count),
            Shape::Texts => Some(fields.texts(field)).filter(|texts| !texts.is_empty()).map(FactValue::Texts),
            Shape::Data => fields.take(field).filter(|value| !is_empty(value)).map(FactValue::Data),
        };
        if let Some(value) = value {
            facts.push(Fact { name: *name, value });
        }
    }
}

pub(in crate::adapters) fn is_empty(value: &Json) -> bool {
    match value {
        Json::Array(items) => items.is_empty(),
        Json::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// The data of a fact, if it was sent.
pub(in crate::adapters) fn fact(facts: &[Fact], name: FactName) -> Option<&FactValue> {
    facts.iter().find(|fact| fact.name == name).map(|fact| &fact.value)
}

/// Decodes a run and everything its document holds; the history is the caller's business.
pub(super) fn read(value: Json) -> Result<RunDetail, Unfit> {
    lenient(value, "run", &["id"], decode::<true>)
}

/// The same for a list, without what only the run's own page shows: a first visit need not download the code for that.
pub(super) fn read_listed(value: Json) -> Result<Run, Unfit> {
    lenient(value, "run", &["id"], decode::<false>).map(|detail| detail.run)
}

fn decode<const WHOLE: bool>(fields: &mut Fields) -> RunDetail {
    let id = fields.required("id");
    let word = fields.word("status");
    let mut facts = Vec::new();
    take_facts(fields, if WHOLE { FACTS } else { LISTED_FACTS }, &mut facts);
    let status = status(word, &facts);
    let trigger = trigger(fields);
    let error = error(fields);
    let summaries = steps::numbered(fields.parts("steps", "step", steps::NEEDED, steps::decode));
    let (mut files, mut inputs) = (Vec::new(), Vec::new());
    if WHOLE {
        files = input_files(fields);
        inputs = fields.entries("input_json_data");
        inputs.extend(fields.entries("input_text_data"));
    }
    let waiting_since = fields.time("human_waiting_started_at");
    let mut detail = RunDetail {
        run: Run {
            id,
            flow: fields.text("workflow_id").unwrap_or_default(),
            flow_name: fields.words("workflow_name"),
            flow_version: None,
            number: None,
            trigger: Some(trigger),
            name: None,
            created_at: fields.time("created_at"),
            started_at: fields.time("started_at"),
            finished_at: fields.time("completed_at"),
            updated_at: fields.time("updated_at"),
            duration_ms: fields.count("duration_ms"),
            waited_ms: fields.count("human_waiting_duration_ms"),
            // The vendor may leave the start of a wait that is over.
            waiting_since: waiting_since.filter(|_| !status.kind.is_final()),
            waiting_on: fields.texts("waiting_for_node_ids"),
            error,
            steps_total: None,
            steps_done: None,
            attempt: None,
            metadata: fields.entries("metadata"),
            reviews: None,
            unread: false,
            status,
        },
        history: Vec::new(),
        history_derived: true,
        steps: Vec::new(),
        steps_cut: false,
        attempts: Vec::new(),
        files,
        inputs,
        outputs: Vec::new(),
        facts,
        reviews: Vec::new(),
        other: Vec::new(),
        raw: Vec::new(),
    };
    if WHOLE {
        read_outputs(fields, &mut detail);
        detail.other.extend(fields.rest());
    }
    set_steps(&mut detail, summaries);
    detail
}

/// Puts the steps in place, and what follows from them: counts and open reviews.
pub(super) fn set_steps(detail: &mut RunDetail, steps: Vec<Step>) {
    let run = &mut detail.run;
    run.count(&steps);
    detail.reviews = match run.status.kind.is_final() {
        true => Vec::new(),
        false => run
            .waiting_on
            .iter()
            .map(|node| {
                // One time round a loop is waited for by its step.
                let own = steps.iter().rev().find(|step| step.id == *node);
                let step = own.or_else(|| steps.iter().rev().find(|step| step.node == *node));
                let since = step.and_then(|step| step.started_at).or(run.waiting_since);
                let iteration = own.and_then(|step| step.iteration).map(Iteration::Round);
                ReviewRef { iteration, ..ReviewRef::new(node.as_str(), step.map_or(node, |step| &step.name).as_str(), since) }
            })
            .collect(),
    };
    run.reviews = (run.status.kind == StatusKind::Waiting).then(|| detail.reviews.clone());
    place_error(run.error.as_mut(), &steps);
    detail.steps = steps;
}

fn status(word: Option<String>, facts: &[Fact]) -> Status {
    // The document's default.
    let mut status = Status::from_table(word.unwrap_or_else(|| "pending".into()), STATUSES);
    if !status.kind.is_final() {
        if fact(facts, FactName::CancelPending) == Some(&FactValue::Flag(true)) {
            status.kind = StatusKind::Cancelling;
        } else if matches!(fact(facts, FactName::ResumeStatus), Some(FactValue::Text(word)) if word == "resuming") {
            status.kind = StatusKind::Resuming;
        }
    }
    status
}

fn trigger(fields: &mut Fields) -> Trigger {
    let raw = fields.word("trigger_type").unwrap_or_else(|| "manual".into());
    let kind = TRIGGERS.iter().find(|(word, _)| *word == raw).map_or(TriggerKind::Unknown, |(_, kind)| *kind);
    Trigger { kind, raw, detail: fields.text("trigger_email") }
}

/// `error`, `error_stage` and `error_details` of a run or step, as one.
pub(super) fn error(fields: &mut Fields) -> Option<RunError> {
    let message = fields.text("error");
    let stage = fields.text("error_stage");
    let Some(more) = fields.take("error_details") else {
        return match (&message, &stage) {
            (None, None) => None,
            _ => Some(RunError { message: message.unwrap_or_default(), stage, ..RunError::default() }),
        };
    };
    fields.part(more, "error_details", "error_details", |more| detailed(message, stage, more))
}

/// `error_details` of a run, a step or a lifecycle, around what is known already.
pub(in crate::adapters) fn detailed(message: Option<String>, stage: Option<String>, more: &mut Fields) -> RunError {
    let told = more.text("message");
    let step = match (more.text("block_id"), more.text("node_id")) {
        (Some(id), _) | (None, Some(id)) => Some(id),
        (None, None) => None,
    };
    let name = match (more.text("block_name"), more.text("node_label")) {
        (Some(name), _) | (None, Some(name)) => Some(name),
        (None, None) => None,
    };
    let code = more.text("error_code");
    let stack = more.text("stack_trace");
    let mut details: Vec<String> = told.iter().filter(|told| message.as_ref().is_some_and(|message| message != *told)).cloned().collect();
    details.extend(more.rest().into_iter().map(|(key, value)| format!("{key}: {}", crate::value::json::plain(&value))));
    RunError {
        message: message.or(told).unwrap_or_default(),
        stage,
        step,
        step_name: name,
        code,
        details: (!details.is_empty()).then(|| details.join("\n")),
        stack,
    }
}

fn input_files(fields: &mut Fields) -> Vec<File> {
    let mut files = Vec::new();
    for (node, value) in fields.entries("input_documents") {
        files.extend(fields.part(value, "input_documents", "document", |document| file(FileRole::Input, node, document)));
    }
    files
}

fn file(role: FileRole, field: String, fields: &mut Fields) -> File {
    // `file_id` in the documentation's example, `id` for the vendor's own clients; an answer may have both.
    let ids = (fields.text("file_id"), fields.text("id"));
    let id = ids.0.or(ids.1);
    File {
        role,
        field,
        id,
        name: fields.text("filename").unwrap_or_default(),
        media_type: fields.text("mime_type"),
        bytes: None,
        parts: Vec::new(),
        other: fields.rest(),
    }
}

/// Each end node gives `{label, json_data}`, or a document.
fn read_outputs(fields: &mut Fields, detail: &mut RunDetail) {
    for (node, value) in fields.entries("final_outputs") {
        match value {
            Json::Object(_) => drop(fields.part(value, "final_outputs", "final_outputs", |output| read_output(node, output, detail))),
            value => detail.outputs.push((node, value)),
        }
    }
}

fn read_output(node: String, output: &mut Fields, detail: &mut RunDetail) {
    let label = output.words("label").unwrap_or_else(|| node.clone());
    let label = if detail.outputs.iter().any(|(taken, _)| *taken == label) { format!("{label} ({node})") } else { label };
    let data = output.take("json_data");
    if let Some(document) = output.take("document") {
        detail.files.extend(output.part(document, "document", "document", |document| file(FileRole::Output, label.clone(), document)));
    }
    let rest: Vec<_> = output.rest().into_iter().filter(|(_, value)| !value.is_null()).collect();
    match (data, rest.is_empty()) {
        (Some(data), true) => detail.outputs.push((label, data)),
        (Some(data), false) => {
            detail.outputs.push((label, data));
            detail.other.push((format!("final_outputs.{node}"), Json::Object(rest.into_iter().collect())));
        }
        (None, false) => detail.outputs.push((label, Json::Object(rest.into_iter().collect()))),
        (None, true) => {}
    }
}
