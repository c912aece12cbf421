//! FlowStack (<https://docs.onflowstack.com/api/overview>) under `/flowstack`: flows, their runs, statistics, the
//! hourly limit. The vendor has no paused state, so nothing waits for a person here.

mod cursor;
mod error;
mod flows;
mod limit;
mod runs;
mod wire;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Map, Value};

use self::error::Failure;
use self::limit::{Caller, Limiter};
use crate::auth;
use crate::engine::clock;
use crate::engine::error::StoreError;
use crate::state::AppState;

type Pairs = Vec<(String, String)>;

/// The vendor's paths, below its host.
pub fn router(app: &AppState) -> Router<AppState> {
    let gate = Gate { key: app.config.key.clone(), limiter: Arc::new(Limiter::new(app.config.flowstack_limit)) };
    let flow = "/api/v1/flows/{flow}";
    Router::new()
        .route("/api/v1/flows", get(flows::list).post(flows::create))
        .route(flow, get(flows::get).post(flows::update).delete(flows::delete))
        .route(&format!("{flow}/enable"), post(flows::enable))
        .route(&format!("{flow}/disable"), post(flows::disable))
        .route(&format!("{flow}/webhook"), get(flows::webhook))
        .route(&format!("{flow}/webhook/security"), post(flows::webhook_security))
        .route(&format!("{flow}/runs"), get(runs::list).post(runs::trigger))
        .route(&format!("{flow}/runs/stats"), get(runs::stats))
        .route(&format!("{flow}/runs/{{run}}"), get(runs::get))
        .fallback(|| async { Failure::not_found("This path does not exist") })
        .method_not_allowed_fallback(|| async { Failure::method_not_allowed() })
        .layer(from_fn_with_state(gate, pass))
        .route("/api/v1/webhooks/{flow}", post(runs::webhook))
}

/// Who may pass, and how often.
#[derive(Clone)]
struct Gate {
    key: String,
    limiter: Arc<Limiter>,
}

/// Counts every request, lets those with the key in, and tells the state of the window in each answer.
async fn pass(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let known = auth::bearer(request.headers(), &gate.key);
    let caller = if known { Caller::Project } else { Caller::Anonymous };
    let allowance = gate.limiter.take(caller, clock::now().div_euclid(1000));
    let mut response = match allowance.retry_after {
        Some(seconds) => Failure::rate_limited(seconds).into_response(),
        None if known => in_envelope(next.run(request).await),
        None if request.headers().contains_key(AUTHORIZATION) => Failure::unauthorized("The API key is not valid").into_response(),
        None => Failure::unauthorized("An API key is required: Authorization: Bearer YOUR_API_KEY").into_response(),
    };
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: i64| headers.insert(name, HeaderValue::from(value));
    set(HeaderName::from_static("x-ratelimit-limit"), allowance.limit.into());
    set(HeaderName::from_static("x-ratelimit-remaining"), allowance.remaining.into());
    set(HeaderName::from_static("x-ratelimit-reset"), allowance.reset);
    if let Some(seconds) = allowance.retry_after {
        set(RETRY_AFTER, seconds);
    }
    response
}

/// The framework refuses some requests before a handler sees them, in plain text: clients of this vendor expect its envelope.
fn in_envelope(response: Response) -> Response {
    let plain = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if response.status().is_client_error() && plain {
        return Failure::validation("The request could not be understood").into_response();
    }
    response
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(what) => Self::not_found(format!("{what} not found")),
            StoreError::Conflict(reason) => Self::conflict(reason),
            StoreError::Invalid { field, reason } => Self::validation(format!("The '{field}' field {reason}")),
            other => Self::internal(&other),
        }
    }
}

fn text<'a>(pairs: &'a Pairs, name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// Rows of a page: 10 unless asked, 100 at most.
fn limit(pairs: &Pairs) -> Result<usize, Failure> {
    match text(pairs, "limit").map(str::parse::<usize>) {
        None => Ok(10),
        Some(Ok(limit)) if (1..=100).contains(&limit) => Ok(limit),
        Some(_) => Err(Failure::validation("The 'limit' parameter must be an integer between 1 and 100")),
    }
}

/// A request body: nothing at all counts as an empty object.
struct Body(Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|_| Failure::too_large("The request body could not be read, or is too large"))?;
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self(Map::new()));
        }
        match serde_json::from_slice(&body) {
            Ok(Value::Object(map)) => Ok(Self(map)),
            Ok(_) => Err(Failure::validation("The request body must be a JSON object")),
            Err(error) => Err(Failure::validation(format!("The request body is not valid JSON: {error}"))),
        }
    }
}
