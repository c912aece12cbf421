//! A `FlowRun` (<https://docs.tableflow.com/api-reference/get-flow-run>).

use super::loose::Loose;
use crate::adapters::number;
use crate::model::status::{Status, StatusKind};
use crate::model::{
    Attempt, Fact, FactName, FactValue, File, FileRole, ReviewRef, Run, RunDetail, RunError, StatusEvent, Step, Trigger, TriggerKind,
    place_error,
};
use crate::value::json::{Json, Malformed, kind, plain};
use crate::wire::fields::{Fields, Unfit, lenient, unix};

/// `processing`, `review`, `completed`, `failed` are documented for runs; the others are likely for steps.
const STATUSES: &[(&str, StatusKind)] = &[
    ("processing", StatusKind::Running),
    ("review", StatusKind::Waiting),
    ("completed", StatusKind::Completed),
    ("failed", StatusKind::Failed),
];

const STEP_STATUSES: &[(&str, StatusKind)] = &[
    ("processing", StatusKind::Running),
    ("running", StatusKind::Running),
    ("review", StatusKind::Waiting),
    ("completed", StatusKind::Completed),
    ("failed", StatusKind::Failed),
    ("queued", StatusKind::Queued),
    ("pending", StatusKind::NotStarted),
    ("skipped", StatusKind::Skipped),
    ("cancelled", StatusKind::Cancelled),
];

const STATUS: &[&str] = &["status"];
const STARTED: &[&str] = &["start_time", "started_at", "start"];
const ENDED: &[&str] = &["end_time", "completed_at", "finished_at", "ended_at", "end"];
const TRY: &[&str] = &["attempt", "attempt_number", "number"];

pub(super) fn read(value: Json) -> Result<RunDetail, Unfit> {
    lenient(value, "run", &["id"], decode::<true>)
}

/// The same for a list, without what only the run's own page shows: a first visit need not download the code for that.
pub(super) fn read_listed(value: Json) -> Result<Run, Unfit> {
    lenient(value, "run", &["id"], decode::<false>).map(|detail| detail.run)
}

fn decode<const WHOLE: bool>(fields: &mut Fields) -> RunDetail {
    let id = fields.required("id");
    let status = Status::from_table(fields.word("status").unwrap_or_default(), STATUSES);
    let history = history(fields, &status);
    let (waited, waiting_since) = waits(&history, &status);
    let error = fields.words("error");
    let trigger = fields.word("trigger_method").map(trigger);
    let mut facts = Vec::new();
    let mut files = Vec::new();
    if WHOLE {
        facts.extend(fields.text("workspace_id").map(|workspace| Fact::text(FactName::Workspace, workspace)));
        files = drive_files(fields);
        input_files(fields, &mut files);
    }
    let flow = flow(fields, &mut facts);
    let attempt = fields.count("current_attempt").and_then(|number| u32::try_from(number).ok());
    let (mut attempts, mut steps, mut other) = (Vec::new(), Vec::new(), Vec::new());
    let executions = fields.take("steps");
    read_attempts(fields.take("flow_attempts"), executions.is_none(), &mut attempts, &mut steps, &mut other);
    read_steps(executions, "steps", None, &mut steps, &mut other);
    name_steps(&flow.steps, &mut steps);
    let mut run = Run {
        id,
        flow: fields.text("flow_id").or(flow.id).unwrap_or_default(),
        flow_name: flow.name,
        flow_version: None,
        number: None,
        trigger,
        name: fields.words("name"),
        created_at: fields.unix("created_at"),
        started_at: fields.unix("start_time"),
        finished_at: fields.unix("end_time"),
        updated_at: fields.unix("updated_at"),
        // Zero while it runs: not a duration yet.
        duration_ms: fields
            .rounded("duration")
            .and_then(|millis| u64::try_from(millis).ok())
            .filter(|millis| *millis > 0 || status.kind.is_final()),
        waited_ms: (waited > 0).then_some(waited),
        waiting_since,
        waiting_on: Vec::new(),
        error: error.map(|message| RunError { message, ..RunError::default() }),
        steps_total: None,
        steps_done: None,
        attempt,
        metadata: fields.entries("metadata"),
        reviews: None,
        unread: false,
        status,
    };
    place_error(run.error.as_mut(), &steps);
    if WHOLE {
        other.extend(fields.rest());
    }
    if steps.iter().any(|step| step.status.kind != StatusKind::Unknown) {
        run.count(&steps);
    }
    let reviews: Vec<_> = if run.status.kind == StatusKind::Waiting { steps.iter().filter_map(review).collect() } else { Vec::new() };
    run.waiting_on = reviews.iter().map(|review| review.id.clone()).collect();
    RunDetail {
        run,
        history,
        history_derived: false,
        steps,
        steps_cut: false,
        attempts,
        files,
        inputs: Vec::new(),
        outputs: Vec::new(),
        facts,
        reviews,
        other,
        raw: Vec::new(),
    }
}

