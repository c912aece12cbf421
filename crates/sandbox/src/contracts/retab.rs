//! Retab as of February to May 2026, the generation with `hil-decisions`: flat runs with embedded steps
//! (<https://docs.retab.com/api-reference/workflows>, and the python package of that time).

mod decisions;
pub(super) mod error;
mod export;
pub(super) mod files;
pub(super) mod query;
mod runs;
mod start;
mod steps;
mod verbs;
mod wire;
mod words;
mod workflows;

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderName, HeaderValue},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};

use self::error::{Failure, in_json};
pub(super) use self::wire::{document_at, reference};
use crate::{auth, state::AppState};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Its routes, to be nested under `/retab`.
pub fn router(state: &AppState) -> Router<AppState> {
    Router::new()
        .route("/v1/workflows", get(workflows::list))
        .route("/v1/workflows/{id}", get(workflows::one))
        .route("/v1/workflows/{id}/entities", get(workflows::entities))
        .route("/v1/workflows/{id}/blocks", get(workflows::blocks))
        .route("/v1/workflows/{id}/edges", get(workflows::edges))
        .route("/v1/workflows/{id}/run", post(start::start))
        .route("/v1/workflows/runs", get(runs::list))
        // Clients up to 0.0.98 wrote it with a slash.
        .route("/v1/workflows/runs/", get(runs::list))
        .route("/v1/workflows/runs/counts", get(runs::counts))
        .route("/v1/workflows/runs/export_payload", post(export::payload))
        .route("/v1/workflows/runs/{run}", get(runs::one).delete(runs::delete))
        .route("/v1/workflows/runs/{run}/config", get(runs::config))
        .route("/v1/workflows/runs/{run}/execution-order", get(runs::execution_order))
        .route("/v1/workflows/runs/{run}/cancel", post(verbs::cancel))
        .route("/v1/workflows/runs/{run}/restart", post(verbs::restart))
        .route("/v1/workflows/runs/{run}/resume", post(decisions::resume))
        .route("/v1/workflows/runs/{run}/hil-decisions", post(decisions::submit))
        .route("/v1/workflows/runs/{run}/hil-decisions/{node}", get(decisions::read))
        .route("/v1/workflows/runs/{run}/steps", get(steps::list))
        .route("/v1/workflows/runs/{run}/steps/batch", post(steps::batch))
        .route("/v1/workflows/runs/{run}/steps/{node}", get(steps::one))
        .route("/v1/workflows/runs/{run}/documents/{node}", get(files::document))
        .route("/v1/files/{id}/download-link", get(files::download_link))
        .route("/v1/files/{id}/content", get(files::content))
        .fallback(async || Failure::not_found("Not Found"))
        .method_not_allowed_fallback(async || Failure::method_not_allowed())
        .layer(middleware::from_fn(in_json))
        .layer(middleware::from_fn_with_state(state.clone(), gate))
}

/// Lets nobody in without the key and gives every answer an id. Download links carry their own signature.
async fn gate(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let id = format!("req_{}", uuid::Uuid::new_v4().simple());
    let signed = request.method() == axum::http::Method::GET && request.uri().path().ends_with("/content");
    let key = &state.config.key;
    // Clients of that time send Api-Key, newer ones a bearer token.
    let known = auth::header(request.headers(), "Api-Key", key) || auth::bearer(request.headers(), key);
    let mut response = if known || signed {
        next.run(request).await
    } else if request.headers().contains_key("api-key") || request.headers().contains_key("authorization") {
        Failure::unauthorized("Invalid API key").into_response()
    } else {
        Failure::unauthorized("Missing API key: send it in the Api-Key header").into_response()
    };
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}
