//! x
use axum::Router;

use crate::state::AppState;
mod error;
mod limit;
mod wire;
/// Its routes
pub fn router(_state: &AppState) -> Router<AppState> {
    Router::new()
}
