//! Task executions and their tags (`/api/task-executions`, `/api/task-tags`).

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::body::Body;
use super::error::Failure;
use super::executions;
use super::params::{Params, path_uuid};
use super::wire::{self, Extras};
use crate::engine::error::StoreError;
use crate::engine::ids;
use crate::engine::model::{Dialect, RunDetail};
use crate::engine::store::RunQuery;
use crate::state::AppState;

/// Executions whose tasks an unfiltered list shows. The vendor's is unbounded; a server's memory is not.
const UNFILTERED: u32 = 50;

/// `GET /api/task-executions`, newest first.
pub(super) async fn list(State(app): State<AppState>, mut params: Params) -> Result<Json<Value>, Failure> {
    let execution = params.uuid("flow_execution_id");
    let name = params.bounded("task_name", 200);
    let index = params.optional_integer("task_execution_idx", 0, i64::MAX);
    let extras = Extras { run_number: false, credits: params.flag("include_credits", false) };
    params.check()?;
    let mut shown = Vec::new();
    for detail in details(&app, execution).await? {
        let wanted = wire::tasks(&detail)
            .into_iter()
            .filter(|(step, at)| name.as_ref().is_none_or(|name| step.node == *name) && index.is_none_or(|index| index == *at));
        for (step, at) in wanted {
            let mut task = wire::task(&detail, step, at, extras);
            if let Some(fields) = task.as_object_mut() {
                fields.insert("tags".into(), wire::tags(&detail, Some(&step.node)).into());
            }
            shown.push(task);
        }
    }
    Ok(Json(json!({ "task_executions": shown })))
}

async fn details(app: &AppState, execution: Option<String>) -> Result<Vec<RunDetail>, Failure> {
    match execution {
        Some(id) => match app.store.run_detail(Dialect::SuperAi, &id).await {
            Ok(detail) => Ok(vec![detail]),
            Err(StoreError::NotFound(_)) => Ok(Vec::new()),
            Err(other) => Err(other.into()),
        },
        None => {
            let mut query = RunQuery::new(Dialect::SuperAi);
            query.limit = UNFILTERED;
            let mut found = Vec::new();
            for run in app.store.list_runs(&query).await? {
                found.push(app.store.detail_of(run).await?);
            }
            Ok(found)
        }
    }
}

/// `GET /api/task-executions/{task_execution_id}`
pub(super) async fn get(State(app): State<AppState>, Path(id): Path<String>, mut params: Params) -> Result<Json<Value>, Failure> {
    let extras = Extras { run_number: false, credits: params.flag("include_credits", false) };
    params.check()?;
    let (detail, ordinal) = find(&app, &path_uuid("task_execution_id", &id)?).await?;
    one(&detail, ordinal, extras)
}

fn one(detail: &RunDetail, ordinal: i64, extras: Extras) -> Result<Json<Value>, Failure> {
    let tasks = wire::tasks(detail);
    let found = tasks.into_iter().find(|(step, _)| step.ordinal == ordinal);
    let (step, index) = found.ok_or_else(|| Failure::not_found("Task execution"))?;
    Ok(Json(wire::task(detail, step, index, extras)))
}

async fn find(app: &AppState, id: &str) -> Result<(RunDetail, i64), Failure> {
    let unknown = || Failure::not_found("Task execution");
    let (row, ordinal) = ids::parse_step_uuid(id).ok_or_else(unknown)?;
    let run = app.store.run_by_row(Dialect::SuperAi, row).await.map_err(|error| match error {
        StoreError::NotFound(_) => unknown(),
        other => other.into(),
    })?;
    Ok((app.store.detail_of(run).await?, ordinal))
}

/// `PUT /api/task-executions`: a person corrects the output of a task of a run that has ended.
pub(super) async fn update(State(app): State<AppState>, mut params: Params, mut body: Body) -> Result<Json<Value>, Failure> {
    let run_again = params.flag("execute_flow", false);
    params.check()?;
    let id = body.uuid("id");
    let execution = body.uuid("flow_execution_id");
    body.text("task_name");
    body.text("processing_status");
    body.text("edited_status");
    body.text("stale_status");
    let output = body.any("output");
    body.check()?;
    if run_again {
        return Err(Failure::bad_request(
            "The sandbox cannot re-execute only the tasks behind an edit. Update with execute_flow=false, or execute the whole flow.",
        ));
    }
    let (detail, ordinal) = find(&app, &id).await?;
    if detail.run.id != execution || detail.run.deleted_at.is_some() {
        return Err(Failure::not_found("Task execution"));
    }
    if !wire::tasks(&detail).iter().any(|(step, _)| step.ordinal == ordinal) {
        return Err(Failure::not_found("Task execution"));
    }
    if !detail.run.status.is_terminal() {
        return Err(Failure::bad_request("The execution is not finished: complete its review task instead"));
    }
    let run = app.store.edit_step(Dialect::SuperAi, &execution, ordinal, &output).await?;
    one(&app.store.detail_of(run).await?, ordinal, Extras::default())
}

/// `GET /api/task-tags`
pub(super) async fn tags(State(app): State<AppState>, mut params: Params) -> Result<Json<Vec<Value>>, Failure> {
    let execution = params.required_uuid("flow_execution_id");
    let name = params.bounded("task_name", 200);
    params.check()?;
    let detail = executions::find_detail(&app, &execution.unwrap_or_default()).await?;
    Ok(Json(wire::tags(&detail, name.as_deref())))
}
