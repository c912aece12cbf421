//! Reviews: the queue, one, approve and reject. A decision that another one came before is told with HTTP 200.

use axum::{
    Json,
    extract::{Path, Query, State},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{DIALECT, wire};
use crate::contracts::retab::error::{Answer, Body, Failure};
use crate::contracts::retab::query::{Params, invalid};
use crate::engine::error::StoreError;
use crate::engine::model::{Review, ReviewState};
use crate::engine::store::{Decided, Lineage, Page, Submission, Written};
use crate::state::AppState;

const STATES: [&str; 6] = ["pending", "approved", "rejected", "decided", "cancelled", "all"];

/// The store's id of a review, or 404.
pub(super) fn known(id: &str) -> Answer<String> {
    wire::parse_review(id).ok_or_else(|| Failure::not_found("Review not found"))
}

async fn shown(state: &AppState, found: &Lineage) -> Answer<Value> {
    let all = state.store.run_detail(DIALECT, &found.review.run_id).await?;
    Ok(wire::review(&all, found))
}

/// Oldest first by creation. Reviews of the long seeded history are listed with their run only.
pub(super) async fn list(State(state): State<AppState>, Query(params): Query<Vec<(String, String)>>) -> Answer<Json<Value>> {
    let params = Params(params);
    let limit = params.limit(50)? as usize;
    let word = params.get("decision_status").unwrap_or("pending");
    let states: &[ReviewState] = match word {
        "pending" => &[ReviewState::Pending, ReviewState::Started],
        "approved" | "rejected" | "decided" => &[ReviewState::Completed],
        "cancelled" => &[ReviewState::Cancelled],
        "all" => &[ReviewState::Pending, ReviewState::Started, ReviewState::Completed, ReviewState::Cancelled],
        other => {
            let message = format!("Input should be one of {}", STATES.map(|word| format!("'{word}'")).join(", "));
            return Err(invalid("decision_status", &message, "literal_error", &json!(other)));
        }
    };
    // Here the default is ascending.
    let ascending = params.get("order").is_none() || params.ascending()?;
    let mut found = state.store.reviews(DIALECT, states, params.get("workflow_id"), params.get("run_id"), true).await?;
    let fits = |review: &Review| {
        let approved = review.decision.as_ref().map(|decision| decision.approved);
        (word != "approved" || approved == Some(true))
            && (word != "rejected" || approved == Some(false))
            && params.get("step_id").is_none_or(|step| step == review.node)
            && params.get("block_id").is_none_or(|block| review.node == block || review.node.ends_with(&format!("_{block}")))
            && params.get("iteration_key").is_none_or(|key| review.node.contains(&format!("_iter_{key}_")))
    };
    found.retain(fits);
    found.sort_by_key(|review| (review.opened_at, review.n));
    if !ascending {
        found.reverse();
    }
    let place = |id: &str| found.iter().position(|review| wire::review_id(&review.id) == id);
    let (from, to) = match params.page() {
        Page::After(id) => place(&id).map_or((found.len(), found.len()), |at| (at + 1, at + 1 + limit)),
        Page::Before(id) => place(&id).map_or((0, 0), |at| (at.saturating_sub(limit), at)),
        _ => (0, limit),
    };
    let more = to < found.len();
    let page: Vec<Review> = found.into_iter().take(to).skip(from).collect();
    let before = page.first().filter(|_| from > 0).map(|review| wire::review_id(&review.id));
    let after = page.last().filter(|_| more).map(|review| wire::review_id(&review.id));
    let mut data = Vec::new();
    for review in page {
        data.push(shown(&state, &state.store.lineage_of(review).await?).await?);
    }
    Ok(Json(json!({"data": data, "list_metadata": {"before": before, "after": after}})))
}

pub(super) async fn one(State(state): State<AppState>, Path(id): Path<String>) -> Answer<Json<Value>> {
    let found = state.store.lineage(&known(&id)?).await?;
    Ok(Json(shown(&state, &found).await?))
}

#[derive(Deserialize)]
pub(super) struct Approval {
    version_id: String,
    acknowledged_superseded_version_ids: Option<Vec<String>>,
}

pub(super) async fn approve(State(state): State<AppState>, Path(id): Path<String>, Body(ask): Body<Approval>) -> Answer<Json<Value>> {
    let acknowledged = ask.acknowledged_superseded_version_ids.unwrap_or_default();
    let new = Submission { approved: true, version: ask.version_id, reason: None, by: "api-key".into(), acknowledged };
    submit(&state, &id, &new).await
}

#[derive(Deserialize)]
pub(super) struct Rejection {
    version_id: String,
    reason: String,
}

pub(super) async fn reject(State(state): State<AppState>, Path(id): Path<String>, Body(ask): Body<Rejection>) -> Answer<Json<Value>> {
    if ask.reason.trim().is_empty() {
        let place = ["body", "reason"];
        return Err(Failure::invalid(&place, "String should have at least 1 character", "string_too_short", &json!(ask.reason)));
    }
    let new =
        Submission { approved: false, version: ask.version_id, reason: Some(ask.reason), by: "api-key".into(), acknowledged: Vec::new() };
    submit(&state, &id, &new).await
}

async fn submit(state: &AppState, id: &str, new: &Submission) -> Answer<Json<Value>> {
    let written = match state.store.decide_version(&known(id)?, new).await {
        Err(StoreError::NotFound("Review version")) => return Err(Failure::not_found("Review version not found in this review")),
        other => other?,
    };
    let (decided, found) = match written {
        Written::Done(done) => done,
        Written::Superseded(ids) => return Err(superseded(&ids)),
        Written::Closed => return Err(Failure::conflict("review_closed", "The run does not wait for this review any more", &json!({}))),
    };
    let applied = found.review.decision.as_ref().is_some_and(|decision| decision.applied_at.is_some());
    let (word, resume) = match decided {
        Decided::Accepted => {
            state.nudge();
            ("accepted", "resumed")
        }
        Decided::Already if applied => ("already_applied", "resumed"),
        Decided::Already => ("already_applied", "pending"),
        Decided::Conflict => ("conflict", "skipped"),
    };
    let review = shown(state, &found).await?;
    Ok(Json(json!({"submission_status": word, "review": review, "resume_status": resume, "resume_error": null})))
}

/// Names the versions that would be passed over.
pub(super) fn superseded(ids: &[String]) -> Failure {
    let message = "This would discard other latest versions; list them in acknowledged_superseded_version_ids to do so";
    Failure::conflict("superseded_versions", message, &json!({"superseded_version_ids": ids}))
}
