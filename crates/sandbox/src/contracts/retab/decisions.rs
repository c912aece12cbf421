//! What a person decides about a waiting node. The answer is a receipt: the run moves on shortly afterwards
//! (<https://docs.retab.com/api-reference/workflows/runs/submit-hil-decision>).

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
use crate::engine::error::StoreError;
use crate::engine::model::Review;
use crate::engine::store::{DecideOutcome, NewDecision};
use crate::state::AppState;

#[derive(Deserialize)]
pub(super) struct Submission {
    node_id: String,
    approved: bool,
    modified_data: Option<Map<String, Value>>,
    command_id: Option<String>,
}

/// The same verdict again answers with the first decision, whatever data the second one carried.
pub(super) async fn submit(State(state): State<AppState>, Path(run): Path<String>, Body(ask): Body<Submission>) -> Answer<Json<Value>> {
    let node = ask.node_id.clone();
    let (word, review) = match record(&state, &run, ask).await? {
        (true, review) => ("accepted", review),
        (false, review) if applied(&review) => ("already_applied", review),
        (false, review) => ("already_received", review),
    };
    let all = state.store.run_detail(DIALECT, &run).await?;
    Ok(Json(json!({"submission_status": word, "decision": wire::decision(&all, &node, Some(&review))})))
}

/// The way of the generation before, which the Python package up to 0.0.114 goes: the same decision, the run for an answer.
pub(super) async fn resume(State(state): State<AppState>, Path(run): Path<String>, Body(ask): Body<Submission>) -> Answer<Json<Value>> {
    let (new, review) = record(&state, &run, ask).await?;
    let all = state.store.run_detail(DIALECT, &run).await?;
    Ok(Json(json!({
        "run": wire::run(&all),
        "resume_status": if new { "processing" } else { "already_processed" },
        "queue_position": null,
        "queue_item_id": wire::queue_item(&review),
    })))
}

/// Whether the decision is a new one, and the review that it is of.
async fn record(state: &AppState, run: &str, ask: Submission) -> Answer<(bool, Box<Review>)> {
    let node = ask.node_id;
    let new = NewDecision {
        approved: ask.approved,
        modified: ask.modified_data.map(Value::Object),
        command_id: ask.command_id,
        by: "api-key".to_owned(),
        needs_start: false,
    };
    let outcome = match state.store.decide_at(DIALECT, run, &node, &new).await {
        Err(StoreError::NotFound("Review")) => return Err(not_waiting(&node, "it never waited for a decision")),
        other => other?,
    };
    match outcome {
        DecideOutcome::Accepted(review) => {
            state.nudge();
            Ok((true, review))
        }
        DecideOutcome::Repeated(review) => Ok((false, review)),
        DecideOutcome::Opposite(review) => Err(opposite(&review)),
        DecideOutcome::NotWaiting(_) | DecideOutcome::NotStarted(_) => Err(not_waiting(&node, "the run does not wait there any more")),
    }
}

/// A receipt also where nothing was submitted yet.
pub(super) async fn read(State(state): State<AppState>, Path((run, node)): Path<(String, String)>) -> Answer<Json<Value>> {
    let all = state.store.run_detail(DIALECT, &run).await?;
    let review = all.reviews.iter().rev().find(|review| review.node == node);
    if review.is_none() && !all.steps.iter().any(|step| step.node == node || step.id == node) {
        return Err(Failure::not_found(&format!("Node {node} not found in this run")));
    }
    Ok(Json(wire::decision(&all, &node, review)))
}

fn applied(review: &Review) -> bool {
    review.decision.as_ref().is_some_and(|decision| decision.applied_at.is_some())
}

fn opposite(review: &Review) -> Failure {
    let approved = review.decision.as_ref().is_some_and(|decision| decision.approved);
    let verdict = if approved { "approved" } else { "rejected" };
    let message = format!("Node {} already has the opposite decision: it was {verdict}", review.node);
    Failure::conflict("hil_decision_conflict", &message, &json!({"node_id": review.node, "approved": approved}))
}

fn not_waiting(node: &str, why: &str) -> Failure {
    let message = format!("Node {node} cannot accept a decision: {why}");
    Failure::conflict("hil_decision_not_eligible", &message, &json!({"node_id": node}))
}
