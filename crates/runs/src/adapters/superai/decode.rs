//! Executions, task executions and review tasks, as they come over the wire; both generations of the status fields.

use crate::model::status::{Status, StatusKind};
use crate::model::{Fact, FactName, FactValue, OutputAs, Run, RunError, Step, Trigger, TriggerKind};
use crate::value::json::{Json, Malformed, plain};
use crate::value::time::Timestamp;
use crate::wire::error::Complaint;
use crate::wire::fields::{Fields, Unfit, lenient, read, whole};

/// Of executions and of task executions; `in_progress` is the older generation's word.
pub(super) const STATUSES: &[(&str, StatusKind)] = &[
    ("queued", StatusKind::Queued),
    ("running", StatusKind::Running),
    ("in_progress", StatusKind::Running),
    ("awaiting_input", StatusKind::Waiting),
    ("completed", StatusKind::Completed),
    ("edited", StatusKind::CompletedEdited),
    ("failed", StatusKind::Failed),
    ("cancel_requested", StatusKind::Cancelling),
    ("cancelled", StatusKind::Cancelled),
    ("stale", StatusKind::Stale),
    ("deleted", StatusKind::Deleted),
];

const TRIGGERS: &[(&str, TriggerKind)] = &[
    ("receive_email", TriggerKind::Email),
    ("receive_webhook", TriggerKind::Webhook),
    ("webhook", TriggerKind::Webhook),
    ("receive_schedule", TriggerKind::Schedule),
    ("schedule", TriggerKind::Schedule),
    ("schedule_trigger", TriggerKind::Schedule),
];

/// One flow execution.
pub(super) struct Execution {
    pub(super) run: Run,
    pub(super) input: Option<Json>,
    pub(super) facts: Vec<Fact>,
    pub(super) other: Vec<(String, Json)>,
}

/// One task execution; its step has no titles yet, those are in the flow's definition.
pub(super) struct Task {
    pub(super) step: Step,
    /// Zero-based: the first try is 0, a retry or a further time round a loop one more.
    pub(super) idx: u32,
    pub(super) run: Option<String>,
    pub(super) created_at: Option<Timestamp>,
    pub(super) updated_at: Option<Timestamp>,
    pub(super) unread: bool,
}

pub(super) struct ReviewTask {
    pub(super) id: String,
    pub(super) run: String,
    pub(super) targets: Vec<Target>,
    pub(super) source: String,
    pub(super) source_idx: u32,
    pub(super) status: String,
    pub(super) instructions: Option<String>,
    pub(super) messages: Vec<String>,
    pub(super) result: Option<bool>,
    pub(super) output: Option<Vec<Json>>,
    pub(super) by: Option<String>,
    pub(super) at: Option<Timestamp>,
    /// `false`: completed, but the flow's resumption is put off.
    pub(super) signal_sent: bool,
    pub(super) created_at: Option<Timestamp>,
    /// What a step shows of it.
    pub(super) facts: Vec<Fact>,
    pub(super) other: Vec<(String, Json)>,
}

/// What is reviewed: a task's output, or one item of a list in it.
pub(super) struct Target {
    pub(super) node: String,
    pub(super) idx: u32,
    pub(super) editable: bool,
    pub(super) item: Option<(String, usize)>,
}

impl ReviewTask {
    pub(super) fn completed(&self) -> bool {
        self.status == "completed"
    }

    pub(super) fn is_of(&self, node: &str, idx: u32) -> bool {
        self.source == node && self.source_idx == idx
    }
}

impl Target {
    /// The part of a task's output that this target means; `None` if it is not there.
    pub(super) fn of<'a>(&self, output: &'a Json) -> Option<&'a Json> {
        match &self.item {
            None => Some(output),
            Some((name, at)) => output.get(name)?.get(at),
        }
    }
}

pub(super) fn execution(value: Json) -> Result<Execution, Unfit> {
    lenient(value, "flow execution", &["id", "flow_id"], decode_execution)
}

fn decode_execution(fields: &mut Fields) -> Execution {
    let executor = fields.word("triggered_task_executor_name");
    // In the order in which what is missing is told.
    let (id, flow) = (fields.required("id"), fields.required("flow_id"));
    let (flow_version, number) = (fields.number("flow_version").map(|version| version.to_string()), fields.count("run_number"));
    let status = Status::from_table(fields.word("status").unwrap_or_default(), STATUSES);
    let run = Run {
        flow_version,
        number,
        trigger: executor.map(trigger),
        created_at: fields.time("created_at"),
        updated_at: fields.time("updated_at"),
        ..Run::new(id, flow, status)
    };
    let mut facts = Vec::new();
    text_fact(&mut facts, FactName::Organization, fields.text("organization_id"));
    text_fact(&mut facts, FactName::ModifiedBy, fields.text("modified_by"));
    text_fact(&mut facts, FactName::PricingConfig, fields.text("pricing_config_id"));
    fact(&mut facts, FactName::Credits, fields.count("total_credits").map(FactValue::Count));
    Execution { run, input: fields.take("input"), facts, other: fields.rest() }
}

