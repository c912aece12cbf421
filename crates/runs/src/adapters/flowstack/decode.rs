//! Runs, flows, statistics and errors, as they come over the wire.

use crate::model::status::{Status, StatusKind, Tone};
use crate::model::{Flow, OutputAs, Quota, Run, RunDetail, RunError, StatusEvent, Step, Trigger, TriggerKind};
use crate::value::json::{Json, Malformed, Number, plain};
use crate::value::time::Timestamp;
use crate::wire::error::Complaint;
use crate::wire::fields::{Fields, Unfit, lenient, read};
use crate::wire::http::Response;

/// Of runs and of steps. The engines below have more words; they are shown as they come.
const STATUSES: &[(&str, StatusKind)] =
    &[("SUCCEEDED", StatusKind::Completed), ("FAILED", StatusKind::Failed), ("RUNNING", StatusKind::Running)];

const TRIGGERS: &[(&str, TriggerKind)] =
    &[("SCHEDULE", TriggerKind::Schedule), ("WEBHOOK", TriggerKind::Webhook), ("MANUAL", TriggerKind::Manual), ("API", TriggerKind::Api)];

/// Items, and the cursor of the next page; a cursor may be sent although there is no more.
pub(super) fn envelope(value: Json) -> Result<(Vec<Json>, Option<String>), Malformed> {
    read(value, "page", |fields| {
        let items = fields.needed_list("data", "page.data");
        let more = fields.flag("hasMore").unwrap_or(false);
        let cursor = fields.text("cursor");
        (items, cursor.filter(|_| more))
    })
}

/// Without these a run cannot be told from others.
const NEEDED: &[&str] = &["id", "flowId"];

pub(super) fn run(value: Json) -> Result<Run, Unfit> {
    lenient(value, "run", NEEDED, decode_run)
}

fn decode_run(fields: &mut Fields) -> Run {
    let trigger = fields.word("triggerType").map(|raw| {
        let kind = TRIGGERS.iter().find(|(word, _)| *word == raw).map_or(TriggerKind::Unknown, |(_, kind)| *kind);
        Trigger { kind, raw, detail: None }
    });
    Run {
        id: fields.required("id"),
        flow: fields.required("flowId"),
        flow_name: None,
        flow_version: None,
        number: None,
        status: Status::from_table(fields.word("status").unwrap_or_default(), STATUSES),
        trigger,
        name: None,
        created_at: None,
        started_at: fields.time("startTime"),
        finished_at: fields.time("finishTime"),
        updated_at: None,
        duration_ms: millis(fields),
        waited_ms: None,
        waiting_since: None,
        waiting_on: Vec::new(),
        error: error_of(fields),
        steps_total: small(fields, "stepsCount"),
        steps_done: small(fields, "stepsSucceeded"),
        attempt: None,
        metadata: Vec::new(),
        reviews: None,
        unread: false,
    }
}

fn millis(fields: &mut Fields) -> Option<u64> {
    fields.rounded("duration").and_then(|millis| u64::try_from(millis).ok())
}

fn small(fields: &mut Fields, name: &str) -> Option<u32> {
    fields.small(name, "the number is too large for a count of steps")
}

fn error_of(fields: &mut Fields) -> Option<RunError> {
    match fields.take("error")? {
        value @ Json::Object(_) => fields.part(value, "error", "error", error),
        value => Some(RunError { message: plain(&value), ..RunError::default() }),
    }
}

fn error(fields: &mut Fields) -> RunError {
    let step_name = fields.text("step");
    let (message, code) = (fields.text("message"), fields.text("code"));
    let rest = fields.rest();
    let details = (!rest.is_empty()).then(|| Json::Object(rest.into_iter().collect()).to_string());
    RunError { message: message.unwrap_or_default(), stage: None, step: None, step_name, code, details, stack: None }
}

pub(super) fn run_detail(value: Json) -> Result<RunDetail, Unfit> {
    let raw = vec![("GET flows/{id}/runs/{id}".to_owned(), value.clone())];
    lenient(value, "run", NEEDED, |fields| detail(fields, raw))
}

