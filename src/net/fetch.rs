//! One request over `fetch`.

use crate::platform::clock as time;
use runs::wire::http::{Body, Failure, FailureKind, Method, Reply, Request, Response};
use wasm_bindgen::JsValue;
use web_sys::{AbortSignal, Headers, RequestInit, RequestRedirect};

/// The gateway takes writes only with this header: no other website can set it.
pub(super) const GUARD: &str = "x-sluice";

/// `fresh`: whoever keeps answers on the way asks for this one anew.
pub(super) async fn send(url: &str, request: &Request, outer: Option<&AbortSignal>, timeout: u32, fresh: bool) -> Reply {
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
    let built = build(url, request, &signal, fresh).map_err(|error| failed(FailureKind::NotSent, words(&error)))?;
    let asked = time::asked();
    let answer = built.send().await.map_err(|error| failed(FailureKind::NoAnswer, error.to_string()))?;
    let head = Response { status: answer.status(), headers: answer.headers().entries().collect(), body: Vec::new() }.of_gateway()?;
    if let Some(told) = head.gateway_time() {
        time::told(asked, told);
    }
    let announced: usize = answer.headers().get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    if announced > runs::value::json::MAX_ANSWER {
        return Err(Failure { kind: FailureKind::Broken, detail: format!("{announced} bytes") });
    }
    let body = answer.binary().await.map_err(|error| failed(FailureKind::Broken, error.to_string()))?;
    Ok(Response { body, ..head })
}

/// Whether the gateway itself answers, before something goes on its way by other means, which cannot tell a proxy's sign-in page
/// from it: an upload, a download.
pub(super) async fn reach() -> Result<(), Failure> {
    match send(&super::api("config"), &Request::get("config"), None, super::TIMEOUT, false).await {
        Err(failure) if matches!(failure.kind, FailureKind::Between(_)) => Err(failure),
        _ => Ok(()),
    }
}

/// By hand: the library's builder ends every query with `&`, and what was sent ahead of a read would be another address.
fn build(url: &str, request: &Request, signal: &AbortSignal, fresh: bool) -> Result<gloo_net::http::Request, JsValue> {
    let (init, headers) = (RequestInit::new(), Headers::new()?);
    init.set_method(request.method.word());
    init.set_signal(Some(signal));
    // The gateway never redirects: a proxy does, to its sign-in page, and of what lies there nothing is wanted.
    init.set_redirect(RequestRedirect::Manual);
    if request.method != Method::Get {
        headers.set(GUARD, "1")?;
    } else if fresh {
        // With `no-cache` Chromium would not say what it has, and get it whole again.
        headers.set("cache-control", "max-age=0")?;
    }
    if let Body::Bytes { content_type, bytes } = &request.body {
        headers.set("content-type", content_type)?;
        init.set_body(&js_sys::Uint8Array::from(bytes.as_slice()));
    }
    init.set_headers(&headers);
    web_sys::Request::new_with_str_and_init(url, &init).map(Into::into)
}

/// A JavaScript error's own words.
pub(super) fn words(error: &JsValue) -> String {
    error.as_string().unwrap_or_else(|| js_sys::Object::to_string(&js_sys::Object::from(error.clone())).into())
}