fn review(step: &Step) -> Option<ReviewRef> {
    (step.status.kind == StatusKind::Waiting).then(|| ReviewRef::new(step.node.as_str(), step.name.as_str(), step.started_at))
}

fn trigger(raw: String) -> Trigger {
    let kind = match raw.as_str() {
        "api" => TriggerKind::Api,
        "manual" => TriggerKind::Manual,
        _ => TriggerKind::Unknown,
    };
    Trigger { kind, raw, detail: None }
}

fn history(fields: &mut Fields, status: &Status) -> Vec<StatusEvent> {
    let mut events = Vec::new();
    for item in fields.list("status_history") {
        // Without its time it has no place among the others.
        let Some(at) = item.get("time").and_then(Json::as_number).and_then(unix) else {
            fields.keep("status_history", item, Malformed::new("status_history.time", "unix seconds were expected"));
            continue;
        };
        events.extend(fields.part(item, "status_history", "status_history", |fields| {
            fields.take("time");
            StatusEvent {
                status: Status::from_table(fields.word("status").unwrap_or_default(), STATUSES),
                why: fields.words("message"),
                at,
            }
        }));
    }
    if newest_first(&events, status) {
        events.reverse();
    }
    // Stable: of the same moment they stay in the vendor's order.
    crate::value::order::sort(&mut events, &|event| (event.at.0, 0));
    events
}

/// Whether the vendor sent it the other way round. Where all is of one moment, the run's own status is the last.
fn newest_first(events: &[StatusEvent], status: &Status) -> bool {
    let (Some(first), Some(last)) = (events.first(), events.last()) else { return false };
    let is = |event: &StatusEvent| event.status == *status;
    first.at > last.at || (first.at == last.at && is(first) && !is(last))
}

/// Milliseconds of finished waiting, and the start of the wait that goes on.
fn waits(history: &[StatusEvent], status: &Status) -> (u64, Option<crate::Timestamp>) {
    let (mut total, mut since) = (0u64, None);
    for event in history {
        match (event.status.kind == StatusKind::Waiting, since) {
            (true, None) => since = Some(event.at),
            (false, Some(start)) => {
                total = total.saturating_add(event.at.since(start));
                since = None;
            }
            _ => {}
        }
    }
    (total, since.filter(|_| status.kind == StatusKind::Waiting))
}

fn drive_files(fields: &mut Fields) -> Vec<File> {
    let mut files = Vec::new();
    for (field, value) in fields.entries("drive_files") {
        files.extend(fields.part(value, "drive_files", "drive_files", |file| drive_file(field, file)));
    }
    files
}

fn drive_file(field: String, file: &mut Fields) -> File {
    let parts = file.parts("sheets", "sheets", &[], |sheet| {
        let title = sheet.text("title").unwrap_or_default();
        // The id is what a link into the spreadsheet needs.
        match sheet.take("sheet_id") {
            Some(id) => format!("{title} (gid {})", plain(&id)),
            None => title,
        }
    });
    File {
        role: FileRole::Drive,
        name: field.clone(),
        field,
        id: file.text("file_id"),
        media_type: file.text("mime_type"),
        bytes: None,
        parts,
        other: file.rest(),
    }
}

/// "Map of file field keys to the files, including file names, types, and sizes": one file or several a key.
fn input_files(fields: &mut Fields, files: &mut Vec<File>) {
    let Some(Json::Object(map)) = fields.take("input_files") else { return };
    for (field, value) in map {
        match value {
            Json::Array(items) => items.into_iter().for_each(|item| files.push(input_file(&field, item))),
            value => files.push(input_file(&field, value)),
        }
    }
}

fn input_file(field: &str, value: Json) -> File {
    let mut loose = match value {
        Json::Object(map) => Loose(map),
        other => Loose([("name".to_owned(), other)].into_iter().collect()),
    };
    File {
        role: FileRole::Input,
        field: field.into(),
        // The vendor gives a document's bytes by the extraction that read it, and by no other id.
        id: loose.text(&["extraction_id"]),
        name: loose.text(&["file_name", "filename", "name"]).unwrap_or_default(),
        media_type: loose.text(&["file_type", "mime_type", "content_type", "media_type", "type"]),
        bytes: loose.count(&["file_size", "size", "size_bytes", "bytes"]),
        parts: Vec::new(),
        other: loose.rest(),
    }
}

/// The flow as it was at the time of the run.
#[derive(Default)]
struct FlowThen {
    id: Option<String>,
    name: Option<String>,
    steps: Vec<Step>,
}

fn flow(fields: &mut Fields, facts: &mut Vec<Fact>) -> FlowThen {
    fields.object("flow", "flow", |flow| flow_then(flow, facts)).unwrap_or_default()
}

