//! One run with everything that the vendor keeps of it.

use super::calls::{Answers, MOST, RunId, TaskTry, ask, ask_all, get_events, get_questions, get_run, listed, listed_if_allowed, one};
use super::decode::{Read, run as read_run, with_waits};
use super::outputs::{Value, get_log, get_values, log, value_of, values};
use super::story::{entries, history, waited};
use super::tasks::{Row, earlier, get_tries, in_order, rows, with_log};
use super::wait::{Wait, waits};
use crate::model::status::StatusKind;
use crate::model::{Run, RunDetail, RunError, place_error};
use crate::value::json::Json;
use crate::wire::error::ApiError;
use crate::wire::http::Request;
use crate::wire::operation::Operation;

/// The most tasks that are read of one run.
const MOST_TASKS: usize = 2_000;
const MOST_EVENTS: usize = 1_000;
/// Of so many tasks the earlier tries are asked for, and of so many the logs: each takes a call.
const MOST_TRIES: usize = 20;
const MOST_LOGS: usize = 6;

/// The run alone, and what waits in it.
pub(super) fn status(id: &str) -> Operation<Run> {
    let run = match RunId::read(id) {
        Ok(run) => run,
        Err(error) => return Operation::fail(error),
    };
    ask_all(vec![get_run(&run), get_questions(&run, true)], |mut answers| {
        Operation::Done(one(answers.next(), read_run).map(|read| {
            let open = listed_if_allowed(answers.next(), "hitl_details").map(waits).unwrap_or_default();
            with_waits(read.run, &open)
        }))
    })
}

fn get_tasks(run: &RunId, offset: usize) -> Request {
    Request::get(format!("{}/taskInstances", run.path())).with("limit", MOST.to_string()).with("offset", offset.to_string())
}

pub(super) fn get(id: &str) -> Operation<RunDetail> {
    let run = match RunId::read(id) {
        Ok(run) => run,
        Err(error) => return Operation::fail(error),
    };
    let questions = [get_questions(&run, true), get_questions(&run, false)];
    let mut requests = vec![get_run(&run), get_tasks(&run, 0), get_events(&run, None, 0), get_values(&run)];
    requests.extend(questions);
    ask_all(requests, move |answers| match Known::read(answers) {
        Ok(known) => more_events(run, known),
        Err(error) => Operation::fail(error),
    })
}

/// What is known of a run before its tasks were looked at one by one.
struct Known {
    read: Read,
    waits: Vec<Wait>,
    /// The newest first.
    events: Vec<Json>,
    values: Vec<Value>,
    tasks: Vec<Json>,
    cut: bool,
    raw: Vec<(String, Json)>,
}

impl Known {
    fn read(mut answers: Answers) -> Result<Self, ApiError> {
        let mut raw = Vec::new();
        let mut next = || {
            let told = answers.next();
            raw.extend(told.raw());
            told
        };
        let read = one(next(), read_run)?;
        let tasks = listed(next(), "task_instances")?;
        let events = listed_if_allowed(next(), "event_logs")?;
        let values = values(next())?;
        let mut asked = waits(listed_if_allowed(next(), "hitl_details")?);
        // Of many questions the open ones are known all the same.
        let others = waits(listed_if_allowed(next(), "hitl_details")?);
        asked.extend(others.into_iter().filter(|other| !other.is_open()));
        Ok(Self { read, waits: asked, events, values, tasks, cut: false, raw })
    }
}

/// The whole log, as far as a run is told: it begins with the last page.
fn more_events(run: RunId, mut known: Known) -> Operation<RunDetail> {
    let count = known.events.len();
    if count == 0 || !count.is_multiple_of(MOST as usize) || count >= MOST_EVENTS {
        return more_tasks(run, known);
    }
    ask(get_events(&run, None, count), move |told| match listed(told, "event_logs") {
        Ok(more) if !more.is_empty() => {
            known.events.extend(more);
            more_events(run, known)
        }
        _ => more_tasks(run, known),
    })
}

