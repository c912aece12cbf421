//! The gateway's own failures, as `application/problem+json` (RFC 9457).

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;

use crate::ids;

/// Marks a relay's own failure, and says whether the vendor may have acted on the request.
pub const RELAY_HEADER: &str = "sluice-relay";
/// Names one call, in answers, logs and towards the vendor.
pub const REQUEST_ID: &str = "x-request-id";

/// What became of the request that could not be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relay {
    /// It never left the gateway whole: nothing can have happened at the vendor.
    NotSent,
    /// It left, and no complete answer came back: it may have happened.
    Unknown,
}

impl Relay {
    const fn word(self) -> &'static str {
        match self {
            Self::NotSent => "not-sent",
            Self::Unknown => "unknown",
        }
    }
}

/// One failure; `detail` says the fact, the cause and the next step, and never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub status: StatusCode,
    pub detail: String,
    pub relay: Option<Relay>,
    pub request_id: Option<String>,
    /// The methods that would have been right, for a 405.
    pub allow: Option<String>,
    /// Seconds after which it may be tried again.
    pub retry_after: Option<u64>,
}

impl Problem {
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), relay: None, request_id: None, allow: None, retry_after: None }
    }

    /// A failure of a relayed call.
    pub fn relay(status: StatusCode, relay: Relay, detail: impl Into<String>) -> Self {
        Self { relay: Some(relay), ..Self::new(status, detail) }
    }

    #[must_use]
    pub fn allowing(mut self, methods: impl Into<String>) -> Self {
        self.allow = Some(methods.into());
        self
    }

    #[must_use]
    pub fn with_id(mut self, id: &str) -> Self {
        self.request_id = Some(id.into());
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response<Body> {
        let mut json = serde_json::json!({
            "type": "about:blank",
            "title": self.status.canonical_reason().unwrap_or("Error"),
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        let request_id = self.request_id.or_else(ids::current);
        if let Some(id) = &request_id {
            json["request_id"] = id.as_str().into();
        }
        let mut response = Response::new(Body::from(json.to_string()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(relay) = self.relay {
            headers.insert(RELAY_HEADER, HeaderValue::from_static(relay.word()));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        for (name, value) in [(header::HeaderName::from_static(REQUEST_ID), request_id), (header::ALLOW, self.allow)] {
            if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
                headers.insert(name, value);
            }
        }
        response
    }
}
