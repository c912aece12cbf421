//! The built app inside the binary.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};

use crate::encoding::Encoding;

include!(concat!(env!("OUT_DIR"), "/app.rs"));

/// Files by their addresses, sorted by them.
pub type Files = &'static [(&'static str, &'static [u8])];

/// The app that this binary was built with, if it was.
pub fn files() -> Option<Files> {
    (!FILES.is_empty()).then_some(FILES)
}

fn find(files: Files, path: &str) -> Option<&'static [u8]> {
    files.binary_search_by(|(name, _)| (*name).cmp(path)).ok().and_then(|at| files.get(at)).map(|(_, bytes)| *bytes)
}

/// A file, in the smallest form that the caller takes and that there is.
pub fn answer(files: Files, path: &str, asked: &HeaderMap) -> Response<Body> {
    let Some(plain) = find(files, path) else {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_FOUND;
        return response;
    };
    let packed = [(Encoding::Brotli, ".br"), (Encoding::Gzip, ".gz")].into_iter().find_map(|(encoding, end)| {
        let taken = encoding.is_taken(asked);
        if taken { find(files, &format!("{path}{end}")).map(|bytes| (encoding, bytes)) } else { None }
    });
    let mut response = Response::new(Body::from(packed.map_or(plain, |(_, bytes)| bytes)));
    let kind = mime_guess::from_path(path).first_raw().unwrap_or("application/octet-stream");
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Some((encoding, _)) = packed {
        response.headers_mut().insert(header::CONTENT_ENCODING, encoding.value());
    }
    response
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use http_body_util::BodyExt as _;

    use super::*;

    const APP: Files = &[
        ("/app-0123456789abcdef.js", b"js"),
        ("/app-0123456789abcdef.js.br", b"br"),
        ("/app-0123456789abcdef.js.gz", b"gz"),
        ("/app_bg.wasm", b"wasm"),
        ("/app_bg.wasm.gz", b"wasm gz"),
        ("/index.html", b"<html>"),
    ];

    #[tokio::test]
    async fn a_file_in_the_binary_comes_typed_and_in_the_smallest_form() {
        for (path, accepts, status, kind, encoding, body) in [
            ("/index.html", "br", 200, "text/html", None, "<html>"),
            ("/app-0123456789abcdef.js", "gzip, br", 200, "text/javascript", Some("br"), "br"),
            ("/app-0123456789abcdef.js", "gzip", 200, "text/javascript", Some("gzip"), "gz"),
            ("/app-0123456789abcdef.js", "identity", 200, "text/javascript", None, "js"),
            ("/app_bg.wasm", "br, gzip", 200, "application/wasm", Some("gzip"), "wasm gz"),
            ("/app_bg", "br", 404, "", None, ""),
            ("/../index.html", "br", 404, "", None, ""),
        ] {
            let asked = HeaderMap::from_iter([(header::ACCEPT_ENCODING, accepts.parse().unwrap())]);
            let answer = answer(APP, path, &asked);
            let told = |name| answer.headers().get(name).map(|value: &HeaderValue| value.to_str().unwrap());
            assert_eq!(answer.status(), status, "{path}");
            assert_eq!(told(header::CONTENT_TYPE).unwrap_or(""), kind, "{path}");
            assert_eq!(told(header::CONTENT_ENCODING), encoding, "{path} {accepts}");
            assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), body, "{path} {accepts}");
        }
    }
}