fn trigger(raw: String) -> Trigger {
    let kind = TRIGGERS.iter().find(|(word, _)| *word == raw).map_or(TriggerKind::Unknown, |(_, kind)| *kind);
    Trigger { kind, raw, detail: None }
}

pub(super) fn task(value: Json) -> Result<Task, Unfit> {
    // With the name it says which one is reviewed: another number would be another task's output.
    match value.get(INDEX) {
        Some(found) if !found.is_null() && !is_index(found) => {
            let problem = Malformed::new(format!("task execution.{INDEX}"), format!("an index was expected, {found} found"));
            return Err((value, problem));
        }
        _ => {}
    }
    lenient(value, "task execution", &["id", "task_name"], decode_task)
}

/// A task that could not be read.
pub(super) fn unread(at: usize, unfit: Unfit) -> Task {
    Task { step: Step::unread(at, unfit), idx: 0, run: None, created_at: None, updated_at: None, unread: true }
}

fn decode_task(fields: &mut Fields) -> Task {
    let older = fields.word("status");
    let word = fields.word("processing_status").or(older);
    let mut status = Status::from_table(word.unwrap_or_default(), STATUSES);
    let edited = fields.text("edited_status");
    let stale = fields.text("stale_status");
    if status.kind == StatusKind::Completed {
        if stale.as_deref() == Some("stale") {
            status.kind = StatusKind::Stale;
        } else if edited.as_deref().is_some_and(|word| word.starts_with("edited")) {
            status.kind = StatusKind::CompletedEdited;
        }
    }
    let idx = index(fields, INDEX);
    let node = fields.required("task_name");
    let (started_at, finished_at) = (fields.time("started_at"), fields.time("completed_at"));
    let (created_at, updated_at) = (fields.time("created_at"), fields.time("updated_at"));
    let mut facts = Vec::new();
    fact(&mut facts, FactName::CreatedAt, created_at.map(FactValue::Time));
    fact(&mut facts, FactName::UpdatedAt, updated_at.map(FactValue::Time));
    text_fact(&mut facts, FactName::EditedStatus, edited);
    text_fact(&mut facts, FactName::StaleStatus, stale);
    text_fact(&mut facts, FactName::ModifiedBy, fields.text("modified_by"));
    text_fact(&mut facts, FactName::Organization, fields.text("organization_id"));
    fact(&mut facts, FactName::Credits, fields.count("credits").map(FactValue::Count));
    fact(&mut facts, FactName::SourceTasks, fields.take("source_task_executions").map(FactValue::Data));
    let tags = fields.list("tags");
    fact(&mut facts, FactName::Tags, (!tags.is_empty()).then_some(FactValue::Data(Json::Array(tags))));
    let step = Step {
        id: fields.required("id"),
        name: node.clone(),
        node,
        kind: None,
        status,
        started_at,
        finished_at,
        duration_ms: started_at.zip(finished_at).and_then(|(start, end)| start.until(end)),
        attempt: idx.saturating_add(1),
        parent: None,
        iteration: None,
        input: fields.take("input"),
        output: fields.take("output"),
        output_as: OutputAs::Data,
        error: fields.take("error").map(error),
        facts,
        other: Vec::new(),
    };
    let run = fields.text("flow_execution_id");
    Task { step: Step { other: fields.rest(), ..step }, idx, run, created_at, updated_at, unread: false }
}

/// A task's error: mostly `{message, type, traceback}`, but documented as anything.
fn error(value: Json) -> RunError {
    let Json::Object(mut map) = value else { return RunError { message: plain(&value), ..RunError::default() } };
    let mut text = |name: &str| map.shift_remove(name).filter(|value| !value.is_null()).map(|value| plain(&value));
    let (message, code, stack) = (text("message"), text("type"), text("traceback"));
    let details = (!map.is_empty()).then(|| Json::Object(map).to_string());
    RunError { message: message.unwrap_or_default(), stage: None, step: None, step_name: None, code, details, stack }
}

pub(super) fn review_task(value: Json) -> Result<ReviewTask, Malformed> {
    read(value, "human review task", decode_review)
}

fn decode_review(fields: &mut Fields) -> ReviewTask {
    let targets = fields.take("target_task_executions").unwrap_or_default();
    let mut decoded = Vec::new();
    match &targets {
        Json::Array(items) => {
            for item in items {
                decoded.extend(fields.part(item.clone(), "target_task_executions", "review target", target));
            }
        }
        other => fields.wrong("target_task_executions", "a list", other.clone()),
    }
    let output = fields.some_list("reviewed_output");
    let mut task = ReviewTask {
        id: fields.required("id"),
        run: fields.required("flow_execution_id"),
        targets: decoded,
        source: fields.required("source_task_name"),
        source_idx: index(fields, "source_task_execution_idx"),
        status: fields.required("status"),
        instructions: fields.text("instructions"),
        messages: fields.texts("human_messages"),
        result: fields.flag("review_result"),
        output,
        by: fields.text("completed_by"),
        at: fields.time("completed_at"),
        signal_sent: fields.flag("signal_sent").unwrap_or(true),
        created_at: fields.time("created_at"),
        facts: Vec::new(),
        other: Vec::new(),
    };
    task.facts = review_facts(&task, targets, fields);
    task.other = fields.rest();
    task
}

