//! The request id: one word that names a call in answers, in every line of the log and towards the vendor.

use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderValue, Response};
use axum::middleware::Next;
use tracing::Instrument as _;

use crate::headers;
use crate::metrics::metrics;
use crate::problem::REQUEST_ID;

tokio::task_local! {
    static CURRENT: String;
}

/// The id of the request that is being answered.
pub fn current() -> Option<String> {
    CURRENT.try_with(Clone::clone).ok()
}

/// Around everything: the request gets its id, its lines in the log carry it, and so does its answer.
pub async fn named(mut request: Request, next: Next) -> Response<Body> {
    let begun = Instant::now();
    let id = headers::request_id(request.headers());
    let value = headers::id_value(&id).unwrap_or(HeaderValue::from_static("none"));
    request.headers_mut().insert(REQUEST_ID, value.clone());
    // Routes are few; addresses are as many as callers think up.
    let route = request.extensions().get::<MatchedPath>().map_or_else(|| "page".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!("request", request_id = %id);
    let mut response = CURRENT.scope(id, next.run(request)).instrument(span).await;
    response.headers_mut().entry(REQUEST_ID).or_insert(value);
    metrics().answered(&route, response.status(), begun.elapsed());
    response
}
