//! TableFlow v2 (<https://docs.tableflow.com/api-reference/overview>) under `/tableflow`: flows, runs, extractions.
//! Review is read-only here: the vendor publishes no endpoint that ends one.

mod error;
mod extractions;
mod flows;
mod runs;
mod sheet;
mod trigger;
mod wire;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use self::error::Failure;
use crate::auth;
use crate::engine::error::StoreError;
use crate::state::AppState;

type Pairs = Vec<(String, String)>;

/// The vendor's paths, below its base URL.
pub fn router(app: &AppState) -> Router<AppState> {
    Router::new()
        .route("/v2/flows", get(flows::list))
        .route("/v2/flows/runs", get(runs::list_all))
        .route("/v2/flows/runs/{id}", get(runs::get))
        .route("/v2/flows/{id}/runs", get(runs::list_of_flow))
        .route("/v2/flows/{id}/run", post(trigger::run).layer(DefaultBodyLimit::max(trigger::MAX_BODY)))
        .route("/v2/extractions/{id}", get(extractions::get))
        .route("/v2/extractions/{id}/tables/{table}/rows", get(extractions::rows))
        .route("/v2/extractions/{id}/tables/{table}/download", get(extractions::download_table))
        .route("/v2/extractions/{id}/download-original", get(extractions::download_original))
        .fallback(|| async { Failure::not_found("This path does not exist") })
        .method_not_allowed_fallback(|| async { Failure::method_not_allowed() })
        .layer(from_fn_with_state(app.clone(), authenticate))
        .with_state(app.clone())
}

async fn authenticate(State(app): State<AppState>, request: Request, next: Next) -> Response {
    if auth::bearer(request.headers(), &app.config.key) {
        in_words(next.run(request).await)
    } else if request.headers().contains_key(AUTHORIZATION) {
        Failure::unauthorized("The API key is not valid").into_response()
    } else {
        Failure::unauthorized("An API key is required: Authorization: Bearer YOUR_API_KEY").into_response()
    }
}

/// The framework refuses some requests before a handler sees them, in plain text: clients of this vendor expect its words.
fn in_words(response: Response) -> Response {
    let plain = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if response.status().is_client_error() && plain {
        return Failure::invalid("The request could not be understood").into_response();
    }
    response
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(what) => Self::not_found(format!("{what} not found")),
            StoreError::Conflict(reason) => Self::invalid(reason),
            StoreError::Invalid { field, reason } => Self::invalid(format!("The parameter '{field}' {reason}")),
            other => Self::internal(&other),
        }
    }
}

fn text<'a>(pairs: &'a Pairs, name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

fn bounded(pairs: &Pairs, name: &str, default: u32, min: u32, max: u32) -> Result<u32, Failure> {
    let Some(raw) = text(pairs, name) else { return Ok(default) };
    match raw.parse::<u32>() {
        Ok(value) if (min..=max).contains(&value) => Ok(value),
        _ if max == u32::MAX => Err(Failure::invalid(format!("The parameter '{name}' must be a number of {min} or more"))),
        _ => Err(Failure::invalid(format!("The parameter '{name}' must be a number from {min} to {max}"))),
    }
}
