//! Versions of a review's data: immutable, named by their content.

use axum::{
    Json,
    extract::{Path, Query, State},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{reviews, shape, wire};
use crate::contracts::retab::error::{Answer, Body, Failure};
use crate::contracts::retab::query::{Params, invalid};
use crate::engine::error::StoreError;
use crate::engine::store::{NewVersion, Page, Written};
use crate::state::AppState;

/// Oldest first.
pub(super) async fn list(State(state): State<AppState>, Query(params): Query<Vec<(String, String)>>) -> Answer<Json<Value>> {
    let params = Params(params);
    let limit = params.limit(50)? as usize;
    let Some(review) = params.get("review_id") else { return Err(invalid("review_id", "Field required", "missing", &Value::Null)) };
    let found = state.store.lineage(&reviews::known(review)?).await?;
    let place = |id: &str| found.versions.iter().position(|version| version.id == id);
    let all = found.versions.len();
    let (from, to) = match params.page() {
        Page::After(id) => place(&id).map_or((all, all), |at| (at + 1, at + 1 + limit)),
        Page::Before(id) => place(&id).map_or((0, 0), |at| (at.saturating_sub(limit), at)),
        _ => (0, limit),
    };
    let page = found.versions.get(from.min(all)..to.min(all)).unwrap_or_default();
    let before = page.first().filter(|_| from > 0).map(|version| &version.id);
    let after = page.last().filter(|_| to < all).map(|version| &version.id);
    let data: Vec<Value> = page.iter().map(|version| wire::version(&found.review.id, version)).collect();
    Ok(Json(json!({"data": data, "list_metadata": {"before": before, "after": after}})))
}

pub(super) async fn one(State(state): State<AppState>, Path(id): Path<String>) -> Answer<Json<Value>> {
    let (review, version) = state.store.review_version(&id).await?;
    Ok(Json(wire::version(&review.id, &version)))
}

#[derive(Deserialize)]
pub(super) struct New {
    review_id: String,
    parent_id: String,
    snapshot: Map<String, Value>,
    note: Option<String>,
    acknowledged_superseded_version_ids: Option<Vec<String>>,
}

pub(super) async fn create(State(state): State<AppState>, Body(ask): Body<New>) -> Answer<Json<Value>> {
    let id = reviews::known(&ask.review_id)?;
    let found = state.store.lineage(&id).await?;
    let snapshot = Value::Object(ask.snapshot);
    let problems = shape::problems(&found.review.schema, &snapshot);
    if !problems.is_empty() {
        return Err(Failure::places(problems));
    }
    let new = NewVersion {
        parent: ask.parent_id,
        snapshot,
        note: ask.note,
        author: "api-key".to_owned(),
        acknowledged: ask.acknowledged_superseded_version_ids.unwrap_or_default(),
    };
    match state.store.add_version(&id, &new).await {
        Err(StoreError::NotFound("Review version")) => Err(Failure::not_found("Parent version not found in this review")),
        Err(error) => Err(error.into()),
        Ok(Written::Done(version)) => Ok(Json(wire::version(&id, &version))),
        Ok(Written::Superseded(ids)) => Err(reviews::superseded(&ids)),
        Ok(Written::Closed) => Err(Failure::conflict("review_closed", "The review is decided or its run ended", &json!({}))),
    }
}
