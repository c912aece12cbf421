//! SuperAI's two error shapes (<https://docs.flows.super.ai>, OpenAPI `ErrorResponse` and `HTTPValidationError`):
//! `{"error":{"message","code","details"},"request_id"}` and FastAPI's `{"detail":[{loc,msg,type}]}`.

use axum::Json;
use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use uuid::Uuid;

/// One rejected field, as pydantic reports it.
#[derive(Clone, Debug)]
pub(super) struct Issue {
    pub(super) kind: &'static str,
    pub(super) loc: Vec<Value>,
    pub(super) message: String,
    pub(super) input: Value,
}

impl Issue {
    pub(super) fn query(kind: &'static str, name: &str, message: impl Into<String>, input: &str) -> Self {
        Self { kind, loc: vec![json!("query"), json!(name)], message: message.into(), input: json!(input) }
    }

    pub(super) fn body(kind: &'static str, path: &[&str], message: impl Into<String>) -> Self {
        let loc = std::iter::once("body").chain(path.iter().copied()).map(Value::from).collect();
        Self { kind, loc, message: message.into(), input: Value::Null }
    }

    fn render(&self) -> Value {
        json!({ "type": self.kind, "loc": self.loc, "msg": self.message, "input": self.input })
    }
}

/// Why a request was not done. Rendered by [`label`], which knows the request id.
#[derive(Clone, Debug)]
pub(super) enum Failure {
    Enveloped {
        status: StatusCode,
        code: &'static str,
        message: String,
        details: Option<Value>,
    },
    /// 422 in FastAPI's own shape, which most operations declare.
    Detail(Vec<Issue>),
}

impl Failure {
    fn enveloped(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self::Enveloped { status, code, message: message.into(), details: None }
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::enveloped(StatusCode::BAD_REQUEST, "bad_request", message)
    }

    pub(super) fn invalid_input(message: impl Into<String>, details: Value) -> Self {
        Self::Enveloped { status: StatusCode::BAD_REQUEST, code: "validation_error", message: message.into(), details: Some(details) }
    }

    pub(super) fn unauthorized(message: impl Into<String>) -> Self {
        Self::enveloped(StatusCode::UNAUTHORIZED, "unauthorized", message)
    }

    pub(super) fn forbidden(message: impl Into<String>) -> Self {
        Self::enveloped(StatusCode::FORBIDDEN, "forbidden", message)
    }

    pub(super) fn not_found(what: &str) -> Self {
        Self::enveloped(StatusCode::NOT_FOUND, "not_found", format!("{what} not found"))
    }

    pub(super) fn not_found_text(message: &str) -> Self {
        Self::enveloped(StatusCode::NOT_FOUND, "not_found", message)
    }

    pub(super) fn method_not_allowed() -> Self {
        Self::enveloped(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Method not allowed")
    }

    pub(super) fn too_large(message: impl Into<String>) -> Self {
        Self::enveloped(StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large", message)
    }

    pub(super) fn conflict(message: impl Into<String>) -> Self {
        Self::enveloped(StatusCode::CONFLICT, "conflict", message)
    }

    pub(super) fn internal(error: &dyn std::error::Error) -> Self {
        tracing::error!(%error, "superai: the sandbox's store failed");
        Self::enveloped(StatusCode::INTERNAL_SERVER_ERROR, "repository_error", "Database operation failed")
    }

    /// 422 inside the envelope: what the operations with an `ErrorResponse` for 422 declare.
    pub(super) fn validation(issues: &[Issue]) -> Self {
        Self::Enveloped {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            code: "validation_error",
            message: "Request validation failed".into(),
            details: Some(issues.iter().map(Issue::render).collect()),
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Enveloped { status, .. } => *status,
            Self::Detail(_) => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    fn render(&self, request_id: &str) -> Value {
        match self {
            Self::Enveloped { code, message, details, .. } => json!({
                "error": { "message": message, "code": code, "details": details },
                "request_id": request_id,
            }),
            Self::Detail(issues) => json!({ "detail": issues.iter().map(Issue::render).collect::<Vec<_>>() }),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Gives every answer its `X-Request-ID` and writes the error bodies, which repeat it.
pub(super) async fn label(request: Request, next: Next) -> Response {
    let id = request_id();
    let mut response = next.run(request).await;
    // The framework refuses some requests before a handler sees them, in plain text.
    let plain = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let unread = response.status().is_client_error() && plain;
    let unread = unread.then(|| Failure::bad_request("The request could not be understood"));
    if let Some(failure) = response.extensions_mut().remove::<Failure>().or(unread) {
        response = (failure.status(), Json(failure.render(&id))).into_response();
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}

/// A ULID: 48 bits of milliseconds, then 80 random bits, in Crockford's base 32.
fn request_id() -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let millis = u128::from(jiff::Timestamp::now().as_millisecond().unsigned_abs());
    let bits = ((millis & 0xFFFF_FFFF_FFFF) << 80) | (Uuid::new_v4().as_u128() & ((1 << 80) - 1));
    (0..26).rev().map(|digit| char::from(ALPHABET[((bits >> (digit * 5)) & 31) as usize])).collect()
}
