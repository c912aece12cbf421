//! What a flow is started with, and starting it.

use super::calls::{ask, decoded, get_definition, post, read_definition};
use super::decode::{complaint, execution};
use super::definition::{Definition, TaskSpec};
use crate::adapters::why;
use crate::adapters::{FlowInputs, InputField, InputKind, InputValue, StartRequest};
use crate::model::Started;
use crate::value::json::{Json, Map};
use crate::wire::error::{ApiError, ErrorKind, answer};
use crate::wire::http::Request;
use crate::wire::operation::Operation;

/// The field for the task that a run starts at, where a flow has several.
const INPUT_TASK: &str = "input_task_name";

/// The smallest page that every generation of the API takes.
const EXAMPLES: &str = "10";

pub(super) fn describe(flow: &str) -> Operation<FlowInputs> {
    let definition = get_definition(flow, Some("include_input_schema"));
    let newest = Request::get("flow-executions").with("flow_id", flow).with("page", "1").with("page_size", EXAMPLES);
    let calls = [definition.call(), newest.call()];
    Operation::ask(vec![definition, newest], move |replies| {
        let mut answers = replies.into_iter().zip(&calls).map(|(reply, call)| answer(reply, call, complaint));
        let (Some(definition), newest) = (answers.next(), answers.next()) else {
            return Operation::fail(ApiError::new(ErrorKind::GatewayUnreachable, ""));
        };
        // The newest run is only an example: without it the form starts from the schema or empty.
        let example = newest.and_then(Result::ok).and_then(newest_input);
        Operation::Done(read_definition(definition).map(|definition| fields(definition, example)))
    })
}

fn newest_input(runs: Json) -> Option<Json> {
    runs.as_array()?.first()?.get("input").filter(|input| input.is_object()).cloned()
}

fn fields(definition: Definition, example: Option<Json>) -> FlowInputs {
    let receivers = definition.receivers();
    let from_schema = receivers.iter().find_map(|task| task.input_schema.as_ref()).map(|schema| from_schema(schema, 0));
    let example = example.or(from_schema).unwrap_or_else(|| Json::Object(Map::new()));
    let mut fields = vec![InputField { key: String::new(), label: "Input".into(), required: true, kind: InputKind::Json { example } }];
    if receivers.len() > 1 {
        let named = |task: &&TaskSpec| format!("{} = {}", task.title, task.name);
        let names: Vec<_> = receivers.iter().map(named).collect();
        let label = format!("Input task ({})", names.join(", "));
        fields.push(InputField { key: INPUT_TASK.into(), label, required: true, kind: InputKind::Text });
    }
    FlowInputs { flow: definition.flow, fields }
}

/// A value that fits a JSON Schema: its default or example, else an empty one of its type.
fn from_schema(schema: &Json, depth: u8) -> Json {
    let given = schema.get("default").or_else(|| schema.get("examples")?.get(0)).or_else(|| schema.get("example"));
    if let Some(value) = given {
        return value.clone();
    }
    match schema.get("type").and_then(Json::as_str) {
        Some("string") => Json::String(String::new()),
        Some("boolean") => Json::Bool(false),
        Some("array") => Json::Array(Vec::new()),
        Some("object") | None if depth < 8 => {
            let properties = schema.get("properties").and_then(Json::as_object);
            let filled = properties.into_iter().flatten().map(|(name, inner)| (name.clone(), from_schema(inner, depth + 1)));
            Json::Object(filled.collect())
        }
        _ => Json::Null,
    }
}

pub(super) fn start(request: StartRequest) -> Operation<Started> {
    let body = match body(request) {
        Ok(body) => body,
        Err(problem) => return Operation::fail(ApiError::new(ErrorKind::Invalid, problem)),
    };
    ask(post("flow-executions".into()).json(&body), |answer, call| {
        Operation::Done(decoded(answer, call, |value| execution(value).map_err(why)).map(|execution| Started { run: execution.run }))
    })
}

fn body(request: StartRequest) -> Result<Json, String> {
    let mut body = Map::new();
    body.insert("flow_id".into(), Json::String(request.flow));
    body.insert("input".into(), Json::Object(Map::new()));
    for (key, value) in request.values {
        let (name, value) = match (key.as_str(), value) {
            ("", InputValue::Json(value @ Json::Object(_))) => ("input", value),
            ("", InputValue::Json(_)) => return Err("the input has to be a JSON object".into()),
            (INPUT_TASK, InputValue::Text(name)) if name.is_empty() => continue,
            (INPUT_TASK, InputValue::Text(name)) => (INPUT_TASK, Json::String(name)),
            _ => return Err(format!("SuperAI starts a flow with one JSON object; \"{key}\" cannot be sent")),
        };
        body.insert(name.into(), value);
    }
    Ok(Json::Object(body))
}
