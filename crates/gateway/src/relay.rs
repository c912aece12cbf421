//! `/api/c/{connection}/…`: carries a declared call to its vendor and the answer back. Equal reads are one; writes are streamed.

mod answer;
mod fetch;
mod kept;
pub(crate) mod pace;
mod seen;
mod stream;
mod writes;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, HeaderName, Method, Response, StatusCode, header};
use axum::response::IntoResponse;
use futures_util::FutureExt as _;
use runs::adapters::route::{Act, Route};
use tracing::{Instrument as _, debug, info};

use crate::app::App;
use crate::guard::names_token;
use crate::headers;
use crate::metrics::{Took, metrics};
use crate::problem::{Problem, REQUEST_ID, Relay};
use crate::upstream::{NoAnswer, Upstream, cause};

pub use answer::tag;
use fetch::Read;
use kept::{Fetched, Key};
pub use kept::{Kept, Source};
pub use pace::{Pace, Place, Purpose};
use seen::Seen;
use stream::hand_back;
pub use writes::WRITES;

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
    let mut line = Line { method: parts.method.clone(), pattern, connection, started, answered: false };
    let outcome = match found {
        Ok(call) if call.route.method == runs::wire::http::Method::Get => call.read(&parts, &app).await,
        Ok(call) => call.write(&parts, body, &id, &app).await.map(|response| (response, Source::Vendor)),
        Err(problem) => Err(problem),
    };
    let (mut response, source) = outcome.unwrap_or_else(|problem| (problem.with_id(&id).into_response(), Source::Vendor));
    if let (false, Some(value)) = (response.headers().contains_key(REQUEST_ID), headers::id_value(&id)) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    line.answered(response.status(), source);
    response
}

/// The line that every call to a vendor leaves in the log, also one whose caller did not stay for the answer. A read that cost no call
/// leaves one for those who look closely: a hundred browsers would fill the log with what the metrics count.
struct Line {
    method: Method,
    pattern: &'static str,
    connection: String,
    started: Instant,
    answered: bool,
}

impl Line {
    fn ms(&self) -> String {
        format!("{:.1}", self.started.elapsed().as_secs_f64() * 1_000.0)
    }

    fn answered(&mut self, status: StatusCode, source: Source) {
        self.answered = true;
        let Self { method, pattern, connection, .. } = &*self;
        if source == Source::Vendor {
            info!(%method, route = *pattern, %connection, status = status.as_u16(), ms = %self.ms(), "relay");
        } else {
            debug!(%method, route = *pattern, %connection, status = status.as_u16(), ms = %self.ms(), ?source, "relay");
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if !self.answered {
            let Self { method, pattern, connection, .. } = &*self;
            info!(%method, route = *pattern, %connection, ms = %self.ms(), "relay: the caller left; a write goes on without it");
        }
    }
}

/// A call that may be made.
struct Call {
    upstream: Arc<Upstream>,
    route: &'static Route,
    url: reqwest::Url,
    /// The task that it decides, where the vendor is asked about that first or after.
    task: Option<reqwest::Url>,
    seen: Seen,
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
    let (seen, query) = Seen::part(route, parts.uri.query());
    let url = upstream.url(path, query.as_deref()).ok_or_else(|| {
        refused(StatusCode::BAD_REQUEST, "The path holds dots, slashes or other characters that could lead elsewhere at the vendor.".into())
    })?;
    let asked = !route.seen.is_empty() || route.settles.is_some();
    let task = route.task(path).filter(|_| asked).and_then(|task| upstream.url(task, None));
    Ok(Call { upstream: Arc::clone(upstream), route, url, task, seen })
}

impl Call {
    /// A read: perhaps one that somebody else asks just now, or asked a moment ago.
    async fn read(self, parts: &Parts, app: &App) -> Result<(Response<Body>, Source), Problem> {
        let Self { upstream, url, .. } = self;
        let sent = headers::of_read(&parts.headers);
        let target = parts.uri.path_and_query().map_or("", PathAndQuery::as_str);
        let key = Key::new(target, &sent);
        let asking = || {
            let mut headers = sent.clone();
            headers.extend(parts.headers.get(REQUEST_ID).map(|id| (HeaderName::from_static(REQUEST_ID), id.clone())));
            Read { upstream: Arc::clone(&upstream), url: url.clone(), headers }
        };
        let (outcome, source) = match Wanted::of(&parts.headers) {
            Wanted::Unkept => (asking().fetch().await, Source::Vendor),
            wanted => upstream.kept.read(key, wanted == Wanted::Fresh, || asking().fetch().boxed()).await,
        };
        metrics().read(&upstream.connection.id, source);
        let (fetched, source) = match outcome? {
            Fetched::Streamed(taken) => match take(&taken) {
                Some(response) => return Ok((response, source)),
                // Somebody else who waited has it.
                None => (asking().fetch().await?, Source::Vendor),
            },
            whole @ Fetched::Whole(_) => (whole, source),
        };
        let response = match fetched {
            Fetched::Whole(answer) => answer.respond(&parts.headers, app.caching()).await,
            Fetched::Streamed(taken) => take(&taken).ok_or_else(|| broken(&upstream, "the gateway lost its answer"))?,
        };
        Ok((response, source))
    }

