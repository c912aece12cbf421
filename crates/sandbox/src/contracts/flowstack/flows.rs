//! Flows: list, read, create, change, switch, delete, webhook (<https://docs.onflowstack.com/api/flows>,
//! `api/webhooks`).

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use serde_json::{Map, Value, json};

use super::error::Failure;
use super::{Body, Pairs, cursor, limit, text, wire};
use crate::engine::error::StoreError;
use crate::engine::model::{Dialect, Flow, Node, Run, Work};
use crate::engine::store::RunQuery;
use crate::state::AppState;

const MAX_NAME: usize = 200;
const MAX_DESCRIPTION: usize = 2_000;

/// `GET /api/v1/flows`
pub(super) async fn list(State(app): State<AppState>, Query(pairs): Query<Pairs>) -> Result<Json<Value>, Failure> {
    let limit = limit(&pairs)?;
    let active = match text(&pairs, "status") {
        None => None,
        Some("ACTIVE") => Some(true),
        Some("INACTIVE") => Some(false),
        Some(_) => return Err(Failure::validation("The 'status' parameter must be ACTIVE or INACTIVE")),
    };
    let flows = app.store.flows(Dialect::FlowStack).await?;
    let mut rest = flows.as_slice();
    if let Some(id) = cursor::read(&pairs)? {
        let place = flows.iter().position(|flow| flow.id == id);
        let place = place.ok_or_else(|| Failure::validation("The 'cursor' parameter is not valid"))?;
        rest = flows.get(place + 1..).unwrap_or_default();
    }
    let wanted: Vec<&Flow> = rest.iter().filter(|flow| active.is_none_or(|active| flow.active == active)).collect();
    let mut data = Vec::new();
    for flow in wanted.iter().take(limit) {
        data.push(render(&app, flow).await?);
    }
    let last = wanted.iter().take(limit).next_back().map(|flow| cursor::write(&flow.id));
    Ok(Json(json!({ "data": data, "cursor": last, "hasMore": wanted.len() > limit })))
}

/// A flow with the totals of its runs.
async fn render(app: &AppState, flow: &Flow) -> Result<Value, Failure> {
    let stats = app.store.stats(Dialect::FlowStack, Some(&flow.id)).await?;
    Ok(wire::flow(flow, &stats, newest(app, flow).await?.as_ref()))
}

/// The run created last.
pub(super) async fn newest(app: &AppState, flow: &Flow) -> Result<Option<Run>, Failure> {
    let mut query = RunQuery::new(Dialect::FlowStack);
    query.flow = Some(flow.id.clone());
    query.limit = 1;
    Ok(app.store.list_runs(&query).await?.into_iter().next())
}

/// A flow, or the vendor's 404.
pub(super) async fn find(app: &AppState, id: &str) -> Result<Flow, Failure> {
    app.store.flow(Dialect::FlowStack, id).await.map_err(|error| match error {
        StoreError::NotFound(_) => Failure::not_found(format!("Flow '{id}' not found")),
        other => other.into(),
    })
}

/// `GET /api/v1/flows/{flowId}`
pub(super) async fn get(State(app): State<AppState>, Path(id): Path<String>) -> Result<Json<Value>, Failure> {
    let flow = find(&app, &id).await?;
    Ok(Json(render(&app, &flow).await?))
}

/// `POST /api/v1/flows`: starts as the builder does, with a trigger alone.
pub(super) async fn create(State(app): State<AppState>, Body(body): Body) -> Result<(StatusCode, Json<Value>), Failure> {
    let name = string(&body, "name", MAX_NAME)?.ok_or_else(|| Failure::validation("The 'name' field is required"))?;
    let description = string(&body, "description", MAX_DESCRIPTION)?.unwrap_or_default();
    let kind = match body.get("engine").map(Value::as_str) {
        None | Some(Some("activepieces")) => "@activepieces/piece-manual-trigger",
        Some(Some("n8n")) => "n8n-nodes-base.manualTrigger",
        Some(_) => return Err(Failure::validation("The 'engine' field must be activepieces or n8n")),
    };
    let trigger = Node { id: "trigger".into(), work: Work::Json, kind: kind.into(), label: "Manual Trigger".into(), role: String::new() };
    let flow = app.store.create_flow(Dialect::FlowStack, &name, &description, &[trigger]).await?;
    Ok((StatusCode::CREATED, Json(render(&app, &flow).await?)))
}

/// `POST /api/v1/flows/{flowId}`
pub(super) async fn update(State(app): State<AppState>, Path(id): Path<String>, Body(body): Body) -> Result<Json<Value>, Failure> {
    find(&app, &id).await?;
    let name = string(&body, "name", MAX_NAME)?;
    let description = string(&body, "description", MAX_DESCRIPTION)?;
    change(&app, &id, None, name, description).await
}

/// `POST /api/v1/flows/{flowId}/enable`
pub(super) async fn enable(State(app): State<AppState>, Path(id): Path<String>) -> Result<Json<Value>, Failure> {
    find(&app, &id).await?;
    change(&app, &id, Some(true), None, None).await
}

/// `POST /api/v1/flows/{flowId}/disable`
pub(super) async fn disable(State(app): State<AppState>, Path(id): Path<String>) -> Result<Json<Value>, Failure> {
    find(&app, &id).await?;
    change(&app, &id, Some(false), None, None).await
}

async fn change(
    app: &AppState,
    id: &str,
    active: Option<bool>,
    name: Option<String>,
    description: Option<String>,
) -> Result<Json<Value>, Failure> {
    let flow = app.store.update_flow(Dialect::FlowStack, id, active, name.as_deref(), description.as_deref()).await?;
    Ok(Json(render(app, &flow).await?))
}

/// `DELETE /api/v1/flows/{flowId}`: the flow and all its run history.
pub(super) async fn delete(State(app): State<AppState>, Path(id): Path<String>) -> Result<StatusCode, Failure> {
    find(&app, &id).await?;
    app.store.delete_flow(Dialect::FlowStack, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/v1/flows/{flowId}/webhook`
pub(super) async fn webhook(State(app): State<AppState>, Path(id): Path<String>, headers: HeaderMap) -> Result<Json<Value>, Failure> {
    let flow = find(&app, &id).await?;
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1:8601");
    Ok(Json(json!({
        "flowId": flow.id, "webhookUrl": format!("http://{host}/flowstack/api/v1/webhooks/{}", flow.id),
        "method": "POST", "enabled": flow.active && wire::has_webhook(&flow),
    })))
}

/// `POST /api/v1/flows/{flowId}/webhook/security`: the sandbox's plan is not the one that has it.
pub(super) async fn webhook_security(State(app): State<AppState>, Path(id): Path<String>) -> Result<StatusCode, Failure> {
    find(&app, &id).await?;
    Err(Failure::forbidden("IP allowlisting needs the Enterprise plan"))
}

fn string(body: &Map<String, Value>, field: &str, max: usize) -> Result<Option<String>, Failure> {
    match body.get(field) {
        None => Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() && field == "name" => {
            Err(Failure::validation(format!("The '{field}' field must not be empty")))
        }
        Some(Value::String(text)) if text.chars().count() > max => {
            Err(Failure::validation(format!("The '{field}' field must be at most {max} characters long")))
        }
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(Failure::validation(format!("The '{field}' field must be a string"))),
    }
}
