//! SuperAI Flows (<https://docs.flows.super.ai>, OpenAPI "SuperAI Flow Platform" 0.1.0) under `/superai`: executions,
//! tasks, human review, flows, files.

mod account;
mod body;
mod check;
mod definition;
mod error;
mod executions;
mod files;
mod flows;
mod listing;
mod params;
mod reviews;
mod tasks;
mod wire;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::AUTHORIZATION;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post, put};

use self::error::Failure;
use crate::auth;
use crate::engine::error::StoreError;
use crate::state::AppState;

/// The vendor's paths, below its host.
pub fn router(app: &AppState) -> Router<AppState> {
    Router::new()
        .merge(execution_routes())
        .merge(review_routes())
        .merge(flow_routes())
        .route("/api/files/resolve", post(files::resolve))
        .route("/api/files/download", get(files::download))
        .route("/api/organizations/credits", get(account::credits))
        .route("/api/profile/me", get(account::profile))
        .layer(from_fn_with_state(app.clone(), authenticate))
        .route("/api/auth/anon-key", get(account::anon_key))
        .route("/storage/{id}", put(files::put).get(files::fetch).layer(DefaultBodyLimit::max(files::MAX_UPLOAD)))
        .fallback(|| async { Failure::not_found("Path") })
        .method_not_allowed_fallback(|| async { Failure::method_not_allowed() })
        .layer(from_fn(error::label))
}

fn execution_routes() -> Router<AppState> {
    let one = "/api/flow-executions/{id}";
    Router::new()
        .route("/api/flow-executions", get(listing::list).post(executions::create))
        .route(one, get(executions::get).delete(executions::delete))
        .route(&format!("{one}/cancel"), post(executions::cancel))
        .route(&format!("{one}/execute"), post(executions::execute))
        .route(&format!("{one}/status"), patch(executions::set_status))
        .route(&format!("{one}/task-status"), post(executions::task_status))
        .route(&format!("{one}/webhook-data"), post(executions::webhook_data))
        .route("/api/task-executions", get(tasks::list).put(tasks::update))
        .route("/api/task-executions/{id}", get(tasks::get))
        .route("/api/task-tags", get(tasks::tags))
}

fn review_routes() -> Router<AppState> {
    let one = "/api/human-review-tasks/{id}";
    Router::new()
        .route("/api/human-review-tasks", get(reviews::list))
        .route("/api/human-review-tasks/by-execution", get(reviews::by_execution))
        .route(one, get(reviews::get))
        .route(&format!("{one}/start"), post(reviews::start))
        .route(&format!("{one}/complete"), post(reviews::complete))
        .route(&format!("{one}/unstart"), post(reviews::unstart))
        .route(&format!("{one}/assignments"), get(reviews::assignments))
}

fn flow_routes() -> Router<AppState> {
    let one = "/api/flows/{id}";
    Router::new()
        .route("/api/flows", get(flows::list))
        .route("/api/flows/available-tags", get(flows::none))
        .route("/api/flows/download-url", post(files::download_url))
        .route(one, get(flows::get))
        .route(&format!("{one}/versions"), get(flows::versions))
        .route(&format!("{one}/versions/summary"), get(flows::version_summaries))
        .route(&format!("{one}/versions/{{version}}"), get(flows::version))
        .route(&format!("{one}/clone-info"), get(flows::clone_info))
        .route(&format!("{one}/tags"), get(flows::tags))
        .route(&format!("{one}/metadata/keys"), get(flows::none))
        .route(&format!("{one}/metadata/values"), get(flows::none))
        .route(&format!("{one}/files"), get(files::list))
        .route(&format!("{one}/upload-url"), post(files::upload_url))
}

/// Lets in whoever has the key, as a bearer token (where the vendor takes a JWT) or as an API key.
async fn authenticate(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let (headers, key) = (request.headers(), &app.config.key);
    if auth::bearer(headers, key) || auth::header(headers, "x-api-key", key) {
        return next.run(request).await;
    }
    let given = headers.contains_key(AUTHORIZATION) || headers.contains_key("x-api-key");
    Failure::unauthorized(if given { "Invalid authentication token" } else { "Authentication required" }).into_response()
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(what) => Self::not_found(what),
            StoreError::Conflict(reason) => Self::conflict(reason),
            StoreError::Invalid { field, reason } => Self::bad_request(format!("{field}: {reason}")),
            other => Self::internal(&other),
        }
    }
}
