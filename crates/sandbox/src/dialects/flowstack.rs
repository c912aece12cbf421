//! The flowstack dialect.

use axum::Router;

use crate::state::AppState;

/// Its routes, to be nested under `/flowstack`.
pub fn router() -> Router<AppState> {
    Router::new()
}