    async fn write(self, parts: &Parts, body: Body, id: &str, app: &App) -> Result<Response<Body>, Problem> {
        let mut sent = headers::to_vendor(&parts.headers);
        if let Some(value) = headers::id_value(id) {
            sent.insert(REQUEST_ID, value);
        }
        let asked = Instant::now();
        let length = upload_length(parts)?;
        let Self { upstream, route, url, task, seen } = self;
        // Some vendors' lists are asked for with a body.
        let changes = route.act != Act::Read;
        // A call that may be sent twice is read whole; and so is one that waits here, because its browser may leave.
        let (whole, streamed) =
            if upstream.logs_in() || route.settles.is_some() { (Some(read_whole(body).await?), Body::empty()) } else { (None, body) };
        if let Some(settled) = route.settles {
            seen.hold(&upstream, settled).await;
        }
        if let Some(task) = &task {
            seen.still(&upstream, route, task).await?;
        }
        let place = upstream.enter(Purpose::Write).await?;
        // In a task of its own: a write once sent is not taken back because a browser window closed.
        let under_way = WRITES.begin();
        let sending = {
            let (upstream, replicas) = (Arc::clone(&upstream), Arc::clone(app.replicas()));
            async move {
                let took = Took::begin(&upstream.connection.id);
                let answer = match whole {
                    Some(bytes) => upstream.send(route.method, url, sent, bytes).await,
                    None => {
                        let mut request = upstream.request(route.method, url, sent).header(header::CONTENT_LENGTH, length);
                        if length > 0 {
                            request = request.body(reqwest::Body::wrap_stream(streamed.into_data_stream()));
                        }
                        request.send().await.map_err(NoAnswer::Http)
                    }
                };
                // Whatever came of it: nobody is shown what was read before it.
                if changes {
                    upstream.kept.empty();
                }
                match &answer {
                    Ok(answer) => {
                        took.answered(answer.status());
                        upstream.pace.learn(answer.status(), answer.headers());
                    }
                    Err(_) => took.failed(),
                }
                replicas.wrote(&upstream.connection.id).await;
                drop(under_way);
                answer
            }
        };
        let answer = tokio::spawn(sending.in_current_span()).await.map_err(|_| broken(&upstream, "the gateway's own task failed"))?;
        let answer = answer.map_err(|error| match error {
            NoAnswer::Http(error) => unreachable(&upstream, &error),
            NoAnswer::Login(problem) => problem,
        })?;
        let answer = checked(&upstream, answer)?;
        let (Some(settled), Some(task)) = (route.settles.filter(|_| answer.status().is_success()), task) else {
            return Ok(hand_back(&upstream, answer, place));
        };
        // The vendor is done with this call, and its time allowed runs on.
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut bytes = answer.bytes().await.map_err(|error| broken(&upstream, &cause(&error)))?.to_vec();
        drop(place);
        seen::settle(&upstream, settled, &task, asked).await;
        upstream.kept.empty();
        Ok(stream::hand_whole(&upstream, status, &headers, &mut bytes))
    }
}

/// The body of a call that is sent by what was read of it.
async fn read_whole(body: Body) -> Result<Bytes, Problem> {
    let most = usize::try_from(MAX_REQUEST).unwrap_or(usize::MAX);
    let refused = |_| Problem::relay(StatusCode::BAD_REQUEST, Relay::NotSent, "The request did not arrive whole. Nothing was sent.");
    axum::body::to_bytes(body, most).await.map_err(refused)
}

fn take(streamed: &Mutex<Option<Response<Body>>>) -> Option<Response<Body>> {
    streamed.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// What a caller says of answers that others asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    /// Any will do, if it is new.
    Any,
    /// One that was asked for after this moment: somebody pressed "refresh", or looks once more before a decision.
    Fresh,
    /// A fresh one, which nobody else gets.
    Unkept,
}

impl Wanted {
    fn of(headers: &HeaderMap) -> Self {
        let says =
            |word| headers.get_all(header::CACHE_CONTROL).iter().any(|value| value.to_str().is_ok_and(|value| names_token(value, word)));
        if says("no-store") {
            Self::Unkept
        } else if says("no-cache") || says("max-age=0") {
            Self::Fresh
        } else {
            Self::Any
        }
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

/// The answer, if it may be handed back at all.
fn checked(upstream: &Upstream, answer: reqwest::Response) -> Result<reqwest::Response, Problem> {
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
    if answer.content_length().is_some_and(|length| length > upstream.connection.max_response) {
        return Err(too_large(upstream));
    }
    check_encoding(&name, &answer)?;
    Ok(answer)
}

fn too_large(upstream: &Upstream) -> Problem {
    let detail = format!(
        "The answer of {} has more than the {} MB that this connection allows. \
         Ask for less at once, or raise max_response_mb in the configuration.",
        upstream.name(),
        upstream.connection.max_response / 1_048_576
    );
    Problem::relay(StatusCode::BAD_GATEWAY, Relay::Unknown, detail)
}

/// What was not asked for could grow without a bound once it is unpacked; what was asked for is unpacked here.
fn check_encoding(name: &str, answer: &reqwest::Response) -> Result<(), Problem> {
    let coded = answer.headers().get_all(header::CONTENT_ENCODING).iter().any(|value| !value.as_bytes().eq_ignore_ascii_case(b"identity"));
    if !coded {
        return Ok(());
    }
    let detail = format!("{name} answered in an encoding that it was not asked for. Sluice takes gzip, br, zstd, or none.");
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
