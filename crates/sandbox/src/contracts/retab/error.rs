//! Errors as FastAPI writes them: `{"detail": "…"}`, and a list of places for a request that does not validate.

use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, Request},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::engine::error::StoreError;

/// An answer that is an error.
#[derive(Debug)]
pub(in crate::contracts) struct Failure {
    status: StatusCode,
    detail: Value,
}

pub(in crate::contracts) type Answer<T> = Result<T, Failure>;

impl Failure {
    fn new(status: StatusCode, detail: impl Into<Value>) -> Self {
        Self { status, detail: detail.into() }
    }

    pub(in crate::contracts) fn not_found(detail: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    pub(in crate::contracts) fn unauthorized(detail: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, detail)
    }

    pub(in crate::contracts) fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed")
    }

    pub(in crate::contracts) fn conflict(code: &str, message: &str, details: &Value) -> Self {
        Self::new(StatusCode::CONFLICT, json!({"code": code, "message": message, "details": details}))
    }

    /// One place of the request that does not validate.
    pub(in crate::contracts) fn invalid(place: &[&str], message: &str, kind: &str, input: &Value) -> Self {
        Self::places(vec![json!({"type": kind, "loc": place, "msg": message, "input": input})])
    }

    /// Several of them, as they are listed.
    pub(in crate::contracts) fn places(list: Vec<Value>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, list)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        (self.status, Json(json!({"detail": self.detail}))).into_response()
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound("Flow") => Self::not_found("Workflow not found"),
            StoreError::NotFound("Run") => Self::not_found("Workflow run not found"),
            StoreError::NotFound(noun) => Self::not_found(&format!("{noun} not found")),
            StoreError::Conflict(message) => Self::conflict("conflict", &message, &json!({})),
            StoreError::Invalid { field, reason } => Self::invalid(&["body", &field], &reason, "value_error", &Value::Null),
            error => {
                tracing::error!(%error, "a request to the Retab dialect failed");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
            }
        }
    }
}

/// A JSON body. Where the vendor allows none, an empty one stands for `{}`.
pub(in crate::contracts) struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|e| Failure::new(e.status(), format!("The request body cannot be read: {}", e.body_text())))?;
        let bytes = if bytes.is_empty() { Bytes::from_static(b"{}") } else { bytes };
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            let message = error.to_string();
            let missing = message.split('`').nth(1).filter(|_| message.starts_with("missing field"));
            match (missing, error.is_data()) {
                (Some(field), _) => Failure::invalid(&["body", field], "Field required", "missing", &Value::Null),
                (None, true) => Failure::invalid(&["body"], &message, "value_error", &Value::Null),
                (None, false) => Failure::invalid(&["body"], &format!("JSON decode error: {message}"), "json_invalid", &json!({})),
            }
        })
    }
}

/// axum refuses what it cannot decode with plain text; here it is JSON like every other error.
pub(in crate::contracts) async fn in_json(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let plain = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE if plain => {
            Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "The request is larger than 64 MiB").into_response()
        }
        StatusCode::BAD_REQUEST if plain => {
            Failure::new(StatusCode::BAD_REQUEST, "The path or query of the request cannot be decoded").into_response()
        }
        _ => response,
    }
}
