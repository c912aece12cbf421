//! Injected faults, for tests of what stands in front of the sandbox. None exist until a test posts one.
//!
//! `POST /_sandbox/faults` with `{"method"?: "POST", "path_contains": "hil-decisions", "times"?: 1, "action": …}` adds
//! one, where the action is one of `{"delay_ms": 500}`, `{"status": 503, "body"?: any JSON}`,
//! `{"drop": "before" | "after"}` (the connection closes without an answer, before or after the request took effect)
//! and `{"truncate": 20}` (the answer breaks off after so many bytes of its body). `GET` lists what is left, `DELETE`
//! clears. All three need `Authorization: Bearer <key>`. At most one fault acts on a request, the oldest that fits.
//!
//! Beside a status may stand `"text"` instead of `"body"` (sent as it is: what a proxy says is not JSON), `"headers"`
//! (`{"retry-after": "40"}`, `{"location": …}`, `{"content-type": "text/html"}`) and `"retry_after_date": 40`: a
//! `Retry-After` that names the time so many seconds from each answer as an HTTP date, as RFC 9110 allows.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
    routing::post,
};
use futures_util::{StreamExt as _, stream};
use http_body_util::BodyExt as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::auth;
use crate::engine::clock;
use crate::listener::Cut;
use crate::state::AppState;

const ENOUGH: usize = 1_000;

#[derive(Debug, Clone, Default)]
pub(crate) struct Faults(Arc<Mutex<Vec<Fault>>>);

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fault {
    method: Option<String>,
    path_contains: String,
    #[serde(default = "once")]
    times: u32,
    action: Action,
}

