//! The bytes of a run's file.

use super::own::complaint;
use super::{Scope, fetch};
use runs::wire::error::accept;
use runs::wire::http::Request;
use runs::{ApiError, ErrorKind};

/// How long a file may take, in milliseconds.
const TIMEOUT: u32 = 120_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bytes {
    pub media_type: String,
    pub body: Vec<u8>,
}

/// Reads what `routes::file` leads to.
pub async fn file(href: &str, scope: &Scope) -> Result<Bytes, ApiError> {
    let reply = fetch::send(href, &Request::get("file"), scope.signal().as_ref(), TIMEOUT, false).await;
    if scope.ended() {
        return Err(ApiError::new(ErrorKind::Cancelled, ""));
    }
    let answer = accept(reply, "GET file", complaint)?;
    let media_type = answer.header("content-type").unwrap_or_default().to_owned();
    Ok(Bytes { media_type, body: answer.body })
}

/// Whether the gateway answers, and nothing in its place: asked before the browser itself fetches a file, which would save a sign-in
/// page under the file's name.
pub async fn reached() -> Result<(), ApiError> {
    fetch::reach().await.map_err(|failure| ApiError::from_failure(&failure, ""))
}
