//! A `WorkflowRun`: what it is, how it goes (`lifecycle`), when (`timing`), with what (`inputs`).

use crate::adapters::retab::run::{TRIGGERS, detailed};
use crate::model::status::{Status, StatusKind};
use crate::model::{Fact, FactName, FactValue, File, FileRole, Run, RunDetail, RunError, Trigger, TriggerKind};
use crate::value::json::Json;
use crate::wire::fields::{Fields, Unfit, lenient};

/// `failed` is what the server is said to record where the vendor's own client says `error`.
const STATUSES: &[(&str, StatusKind)] = &[
    ("pending", StatusKind::Queued),
    ("queued", StatusKind::Queued),
    ("running", StatusKind::Running),
    ("awaiting_review", StatusKind::Waiting),
    ("completed", StatusKind::Completed),
    ("error", StatusKind::Failed),
    ("failed", StatusKind::Failed),
    ("cancelled", StatusKind::Cancelled),
];

/// Decodes a run; its steps, reviews and history are the caller's business.
pub(super) fn read(value: Json) -> Result<RunDetail, Unfit> {
    lenient(value, "run", &["id"], decode)
}

fn decode(fields: &mut Fields) -> RunDetail {
    let id = fields.required("id");
    let mut facts = Vec::new();
    let lifecycle = fields.object("lifecycle", "lifecycle", |fields| lifecycle(fields, STATUSES, "pending", &mut facts));
    let lifecycle = lifecycle.unwrap_or_default();
    let (mut created_at, mut started_at, mut finished_at) = (None, None, None);
    let mut other = Vec::new();
    fields.object("timing", "timing", |timing| {
        created_at = timing.time("created_at");
        started_at = timing.time("started_at");
        finished_at = timing.time("completed_at");
        keep(&mut other, "timing", timing);
    });
    let (mut files, mut inputs) = (Vec::new(), Vec::new());
    fields.object("inputs", "inputs", |given| {
        for (block, value) in given.entries("documents") {
            files.extend(given.part(value, "documents", "document", |document| file(FileRole::Input, block, document)));
        }
        inputs = given.entries("json_data");
        keep(&mut other, "inputs", given);
    });
    let trigger = fields.object("trigger", "trigger", |trigger| {
        let raw = trigger.word("type").unwrap_or_default();
        let kind = TRIGGERS.iter().find(|(word, _)| *word == raw).map_or(TriggerKind::Unknown, |(_, kind)| *kind);
        keep(&mut other, "trigger", trigger);
        Trigger { kind, raw, detail: None }
    });
    let run = Run {
        id,
        flow: fields.text("workflow_id").unwrap_or_default(),
        flow_name: None,
        flow_version: fields.text("workflow_version_id"),
        number: None,
        trigger,
        name: None,
        created_at,
        started_at,
        finished_at,
        updated_at: None,
        // The vendor leaves the subtraction to its clients.
        duration_ms: started_at.zip(finished_at).and_then(|(from, to)| from.until(to)),
        waited_ms: None,
        waiting_since: None,
        waiting_on: lifecycle.waiting_on,
        error: lifecycle.error,
        steps_total: None,
        steps_done: None,
        attempt: None,
        metadata: fields.entries("metadata"),
        reviews: None,
        unread: false,
        status: lifecycle.status,
    };
    other.extend(lifecycle.other.into_iter().map(|(name, value)| (format!("lifecycle.{name}"), value)));
    other.extend(fields.rest());
    RunDetail {
        run,
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
        other,
        raw: Vec::new(),
    }
}

/// Puts what nobody took aside, with where it stood.
fn keep(other: &mut Vec<(String, Json)>, name: &str, fields: &mut Fields) {
    other.extend(fields.rest().into_iter().map(|(field, value)| (format!("{name}.{field}"), value)));
}

pub(super) fn file(role: FileRole, field: String, fields: &mut Fields) -> File {
    File {
        role,
        field,
        id: fields.text("id"),
        name: fields.text("filename").unwrap_or_default(),
        media_type: fields.text("mime_type"),
        bytes: None,
        parts: Vec::new(),
        other: fields.rest(),
    }
}

/// Where a run or a step stands, and what only that standing has.
#[derive(Default)]
pub(super) struct Lifecycle {
    pub(super) status: Status,
    pub(super) waiting_on: Vec<String>,
    pub(super) error: Option<RunError>,
    pub(super) other: Vec<(String, Json)>,
}

pub(super) fn lifecycle(fields: &mut Fields, table: &[(&str, StatusKind)], default: &str, facts: &mut Vec<Fact>) -> Lifecycle {
    let status = Status::from_table(fields.word("status").unwrap_or_else(|| default.into()), table);
    let waiting_on = fields.texts("waiting_for_block_ids");
    for (name, field) in [(FactName::ErrorCategory, "category"), (FactName::Reason, "reason")] {
        facts.extend(fields.words(field).map(|text| Fact { name, value: FactValue::Text(text) }));
    }
    let (message, stage, failing) = (fields.text("message"), fields.text("stage"), fields.text("failing_step_id"));
    let more = fields.take("details").unwrap_or_else(|| Json::Object(crate::value::json::Map::new()));
    let known = message.is_some() || stage.is_some() || failing.is_some() || more.as_object().is_none_or(|more| !more.is_empty());
    let error = fields.part(more, "details", "details", |more| detailed(message, stage, more)).filter(|_| known);
    let error = error.map(|error| RunError { step: error.step.or(failing), ..error });
    Lifecycle { status, waiting_on, error, other: fields.rest() }
}
