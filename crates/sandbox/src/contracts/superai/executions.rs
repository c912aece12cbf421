//! Flow executions (`/api/flow-executions`): create, list, read, cancel, execute again, delete.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::body::Body;
use super::error::{Failure, Issue};
use super::params::{Params, path_uuid};
use super::wire::{self, Extras};
use super::{files, flows};
use crate::engine::error::StoreError;
use crate::engine::model::{Dialect, Flow, Run, RunDetail, Status, Trigger, Work};
use crate::engine::store::{NewFile, NewRun};
use crate::state::AppState;

/// The documents a flow of this kind takes with its input: one per role that its tasks read.
pub(super) fn input_fields(flow: &Flow) -> Vec<&str> {
    let mut fields: Vec<&str> = Vec::new();
    for node in flow.nodes.iter().filter(|n| matches!(n.work, Work::Document | Work::Json | Work::Extract)) {
        if !node.role.is_empty() && !fields.contains(&node.role.as_str()) {
            fields.push(&node.role);
        }
    }
    fields
}

/// `POST /api/flow-executions`
pub(super) async fn create(State(app): State<AppState>, mut body: Body) -> Result<(StatusCode, Json<Value>), Failure> {
    let flow_id = body.uuid("flow_id");
    let input = body.object("input");
    let task = body.optional_text("input_task_name");
    body.check()?;
    let flow = flows::find(&app, &flow_id).await?;
    if let Some(task) = task.filter(|task| flow.node(task).is_none()) {
        return Err(Failure::invalid_input(
            format!("The flow has no input task named '{task}'"),
            json!([{ "type": "value_error", "loc": ["input_task_name"], "msg": "Unknown task" }]),
        ));
    }
    let files = documents(&app, &flow, &input).await?;
    let new = NewRun {
        dialect: Dialect::SuperAi,
        flow: flow.id,
        trigger: Trigger::Api,
        name: None,
        metadata: json!({}),
        input: Value::Object(input),
        files,
        created_by: wire::USER.into(),
        restarted_from: None,
    };
    let run = app.store.create_run(new).await.map_err(|error| match error {
        StoreError::Conflict(reason) => Failure::bad_request(reason),
        other => other.into(),
    })?;
    app.nudge();
    Ok((StatusCode::CREATED, Json(wire::execution(&run, Extras::default()))))
}

/// Checks the input as the flow's input task would, and fetches the uploaded files it refers to.
async fn documents(app: &AppState, flow: &Flow, input: &Map<String, Value>) -> Result<Vec<NewFile>, Failure> {
    let mut files_found = Vec::new();
    let mut issues = Vec::new();
    for field in input_fields(flow) {
        match input.get(field) {
            None | Some(Value::Null) => issues.push(wrong_input("missing", field, "Field required")),
            Some(Value::String(text)) if text.trim().is_empty() => {
                issues.push(wrong_input("string_too_short", field, "String should have at least 1 character"));
            }
            Some(Value::String(_) | Value::Object(_)) => {
                let reference = input.get(field).and_then(files::reference);
                if let Some(reference) = reference {
                    match files::attach(app, field, &reference).await? {
                        Some(file) => files_found.push(file),
                        None => issues.push(wrong_input("value_error", field, "The file does not exist or was not uploaded")),
                    }
                }
            }
            Some(_) => issues.push(wrong_input("value_error", field, "Input should be a file key, a gs:// URI, text or an object")),
        }
    }
    if issues.is_empty() {
        return Ok(files_found);
    }
    Err(Failure::invalid_input("Input data does not match the flow's input schema", Value::Array(issues)))
}

fn wrong_input(kind: &str, field: &str, message: &str) -> Value {
    json!({ "type": kind, "loc": ["input", field], "msg": message })
}

/// An execution that is there and not deleted.
pub(super) async fn find(app: &AppState, id: &str) -> Result<Run, Failure> {
    let id = path_uuid("flow_execution_id", id)?;
    match app.store.run(Dialect::SuperAi, &id).await {
        Ok(run) if run.deleted_at.is_none() => Ok(run),
        Ok(_) | Err(StoreError::NotFound(_)) => Err(Failure::not_found("Flow execution")),
        Err(other) => Err(other.into()),
    }
}

pub(super) async fn find_detail(app: &AppState, id: &str) -> Result<RunDetail, Failure> {
    let run = find(app, id).await?;
    Ok(app.store.detail_of(run).await?)
}

