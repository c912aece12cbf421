//! Runs, states and flows out of the vendor's objects.

use crate::adapters::unread;
use crate::model::status::{Status, StatusKind};
use crate::model::{Fact, FactName, FactValue, Flow, ReviewRef, Run, RunError, Trigger, TriggerKind};
use crate::value::json::{Json, Malformed};
use crate::value::time::Timestamp;
use crate::wire::fields::{Fields, Unfit, all, lenient};

const TYPES: &[(&str, StatusKind)] = &[
    ("SCHEDULED", StatusKind::Queued),
    ("PENDING", StatusKind::Queued),
    ("RUNNING", StatusKind::Running),
    ("PAUSED", StatusKind::Waiting),
    ("COMPLETED", StatusKind::Completed),
    ("FAILED", StatusKind::Failed),
    ("CRASHED", StatusKind::Failed),
    ("CANCELLING", StatusKind::Cancelling),
    ("CANCELLED", StatusKind::Cancelled),
];

/// Names that say more than the type that they are of.
pub(super) const NAMED: &[(&str, &str, StatusKind)] = &[
    ("SCHEDULED", "Resuming", StatusKind::Resuming),
    ("FAILED", "TimedOut", StatusKind::TimedOut),
    ("CANCELLED", REJECTED, StatusKind::Rejected),
];

/// The state that a rejected run is put into, where no process waits.
pub(super) const REJECTED: &str = "Rejected";

/// The types of the states of this status.
pub(super) fn types_of(kind: StatusKind) -> impl Iterator<Item = &'static str> {
    TYPES.iter().filter(move |(_, of)| *of == kind).map(|(word, _)| *word)
}

/// A state's name is free text ("Retrying", "Late"); its type decides, but for the names that say more.
pub(super) fn status(kind: &str, name: Option<String>) -> Status {
    let raw = name.filter(|name| !name.is_empty()).unwrap_or_else(|| kind.to_owned());
    let special = NAMED.iter().find(|(of, name, _)| *of == kind && *name == raw).map(|(_, _, kind)| *kind);
    let known = special.or_else(|| TYPES.iter().find(|(word, _)| *word == kind).map(|(_, kind)| *kind));
    Status { kind: known.unwrap_or(StatusKind::Unknown), raw }
}

/// One state of a run's history.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct State {
    pub(super) id: String,
    pub(super) status: Status,
    /// As the vendor writes it: to the microsecond.
    pub(super) at: Option<Timestamp>,
    pub(super) message: Option<String>,
    pub(super) pause: Option<Pause>,
}

/// A wait for a person.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Pause {
    pub(super) key: Option<String>,
    /// The process ended, and the run is scheduled again once it is resumed.
    pub(super) suspended: bool,
    pub(super) until: Option<Timestamp>,
    /// Under which keys question and answer are stored; `None`: there is no form.
    pub(super) keys: Option<Keys>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Keys {
    pub(super) schema: String,
    pub(super) response: String,
    pub(super) description: Option<String>,
}

impl State {
    /// What people call the wait: its key, unless that is only a number.
    pub(super) fn wait_name(&self) -> String {
        let key = self.pause.as_ref().and_then(|pause| pause.key.clone());
        key.filter(|key| !key.bytes().all(|byte| byte.is_ascii_digit())).unwrap_or_else(|| self.status.raw.clone())
    }

    pub(super) fn review(&self) -> Option<ReviewRef> {
        (self.status.kind == StatusKind::Waiting).then(|| ReviewRef::new(self.id.as_str(), self.wait_name(), self.at))
    }
}

pub(super) fn state(value: Json) -> Result<State, Unfit> {
    lenient(value, "state", &["id", "type"], state_of)
}

fn state_of(fields: &mut Fields) -> State {
    let kind = fields.required("type");
    let status = status(&kind, fields.text("name"));
    let details = fields.take("state_details");
    let pause = (kind == "PAUSED").then(|| details.and_then(|value| lenient(value, "state_details", &[], pause).ok()).unwrap_or_default());
    State { id: fields.required("id"), status, at: fields.time("timestamp"), message: fields.words("message"), pause }
}

fn pause(fields: &mut Fields) -> Pause {
    Pause {
        key: fields.words("pause_key"),
        suspended: fields.flag("pause_reschedule").unwrap_or(false),
        until: fields.time("pause_timeout"),
        keys: fields.object("run_input_keyset", "run_input_keyset", |keys| Keys {
            schema: keys.required("schema"),
            response: keys.required("response"),
            description: keys.text("description"),
        }),
    }
}

/// A run with what only its own page shows.
pub(super) struct Read {
    pub(super) run: Run,
    /// The vendor's flow, which the run has with a deployment or without.
    pub(super) flow_id: Option<String>,
    /// The time that the vendor's lists go by, as it came.
    pub(super) place: Option<String>,
    pub(super) state: Option<State>,
    pub(super) parameters: Vec<(String, Json)>,
    pub(super) facts: Vec<Fact>,
    pub(super) other: Vec<(String, Json)>,
}

pub(super) fn run(value: Json) -> Result<Read, Unfit> {
    lenient(value, "run", &["id"], read)
}

/// Runs of a list, each with its place in it; one that could not be read has none.
pub(super) fn runs(items: Vec<Json>) -> Vec<Read> {
    all(items, run, |at, unfit| Read {
        place: unfit.0.get("expected_start_time").and_then(Json::as_str).map(str::to_owned),
        run: unread(at, unfit),
        flow_id: None,
        state: None,
        parameters: Vec::new(),
        facts: Vec::new(),
        other: Vec::new(),
    })
}