fn detail(fields: &mut Fields, raw: Vec<(String, Json)>) -> RunDetail {
    let mut run = decode_run(fields);
    let mut steps = Vec::new();
    for (at, item) in fields.list("steps").into_iter().enumerate() {
        steps.push(lenient(item, "step", &[], |fields| step(at + 1, fields)).unwrap_or_else(|unfit| Step::unread(at, unfit)));
    }
    tries(&mut steps);
    place_error(&mut run, &mut steps);
    let (total, done) = (run.steps_total, run.steps_done);
    run.count(&steps);
    // The vendor's own counts know steps that have not begun, which it does not list.
    run.steps_total = total.or(run.steps_total.filter(|_| run.status.kind.is_final()));
    run.steps_done = done.or(run.steps_done);
    RunDetail {
        history: history(&run),
        history_derived: true,
        outputs: outputs(&run, &steps),
        steps,
        steps_cut: false,
        attempts: Vec::new(),
        files: Vec::new(),
        inputs: Vec::new(),
        facts: Vec::new(),
        reviews: Vec::new(),
        other: fields.rest(),
        raw,
        run,
    }
}

/// Steps have no ids and no times: the id is made of place and name, both of which stay.
fn step(number: usize, fields: &mut Fields) -> Step {
    let name = fields.text("name").unwrap_or_else(|| format!("Step {number}"));
    let error = error_of(fields);
    let id = format!("{number}-{name}");
    Step {
        node: id.clone(),
        id,
        name,
        kind: fields.text("type"),
        status: Status::from_table(fields.word("status").unwrap_or_default(), STATUSES),
        started_at: fields.time("startTime"),
        finished_at: fields.time("finishTime"),
        duration_ms: millis(fields),
        attempt: 1,
        parent: None,
        iteration: None,
        input: fields.take("input"),
        output: fields.take("output"),
        output_as: OutputAs::Data,
        error,
        facts: Vec::new(),
        other: fields.rest(),
    }
}

/// The vendor lists a step again when it is tried again, and does not number the tries. One is taken for another try of what came before
/// where a failed step of its name stands right before it, or where the flow begins anew after a failed step. Two steps that only share a
/// name stay two.
fn tries(steps: &mut [Step]) {
    // The newest try of each place of the flow.
    let mut newest: Vec<usize> = Vec::new();
    let mut next = 0;
    for at in 0..steps.len() {
        let named = |of: usize| steps[of].name == steps[at].name;
        let place = match at.checked_sub(1).filter(|before| steps[*before].status.kind.tone() == Tone::Fail) {
            Some(before) if named(before) => next - 1,
            Some(_) if named(0) => 0,
            _ => next,
        };
        next = place + 1;
        match newest.get(place).copied() {
            Some(before) if named(before) => {
                (steps[at].node, steps[at].attempt) = (steps[before].node.clone(), steps[before].attempt + 1);
                newest[place] = at;
            }
            // Another way through the flow than the time before, or a place that it had not come to.
            _ => {
                newest.truncate(place);
                newest.push(at);
            }
        }
    }
}

/// The run's error names its step: the step shows it too, and the run's points at it. A step's error is the run's, if that has none.
fn place_error(run: &mut Run, steps: &mut [Step]) {
    match &mut run.error {
        Some(error) => {
            let named =
                steps.iter_mut().rfind(|step| Some(&step.name) == error.step_name.as_ref() && step.status.kind != StatusKind::Completed);
            if let Some(step) = named {
                error.step = Some(step.id.clone());
                step.error.get_or_insert_with(|| error.clone());
            }
        }
        None => {
            let failed = steps.iter().rfind(|step| step.error.is_some());
            run.error = failed.and_then(|step| {
                let error = step.error.clone()?;
                Some(RunError { step_name: Some(step.name.clone()), step: Some(step.id.clone()), ..error })
            });
        }
    }
}

