//! An answer that is handed on as it comes, bounded and without the key.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use futures_util::{Stream, StreamExt as _};
use http_body_util::{BodyExt as _, Limited};
use tracing::warn;

use super::pace::Place;
use crate::headers;
use crate::upstream::Upstream;

/// The answer to a write.
pub fn hand_back(upstream: &Upstream, answer: reqwest::Response, place: Place) -> Response<Body> {
    let (status, all) = (answer.status(), answer.headers().clone());
    hand_on(upstream, status, &all, place, answer.bytes_stream())
}

/// The answer to a write that was read to its end.
pub fn hand_whole(upstream: &Upstream, status: StatusCode, all: &HeaderMap, body: &mut Vec<u8>) -> Response<Body> {
    let redactor = upstream.redactor();
    redactor.redact(body);
    let mut response = Response::new(Body::from(std::mem::take(body)));
    *response.status_mut() = status;
    *response.headers_mut() = headers::from_vendor(all, &redactor);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// An answer's head, and its pieces as they come. The place is free when they were read or given up.
pub fn hand_on(
    upstream: &Upstream,
    status: StatusCode,
    all: &HeaderMap,
    place: Place,
    pieces: impl Stream<Item = reqwest::Result<Bytes>> + Send + 'static,
) -> Response<Body> {
    let (limit, redactor) = (upstream.connection.max_response, upstream.redactor());
    let mut headers = headers::from_vendor(all, &redactor);
    // Runs hold people's data: no cache keeps it.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let (connection, span) = (upstream.connection.id.clone(), tracing::Span::current());
    let bounded = Limited::new(reqwest::Body::wrap_stream(pieces), usize::try_from(limit).unwrap_or(usize::MAX)).map_err(move |error| {
        let _request = span.enter();
        warn!(%connection, "the vendor's answer broke off or was larger than allowed");
        error
    });
    let pieces = redactor.stream(bounded.into_data_stream()).map(move |piece| {
        let _held = &place;
        piece
    });
    let mut response = Response::new(Body::from_stream(pieces));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
