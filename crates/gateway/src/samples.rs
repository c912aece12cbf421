//! The sample files of the repository, inside the binary: the sandbox's forms offer them.

use axum::body::Body;
use axum::http::{HeaderValue, Response, header};

include!(concat!(env!("OUT_DIR"), "/samples.rs"));

pub fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, _)| *name)
}

pub fn find(name: &str) -> Option<Response<Body>> {
    let (_, bytes) = FILES.iter().find(|(known, _)| *known == name)?;
    let kind = match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("pdf") => "application/pdf",
        Some("json") => "application/json",
        Some("csv") => "text/csv; charset=utf-8",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
    let mut response = Response::new(Body::from(*bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Some(response)
}