/// Started and finished: the vendor tells no more.
fn history(run: &Run) -> Vec<StatusEvent> {
    let mut events = Vec::new();
    if let Some(at) = run.started_at {
        let status = if run.finished_at.is_none() { run.status.clone() } else { Status::new(StatusKind::Running, "") };
        events.push(StatusEvent { status, at, why: None });
    }
    if let Some(at) = run.finished_at {
        let at = run.started_at.map_or(at, |start| at.max(start));
        let why = run.error.as_ref().map(|error| error.message.clone());
        events.push(StatusEvent { status: run.status.clone(), at, why });
    }
    events
}

/// The vendor has no output of a run: it is what the last step put out.
fn outputs(run: &Run, steps: &[Step]) -> Vec<(String, Json)> {
    let last = steps.last().filter(|_| run.status.kind == StatusKind::Completed);
    last.and_then(|step| Some((step.name.clone(), step.output.clone()?))).into_iter().collect()
}

pub(super) fn flow(value: Json) -> Result<Flow, Unfit> {
    lenient(value, "flow", &["id"], decode_flow)
}

fn decode_flow(fields: &mut Fields) -> Flow {
    let id = fields.required("id");
    let status = fields.text("status");
    let active = match status.as_deref() {
        Some("ACTIVE") => Some(true),
        Some("INACTIVE") => Some(false),
        _ => None,
    };
    let name = fields.text("name").unwrap_or_else(|| id.clone());
    let (description, runs) = (fields.text("description"), fields.count("runCount"));
    let mut other = fields.rest();
    other.extend(status.filter(|_| active.is_none()).map(|status| ("status".to_owned(), Json::String(status))));
    Flow { id, name, description, version: None, active, runs, other }
}

/// One flow; its body is not documented, so one wrapped as `data` is taken as well.
pub(super) fn one_flow(value: Json) -> Result<Flow, Unfit> {
    match value {
        Json::Object(mut map) if !map.contains_key("id") && map.get("data").is_some_and(Json::is_object) => {
            flow(map.shift_remove("data").unwrap_or_default())
        }
        value => flow(value),
    }
}

/// A flow's figures, from `runs/stats`.
#[derive(Clone, Debug, PartialEq)]
pub struct Stats {
    pub total: Option<u64>,
    pub succeeded: Option<u64>,
    pub failed: Option<u64>,
    /// In percent, with the vendor's digits.
    pub success_rate: Option<Number>,
    pub average_ms: Option<u64>,
    pub last_run: Option<Timestamp>,
    pub other: Vec<(String, Json)>,
}

/// Reads the answer of `GET flows/{id}/runs/stats`.
pub fn stats(value: Json) -> Result<Stats, Malformed> {
    read(value, "stats", |fields| Stats {
        total: fields.count("totalRuns"),
        succeeded: fields.count("succeeded"),
        failed: fields.count("failed"),
        success_rate: fields.number("successRate"),
        average_ms: fields.rounded("averageDuration").and_then(|millis| u64::try_from(millis).ok()),
        last_run: fields.time("lastRun"),
        other: fields.rest(),
    })
}

/// `{"error":{code,message,statusCode}}`
pub(super) fn complaint(body: Json) -> Complaint {
    let text = |name: &str| body.get("error").and_then(|error| error.get(name)).and_then(Json::as_str);
    let detail = match (text("message"), text("code")) {
        (Some(message), Some(code)) => Some(format!("{message} ({code})")),
        (Some(text), None) | (None, Some(text)) => Some(text.to_owned()),
        (None, None) => None,
    };
    Complaint { detail, request_id: None, fields: Vec::new() }
}

/// The hour's allowance, on every answer.
pub(super) fn quota(response: &Response) -> Option<Quota> {
    let number = |name: &str| response.header(name)?.trim().parse::<u32>().ok();
    let resets_at = response.header("x-ratelimit-reset").and_then(|value| value.trim().parse::<i64>().ok());
    Some(Quota {
        limit: number("x-ratelimit-limit")?,
        remaining: number("x-ratelimit-remaining")?,
        resets_at: resets_at.and_then(|seconds| seconds.checked_mul(1_000)).map(Timestamp),
        cost: 1,
    })
}