const fn once() -> u32 {
    1
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Action {
    #[serde(skip_serializing_if = "Option::is_none")]
    delay_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_date: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    drop: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    truncate: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Moment {
    Before,
    After,
}

impl Fault {
    fn check(&self) -> Result<(), String> {
        let action = &self.action;
        let kinds = [action.delay_ms.is_some(), action.status.is_some(), action.drop.is_some(), action.truncate.is_some()];
        if kinds.iter().filter(|given| **given).count() != 1 {
            return Err("action needs exactly one of delay_ms, status, drop and truncate".to_owned());
        }
        if action.status.is_some_and(|code| !(200..=599).contains(&code)) {
            return Err("status must be 200 to 599".to_owned());
        }
        if action.status.is_none()
            && (action.body.is_some() || action.text.is_some() || !action.headers.is_empty() || action.retry_after_date.is_some())
        {
            return Err("body, text, headers and retry_after_date stand beside a status".to_owned());
        }
        if action.body.is_some() && action.text.is_some() {
            return Err("an answer has a body or a text".to_owned());
        }
        if action.headers.iter().any(|(name, value)| header_of(name, value).is_none()) {
            return Err("headers must have the form of HTTP headers".to_owned());
        }
        if self.times == 0 || self.path_contains.is_empty() {
            return Err("times must be at least 1 and path_contains not empty".to_owned());
        }
        Ok(())
    }
}

impl Faults {
    fn with<T>(&self, act: impl FnOnce(&mut Vec<Fault>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn take(&self, method: &Method, path: &str) -> Option<Action> {
        self.with(|faults| {
            let fits =
                |f: &Fault| path.contains(&f.path_contains) && f.method.as_deref().is_none_or(|m| m.eq_ignore_ascii_case(method.as_str()));
            let place = faults.iter().position(fits)?;
            let fault = faults.get_mut(place)?;
            fault.times -= 1;
            let action = fault.action.clone();
            if fault.times == 0 {
                faults.remove(place);
            }
            Some(action)
        })
    }
}

/// The routes that tests use to add and clear faults.
pub(crate) fn router() -> Router<AppState> {
    Router::new().route("/faults", post(add).get(list).delete(clear))
}

async fn add(State(state): State<AppState>, headers: HeaderMap, body: Bytes) -> Response {
    if let Some(refusal) = refuse(&state, &headers) {
        return refusal;
    }
    let fault = match serde_json::from_slice::<Fault>(&body) {
        Ok(fault) => fault,
        Err(error) => return bad(&error.to_string()),
    };
    if let Err(reason) = fault.check() {
        return bad(&reason);
    }
    let taken = state.faults.with(|faults| {
        let room = faults.len() < ENOUGH;
        if room {
            faults.push(fault);
        }
        room
    });
    if taken { StatusCode::NO_CONTENT.into_response() } else { bad("too many faults; DELETE them first") }
}

async fn list(State(state): State<AppState>, headers: HeaderMap) -> Response {
    match refuse(&state, &headers) {
        Some(refusal) => refusal,
        None => Json(state.faults.with(|faults| faults.clone())).into_response(),
    }
}

async fn clear(State(state): State<AppState>, headers: HeaderMap) -> Response {
    if let Some(refusal) = refuse(&state, &headers) {
        return refusal;
    }
    state.faults.with(Vec::clear);
    StatusCode::NO_CONTENT.into_response()
}

fn refuse(state: &AppState, headers: &HeaderMap) -> Option<Response> {
    let answer = || (StatusCode::UNAUTHORIZED, Json(json!({"error": "The sandbox key is needed as a bearer token."})));
    (!auth::bearer(headers, &state.config.key)).then(|| answer().into_response())
}

fn bad(reason: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({"error": format!("This fault cannot be used: {reason}.")}))).into_response()
}

/// Applies the first fault that fits the request, if any.
pub(crate) async fn layer(State(state): State<AppState>, ConnectInfo(cut): ConnectInfo<Cut>, request: Request, next: Next) -> Response {
    if request.uri().path().starts_with("/_sandbox/") {
        return next.run(request).await;
    }
    let Some(action) = state.faults.take(request.method(), request.uri().path()) else {
        return next.run(request).await;
    };
    if let Some(ms) = action.delay_ms {
        tokio::time::sleep(Duration::from_millis(ms.min(600_000))).await;
    } else if let Some(code) = action.status.and_then(|code| StatusCode::from_u16(code).ok()) {
        return answer(code, action);
    } else if let Some(moment) = action.drop {
        if moment == Moment::After {
            drop(next.run(request).await);
        }
        cut.cut();
        return StatusCode::NO_CONTENT.into_response();
    } else if let Some(bytes) = action.truncate {
        return truncated(next.run(request).await, bytes, cut).await;
    }
    next.run(request).await
}

fn header_of(name: &str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    Some((name.parse().ok()?, value.parse().ok()?))
}

fn answer(code: StatusCode, action: Action) -> Response {
    let mut response = match action.text {
        Some(text) => (code, text).into_response(),
        None => (code, Json(action.body.unwrap_or_else(|| json!({"detail": "Injected fault"})))).into_response(),
    };
    for (name, value) in action.headers.iter().filter_map(|(name, value)| header_of(name, value)) {
        response.headers_mut().insert(name, value);
    }
    if let Some(seconds) = action.retry_after_date
        && let Ok(date) = clock::http_date(clock::now() + i64::from(seconds) * 1_000).parse()
    {
        response.headers_mut().insert(header::RETRY_AFTER, date);
    }
    response
}

/// The answer announces its whole length and breaks off early.
async fn truncated(response: Response, keep: usize, cut: Cut) -> Response {
    let (mut parts, body) = response.into_parts();
    let whole = match body.collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(_) => Bytes::new(),
    };
    let kept = whole.slice(..keep.min(whole.len()));
    parts.headers.insert(header::CONTENT_LENGTH, whole.len().into());
    let rest = stream::once(async move {
        // The first part has to leave before the connection is cut.
        tokio::time::sleep(Duration::from_millis(50)).await;
        cut.cut();
        Ok::<_, Infallible>(Bytes::from_static(b" "))
    });
    Response::from_parts(parts, Body::from_stream(stream::iter([Ok(kept)]).chain(rest)))
}
