//! The tableflow dialect.

use axum::Router;

use crate::state::AppState;

/// Its routes, to be nested under `/tableflow`.
pub fn router() -> Router<AppState> {
    Router::new()
}
