//! Cancel and restart.

use axum::{
    Json,
    extract::{Path, State},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    error::{Answer, Body},
    wire::{self, DIALECT},
};
use crate::engine::store::CancelOutcome;
use crate::state::AppState;

#[derive(Deserialize)]
pub(super) struct Command {
    command_id: Option<String>,
}

/// Always 200: the status in it says whether anything happened.
pub(super) async fn cancel(State(state): State<AppState>, Path(run): Path<String>, Body(_): Body<Command>) -> Answer<Json<Value>> {
    let (word, run) = match state.store.cancel(DIALECT, &run).await? {
        CancelOutcome::Requested(run) => {
            state.nudge();
            ("cancellation_requested", run)
        }
        CancelOutcome::Pending(run) => ("cancellation_requested", run),
        CancelOutcome::Ended(run) if run.status == crate::engine::model::Status::Cancelled => ("cancelled", run),
        CancelOutcome::Ended(run) => ("cancellation_failed", run),
    };
    let all = state.store.detail_of(*run).await?;
    Ok(Json(json!({"run": wire::run(&all), "cancellation_status": word})))
}

/// A new run with the same inputs and the published workflow.
pub(super) async fn restart(State(state): State<AppState>, Path(run): Path<String>, Body(ask): Body<Command>) -> Answer<Json<Value>> {
    let run = state.store.restart(DIALECT, &run, ask.command_id.as_deref()).await?;
    state.nudge();
    Ok(Json(wire::run(&state.store.detail_of(run).await?)))
}