/// Reads on while the vendor gives as many as it can.
fn more_tasks(run: RunId, mut known: Known) -> Operation<RunDetail> {
    let count = known.tasks.len();
    let full = count > 0 && count.is_multiple_of(MOST as usize);
    if !full || count >= MOST_TASKS {
        known.cut = full;
        return looked_at(run, known);
    }
    ask(get_tasks(&run, count), move |told| match listed(told, "task_instances") {
        Ok(more) if more.is_empty() => looked_at(run, known),
        Ok(more) => {
            known.tasks.extend(more);
            more_tasks(run, known)
        }
        Err(error) => Operation::fail(error),
    })
}

/// Asks for the earlier tries, the logs and the values of tasks, all in one turn.
fn looked_at(run: RunId, mut known: Known) -> Operation<RunDetail> {
    let rows = rows(std::mem::take(&mut known.tasks), &known.waits);
    let tried: Vec<TaskTry> = named(&rows, |row| row.step.attempt > 1).take(MOST_TRIES).collect();
    let failed = named(&rows, |row| row.step.status.kind == StatusKind::Failed);
    let running = named(&rows, |row| row.step.status.kind == StatusKind::Running);
    let logged: Vec<TaskTry> = failed.chain(running).take(MOST_LOGS).collect();
    let mut requests: Vec<Request> = tried.iter().map(|task| get_tries(&run, task)).collect();
    requests.extend(logged.iter().map(|task| get_log(&run, task)));
    requests.extend(known.values.iter().map(|value| value.get(&run)));
    ask_all(requests, move |mut answers| {
        let mut rows = rows;
        let before: Vec<Row> = tried.iter().flat_map(|task| earlier(answers.next(), task)).collect();
        for task in &logged {
            let log = log(answers.next());
            if let Some(row) = rows.iter_mut().find(|row| row.task.as_ref().is_some_and(|known| known.named() == *task)) {
                with_log(&mut row.step, log);
            }
        }
        let values: Vec<(Value, Json)> =
            known.values.clone().into_iter().filter_map(|value| Some((value, value_of(answers.next())?))).collect();
        for (value, data) in &values {
            let row = rows.iter_mut().find(|row| row.task.as_ref().is_some_and(|task| value.is_of(&task.named())));
            if let Some(row) = row.filter(|row| row.step.output.is_none()) {
                row.step.output = Some(data.clone());
            }
        }
        rows.extend(before);
        Operation::done(whole(known, rows, values))
    })
}

fn named<'a>(rows: &'a [Row], wanted: impl Fn(&Row) -> bool + 'a) -> impl Iterator<Item = TaskTry> + 'a {
    rows.iter().filter(move |row| wanted(row)).filter_map(|row| row.task.as_ref().map(super::wait::Task::named))
}

fn whole(known: Known, rows: Vec<Row>, values: Vec<(Value, Json)>) -> RunDetail {
    let Known { read, waits, events, cut, raw, .. } = known;
    let entries = entries(events);
    let mut run = with_waits(read.run, &waits);
    let history = history(&run, &entries, &waits);
    let waited = waited(&history);
    run.waited_ms = (waited > 0).then_some(waited);
    let steps = in_order(rows);
    run.count(&steps);
    if run.status.kind == StatusKind::Failed {
        let told = steps.iter().filter(|step| step.status.kind == StatusKind::Failed).find_map(|step| {
            let error = step.error.clone()?;
            Some(RunError { step: Some(step.id.clone()), step_name: Some(step.name.clone()), ..error })
        });
        run.error = told;
    }
    place_error(run.error.as_mut(), &steps);
    RunDetail {
        reviews: run.reviews.clone().unwrap_or_default(),
        history_derived: history.is_empty(),
        run,
        history,
        steps,
        steps_cut: cut,
        attempts: Vec::new(),
        files: Vec::new(),
        inputs: read.conf,
        outputs: values.into_iter().map(|(value, data)| (value.label(), data)).collect(),
        facts: read.facts,
        other: read.other,
        raw,
    }
}