fn review_facts(task: &ReviewTask, targets: Json, fields: &mut Fields) -> Vec<Fact> {
    let mut facts = Vec::new();
    text_fact(&mut facts, FactName::ReviewStatus, Some(task.status.clone()));
    fact(&mut facts, FactName::ReviewApproved, task.result.map(FactValue::Flag));
    fact(&mut facts, FactName::ReviewedAt, task.at.map(FactValue::Time));
    text_fact(&mut facts, FactName::ReviewedBy, task.by.clone());
    fact(&mut facts, FactName::ReviewedData, task.output.clone().map(|items| FactValue::Data(Json::Array(items))));
    fact(&mut facts, FactName::ReviewTargets, Some(FactValue::Data(targets)));
    text_fact(&mut facts, FactName::Instructions, task.instructions.clone());
    fact(&mut facts, FactName::Messages, (!task.messages.is_empty()).then(|| FactValue::Texts(task.messages.clone())));
    fact(&mut facts, FactName::ReviewMetadata, fields.take("task_metadata").map(FactValue::Data));
    fact(&mut facts, FactName::SignalSent, Some(FactValue::Flag(task.signal_sent)));
    text_fact(&mut facts, FactName::ReviewModifiedBy, fields.text("modified_by"));
    text_fact(&mut facts, FactName::Organization, fields.text("organization_id"));
    fact(&mut facts, FactName::ReviewCreatedAt, task.created_at.map(FactValue::Time));
    fact(&mut facts, FactName::ReviewUpdatedAt, fields.time("updated_at").map(FactValue::Time));
    facts
}

fn target(fields: &mut Fields) -> Target {
    let name = fields.text("output_name");
    let at = fields.count("output_collection_idx").and_then(|at| usize::try_from(at).ok());
    Target {
        node: fields.required("task_name"),
        idx: index(fields, "task_execution_idx"),
        editable: fields.flag("is_editable").unwrap_or(false),
        item: name.zip(at),
    }
}

const INDEX: &str = "task_execution_idx";

fn is_index(value: &Json) -> bool {
    value.as_number().and_then(whole).is_some_and(|number| u32::try_from(number).is_ok())
}

fn index(fields: &mut Fields, name: &str) -> u32 {
    fields.small(name, "the number is too large for an index").unwrap_or(0)
}

pub(super) fn fact(facts: &mut Vec<Fact>, name: FactName, value: Option<FactValue>) {
    if let Some(value) = value {
        facts.push(Fact { name, value });
    }
}

fn text_fact(facts: &mut Vec<Fact>, name: FactName, value: Option<String>) {
    fact(facts, name, value.map(FactValue::Text));
}

/// Both envelopes: the vendor's own `{"error":{message,code,details},"request_id"}` and FastAPI's `{"detail":…}`.
pub(super) fn complaint(body: Json) -> Complaint {
    let error = body.get("error");
    let text = |name: &str| error.and_then(|error| error.get(name)).and_then(Json::as_str);
    let complaints = error.and_then(|error| error.get("details")).or_else(|| body.get("detail"));
    let fields: Vec<_> = complaints.and_then(Json::as_array).into_iter().flatten().filter_map(field_complaint).collect();
    let detail = match (text("message"), text("code"), body.get("detail")) {
        (Some(message), Some(code), _) => Some(format!("{message} ({code})")),
        (Some(message), None, _) => Some(message.to_owned()),
        (None, _, Some(Json::String(detail))) => Some(detail.clone()),
        _ if !fields.is_empty() => {
            let lines: Vec<_> = fields.iter().map(|(path, message)| format!("{path}: {message}")).collect();
            Some(lines.join("; "))
        }
        _ => None,
    };
    Complaint { detail, request_id: body.get("request_id").and_then(Json::as_str).map(str::to_owned), fields }
}

/// `{loc, msg, type}`: the first part of `loc` only says which part of the request it was.
fn field_complaint(item: &Json) -> Option<(String, String)> {
    let place: Vec<_> = item.get("loc")?.as_array()?.iter().map(plain).collect();
    let place = match place.split_first() {
        Some((part, rest)) if matches!(part.as_str(), "body" | "query" | "path") && !rest.is_empty() => rest,
        _ => &place,
    };
    Some((place.join("."), item.get("msg").and_then(Json::as_str)?.to_owned()))
}
