//! Task instances as steps; those of a mapped task are the times round it.

use super::calls::{RunId, TaskTry, listed};
use super::outputs::Log;
use super::wait::{Task, Wait, task_status};
use crate::adapters::answers::Told;
use crate::model::status::StatusKind;
use crate::model::{Fact, FactName, FactValue, RunError, Step};
use crate::value::json::Json;
use crate::value::order;
use crate::wire::fields::{Fields, Unfit, all, lenient};
use crate::wire::http::Request;

/// What a step is with what else has to be asked of it.
pub(super) struct Row {
    pub(super) step: Step,
    pub(super) task: Option<Task>,
}

pub(super) fn rows(items: Vec<Json>, waits: &[Wait]) -> Vec<Row> {
    let mut rows = all(items, row, |at, unfit| Row { step: Step::unread(at, unfit), task: None });
    for row in &mut rows {
        if let Some(task) = &row.task {
            let asks = waits.iter().any(|wait| wait.task.id == task.id);
            row.step.status = task_status(&task.state, asks);
        }
    }
    rows
}

fn row(value: Json) -> Result<Row, Unfit> {
    lenient(value, "task", &["task_id"], |fields| {
        let kind = fields.words("operator_name").or(fields.words("operator"));
        let task = Task::read(fields);
        Row { step: step(fields, &task, kind), task: Some(task) }
    })
}

fn step(fields: &mut Fields, task: &Task, kind: Option<String>) -> Step {
    let mut facts = Vec::new();
    let mut text = |name, value: Option<String>| facts.extend(value.map(|value| Fact::text(name, value)));
    text(FactName::Note, task.note.clone());
    text(FactName::Executor, fields.words("hostname"));
    facts.extend(
        fields.count("max_tries").filter(|most| *most > 0).map(|most| Fact { name: FactName::Retries, value: FactValue::Count(most) }),
    );
    let ran = !matches!(task.state.as_str(), "upstream_failed" | "skipped" | "removed");
    Step {
        status: task.status(),
        started_at: task.started_at.filter(|_| ran),
        finished_at: task.ended_at,
        duration_ms: super::decode::seconds(fields, "duration").filter(|_| ran),
        attempt: task.number.max(1),
        iteration: u32::try_from(task.map).ok(),
        facts,
        other: fields.rest(),
        ..Step::not_started(task.named().id(), task.key.clone(), task.title(), kind)
    }
}

/// The steps in the order of time; those to come at the end, as the vendor lists them.
pub(super) fn in_order(rows: Vec<Row>) -> Vec<Step> {
    let mut steps: Vec<Step> = rows.into_iter().map(|row| row.step).collect();
    order::sort(&mut steps, &|step| {
        let at = step.started_at.or(step.finished_at);
        (at.map_or(i64::MAX, |at| at.0), i64::from(step.iteration.unwrap_or(0)))
    });
    crate::adapters::number(&mut steps);
    steps
}

/// The earlier tries of tasks that were tried more than once.
pub(super) fn get_tries(run: &RunId, task: &TaskTry) -> Request {
    Request::get(format!("{}/tries", task.path(run)))
}

/// The tries before the one that is known.
pub(super) fn earlier(told: Told, known: &TaskTry) -> Vec<Row> {
    let items = listed(told, "task_instances").unwrap_or_default();
    let rows = rows(items, &[]);
    rows.into_iter().filter(|row| row.task.as_ref().is_some_and(|task| (1..known.number).contains(&task.number))).collect()
}

/// What a step's log says of it.
pub(super) fn with_log(step: &mut Step, log: Log) {
    if step.status.kind == StatusKind::Failed {
        let stack = log.stack;
        step.error = log.problem.map(|message| RunError { message, code: log.code, stack, ..RunError::default() });
    }
    if !log.lines.is_empty() {
        let lines = log.lines.into_iter().map(Json::from).collect();
        step.facts.push(Fact { name: FactName::Logs, value: FactValue::Data(Json::Array(lines)) });
    }
}
