//! `/api/c/{connection}/file/{file}`: a file's bytes. The gateway asks the vendor for them, or where they are, and fetches them itself:
//! no signed address reaches the browser, and the page loads nothing from elsewhere.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use http_body_util::{BodyExt, Limited};
use reqwest::Url;
use runs::model::{FileLink, FilePlace};
use runs::wire::http::Request;
use runs::{ApiError, ErrorKind};
use tracing::{info, warn};

use crate::app::App;
use crate::execute::Carrier;
use crate::headers;
use crate::problem::{Problem, Relay};
use crate::redact::Redactor;
use crate::relay::Purpose;
use crate::upstream::{NoAnswer, Upstream, cause, is_loopback};

/// Names of files and their addresses are the vendor's; longer ones are no name that a run shows.
const LONGEST: usize = 2_048;
/// So long a file waits for others of its vendor.
const PATIENCE: Duration = Duration::from_secs(10);

pub async fn file(State(app): State<Arc<App>>, Path((connection, file)): Path<(String, String)>, sent: HeaderMap) -> Response<Body> {
    let id = headers::request_id(&sent);
    let answer = match app.connection(&connection) {
        Some(upstream) => fetch(upstream, &file).await,
        None => Err(refused(StatusCode::NOT_FOUND, "This gateway has no such connection.")),
    };
    let response = answer.unwrap_or_else(|problem| problem.with_id(&id).into_response());
    // A name that nobody configured is a caller's text.
    let connection = app.connection(&connection).map_or("-", |known| known.connection.id.as_str());
    info!(connection, status = response.status().as_u16(), "file");
    response
}

async fn fetch(upstream: &Arc<Upstream>, file: &str) -> Result<Response<Body>, Problem> {
    if file.is_empty() || file.len() > LONGEST || file.chars().any(char::is_control) {
        return Err(refused(StatusCode::BAD_REQUEST, "This is no name of a file."));
    }
    if !upstream.adapter().capabilities().files {
        let detail = format!("{} has no public call for the bytes of a run's file.", upstream.connection.dialect.vendor());
        return Err(refused(StatusCode::NOT_FOUND, &detail));
    }
    let link = {
        let place = tokio::time::timeout(PATIENCE, upstream.asking_for_files.acquire()).await;
        let _place = place.ok().and_then(Result::ok).ok_or_else(|| busy(upstream))?;
        link(Arc::clone(upstream), file.to_owned()).await.map_err(|error| no_link(upstream, &error))?
    };
    let answer = match &link.place {
        FilePlace::Address(address) => at(upstream, address).await?,
        FilePlace::Call(call) => asked(upstream, call).await?,
    };
    let limit = upstream.connection.max_response;
    if answer.content_length().is_some_and(|length| length > limit) {
        let detail = format!("The file has more than the {} MB that max_response_mb of this connection allows.", limit / 1_048_576);
        return Err(refused(StatusCode::PAYLOAD_TOO_LARGE, &detail));
    }
    Ok(hand_back(answer, &link, limit, upstream.redactor()))
}

fn busy(upstream: &Upstream) -> Problem {
    let detail = format!("{} answers so slowly that too many files are being asked of it already. Try again in a moment.", upstream.name());
    refused(StatusCode::SERVICE_UNAVAILABLE, &detail)
}

/// The bytes at an address that needs no key.
async fn at(upstream: &Upstream, address: &str) -> Result<reqwest::Response, Problem> {
    let url = allowed(upstream, address)?;
    let host = url.host_str().unwrap_or_default().to_owned();
    let broken = |cause: &str| refused(StatusCode::BAD_GATEWAY, &format!("The file could not be fetched from {host}: {cause}. Try again."));
    let answer = upstream.get(url).send().await.map_err(|error| broken(&cause(&error)))?;
    if answer.status().is_success() { Ok(answer) } else { Err(broken(&format!("it answered {}", answer.status().as_u16()))) }
}

/// The bytes that the vendor's own call answers with, or those that it sends elsewhere for.
async fn asked(upstream: &Upstream, call: &Request) -> Result<reqwest::Response, Problem> {
    let url = upstream.read_url(&call.path).ok_or_else(|| refused(StatusCode::BAD_REQUEST, "This is no name of a file."))?;
    let broken = |kind, detail: String| no_link(upstream, &ApiError::new(kind, detail));
    let _place = upstream.enter(Purpose::Read).await?;
    let sent = upstream.send(call.method, url, HeaderMap::new(), Bytes::new()).await;
    let answer = sent.map_err(|error| match error {
        NoAnswer::Http(error) => broken(ErrorKind::VendorUnreachable, cause(&error)),
        NoAnswer::Login(problem) => broken(ErrorKind::Unauthorized, problem.detail),
    })?;
    let status = answer.status();
    upstream.pace.learn(status, answer.headers());
    if status.is_success() {
        return Ok(answer);
    }
    if status.is_redirection()
        && let Some(place) = answer.headers().get(header::LOCATION).and_then(|place| place.to_str().ok())
    {
        return at(upstream, place).await;
    }
    let kind = match status {
        StatusCode::NOT_FOUND => ErrorKind::NotFound,
        StatusCode::UNAUTHORIZED => ErrorKind::Unauthorized,
        StatusCode::FORBIDDEN => ErrorKind::Forbidden,
        StatusCode::TOO_MANY_REQUESTS => ErrorKind::RateLimited,
        _ => ErrorKind::Vendor,
    };
    Err(broken(kind, format!("it answered {}", status.as_u16())))
}

