//! Runs: list, read, trigger, statistics (<https://docs.onflowstack.com/api/flow-runs>), and the webhook that starts one
//! (`api/webhooks`; the vendor serves that from another host).

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use serde_json::{Map, Value, json};

use super::error::Failure;
use super::{Body, Pairs, cursor, flows, limit, text, wire};
use crate::engine::error::StoreError;
use crate::engine::model::{Dialect, Flow, Run, Trigger};
use crate::engine::store::{NewRun, Page, RunQuery};
use crate::state::AppState;

/// `GET /api/v1/flows/{flowId}/runs`, newest first.
pub(super) async fn list(State(app): State<AppState>, Path(id): Path<String>, Query(pairs): Query<Pairs>) -> Result<Json<Value>, Failure> {
    let flow = flows::find(&app, &id).await?;
    let limit = limit(&pairs)?;
    let mut query = RunQuery::new(Dialect::FlowStack);
    query.flow = Some(flow.id.clone());
    // One more than asked for tells whether there is more.
    query.limit = u32::try_from(limit + 1).unwrap_or(u32::MAX);
    if let Some(word) = text(&pairs, "status") {
        query.statuses =
            wire::statuses(word).ok_or_else(|| Failure::validation("The 'status' parameter must be one of SUCCEEDED, FAILED, RUNNING"))?;
    }
    if let Some(last) = cursor::read(&pairs)? {
        behind(&app, &flow, &last).await?;
        query.page = Page::After(last);
    }
    let runs = app.store.list_runs(&query).await?;
    let data: Vec<Value> = runs.iter().take(limit).map(|run| named(run, &flow)).collect();
    let last = runs.iter().take(limit).next_back().map(|run| cursor::write(&run.id));
    Ok(Json(json!({ "data": data, "cursor": last, "hasMore": runs.len() > limit })))
}

/// Refuses a cursor that is no run of this flow.
async fn behind(app: &AppState, flow: &Flow, id: &str) -> Result<(), Failure> {
    match app.store.run(Dialect::FlowStack, id).await {
        Ok(run) if run.flow == flow.n => Ok(()),
        Ok(_) | Err(StoreError::NotFound(_)) => Err(Failure::validation("The 'cursor' parameter is not valid")),
        Err(other) => Err(other.into()),
    }
}

fn named(run: &Run, flow: &Flow) -> Value {
    let mut value = wire::run(run);
    if let Some(object) = value.as_object_mut() {
        wire::name_step(object, flow);
    }
    value
}

/// `GET /api/v1/flows/{flowId}/runs/{runId}`
pub(super) async fn get(State(app): State<AppState>, Path((flow, run)): Path<(String, String)>) -> Result<Json<Value>, Failure> {
    let flow = flows::find(&app, &flow).await?;
    let unknown = || Failure::not_found(format!("Run '{run}' not found"));
    let detail = app.store.run_detail(Dialect::FlowStack, &run).await.map_err(|error| match error {
        StoreError::NotFound(_) => unknown(),
        other => other.into(),
    })?;
    if detail.run.flow != flow.n {
        return Err(unknown());
    }
    Ok(Json(wire::run_detail(&detail, &flow)))
}

/// `GET /api/v1/flows/{flowId}/runs/stats`
pub(super) async fn stats(State(app): State<AppState>, Path(flow): Path<String>) -> Result<Json<Value>, Failure> {
    let flow = flows::find(&app, &flow).await?;
    let stats = app.store.stats(Dialect::FlowStack, Some(&flow.id)).await?;
    Ok(Json(wire::stats(&stats, flows::newest(&app, &flow).await?.as_ref())))
}

/// `POST /api/v1/flows/{flowId}/runs`
pub(super) async fn trigger(
    State(app): State<AppState>,
    Path(flow): Path<String>,
    Body(mut body): Body,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let flow = flows::find(&app, &flow).await?;
    let data = match body.shift_remove("data") {
        None => Map::new(),
        Some(Value::Object(data)) => data,
        Some(_) => return Err(Failure::validation("The 'data' field must be an object")),
    };
    let run = start(&app, flow, Trigger::Manual, data).await?;
    Ok((StatusCode::CREATED, Json(wire::triggered(&run))))
}

/// `POST /api/v1/webhooks/{flowId}`: needs no key, as the address is the secret. Only JSON is taken, so that no page of
/// another website can start runs here with a plain form.
pub(super) async fn webhook(
    State(app): State<AppState>,
    Path(flow): Path<String>,
    headers: HeaderMap,
    Body(body): Body,
) -> Result<Json<Value>, Failure> {
    let json = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if !json {
        return Err(Failure::validation("The Content-Type must be application/json"));
    }
    let flow = flows::find(&app, &flow).await?;
    if !wire::has_webhook(&flow) {
        return Err(Failure::not_found(format!("Flow '{}' has no webhook", flow.id)));
    }
    let run = start(&app, flow, Trigger::Webhook, body).await?;
    Ok(Json(json!({ "runId": run.id, "status": "RUNNING" })))
}

async fn start(app: &AppState, flow: Flow, trigger: Trigger, data: Map<String, Value>) -> Result<Run, Failure> {
    let new = NewRun {
        dialect: Dialect::FlowStack,
        flow: flow.id,
        trigger,
        name: None,
        metadata: json!({}),
        input: Value::Object(data),
        files: Vec::new(),
        created_by: "api-key".into(),
        restarted_from: None,
    };
    let run = app.store.create_run(new).await?;
    app.nudge();
    Ok(run)
}
