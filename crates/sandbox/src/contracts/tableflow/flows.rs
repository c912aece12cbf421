//! The flows of the workspace (<https://docs.tableflow.com/api-reference/get-flows>).

use axum::Json;
use axum::extract::State;
use serde_json::Value;

use super::error::Failure;
use super::wire;
use crate::engine::model::Dialect;
use crate::state::AppState;

/// `GET /v2/flows`: active flows only, as a bare array, without parameters.
pub(super) async fn list(State(app): State<AppState>) -> Result<Json<Vec<Value>>, Failure> {
    let flows = app.store.flows(Dialect::TableFlow).await?;
    Ok(Json(flows.iter().filter(|flow| flow.active).map(wire::flow).collect()))
}
