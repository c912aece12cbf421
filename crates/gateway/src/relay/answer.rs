//! A vendor's whole answer: handed to each caller as it takes it, compressed once for all of them, or as 304 if it has it already.

use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use sha2::{Digest as _, Sha256};
use tokio::sync::OnceCell;

use crate::encoding::{Encoding, SMALLEST, is_text};

#[derive(Debug)]
pub struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    /// Of the body's digest, without quotes.
    tag: String,
    compressed: [OnceCell<Option<Bytes>>; Encoding::ALL.len()],
    /// The vendor wants nobody to keep it (`no-store`).
    passing: bool,
    read_at: Instant,
}

impl Answer {
    /// `headers` are those that pass to callers.
    pub fn new(status: StatusCode, mut headers: HeaderMap, body: Bytes) -> Self {
        headers.remove(header::CONTENT_LENGTH);
        let tag = tag_of(&body);
        Self { status, headers, body, tag, compressed: Default::default(), passing: false, read_at: Instant::now() }
    }

    /// Shared with those who wait for it, and then forgotten.
    #[must_use]
    pub fn passing(self, passing: bool) -> Self {
        Self { passing, ..self }
    }

    /// An error is told to those who waited for it; whoever comes later may have more luck.
    pub fn may_be_kept(&self) -> bool {
        self.status == StatusCode::OK && !self.passing
    }

    /// What it says, if it is a success.
    pub fn json(&self) -> Option<serde_json::Value> {
        self.status.is_success().then(|| serde_json::from_slice(&self.body).ok())?
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        self.body.len() + self.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum::<usize>() + 1_024
    }

    /// The answer for one caller; `caching` says what its browser may do with it.
    pub async fn respond(&self, asked: &HeaderMap, caching: &HeaderValue) -> Response<Body> {
        let mut headers = self.headers.clone();
        let good = self.status == StatusCode::OK;
        // Runs hold people's data: a browser asks each time whether what it has still holds, and keeps no errors.
        headers.insert(header::CACHE_CONTROL, if good { caching.clone() } else { HeaderValue::from_static("no-store") });
        headers.insert(header::AGE, self.read_at.elapsed().as_secs().into());
        let text = self.headers.get(header::CONTENT_TYPE).is_some_and(is_text);
        let encoding = if text && self.body.len() >= usize::from(SMALLEST) { Encoding::taken(asked) } else { None };
        if text {
            headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        if good {
            let suffix = encoding.map_or_else(String::new, |encoding| format!("-{}", encoding.word()));
            if let Ok(tag) = HeaderValue::try_from(format!("\"{}{suffix}\"", self.tag)) {
                headers.insert(header::ETAG, tag);
            }
            tagged(&mut headers, &self.tag);
            if self.is_known(asked) {
                headers.remove(header::CONTENT_TYPE);
                return with(StatusCode::NOT_MODIFIED, headers, Body::empty());
            }
        }
        let compressed = match encoding {
            Some(encoding) => self.compressed(encoding).await.map(|bytes| (encoding, bytes)),
            None => None,
        };
        let body = match compressed {
            Some((encoding, bytes)) => {
                headers.insert(header::CONTENT_ENCODING, encoding.value());
                bytes
            }
            None => self.body.clone(),
        };
        with(self.status, headers, Body::from(body))
    }

    /// Whether the caller has these bytes, in whatever encoding it got them.
    fn is_known(&self, asked: &HeaderMap) -> bool {
        let values = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).any(|one| {
            let one = one.trim();
            let quoted = one.strip_prefix("W/").unwrap_or(one).strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            one == "*" || quoted.is_some_and(|tag| tag.split('-').next() == Some(&self.tag))
        })
    }

    async fn compressed(&self, encoding: Encoding) -> Option<Bytes> {
        let place = Encoding::ALL.iter().position(|known| *known == encoding)?;
        let made = async || encoding.compress(self.body.clone()).await.ok().map(Bytes::from);
        self.compressed.get(place)?.get_or_init(made).await.clone()
    }
}

/// What a body is known by.
fn tag_of(body: &[u8]) -> String {
    Sha256::digest(body).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Tells the app what an answer is known by, however it travels.
fn tagged(headers: &mut HeaderMap, tag: &str) {
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(HeaderName::from_static(runs::wire::http::TAG), tag);
    }
}

/// The same for an answer of which a part was taken out.
pub fn tag(headers: &mut HeaderMap, body: &[u8]) {
    tagged(headers, &tag_of(body));
}

fn with(status: StatusCode, headers: HeaderMap, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
