//! Runs: list, one, counts, config, order of execution, delete.

use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use serde_json::{Value, json};

use super::{
    error::Answer,
    query::{self, Params},
    wire::{self, DIALECT},
    workflows,
};
use crate::engine::model::{Status, Step};
use crate::engine::store::{Page, RunQuery};
use crate::state::AppState;

type Pairs = Query<Vec<(String, String)>>;

/// `{data, list_metadata: {before, after}}`; each cursor is the id at that end of the page, null if nothing lies beyond.
pub(super) async fn list(State(state): State<AppState>, Query(params): Pairs) -> Answer<Json<Value>> {
    let params = Params(params);
    let mut ask = query::runs(&params)?;
    if !query::costs_fit(&params)? {
        return Ok(Json(page(Vec::new(), None, None)));
    }
    let limit = ask.limit;
    // One more than asked tells whether there is a page beyond.
    ask.limit = limit + 1;
    let backwards = matches!(ask.page, Page::Before(_));
    let mut runs = state.store.list_runs(&ask).await?;
    let more = runs.len() > limit as usize;
    if more {
        if backwards {
            runs.remove(0);
        } else {
            runs.pop();
        }
    }
    // Behind a cursor lies at least the run that it names.
    let cursor = !matches!(ask.page, Page::First);
    let (earlier, later) = if backwards { (more, cursor) } else { (cursor, more) };
    let before = runs.first().filter(|_| earlier).map(|run| run.id.clone());
    let after = runs.last().filter(|_| later).map(|run| run.id.clone());
    let details = state.store.details_of(runs).await?;
    let data = details.iter().map(|all| query::project(&params, wire::run(all))).collect();
    Ok(Json(page(data, before, after)))
}

fn page(data: Vec<Value>, before: Option<String>, after: Option<String>) -> Value {
    json!({"data": data, "list_metadata": {"before": before, "after": after}})
}

pub(super) async fn one(State(state): State<AppState>, Path(run): Path<String>) -> Answer<Json<Value>> {
    Ok(Json(wire::run(&state.store.run_detail(DIALECT, &run).await?)))
}

pub(super) async fn delete(State(state): State<AppState>, Path(run): Path<String>) -> Answer<StatusCode> {
    state.store.delete(DIALECT, &run, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Counts by status, which add up to the total.
pub(super) async fn counts(State(state): State<AppState>, Query(params): Pairs) -> Answer<Json<Value>> {
    let params = Params(params);
    let mut ask = RunQuery::new(DIALECT);
    ask.flow = params.get("workflow_id").map(str::to_owned);
    let mut count = async |statuses: &[Status]| {
        ask.statuses = statuses.to_vec();
        state.store.count_runs(&ask).await
    };
    Ok(Json(json!({
        "total": count(&[]).await?,
        "completed": count(&[Status::Completed, Status::Edited, Status::Stale]).await?,
        "running": count(&[Status::Running, Status::InProgress, Status::Cancelling]).await?,
        "error": count(&[Status::Failed]).await?,
        "pending": count(&[Status::Pending, Status::Queued]).await?,
        "waiting_for_human": count(&[Status::Waiting]).await?,
        "cancelled": count(&[Status::Cancelled]).await?,
    })))
}

/// The workflow as it was when the run began.
pub(super) async fn config(State(state): State<AppState>, Path(run): Path<String>) -> Answer<Json<Value>> {
    let run = state.store.run(DIALECT, &run).await?;
    let flow = state.store.flow(DIALECT, &run.flow_id).await?;
    Ok(Json(json!({
        "id": wire::snapshot_id(&run),
        "workflow_id": flow.id,
        "version": run.flow_version,
        "blocks": workflows::block_list(&flow),
        "edges": workflows::edge_list(&flow),
    })))
}

pub(super) async fn execution_order(State(state): State<AppState>, Path(run): Path<String>) -> Answer<Json<Value>> {
    let all = state.store.run_detail(DIALECT, &run).await?;
    let mut steps: Vec<&Step> = wire::shown(&all).into_iter().filter(|step| step.started_at.is_some()).collect();
    steps.sort_by_key(|step| (step.started_at, step.ordinal));
    let ids: Vec<&str> = steps.iter().map(|step| step.id.as_str()).collect();
    Ok(Json(json!({"run_id": all.run.id, "ordered_step_ids": ids})))
}
