//! The audit log of decisions: entries are appended and read, and there is no call to change or delete one.
//!
//! A decision is two entries or more under one key: its intent, before anything is sent, and what came of it.

mod append;
mod entry;

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get};

use crate::app::App;
use crate::problem::Problem;
use append::Appended;
use entry::{Entry, Kind, MAX_ENTRY};

/// `/api/audit`.
pub fn log() -> MethodRouter<Arc<App>> {
    get(append_only).post(append).fallback(append_only).layer(DefaultBodyLimit::max(MAX_ENTRY))
}

async fn append_only() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "The audit log is read and appended to; entries are never changed or deleted.")
        .allowing("GET, HEAD, POST")
}

async fn append(State(app): State<Arc<App>>, body: Result<Bytes, BytesRejection>) -> Result<Response<Body>, Problem> {
    let body = body.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("One audit entry has at most {} MB. Nothing was written.", MAX_ENTRY / 1024 / 1024),
        ),
        status => Problem::new(status, "The audit entry did not arrive whole. Nothing was written."),
    })?;
    let entry = Entry::read(&body).map_err(|reason| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, reason))?;
    if entry.kind == Kind::Intent && app.connection(&entry.connection).is_none() {
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "connection: this gateway has none of that name."));
    }
    let (status, id, at) = match append::append(app.store(), &entry, crate::clock::now()).await {
        Ok(Appended::Now { id, at }) => (StatusCode::CREATED, id, at),
        Ok(Appended::Before { id, at }) => (StatusCode::OK, id, at),
        Ok(Appended::Refused(reason)) => return Err(Problem::new(StatusCode::CONFLICT, reason)),
        Err(error) => return Err(failed("written", &error)),
    };
    Ok(json(status, serde_json::json!({ "id": id, "at": at }).to_string()))
}

/// The database failed; what it says goes to the gateway's log, not to the browser.
fn failed(what: &str, error: &sqlx::Error) -> Problem {
    tracing::error!(%error, "the audit log could not be {what}");
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, format!("The audit log could not be {what}. The gateway's own log says why."))
}

fn json(status: StatusCode, body: String) -> Response<Body> {
    let mut response = body.into_response();
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
