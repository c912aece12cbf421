//! Flows and their versions (`/api/flows`). Flows are read here, not edited.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::definition::{self, Include};
use super::error::Failure;
use super::params::{Params, path_uuid};
use crate::engine::error::StoreError;
use crate::engine::model::{Dialect, Flow};
use crate::state::AppState;

/// A flow, or the vendor's 404.
pub(super) async fn find(app: &AppState, id: &str) -> Result<Flow, Failure> {
    app.store.flow(Dialect::SuperAi, id).await.map_err(|error| match error {
        StoreError::NotFound(_) => Failure::not_found("Flow"),
        other => other.into(),
    })
}

async fn at(app: &AppState, id: &str) -> Result<Flow, Failure> {
    find(app, &path_uuid("flow_id", id)?).await
}

fn include(params: &mut Params) -> Include {
    // Accepted for their sake; the sandbox's tasks have neither.
    params.flag("include_dynamic_data", false);
    params.flag("include_default_reference_modes", false);
    Include {
        task_names: params.flag("include_ordered_task_names", false),
        validation_errors: params.flag("include_validation_errors", false),
        input_schema: params.flag("include_input_schema", false),
        output_schemas: params.flag("include_output_schemas", false),
        latest_count: params.flag("include_latest_version_executions_count", false),
    }
}

fn page(params: &mut Params) -> (i64, i64) {
    (params.integer("page", 1, 1, 10_000), params.integer("page_size", 20, 1, 100))
}

fn slice<T>(all: Vec<T>, page: i64, size: i64) -> Vec<T> {
    let skip = usize::try_from((page - 1) * size).unwrap_or(usize::MAX);
    all.into_iter().skip(skip).take(usize::try_from(size).unwrap_or(0)).collect()
}

/// `GET /api/flows`
pub(super) async fn list(State(app): State<AppState>, mut params: Params) -> Result<Json<Value>, Failure> {
    let include = include(&mut params);
    let (page, size) = page(&mut params);
    let field = params.choice("sort_field", &["created_at", "updated_at", "display_name"]);
    let ascending = params.choice("sort_direction", &["asc", "desc"]) == Some("asc");
    let cleanable = params.flag("is_cleanable", false);
    params.check()?;
    let search = params.text("search").unwrap_or_default().to_lowercase();
    let mut flows = app.store.flows(Dialect::SuperAi).await?;
    // A flow with tasks is never eligible for cleaning up, and all of these have some.
    flows.retain(|flow| flow.name.to_lowercase().contains(&search) && (!cleanable || flow.nodes.is_empty()));
    match field {
        Some("display_name") => flows.sort_by(|a, b| a.name.cmp(&b.name)),
        Some("updated_at") => flows.sort_by_key(|flow| (flow.updated_at, flow.n)),
        _ => flows.sort_by_key(|flow| (flow.created_at, flow.n)),
    }
    if !ascending {
        flows.reverse();
    }
    let total = flows.len();
    let shown: Vec<Value> =
        slice(flows, page, size).iter().map(|flow| definition::flow(flow, flow.version, flow.last_seq, include)).collect();
    Ok(Json(json!({ "flows": shown, "total": total, "page": page, "page_size": size })))
}

/// `GET /api/flows/{flow_id}`
pub(super) async fn get(State(app): State<AppState>, Path(id): Path<String>, mut params: Params) -> Result<Json<Value>, Failure> {
    let include = include(&mut params);
    params.check()?;
    let flow = at(&app, &id).await?;
    Ok(Json(definition::flow(&flow, flow.version, flow.last_seq, include)))
}

/// `GET /api/flows/{flow_id}/versions`, newest first.
pub(super) async fn versions(State(app): State<AppState>, Path(id): Path<String>, mut params: Params) -> Result<Json<Vec<Value>>, Failure> {
    let include = include(&mut params);
    params.check()?;
    let flow = at(&app, &id).await?;
    Ok(Json((1..=flow.version).rev().map(|version| definition::flow(&flow, version, flow.last_seq, include)).collect()))
}

/// `GET /api/flows/{flow_id}/versions/{version}`
pub(super) async fn version(
    State(app): State<AppState>,
    Path((id, version)): Path<(String, String)>,
    mut params: Params,
) -> Result<Json<Value>, Failure> {
    let include = include(&mut params);
    params.check()?;
    let flow = at(&app, &id).await?;
    match version.parse::<i64>() {
        Ok(version) if (1..=flow.version).contains(&version) => Ok(Json(definition::flow(&flow, version, flow.last_seq, include))),
        _ => Err(Failure::not_found("Flow version")),
    }
}

/// `GET /api/flows/{flow_id}/versions/summary`
pub(super) async fn version_summaries(
    State(app): State<AppState>,
    Path(id): Path<String>,
    mut params: Params,
) -> Result<Json<Value>, Failure> {
    let (page, size) = page(&mut params);
    let favourites = params.flag("favourites_only", false);
    params.check()?;
    let named = params.text("search").is_some_and(|text| !text.is_empty());
    let flow = at(&app, &id).await?;
    // No version of the sandbox has a name or is a favourite.
    let all: Vec<i64> = if favourites || named { Vec::new() } else { (1..=flow.version).rev().collect() };
    let total = all.len();
    let shown: Vec<Value> = slice(all, page, size).into_iter().map(|version| definition::version_summary(&flow, version)).collect();
    Ok(Json(json!({ "versions": shown, "total": total, "page": page, "page_size": size })))
}

/// `GET /api/flows/{flow_id}/tags`: the values that the filter of executions knows.
pub(super) async fn tags(State(app): State<AppState>, Path(id): Path<String>) -> Result<Json<Value>, Failure> {
    at(&app, &id).await?;
    Ok(Json(json!(["review_status:correct", "review_status:incorrect"])))
}

/// `GET /api/flows/available-tags` and the metadata lists: flows of the sandbox carry none.
pub(super) async fn none() -> Json<Value> {
    Json(json!([]))
}

/// `GET /api/flows/{flow_id}/clone-info`
pub(super) async fn clone_info(State(app): State<AppState>, Path(id): Path<String>) -> Result<Json<Value>, Failure> {
    at(&app, &id).await?;
    Ok(Json(json!({ "has_external_input_tasks": false, "external_input_task_names": [] })))
}