fn flow_then(flow: &mut Fields, facts: &mut Vec<Fact>) -> FlowThen {
    if let Some(text) = flow.words("description") {
        facts.push(Fact::text(FactName::Description, text));
    }
    if let Some(active) = flow.flag("active") {
        facts.push(Fact { name: FactName::FlowActive, value: FactValue::Flag(active) });
    }
    if let Some(workspace) = flow.text("workspace_id") {
        let fact = Fact::text(FactName::Workspace, workspace);
        if !facts.contains(&fact) {
            facts.push(fact);
        }
    }
    let steps = flow.parts("steps", "flow.steps", &["id"], |step| {
        let id = step.required("id");
        let title = step.words("title");
        let kind = step.text("type");
        Step { name: title.unwrap_or_else(|| id.clone()), kind, other: step.rest(), ..blank(id) }
    });
    FlowThen { id: flow.text("id"), name: flow.text("name"), steps }
}

/// A step of which nothing but its id is known.
fn blank(id: String) -> Step {
    let step = Step::not_started(id.clone(), id.clone(), id, None);
    Step { status: Status::default(), ..step }
}

fn read_attempts(
    value: Option<Json>,
    with_steps: bool,
    attempts: &mut Vec<Attempt>,
    steps: &mut Vec<Step>,
    other: &mut Vec<(String, Json)>,
) {
    for (at, item) in items(value, "flow_attempts", other).into_iter().enumerate() {
        let Json::Object(map) = item else {
            other.push(("flow_attempts".into(), item));
            continue;
        };
        let mut loose = Loose(map);
        let place = u32::try_from(at + 1).unwrap_or(u32::MAX);
        let number = loose.count(TRY).and_then(|number| u32::try_from(number).ok()).unwrap_or(place);
        // With a list of steps "for all attempts" these are the same ones again.
        if with_steps {
            let own = loose.any(&["steps", "step_executions"]);
            read_steps(own, "flow_attempts.steps", Some(number), steps, other);
        }
        attempts.push(Attempt {
            number,
            status: loose.text(STATUS).map(|word| Status::from_table(word, STATUSES)),
            started_at: loose.time(STARTED),
            finished_at: loose.time(ENDED),
            other: loose.rest(),
        });
    }
}

fn items(value: Option<Json>, name: &str, other: &mut Vec<(String, Json)>) -> Vec<Json> {
    match value {
        None => Vec::new(),
        Some(Json::Array(items)) => items,
        Some(value) => {
            other.push((name.into(), value));
            Vec::new()
        }
    }
}

fn read_steps(value: Option<Json>, name: &str, attempt: Option<u32>, steps: &mut Vec<Step>, other: &mut Vec<(String, Json)>) {
    for item in items(value, name, other) {
        match item {
            Json::Object(map) => {
                let step = read_step(Loose(map), attempt, steps.len());
                steps.push(step);
            }
            item => {
                let problem = Malformed::new(name, format!("an object was expected, {} found", kind(&item)));
                steps.push(Step::unread(steps.len(), (item, problem)));
            }
        }
    }
}

fn read_step(mut loose: Loose, attempt: Option<u32>, place: usize) -> Step {
    let id = loose.text(&["id"]);
    let node = loose.text(&["step_id"]).or_else(|| id.clone()).unwrap_or_else(|| format!("step {}", place + 1));
    let attempt = loose.count(TRY).and_then(|number| u32::try_from(number).ok()).or(attempt).unwrap_or(1);
    // An id of its own is unique; one of the flow's step is not, once it is tried again.
    let unique = id.filter(|id| *id != node).unwrap_or_else(|| format!("{node}~{attempt}"));
    let status = loose.text(STATUS).map_or_else(Status::default, |word| Status::from_table(word, STEP_STATUSES));
    let started_at = loose.time(STARTED);
    let finished_at = loose.time(ENDED);
    Step {
        id: unique,
        name: loose.text(&["title", "name"]).unwrap_or_else(|| node.clone()),
        kind: loose.text(&["type"]),
        status,
        started_at,
        finished_at,
        duration_ms: loose.count(&["duration", "duration_ms"]),
        attempt,
        input: loose.any(&["input", "inputs"]),
        output: loose.any(&["output", "outputs"]),
        error: loose.any(&["error", "errors"]).map(|error| RunError {
            message: error.get("message").map_or_else(|| plain(&error), plain),
            step: Some(node.clone()),
            details: error.get("message").map(|_| error.to_string()),
            ..RunError::default()
        }),
        other: loose.rest(),
        ..blank(node)
    }
}

/// Titles and types come from the flow; its steps that were not executed are shown as not started, if any execution was told.
fn name_steps(defined: &[Step], steps: &mut Vec<Step>) {
    for step in steps.iter_mut() {
        if let Some(known) = defined.iter().find(|known| known.node == step.node) {
            if step.name == step.node {
                step.name.clone_from(&known.name);
            }
            step.kind = step.kind.take().or_else(|| known.kind.clone());
        }
    }
    let told = !steps.is_empty();
    for known in defined {
        if !steps.iter().any(|step| step.node == known.node) {
            let mut step = known.clone();
            if told {
                step.status.kind = StatusKind::NotStarted;
            }
            steps.push(step);
        }
    }
    number(steps);
}
