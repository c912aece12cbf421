//! Starting, cancelling, running again, deleting.

use super::calls::{Answer, Told as Call, ask, complain, decoded, get_run, insist, json_of, run_path, set_state, write};
use super::decide::{Told, told};
use super::decode::{Read, deployment, run as read_run};
use crate::adapters::{FlowInputs, InputField, InputKind, InputValue, StartRequest, why};
use crate::model::status::StatusKind;
use crate::model::{ActionOutcome, Started};
use crate::value::json::{Json, Map};
use crate::value::percent::encode;
use crate::wire::error::{ApiError, ErrorKind, accept};
use crate::wire::http::{Method, Request};
use crate::wire::operation::Operation;
use serde_json::json;

fn deployment_path(id: &str) -> String {
    format!("deployments/{}", encode(id))
}

/// One JSON object, filled in with the deployment's own parameters and the defaults of its schema, in the order of the function.
pub(super) fn describe(flow: &str) -> Operation<FlowInputs> {
    ask(Request::get(deployment_path(flow)), |answer, call| {
        Operation::Done(decoded(answer, call, |value| {
            let example = Json::Object(example(&value));
            let required = !names(&value, "required").is_empty();
            let flow = deployment(value, &|_| None).map_err(why)?;
            let field = InputField { key: String::new(), label: "parameters".into(), required, kind: InputKind::Json { example } };
            Ok(FlowInputs { flow, fields: vec![field] })
        }))
    })
}

fn names<'a>(deployment: &'a Json, member: &str) -> Vec<&'a str> {
    let list = deployment.get("parameter_openapi_schema").and_then(|schema| schema.get(member)).and_then(Json::as_array);
    list.into_iter().flatten().filter_map(Json::as_str).collect()
}

fn properties(deployment: &Json) -> Option<&Map<String, Json>> {
    deployment.get("parameter_openapi_schema")?.get("properties")?.as_object()
}

fn example(deployment: &Json) -> Map<String, Json> {
    let own = deployment.get("parameters").and_then(Json::as_object);
    let mut fields: Vec<(&String, &Json)> = properties(deployment).into_iter().flatten().collect();
    crate::value::order::sort(&mut fields, &|(_, field)| (field.get("position").and_then(Json::as_i64).unwrap_or(i64::MAX), 0));
    let value = |name: &str, field: &Json| own.and_then(|own| own.get(name)).or_else(|| field.get("default")).cloned();
    fields.into_iter().map(|(name, field)| (name.clone(), value(name, field).unwrap_or_default())).collect()
}

/// The vendor takes parameters that the flow does not have, and the run then crashes: their names are compared first.
pub(super) fn start(request: StartRequest) -> Operation<Started> {
    ask(Request::get(deployment_path(&request.flow)), move |answer, call| {
        let found = match decoded(answer, call, Ok) {
            Ok(found) => found,
            Err(error) => return Operation::fail(error),
        };
        let given =
            request.values.iter().find_map(|(_, value)| if let InputValue::Json(value) = value { Some(value.clone()) } else { None });
        let parameters = given.filter(|value| !value.is_null()).unwrap_or_else(|| json!({}));
        let Json::Object(given) = &parameters else {
            return Operation::fail(ApiError::new(ErrorKind::Invalid, "the parameters are no object"));
        };
        if let Some(known) = properties(&found)
            && let Some(name) = given.keys().find(|name| !known.contains_key(*name))
        {
            let problem = format!("the flow has no parameter {name:?}");
            let fields = vec![(name.clone(), problem.clone())];
            return Operation::fail(ApiError { fields, ..ApiError::new(ErrorKind::Invalid, problem) });
        }
        insist(create(&request, &parameters), json_of, |answer, call| {
            Operation::Done(decoded(answer, call, |value| read_run(value).map_err(why)).map(|read| Started { run: read.run }))
        })
    })
}

/// The same key again is answered with the same run.
fn create(request: &StartRequest, parameters: &Json) -> Request {
    let mut body = Map::new();
    body.insert("parameters".into(), parameters.clone());
    body.insert("idempotency_key".into(), request.key.as_str().into());
    if let Some(name) = request.name.as_ref().filter(|name| !name.trim().is_empty()) {
        body.insert("name".into(), name.as_str().into());
    }
    if let Some(Json::Object(labels)) = request.metadata.as_ref().filter(|labels| labels.as_object().is_some_and(|map| !map.is_empty())) {
        body.insert("labels".into(), Json::Object(labels.clone()));
    }
    write(format!("{}/create_flow_run", deployment_path(&request.flow)), &Json::Object(body)).keyed()
}

/// Reads the run, because each state has its own way.
fn of_run(run: &str, then: impl FnOnce(Read) -> Operation<ActionOutcome> + 'static) -> Operation<ActionOutcome> {
    ask(get_run(run), move |answer: Answer, call| {
        match (Call { answer, call: call.to_owned() }).decoded(|value| read_run(value).map_err(why)) {
            Ok(read) => then(read),
            Err(error) => Operation::fail(error),
        }
    })
}

/// A process has to be ended by its runner; where none runs, the run can have its end at once.
pub(super) fn cancel(run: &str) -> Operation<ActionOutcome> {
    let id = run.to_owned();
    of_run(run, move |read| {
        let suspended = read.state.and_then(|state| state.pause).is_some_and(|pause| pause.suspended);
        let word = if suspended { "CANCELLED" } else { "CANCELLING" };
        insist(set_state(&id, &json!({"type": word})), json_of, |answer, call| match told(answer, call) {
            // The vendor puts the end in the place of what was asked for, where no process is known.
            Ok(Told::Accepted(state) | Told::Replaced(Some(state), _)) if state.status.kind == StatusKind::Cancelled => {
                Operation::done(ActionOutcome::Done)
            }
            Ok(Told::Accepted(_)) => Operation::done(ActionOutcome::Requested),
            Ok(Told::Refused(detail) | Told::Replaced(_, detail) | Told::Aborted(detail)) => {
                Operation::fail(ApiError { call: call.into(), ..ApiError::new(ErrorKind::Conflict, detail) })
            }
            Err(error) => Operation::fail(error),
        })
    })
}

pub(super) fn rerun(run: &str) -> Operation<ActionOutcome> {
    let id = run.to_owned();
    of_run(run, move |read| {
        if !read.run.status.kind.is_final() {
            return Operation::fail(ApiError::new(ErrorKind::Conflict, "the run is not over"));
        }
        if read.run.flow.is_empty() {
            return Operation::fail(ApiError::unsupported("running again: nobody takes up a run without a deployment"));
        }
        insist(set_state(&id, &json!({"type": "SCHEDULED", "name": "AwaitingRetry"})), json_of, |answer, call| match told(answer, call) {
            Ok(Told::Accepted(_)) => Operation::done(ActionOutcome::Requested),
            Ok(Told::Refused(detail) | Told::Replaced(_, detail) | Told::Aborted(detail)) => {
                Operation::fail(ApiError { call: call.into(), ..ApiError::new(ErrorKind::Conflict, detail) })
            }
            Err(error) => Operation::fail(error),
        })
    })
}

pub(super) fn delete(run: &str) -> Operation<ActionOutcome> {
    let request = Request::write(Method::Delete, run_path(run));
    insist(request, |reply, call| accept(reply, call, complain), |told, _| Operation::Done(told.map(|_| ActionOutcome::Done)))
}