/// Asks the vendor. An operation stays on one thread, a handler may not.
async fn link(upstream: Arc<Upstream>, file: String) -> Result<FileLink, ApiError> {
    let runtime = tokio::runtime::Handle::current();
    let asked = tokio::task::spawn_blocking(move || {
        let operation = upstream.connection.dialect.run_adapter().file_link(&file);
        runtime.block_on(Carrier::new(upstream, HeaderMap::new()).run(operation))
    });
    asked.await.unwrap_or_else(|_| Err(ApiError::new(ErrorKind::Malformed, "the gateway's own task failed")))
}

/// The address, if it leads to a host that the configuration names.
fn allowed(upstream: &Upstream, address: &str) -> Result<Url, Problem> {
    let wrong = |detail: &str| refused(StatusCode::BAD_GATEWAY, &format!("{} gave {detail}", upstream.name()));
    let url = Url::parse(address).map_err(|_| wrong("an address for this file that is none."))?;
    if url.host_str().is_none() {
        return Err(wrong("an address for this file without a host."));
    }
    let secure = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
    if !secure || !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("an address for this file that is not plain https."));
    }
    let place = place_of(&url);
    // The vendor's own host gets the key already; every other has to be named.
    if place == place_of(&upstream.connection.base_url) || upstream.connection.file_hosts.contains(&place) {
        return Ok(url);
    }
    let detail = format!(
        "{} keeps this file at {place}, and the gateway fetches files only from the hosts that the connection lists. \
         If that is the vendor's own storage, add it to file_hosts in the configuration.",
        upstream.name()
    );
    Err(refused(StatusCode::FORBIDDEN, &detail))
}

/// `host`, or `host:port` where the address has one.
fn place_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn hand_back(answer: reqwest::Response, link: &FileLink, limit: u64, redactor: Redactor) -> Response<Body> {
    let told = answer.headers().get(header::CONTENT_TYPE).cloned();
    let said = told.as_ref().and_then(|told| told.to_str().ok()).and_then(charset).unwrap_or_default();
    // Only what came with the bytes says how they are encoded.
    let named = link.media_type.as_deref().map(|kind| if charset(kind).is_some() { kind.to_owned() } else { format!("{kind}{said}") });
    let kind =
        named.and_then(|kind| HeaderValue::try_from(kind).ok()).or(told).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let length = answer.content_length();
    let body = Limited::new(reqwest::Body::from(answer), usize::try_from(limit).unwrap_or(usize::MAX)).map_err(|error| {
        warn!("a file broke off or was larger than allowed");
        error
    });
    let mut response = Response::new(Body::from_stream(redactor.stream(body.into_data_stream())));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, kind);
    // Documents hold people's data: no cache keeps them.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(length) = length {
        headers.insert(header::CONTENT_LENGTH, length.into());
    }
    let name = link.name.as_deref().map(|name| format!("; filename*=UTF-8''{}", runs::value::percent::encode(name)));
    if let Ok(value) = HeaderValue::try_from(format!("attachment{}", name.unwrap_or_default())) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// The parameter of a content type that names the encoding, as it stands.
fn charset(kind: &str) -> Option<&str> {
    let mut rest = kind;
    while let Some(at) = rest.find(';') {
        let parameter = rest.get(at..)?;
        rest = parameter.get(1..)?;
        if rest.trim_start().to_ascii_lowercase().starts_with("charset=") {
            return parameter.get(..1 + rest.find(';').unwrap_or(rest.len()));
        }
    }
    None
}

fn no_link(upstream: &Upstream, error: &ApiError) -> Problem {
    let name = upstream.name();
    let (status, fact) = match error.kind {
        ErrorKind::NotFound => (StatusCode::NOT_FOUND, "does not know this file; it may have been deleted"),
        ErrorKind::Unauthorized | ErrorKind::Forbidden => (StatusCode::FORBIDDEN, "does not give this file to the gateway's key"),
        ErrorKind::RateLimited => (StatusCode::TOO_MANY_REQUESTS, "is limiting requests"),
        _ => (StatusCode::BAD_GATEWAY, "did not give this file"),
    };
    let detail = if error.detail.is_empty() { String::new() } else { format!(" ({})", error.detail) };
    refused(status, &format!("{name} {fact}{detail}."))
}

/// A file is only read: nothing can have happened at the vendor.
fn refused(status: StatusCode, detail: &str) -> Problem {
    Problem::relay(status, Relay::NotSent, detail)
}

#[cfg(test)]
mod tests {
    use super::charset;

    #[test]
    fn the_encoding_of_a_file_is_read_from_its_type() {
        assert_eq!(charset("text/csv; header=present; Charset=windows-1252; x=1"), Some("; Charset=windows-1252"));
        assert_eq!(charset("text/csv;charset=utf-8"), Some(";charset=utf-8"));
        assert_eq!(charset("text/csv; header=present"), None);
        assert_eq!(charset(""), None);
    }
}