/// `GET /api/flow-executions/{flow_execution_id}`
pub(super) async fn get(State(app): State<AppState>, Path(id): Path<String>, mut params: Params) -> Result<Json<Value>, Failure> {
    let extras = Extras { run_number: params.flag("include_run_number", false), credits: params.flag("include_credits", false) };
    params.check()?;
    let found = app.store.with_inputs(Dialect::SuperAi, vec![find(&app, &id).await?]).await?;
    let run = found.first().ok_or_else(|| Failure::not_found("Flow execution"))?;
    Ok(Json(wire::execution(run, extras)))
}

/// `DELETE /api/flow-executions/{flow_execution_id}`: hides it for good; deleting twice is no error.
pub(super) async fn delete(State(app): State<AppState>, Path(id): Path<String>) -> Result<StatusCode, Failure> {
    let id = path_uuid("flow_execution_id", &id)?;
    app.store.delete(Dialect::SuperAi, &id, true).await.map_err(execution_or)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/flow-executions/{flow_execution_id}/cancel`: only asks; the execution is `cancel_requested` first.
pub(super) async fn cancel(State(app): State<AppState>, Path(id): Path<String>) -> Result<StatusCode, Failure> {
    let run = find(&app, &id).await?;
    app.store.cancel(Dialect::SuperAi, &run.id).await.map_err(execution_or)?;
    app.nudge();
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/flow-executions/{flow_execution_id}/execute`: the same id again, from the beginning.
pub(super) async fn execute(State(app): State<AppState>, Path(id): Path<String>, mut params: Params) -> Result<StatusCode, Failure> {
    let only_stale = params.flag("only_stale", false);
    params.check()?;
    let run = find(&app, &id).await?;
    if only_stale && matches!(run.status, Status::Completed | Status::Edited) && !has_stale(&app, &run).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    app.store.execute(Dialect::SuperAi, &run.id).await.map_err(|error| match error {
        StoreError::Conflict(_) => Failure::conflict("Workflow is currently running and cannot be terminated"),
        other => execution_or(other),
    })?;
    app.nudge();
    Ok(StatusCode::NO_CONTENT)
}

async fn has_stale(app: &AppState, run: &Run) -> Result<bool, Failure> {
    let detail = app.store.detail_of(run.clone()).await?;
    Ok(detail.steps.iter().any(|step| step.status == Status::Stale))
}

/// `PATCH /api/flow-executions/{flow_execution_id}/status`
pub(super) async fn set_status(State(app): State<AppState>, Path(id): Path<String>, mut params: Params) -> Result<Json<Value>, Failure> {
    let word = params.required("status").and_then(|_| params.choice("status", &wire::STATUSES));
    params.check()?;
    let run = find(&app, &id).await?;
    let run = match word.and_then(wire::parse_status) {
        Some(Status::Deleted) => {
            app.store.delete(Dialect::SuperAi, &run.id, true).await?;
            app.store.run(Dialect::SuperAi, &run.id).await?
        }
        Some(status) => app.store.set_run_status(Dialect::SuperAi, &run.id, status).await?,
        None => return Err(Failure::bad_request("Unknown status")),
    };
    app.nudge();
    Ok(Json(wire::execution(&run, Extras::default())))
}

/// `POST /api/flow-executions/{flow_execution_id}/task-status`: for the vendor's own workers.
pub(super) async fn task_status(State(app): State<AppState>, Path(id): Path<String>) -> Result<StatusCode, Failure> {
    find(&app, &id).await?;
    Err(Failure::forbidden("Requires service-level authentication token"))
}

/// `POST /api/flow-executions/{flow_execution_id}/webhook-data`: no flow of the sandbox has a receiver task.
pub(super) async fn webhook_data(State(app): State<AppState>, Path(id): Path<String>, mut body: Body) -> Result<StatusCode, Failure> {
    let task = body.text("task_name");
    body.object("data");
    body.check_enveloped()?;
    let run = find(&app, &id).await?;
    let flow = app.store.flow(Dialect::SuperAi, &run.flow_id).await?;
    if flow.node(&task).is_none() {
        return Err(Failure::not_found("Task"));
    }
    if run.status.is_terminal() {
        return Err(Failure::conflict("The flow execution already finished"));
    }
    Err(Failure::bad_request(format!("Task '{task}' is not a webhook receiver task")))
}

fn execution_or(error: StoreError) -> Failure {
    match error {
        StoreError::NotFound(_) => Failure::not_found("Flow execution"),
        other => other.into(),
    }
}

/// A wrong `status` in a filter: the parameter's type is a plain string, so it is refused by its meaning.
pub(super) fn unknown_status(name: &str, word: &str) -> Failure {
    let issue = Issue::query("enum", name, format!("Unknown status '{word}'"), word);
    tracing::debug!(?issue, "superai: refused a filter");
    Failure::bad_request(format!("Invalid value '{word}' for '{name}'. Valid values: {}", wire::STATUSES.join(", ")))
}
