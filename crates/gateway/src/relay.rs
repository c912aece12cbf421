//! `/api/c/{connection}/…`: carries a declared call to its vendor and the answer back, both streamed.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Response, StatusCode, header};
use axum::response::IntoResponse;
use http_body_util::{BodyExt, Limited};
use runs::adapters::route::Route;
use tracing::{info, warn};

use crate::app::App;
use crate::headers;
use crate::problem::{Problem, REQUEST_ID, Relay};
use crate::upstream::{Upstream, cause};

/// The largest upload that is relayed, in bytes.
pub const MAX_REQUEST: u64 = 64 * 1024 * 1024;
pub const PREFIX: &str = "/api/c/";

/// Answers one relayed call and logs it in one line, without query, ids or bodies.
pub async fn relay(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    let started = Instant::now();
    let (parts, body) = request.into_parts();
    let id = headers::request_id(&parts.headers);
    let found = find(&app, &parts);
    let (connection, pattern) = match &found {
        Ok(call) => (call.upstream.connection.id.clone(), call.route.path),
        Err(_) => ("-".to_owned(), "-"),
    };
    let mut line = Line { method: parts.method.clone(), pattern, connection, id: id.clone(), started, answered: false };
    let outcome = match found {
        Ok(call) => call.carry(&parts, body, &id).await,
        Err(problem) => Err(problem),
    };
    let mut response = outcome.unwrap_or_else(|problem| problem.with_id(&id).into_response());
    if let (false, Some(value)) = (response.headers().contains_key(REQUEST_ID), headers::id_value(&id)) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    line.answered(response.status());
    response
}

/// The line that every call leaves in the log, also one whose caller did not stay for the answer.
struct Line {
    method: Method,
    pattern: &'static str,
    connection: String,
    id: String,
    started: Instant,
    answered: bool,
}

impl Line {
    fn ms(&self) -> String {
        format!("{:.1}", self.started.elapsed().as_secs_f64() * 1_000.0)
    }

    fn answered(&mut self, status: StatusCode) {
        self.answered = true;
        let Self { method, pattern, connection, id, .. } = &*self;
        info!(%method, route = *pattern, %connection, status = status.as_u16(), ms = %self.ms(), request_id = %id, "relay");
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if !self.answered {
            let Self { method, pattern, connection, id, .. } = &*self;
            info!(%method, route = *pattern, %connection, ms = %self.ms(), request_id = %id, "relay: the caller left; a write goes on without it");
        }
    }
}

/// A call that may be made.
struct Call {
    upstream: Arc<Upstream>,
    route: &'static Route,
    url: reqwest::Url,
}

fn find(app: &App, parts: &Parts) -> Result<Call, Problem> {
    let refused = |status, detail: String| Problem::relay(status, Relay::NotSent, detail);
    let rest = parts.uri.path().strip_prefix(PREFIX).unwrap_or("");
    let (id, path) = rest.split_once('/').unwrap_or((rest, ""));
    let Some(upstream) = app.connection(id) else {
        return Err(refused(
            StatusCode::NOT_FOUND,
            "This gateway has no such connection. Choose one of those that /api/config lists, or add it to the configuration and restart."
                .into(),
        ));
    };
    let route = upstream.route(parts.method.as_str(), path).map_err(|methods| {
        let vendor = upstream.connection.dialect.vendor();
        if methods.is_empty() {
            refused(StatusCode::NOT_FOUND, format!("Sluice never asks {vendor} for this path, so the gateway does not relay it."))
        } else {
            let methods = methods.join(", ");
            refused(StatusCode::METHOD_NOT_ALLOWED, format!("Sluice asks {vendor} for this path by {methods} only.")).allowing(methods)
        }
    })?;
    let url = upstream.url(path, parts.uri.query()).ok_or_else(|| {
        refused(StatusCode::BAD_REQUEST, "The path holds dots, slashes or other characters that could lead elsewhere at the vendor.".into())
    })?;
    Ok(Call { upstream: Arc::clone(upstream), route, url })
}

impl Call {
    async fn carry(self, parts: &Parts, body: Body, id: &str) -> Result<Response<Body>, Problem> {
        let write = self.route.method != runs::wire::http::Method::Get;
        let mut sent = headers::to_vendor(&parts.headers);
        if let Some(value) = headers::id_value(id) {
            sent.insert(REQUEST_ID, value);
        }
        let length = upload_length(parts)?;
        let mut request = self.upstream.request(self.route.method, self.url, sent);
        if write {
            request = request.header(header::CONTENT_LENGTH, length);
            if length > 0 {
                request = request.body(reqwest::Body::wrap_stream(body.into_data_stream()));
            }
        }
        let answer = if write {
            // In a task of its own: a write once sent is not taken back because a browser window closed.
            tokio::spawn(request.send()).await.map_err(|_| broken(&self.upstream, "the gateway's own task failed"))?
        } else {
            request.send().await
        };
        let answer = answer.map_err(|error| unreachable(&self.upstream, &error))?;
        hand_back(&self.upstream, answer, id)
    }
}