fn read(fields: &mut Fields) -> Read {
    let id = fields.required("id");
    let state = fields.take("state").and_then(|value| match state(value) {
        Ok(state) => Some(state),
        Err((value, problem)) => {
            fields.keep("state", value, problem);
            None
        }
    });
    let (kind, name) = (fields.word("state_type").unwrap_or_default(), fields.text("state_name"));
    let status = state.as_ref().map_or_else(|| status(&kind, name), |state| state.status.clone());
    let mut facts = Vec::new();
    let mut fact = |name, value: Option<FactValue>| facts.extend(value.map(|value| Fact { name, value }));
    let created = fields.time("created");
    let place = fields.text("expected_start_time");
    let expected = place.as_deref().and_then(Timestamp::parse);
    if let Some(text) = place.as_ref().filter(|_| expected.is_none()) {
        fields.wrong("expected_start_time", "an ISO 8601 time", text.as_str().into());
    }
    fact(FactName::CreatedAt, created.filter(|created| Some(*created) != expected).map(FactValue::Time));
    let tags = fields.texts("tags");
    fact(FactName::Tags, (!tags.is_empty()).then_some(FactValue::Texts(tags)));
    fact(FactName::Executor, fields.words("work_pool_name").map(FactValue::Text));
    let waits = state.as_ref().and_then(|state| state.pause.as_ref());
    fact(FactName::WaitsUntil, waits.and_then(|pause| pause.until).map(FactValue::Time));
    let review = state.as_ref().and_then(State::review);
    let message = state.as_ref().and_then(|state| state.message.clone());
    let failed = matches!(status.kind, StatusKind::Failed | StatusKind::TimedOut | StatusKind::Rejected);
    let auto = fields.flag("auto_scheduled").unwrap_or(false);
    let run = Run {
        flow: fields.text(super::FLOW_FIELD).unwrap_or_default(),
        name: fields.words("name"),
        flow_version: fields.words("deployment_version").or(fields.words("flow_version")),
        trigger: trigger(auto, fields.take("created_by"), fields.words("parent_task_run_id").is_some()),
        // What the vendor's lists go by: a scheduled run is made days before.
        created_at: expected.or(created),
        started_at: fields.time("start_time"),
        finished_at: fields.time("end_time"),
        updated_at: state.as_ref().and_then(|state| state.at).or_else(|| fields.time("updated")),
        waiting_since: review.as_ref().and_then(|review| review.since),
        waiting_on: review.iter().map(|review| review.id.clone()).collect(),
        reviews: state.is_some().then(|| review.into_iter().collect()),
        error: message.filter(|_| failed).map(|message| RunError { message, ..RunError::default() }),
        attempt: fields.small("run_count", "a count of runs").filter(|count| *count > 0),
        metadata: labels(fields),
        ..Run::new(id, "", status)
    };
    let parameters = fields.entries("parameters");
    Read { run, flow_id: fields.text("flow_id"), place, state, parameters, facts, other: fields.rest() }
}

/// Labels that somebody gave; those of the vendor's own repeat ids.
fn labels(fields: &mut Fields) -> Vec<(String, Json)> {
    fields.entries("labels").into_iter().filter(|(name, _)| !name.starts_with("prefect.")).collect()
}

fn trigger(auto: bool, by: Option<Json>, subflow: bool) -> Option<Trigger> {
    let kind = by.as_ref().and_then(|by| by.get("type")).and_then(Json::as_str).map(str::to_owned);
    let detail = by.as_ref().and_then(|by| by.get("display_value")).and_then(Json::as_str).map(str::to_owned);
    let (kind, raw) = match (auto, subflow, kind) {
        (true, ..) => (TriggerKind::Schedule, "schedule".to_owned()),
        (_, true, _) => (TriggerKind::Unknown, "subflow".to_owned()),
        (_, _, Some(word)) if word == "SCHEDULE" => (TriggerKind::Schedule, word),
        (_, _, Some(word)) if word == "AUTOMATION" => (TriggerKind::Webhook, word),
        (_, _, Some(word)) => (TriggerKind::Api, word),
        (_, _, None) => (TriggerKind::Api, "api".to_owned()),
    };
    Some(Trigger { kind, raw, detail })
}

/// A deployment; people know it by the flow that it is of, and its own name tells it from the others of that.
pub(super) fn deployment(value: Json, flow_name: &dyn Fn(&str) -> Option<String>) -> Result<Flow, Unfit> {
    lenient(value, "deployment", &["id"], |fields| {
        let id = fields.required("id");
        let name = fields.words("name");
        let of = fields.text("flow_id").and_then(|flow| flow_name(&flow));
        let name = match (of, name) {
            (Some(flow), Some(name)) => format!("{flow}/{name}"),
            (one, other) => one.or(other).unwrap_or_else(|| id.clone()),
        };
        Flow {
            name,
            // A flow without a docstring is served with the word "None".
            description: fields.words("description").filter(|text| text != "None"),
            version: fields.words("version"),
            active: fields.flag("paused").map(|paused| !paused),
            runs: None,
            other: fields.rest(),
            id,
        }
    })
}

/// The names of flows by their ids.
pub(super) fn flow_names(items: &[Json]) -> Vec<(String, String)> {
    let text = |item: &Json, name: &str| item.get(name).and_then(Json::as_str).map(str::to_owned);
    items.iter().filter_map(|item| Some((text(item, "id")?, text(item, "name")?))).collect()
}

/// The history of a run, oldest first; a state that cannot be read fails it, because what is decided hangs on it.
pub(super) fn states(items: Vec<Json>) -> Result<Vec<State>, Malformed> {
    items.into_iter().map(|item| state(item).map_err(|(_, problem)| problem)).collect()
}
