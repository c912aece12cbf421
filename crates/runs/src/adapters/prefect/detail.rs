//! One run with everything that the vendor keeps of it.

use super::calls::{Answers, MOST, Told, ask, ask_all, decoded, get_run, get_states, of_run, query};
use super::decode::{Read, State, deployment, flow_names, run as read_run, states};
use super::{evidence, tasks};
use crate::adapters::why;
use crate::model::status::StatusKind;
use crate::model::{Run, RunDetail, StatusEvent, place_error};
use crate::value::json::Json;
use crate::wire::error::ApiError;
use crate::wire::http::Request;
use crate::wire::operation::Operation;
use serde_json::json;

/// The most task runs that are read of one run.
const MOST_TASKS: usize = 2_000;

/// The run alone.
pub(super) fn status(run: &str) -> Operation<Run> {
    ask(get_run(run), |answer, call| Operation::Done(decoded(answer, call, |value| read_run(value).map_err(why)).map(|read| read.run)))
}

/// The flow and the deployment of a run, by the run: their names come in the same turn.
pub(super) fn names_of(run: &str) -> [Request; 2] {
    let of = json!({"flow_runs": {"id": {"any_": [run]}}, "limit": 1});
    [query("flows/filter", &of), query("deployments/filter", &of)]
}

/// What people call the flow of a run.
pub(super) fn flow_name(flows: Told, deployments: Told) -> Option<String> {
    let flows = flows.list().ok()?;
    let (_, name) = flow_names(&flows).into_iter().next()?;
    let deployment = deployments.list().ok().and_then(|found| found.into_iter().next());
    let named = deployment.and_then(|found| deployment_name(found, &name));
    Some(named.unwrap_or(name))
}

fn deployment_name(found: Json, flow: &str) -> Option<String> {
    deployment(found, &|_| Some(flow.to_owned())).ok().map(|found| found.name)
}

pub(super) fn get(run: &str) -> Operation<RunDetail> {
    let mut requests = vec![
        get_run(run),
        get_states(run),
        of_run("task_runs/filter", run, "ID_DESC", 0),
        of_run("artifacts/filter", run, "ID_DESC", 0),
        query("logs/filter", &json!({"logs": {"flow_run_id": {"any_": [run]}}, "sort": "TIMESTAMP_DESC", "limit": MOST})),
    ];
    requests.extend(names_of(run));
    let id = run.to_owned();
    ask_all(requests, move |answers| match first(answers) {
        Ok((detail, tasks)) => more_tasks(id, detail, tasks),
        Err(error) => Operation::fail(error),
    })
}

fn first(mut answers: Answers) -> Result<(RunDetail, Vec<Json>), ApiError> {
    let mut raw = Vec::new();
    let mut next = || {
        let told = answers.next();
        raw.extend(told.raw());
        told
    };
    let read = next().decoded(|value| read_run(value).map_err(why))?;
    let states = next().decoded(|value| states(crate::value::json::list(value, "states")?))?;
    let tasks = next().list_if_allowed()?;
    let artifacts = evidence::artifacts(next().list_if_allowed()?);
    let logs = evidence::logs(&next().list_if_allowed()?);
    let name = flow_name(next(), next());
    let mut detail = detail(read, &states);
    detail.run.flow_name = name;
    detail.outputs = artifacts.into_iter().filter_map(|step| step.output.map(|data| (step.name, data))).collect();
    detail.facts.extend(logs);
    detail.raw = raw;
    Ok((detail, tasks))
}

/// Reads on while the vendor gives as many as it can.
fn more_tasks(run: String, mut detail: RunDetail, mut tasks: Vec<Json>) -> Operation<RunDetail> {
    let full = !tasks.is_empty() && tasks.len().is_multiple_of(MOST as usize);
    if !full || tasks.len() >= MOST_TASKS {
        detail.steps_cut = full;
        detail.steps = tasks::steps(tasks);
        detail.run.count(&detail.steps);
        place_error(detail.run.error.as_mut(), &detail.steps);
        return Operation::done(detail);
    }
    ask(of_run("task_runs/filter", &run, "ID_DESC", tasks.len()), move |answer, call| {
        match (Told { answer, call: call.to_owned() }).list() {
            Ok(more) if more.is_empty() => {
                detail.steps = tasks::steps(tasks);
                detail.run.count(&detail.steps);
                place_error(detail.run.error.as_mut(), &detail.steps);
                Operation::done(detail)
            }
            Ok(more) => {
                tasks.extend(more);
                more_tasks(run, detail, tasks)
            }
            Err(error) => Operation::fail(error),
        }
    })
}

fn detail(read: Read, states: &[State]) -> RunDetail {
    let Read { mut run, state, parameters, facts, other, .. } = read;
    let history: Vec<StatusEvent> = states.iter().filter_map(event).collect();
    let waited = waited(&history);
    run.waited_ms = (waited > 0).then_some(waited);
    RunDetail {
        reviews: state.as_ref().and_then(State::review).into_iter().collect(),
        run,
        history,
        history_derived: false,
        steps: Vec::new(),
        steps_cut: false,
        attempts: Vec::new(),
        files: Vec::new(),
        inputs: parameters,
        outputs: Vec::new(),
        facts,
        other,
        raw: Vec::new(),
    }
}

fn event(state: &State) -> Option<StatusEvent> {
    let wait = state.pause.as_ref().map(|_| state.wait_name()).filter(|name| *name != state.status.raw);
    Some(StatusEvent { status: state.status.clone(), at: state.at?, why: state.message.clone().or(wait) })
}

/// Milliseconds of finished waiting for people.
fn waited(history: &[StatusEvent]) -> u64 {
    let pairs = history.iter().zip(history.iter().skip(1));
    pairs.filter(|(event, _)| event.status.kind == StatusKind::Waiting).map(|(event, next)| next.at.since(event.at)).sum()
}