/// The announced size of the upload; a browser always announces it.
fn upload_length(parts: &Parts) -> Result<u64, Problem> {
    let refused = |status, detail: &str| Problem::relay(status, Relay::NotSent, detail);
    if parts.headers.contains_key(header::TRANSFER_ENCODING) {
        return Err(refused(
            StatusCode::LENGTH_REQUIRED,
            "An upload without Content-Length is not relayed, because its size has no bound.",
        ));
    }
    let length = match parts.headers.get(header::CONTENT_LENGTH) {
        None => 0,
        Some(value) => value
            .to_str()
            .ok()
            .and_then(|text| text.parse::<u64>().ok())
            .ok_or_else(|| refused(StatusCode::BAD_REQUEST, "Content-Length is not a number."))?,
    };
    if length > MAX_REQUEST {
        let detail = format!(
            "The upload has {:.1} MB, more than the {} MB that the gateway relays. Nothing was sent. Choose smaller files.",
            length as f64 / 1_048_576.0,
            MAX_REQUEST / 1_048_576
        );
        return Err(refused(StatusCode::PAYLOAD_TOO_LARGE, &detail));
    }
    Ok(length)
}

fn hand_back(upstream: &Upstream, answer: reqwest::Response, id: &str) -> Result<Response<Body>, Problem> {
    let status = answer.status();
    let name = upstream.name();
    if matches!(status.as_u16(), 300..=303 | 305..=308) {
        let detail = format!(
            "{name} answered with a redirect ({}), which would carry the key elsewhere and is not followed. \
             Check the base_url of the connection.",
            status.as_u16()
        );
        return Err(Problem::relay(StatusCode::BAD_GATEWAY, Relay::Unknown, detail));
    }
    let limit = upstream.connection.max_response;
    if answer.content_length().is_some_and(|length| length > limit) {
        let detail = format!(
            "The answer of {name} has more than the {} MB that this connection allows. \
             Ask for less at once, or raise max_response_mb in the configuration.",
            limit / 1_048_576
        );
        return Err(Problem::relay(StatusCode::BAD_GATEWAY, Relay::Unknown, detail));
    }
    check_encoding(&name, &answer)?;
    let redactor = upstream.redactor();
    let mut headers = headers::from_vendor(answer.headers(), &redactor);
    // Runs hold people's data: no cache keeps it.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let (connection, id) = (upstream.connection.id.clone(), id.to_owned());
    let body = Limited::new(reqwest::Body::from(answer), usize::try_from(limit).unwrap_or(usize::MAX)).map_err(move |error| {
        warn!(connection = %connection, request_id = %id, "the vendor's answer broke off or was larger than allowed");
        error
    });
    let mut response = Response::new(Body::from_stream(redactor.stream(body.into_data_stream())));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

/// What was not asked for could grow without a bound once it is unpacked; gzip is unpacked here.
fn check_encoding(name: &str, answer: &reqwest::Response) -> Result<(), Problem> {
    let coded = answer.headers().get_all(header::CONTENT_ENCODING).iter().any(|value| !value.as_bytes().eq_ignore_ascii_case(b"identity"));
    if !coded {
        return Ok(());
    }
    let detail = format!("{name} answered in an encoding that it was not asked for. Sluice takes gzip, or none.");
    Err(Problem::relay(StatusCode::BAD_GATEWAY, Relay::Unknown, detail))
}

/// No answer head came: did the request leave?
fn unreachable(upstream: &Upstream, error: &reqwest::Error) -> Problem {
    let (name, origin) = (upstream.name(), upstream.origin());
    let cause = cause(error);
    if error.is_connect() || error.is_builder() {
        let (status, how) = if error.is_timeout() {
            (StatusCode::GATEWAY_TIMEOUT, "no connection within the time allowed".to_owned())
        } else {
            (StatusCode::BAD_GATEWAY, cause)
        };
        let next = if upstream.connection.sandbox {
            "Start the sandbox again, then retry."
        } else {
            "Check the network and the base_url of the connection, then retry; `sluice check` tries it."
        };
        return Problem::relay(status, Relay::NotSent, format!("{name} cannot be reached at {origin}: {how}. Nothing was sent. {next}"));
    }
    if error.is_timeout() {
        let seconds = upstream.connection.timeout.as_secs();
        return Problem::relay(
            StatusCode::GATEWAY_TIMEOUT,
            Relay::Unknown,
            format!(
                "{name} did not answer within {seconds} s. The request was sent and may have taken effect. Read the state again before \
                 repeating it; timeout_seconds in the configuration allows more time."
            ),
        );
    }
    broken(upstream, &cause)
}

fn broken(upstream: &Upstream, cause: &str) -> Problem {
    let name = upstream.name();
    Problem::relay(
        StatusCode::BAD_GATEWAY,
        Relay::Unknown,
        format!(
            "{name} broke off without an answer: {cause}. The request was sent and may have taken effect. \
             Read the state again before repeating it."
        ),
    )
}
