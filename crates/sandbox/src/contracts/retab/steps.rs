//! Steps of a run.

use axum::{
    Json,
    extract::{Path, State},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    error::{Answer, Body, Failure},
    wire::{self, DIALECT},
};
use crate::engine::model::{RunDetail, Step};
use crate::state::AppState;

#[derive(Deserialize)]
pub(super) struct Batch {
    node_ids: Vec<String>,
}

/// A bare array.
pub(super) async fn list(State(state): State<AppState>, Path(run): Path<String>) -> Answer<Json<Value>> {
    let all = state.store.run_detail(DIALECT, &run).await?;
    Ok(Json(wire::shown(&all).into_iter().map(|step| wire::step_document(&all, step)).collect()))
}

pub(super) async fn one(State(state): State<AppState>, Path((run, node)): Path<(String, String)>) -> Answer<Json<Value>> {
    let all = state.store.run_detail(DIALECT, &run).await?;
    let step = find(&all, &node).ok_or_else(|| Failure::not_found(&format!("Step {node} not found in this run")))?;
    Ok(Json(wire::step_output(&all, step)))
}

/// Nodes that the run does not have are left out.
pub(super) async fn batch(State(state): State<AppState>, Path(run): Path<String>, Body(ask): Body<Batch>) -> Answer<Json<Value>> {
    let all = state.store.run_detail(DIALECT, &run).await?;
    let output = |node: &String| Some((node.clone(), wire::step_output(&all, find(&all, node)?)));
    let outputs: Map<String, Value> = ask.node_ids.iter().take(1_000).filter_map(output).collect();
    Ok(Json(json!({"outputs": outputs})))
}

/// By step id, else the last step of that node.
fn find<'a>(all: &'a RunDetail, id: &str) -> Option<&'a Step> {
    let steps = wire::shown(all);
    steps.iter().find(|step| step.id == id).or_else(|| steps.iter().rev().find(|step| step.node == id)).copied()
}
