//! The retab dialect.

use axum::Router;

use crate::state::AppState;

/// Its routes, to be nested under `/retab`.
pub fn router() -> Router<AppState> {
    Router::new()
}
