//! The superai dialect.

use axum::Router;

use crate::state::AppState;

/// Its routes, to be nested under `/superai`.
pub fn router() -> Router<AppState> {
    Router::new()
}
