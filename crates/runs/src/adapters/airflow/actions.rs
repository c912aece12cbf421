//! Starting, marking failed, clearing, deleting.

use super::calls::{RunId, Told, ask, complain, get_run, one, write};
use super::decode::{Read, dag, run as read_run};
use super::form::param_value;
use crate::adapters::{FlowInputs, InputField, InputKind, InputValue, StartRequest};
use crate::model::{ActionOutcome, Started};
use crate::value::json::{Json, Map};
use crate::value::percent::encode;
use crate::wire::error::{ApiError, ErrorKind, accept};
use crate::wire::http::{Method, Request};
use crate::wire::operation::Operation;
use serde_json::json;

/// The longest id of a run that the vendor stores.
const LONGEST: usize = 250;

fn dag_path(id: &str) -> String {
    format!("dags/{}", encode(id))
}

/// One JSON object, filled in with the params of the DAG.
pub(super) fn describe(flow: &str) -> Operation<FlowInputs> {
    ask(Request::get(format!("{}/details", dag_path(flow))), |told| {
        Operation::Done(told.decoded(|value| {
            let params = value.get("params").and_then(Json::as_object);
            let example: Map<String, Json> = params.into_iter().flatten().map(|(name, param)| (name.clone(), param_value(param))).collect();
            let flow = dag(value).map_err(|(_, problem)| problem)?;
            let kind = InputKind::Json { example: Json::Object(example) };
            let field = InputField { key: String::new(), label: "conf".into(), required: false, kind };
            Ok(FlowInputs { flow, fields: vec![field] })
        }))
    })
}

/// The run's own id is the idempotency key: the vendor refuses a second run with it.
pub(super) fn start(request: StartRequest) -> Operation<Started> {
    let given = request.values.iter().find_map(|(_, value)| if let InputValue::Json(value) = value { Some(value.clone()) } else { None });
    let conf = given.filter(|value| !value.is_null()).unwrap_or_else(|| json!({}));
    if !conf.is_object() {
        return Operation::fail(ApiError::new(ErrorKind::Invalid, "the conf is no object"));
    }
    let id = run_id(request.name.as_deref(), &request.key);
    // The vendor wants to be told that it is for no date.
    let mut body = json!({"dag_run_id": id, "logical_date": null, "conf": conf});
    let note = request.metadata.as_ref().filter(|data| data.as_object().is_some_and(|data| !data.is_empty()));
    if let (Some(note), Some(map)) = (note, body.as_object_mut()) {
        map.insert("note".into(), note.to_string().into());
    }
    let run = RunId { dag: request.flow.clone(), run: id };
    ask(write(Method::Post, format!("{}/dagRuns", dag_path(&request.flow)), &body).keyed(), move |told| match one(told, read_run) {
        Ok(read) => Operation::done(Started { run: read.run }),
        Err(error) if error.status == Some(409) => {
            // It was started before, or by the same request a moment ago.
            ask(get_run(&run), |told| Operation::Done(one(told, read_run).map(|read| Started { run: read.run }).map_err(|_| error)))
        }
        Err(error) => Operation::fail(error),
    })
}

/// Of the letters that the vendor takes in an id; the name first, because that is what people look for.
fn run_id(name: Option<&str>, key: &str) -> String {
    let plain = |text: &str, most: usize| -> String {
        let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '~' | '-');
        text.trim().chars().map(|letter| if fits(letter) { letter } else { '_' }).take(most).collect()
    };
    let key = plain(key, 100);
    let name = name.map(|name| plain(name, LONGEST - 102)).filter(|name| !name.is_empty());
    format!("{}__{key}", name.unwrap_or_else(|| "sluice".into()))
}

/// Reads the run first, because the vendor does as it is told whatever became of it.
fn of_run(id: &str, then: impl FnOnce(RunId, Read) -> Operation<ActionOutcome> + 'static) -> Operation<ActionOutcome> {
    let run = match RunId::read(id) {
        Ok(run) => run,
        Err(error) => return Operation::fail(error),
    };
    ask(get_run(&run), move |told| match one(told, read_run) {
        Ok(read) => then(run, read),
        Err(error) => Operation::fail(error),
    })
}

pub(super) fn cancel(id: &str) -> Operation<ActionOutcome> {
    of_run(id, |run, read| {
        if read.run.status.kind.is_final() {
            return Operation::fail(ApiError::new(ErrorKind::Conflict, "the run is over"));
        }
        // Its tasks are ended with it.
        ask(write(Method::Patch, run.path(), &json!({"state": "failed"})), |told: Told| {
            Operation::Done(
                one(told, read_run).map(
                    |read| {
                        if read.run.status.kind.is_final() { ActionOutcome::Done } else { ActionOutcome::Requested }
                    },
                ),
            )
        })
    })
}

/// All of its tasks again, under its id.
pub(super) fn rerun(id: &str) -> Operation<ActionOutcome> {
    of_run(id, |run, read| {
        if !read.run.status.kind.is_final() {
            return Operation::fail(ApiError::new(ErrorKind::Conflict, "the run is not over"));
        }
        let body = json!({"dry_run": false, "only_failed": false});
        ask(write(Method::Post, format!("{}/clear", run.path()), &body), |told| {
            Operation::Done(told.answer.map(|_| ActionOutcome::Requested))
        })
    })
}

pub(super) fn delete(id: &str) -> Operation<ActionOutcome> {
    let run = match RunId::read(id) {
        Ok(run) => run,
        Err(error) => return Operation::fail(error),
    };
    let request = Request::write(Method::Delete, run.path());
    let call = request.call();
    Operation::one(request, move |reply| Operation::Done(accept(reply, &call, complain).map(|_| ActionOutcome::Done)))
}
