//! Steps of a run.

use axum::{
    Json,
    extract::{Path, Query, State},
};
use serde_json::{Value, json};

use super::{DIALECT, wire, words};
use crate::contracts::retab::error::{Answer, Failure};
use crate::contracts::retab::query::{Params, invalid};
use crate::engine::model::Step;
use crate::engine::store::Page;
use crate::state::AppState;

/// The vendor lists the steps of all runs too; the sandbox only those of one.
pub(super) async fn list(State(state): State<AppState>, Query(params): Query<Vec<(String, String)>>) -> Answer<Json<Value>> {
    let params = Params(params);
    let limit = params.limit(20)? as usize;
    let Some(run) = params.get("run_id") else {
        return Err(invalid("run_id", "The sandbox lists the steps of one run", "missing", &Value::Null));
    };
    let all = state.store.run_detail(DIALECT, run).await?;
    let types: Vec<&str> = params.list("block_type").collect();
    let statuses: Vec<&str> = params.list("status").collect();
    let mut steps = wire::shown(&all);
    steps.retain(|step: &&Step| {
        params.get("block_id").is_none_or(|id| id == step.node)
            && params.get("step_id").is_none_or(|id| id == step.id)
            && params.get("workflow_id").is_none_or(|id| id == all.run.flow_id)
            && (types.is_empty() || types.contains(&step.kind.as_str()))
            && (statuses.is_empty() || statuses.contains(&words::status(step.status)))
    });
    let place = |id: &str| steps.iter().position(|step| step.id == id);
    let (from, to) = match params.page() {
        Page::After(id) => place(&id).map_or((steps.len(), steps.len()), |at| (at + 1, at + 1 + limit)),
        Page::Before(id) => place(&id).map_or((0, 0), |at| (at.saturating_sub(limit), at)),
        _ => (0, limit),
    };
    let page = steps.get(from.min(steps.len())..to.min(steps.len())).unwrap_or_default();
    let before = page.first().filter(|_| from > 0).map(|step| &step.id);
    let after = page.last().filter(|_| to < steps.len()).map(|step| &step.id);
    let data: Vec<Value> = page.iter().map(|step| wire::step(&all, step)).collect();
    Ok(Json(json!({"data": data, "list_metadata": {"before": before, "after": after}})))
}

pub(super) async fn one(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(params): Query<Vec<(String, String)>>,
) -> Answer<Json<Value>> {
    let params = Params(params);
    // An id is unique within its run only.
    let Some(run) = params.get("run_id") else { return Err(invalid("run_id", "Field required", "missing", &Value::Null)) };
    let all = state.store.run_detail(DIALECT, run).await?;
    let steps = wire::shown(&all);
    let step = steps.iter().find(|step| step.id == id).ok_or_else(|| Failure::not_found("Step not found"))?;
    Ok(Json(wire::step(&all, step)))
}
