//! Runs and flows out of the vendor's objects.

use super::calls::RunId;
use super::wait::Wait;
use crate::model::status::{Status, StatusKind};
use crate::model::{Fact, FactName, FactValue, Flow, Run, Trigger, TriggerKind};
use crate::value::json::Json;
use crate::wire::error::bounded;
use crate::wire::fields::{Fields, Unfit, lenient};

/// What runs are in. One that waits for a person is `running`.
pub(super) const STATES: &[(&str, StatusKind)] =
    &[("queued", StatusKind::Queued), ("running", StatusKind::Running), ("success", StatusKind::Completed), ("failed", StatusKind::Failed)];

/// What tasks are in; `null` before they were looked at.
pub(super) const TASK_STATES: &[(&str, StatusKind)] = &[
    ("scheduled", StatusKind::Queued),
    ("queued", StatusKind::Queued),
    ("running", StatusKind::Running),
    ("restarting", StatusKind::Running),
    ("success", StatusKind::Completed),
    ("failed", StatusKind::Failed),
    ("upstream_failed", StatusKind::Skipped),
    ("skipped", StatusKind::Skipped),
    ("removed", StatusKind::Skipped),
    ("up_for_retry", StatusKind::Queued),
    ("up_for_reschedule", StatusKind::Queued),
    ("deferred", StatusKind::Running),
    ("awaiting_input", StatusKind::Waiting),
];

/// A run with what only its own page shows.
pub(super) struct Read {
    pub(super) run: Run,
    pub(super) conf: Vec<(String, Json)>,
    pub(super) facts: Vec<Fact>,
    pub(super) other: Vec<(String, Json)>,
}

pub(super) fn run(value: Json) -> Result<Read, Unfit> {
    lenient(value, "run", &["dag_run_id", "dag_id"], read)
}

/// A run of a list; one that could not be read has the id that its parts make, if it has them.
pub(super) fn unread(_: usize, unfit: Unfit) -> Read {
    let text = |name: &str| unfit.0.get(name).and_then(Json::as_str).filter(|text| !text.is_empty());
    let id = text("dag_id").zip(text("dag_run_id")).map(|(dag, run)| RunId::join(dag, run));
    Read { run: Run::unread(id, unfit), conf: Vec::new(), facts: Vec::new(), other: Vec::new() }
}

fn read(fields: &mut Fields) -> Read {
    let (id, dag) = (fields.required("dag_run_id"), fields.required("dag_id"));
    let status = Status::from_table(fields.word("state").unwrap_or_default(), STATES);
    let mut facts = Vec::new();
    let mut fact = |name, value: Option<FactValue>| facts.extend(value.map(|value| Fact { name, value }));
    let after = fields.time("run_after");
    let queued = fields.time("queued_at");
    fact(FactName::Note, fields.words("note").map(FactValue::Text));
    fact(FactName::LogicalDate, fields.time("logical_date").map(FactValue::Time));
    let conf = fields.entries("conf");
    let (started, ended) = (fields.time("start_date"), fields.time("end_date"));
    // Of a run that is cleared the times of before are taken away.
    let changed = [queued, started, ended, fields.time("last_scheduling_decision")].into_iter().max().flatten();
    let version =
        fields.some_list("dag_versions").and_then(|versions| versions.last().and_then(|last| last.get("version_number").cloned()));
    let (kind, by, user) = (fields.word("run_type"), fields.word("triggered_by"), fields.words("triggering_user_name"));
    let run = Run {
        flow: dag.clone(),
        flow_name: fields.words("dag_display_name"),
        flow_version: version.as_ref().map(crate::value::json::plain),
        trigger: Some(trigger(kind.unwrap_or_default(), by, user)),
        // What the vendor's lists go by: the end of the interval that a scheduled run is for.
        created_at: after.or(queued),
        started_at: started,
        finished_at: ended,
        duration_ms: seconds(fields, "duration"),
        updated_at: changed,
        name: Some(id.clone()),
        metadata: conf.clone(),
        ..Run::new(RunId::join(&dag, &id), "", status)
    };
    Read { run, conf, facts, other: fields.rest() }
}

/// Seconds with a fraction, in milliseconds.
pub(super) fn seconds(fields: &mut Fields, name: &str) -> Option<u64> {
    let number = fields.number(name)?;
    crate::wire::fields::unix(&number).and_then(|time| u64::try_from(time.0).ok())
}

fn trigger(kind: String, by: Option<String>, user: Option<String>) -> Trigger {
    let known = match (kind.as_str(), by.as_deref()) {
        ("scheduled", _) => TriggerKind::Schedule,
        ("manual", Some("ui" | "cli" | "test")) => TriggerKind::Manual,
        ("manual", Some("rest_api")) => TriggerKind::Api,
        _ => TriggerKind::Unknown,
    };
    let raw = match by {
        Some(by) if kind == "manual" => by,
        _ => kind,
    };
    Trigger { kind: known, raw, detail: user }
}

/// What waits in a run makes it one that waits: the vendor calls it running.
pub(super) fn with_waits(mut run: Run, waits: &[Wait]) -> Run {
    let mut here: Vec<&Wait> = waits.iter().filter(|wait| wait.is_open() && wait.run_id() == run.id).collect();
    if run.status.kind != StatusKind::Running {
        // The two were not read at one moment.
        here.clear();
    }
    if !here.is_empty() {
        run.status.kind = StatusKind::Waiting;
        run.waiting_since = here.iter().filter_map(|wait| wait.since()).min();
        run.waiting_on = here.iter().map(|wait| wait.title()).collect();
    }
    run.reviews = Some(here.iter().map(|wait| wait.review()).collect());
    run
}

pub(super) fn dag(value: Json) -> Result<Flow, Unfit> {
    lenient(value, "dag", &["dag_id"], |fields| {
        let id = fields.required("dag_id");
        Flow {
            name: fields.words("dag_display_name").unwrap_or_else(|| id.clone()),
            description: fields.words("description").map(|text| bounded(&text)),
            version: None,
            active: fields.flag("is_paused").map(|paused| !paused),
            runs: None,
            other: fields.rest(),
            id,
        }
    })
}
