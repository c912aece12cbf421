//! One request over `fetch`.

use gloo_net::http::{Method, RequestBuilder};
use runs::http::{Body, Failure, FailureKind, Reply, Request, Response};
use wasm_bindgen::JsValue;
use web_sys::AbortSignal;

/// The gateway takes writes only with this header: no other website can set it.
const GUARD: &str = "x-sluice";

pub(super) async fn send(url: &str, request: &Request, outer: Option<&AbortSignal>, timeout: u32) -> Reply {
    let clock = AbortSignal::timeout_with_u32(timeout);
    let signal = match outer {
        Some(outer) => AbortSignal::any(&js_sys::Array::of2(outer, &clock).into()),
        None => clock.clone(),
    };
    let failed = |kind: FailureKind, detail: String| {
        let kind = match kind {
            _ if outer.is_some_and(AbortSignal::aborted) => FailureKind::Cancelled,
            _ if clock.aborted() => FailureKind::Timeout,
            kind => kind,
        };
        Failure { kind, detail }
    };
    let builder = RequestBuilder::new(url).method(method(request.method)).header(GUARD, "1").abort_signal(Some(&signal));
    let built = match &request.body {
        Body::None => builder.build(),
        Body::Bytes { content_type, bytes } => {
            builder.header("content-type", content_type).body(js_sys::Uint8Array::from(bytes.as_slice()))
        }
    };
    let built = built.map_err(|error| failed(FailureKind::NotSent, error.to_string()))?;
    let answer = built.send().await.map_err(|error| failed(FailureKind::NoAnswer, error.to_string()))?;
    let headers = answer.headers().entries().collect();
    let announced: usize = answer.headers().get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    if announced > runs::json::MAX_ANSWER {
        return Err(Failure { kind: FailureKind::Broken, detail: format!("{announced} bytes") });
    }
    let status = answer.status();
    let body = answer.binary().await.map_err(|error| failed(FailureKind::Broken, error.to_string()))?;
    Ok(Response { status, headers, body })
}

fn method(method: runs::http::Method) -> Method {
    match method {
        runs::http::Method::Get => Method::GET,
        runs::http::Method::Post => Method::POST,
        runs::http::Method::Put => Method::PUT,
        runs::http::Method::Patch => Method::PATCH,
        runs::http::Method::Delete => Method::DELETE,
    }
}

/// A JavaScript error's own words.
pub(super) fn words(error: &JsValue) -> String {
    error.as_string().unwrap_or_else(|| js_sys::Object::to_string(&js_sys::Object::from(error.clone())).into())
}
