//! Retab as it is live today: runs with a lifecycle, steps as a resource of their own, reviews whose data is kept in versions
//! named by their content (<https://docs.retab.com/api-reference/workflows>, shapes as in the vendor's Python package `retab`).

mod extractions;
mod files;
mod reviews;
mod runs;
mod shape;
mod steps;
mod versions;
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

use super::retab::error::{Failure, in_json};
use crate::auth;
use crate::engine::model::Dialect;
use crate::state::AppState;

const DIALECT: Dialect = Dialect::RetabReviews;
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Its routes, to be nested under `/retab-reviews`.
pub fn router(state: &AppState) -> Router<AppState> {
    Router::new()
        .route("/v1/workflows", get(workflows::list))
        .route("/v1/workflows/{id}", get(workflows::one))
        .route("/v1/workflows/blocks", get(workflows::blocks))
        .route("/v1/workflows/edges", get(workflows::edges))
        .route("/v1/workflows/versions/{version}", get(workflows::version))
        .route("/v1/workflows/runs", get(runs::list).post(runs::create))
        .route("/v1/workflows/runs/{run}", get(runs::one).delete(runs::delete))
        .route("/v1/workflows/runs/{run}/cancel", post(runs::cancel))
        .route("/v1/workflows/steps", get(steps::list))
        .route("/v1/workflows/steps/{step}", get(steps::one))
        .route("/v1/workflows/reviews", get(reviews::list))
        .route("/v1/workflows/reviews/{review}", get(reviews::one))
        .route("/v1/workflows/reviews/{review}/approve", post(reviews::approve))
        .route("/v1/workflows/reviews/{review}/reject", post(reviews::reject))
        .route("/v1/workflows/reviews/versions", get(versions::list).post(versions::create))
        .route("/v1/workflows/reviews/versions/{version}", get(versions::one))
        .route("/v1/extractions/{id}/sources", get(extractions::sources))
        .route("/v1/files/{id}/download-link", get(files::download_link))
        .route("/v1/files/{id}/content", get(files::content))
        .fallback(async || Failure::not_found("Not Found"))
        .method_not_allowed_fallback(async || Failure::method_not_allowed())
        .layer(middleware::from_fn(in_json))
        .layer(middleware::from_fn_with_state(state.clone(), gate))
}

/// Lets nobody in without the key and gives every answer an id. Download links carry their own signature.
async fn gate(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let signed = request.method() == axum::http::Method::GET && request.uri().path().ends_with("/content");
    let (headers, key) = (request.headers(), &state.config.key);
    // The vendor's pages still name the header of the generation before.
    let known = auth::bearer(headers, key) || auth::header(headers, "Api-Key", key);
    let given = headers.contains_key("authorization") || headers.contains_key("api-key");
    let mut response = if known || signed {
        next.run(request).await
    } else {
        Failure::unauthorized(if given { "Invalid API key" } else { "Missing API key: send Authorization: Bearer" }).into_response()
    };
    let id = format!("req_{}", uuid::Uuid::new_v4().simple());
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}
