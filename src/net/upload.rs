//! One request over `XMLHttpRequest`: `fetch` cannot tell how far an upload is.

use super::Progress;
use super::fetch::{reach, words};
use runs::wire::http::{Body, Failure, FailureKind, Reply, Request, Response};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ProgressEvent, XmlHttpRequest, XmlHttpRequestResponseType};

/// Ten minutes: 60 MB over a slow line.
pub(super) const TIMEOUT: u32 = 600_000;

pub(super) async fn send(url: &str, request: &Request, progress: &Progress) -> Reply {
    // It follows redirects, to wherever they lead, and then cannot say whether anything arrived.
    reach().await?;
    let not_sent = |error: JsValue| Failure { kind: FailureKind::NotSent, detail: words(&error) };
    let xhr = XmlHttpRequest::new().map_err(not_sent)?;
    xhr.open_with_async(request.method.word(), url, true).map_err(not_sent)?;
    xhr.set_timeout(TIMEOUT);
    xhr.set_response_type(XmlHttpRequestResponseType::Arraybuffer);
    xhr.set_request_header("x-sluice", "1").map_err(not_sent)?;
    let bytes: &[u8] = match &request.body {
        Body::None => &[],
        Body::Bytes { content_type, bytes } => {
            xhr.set_request_header("content-type", content_type).map_err(not_sent)?;
            bytes
        }
    };

    // Progress is noted in a cell and told from here: a closure given to the browser must not borrow.
    let sent = Rc::new(Cell::new(0.0));
    let noted = Rc::clone(&sent);
    let on_progress = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| noted.set(event.loaded()));
    if let Ok(upload) = xhr.upload() {
        upload.set_onprogress(Some(on_progress.as_ref().unchecked_ref()));
    }
    let ended: Rc<Cell<Option<FailureKind>>> = Rc::new(Cell::new(None));
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let settle = |kind: Option<FailureKind>| {
            let (ended, resolve) = (Rc::clone(&ended), resolve.clone());
            Closure::once_into_js(move || {
                ended.set(kind);
                // Resolving cannot fail; a closed page has nobody left to tell.
                resolve.call0(&JsValue::NULL).ok();
            })
        };
        xhr.set_onload(Some(settle(None).unchecked_ref()));
        xhr.set_onerror(Some(settle(Some(FailureKind::NoAnswer)).unchecked_ref()));
        xhr.set_ontimeout(Some(settle(Some(FailureKind::Timeout)).unchecked_ref()));
    });
    xhr.send_with_opt_js_u8_array(Some(&js_sys::Uint8Array::from(bytes))).map_err(not_sent)?;

    let total = bytes.len() as f64;
    let mut done = std::pin::pin!(JsFuture::from(promise));
    loop {
        use futures_util::future::{Either, select};
        match select(done.as_mut(), gloo_timers::future::TimeoutFuture::new(100)).await {
            Either::Left(_) => break,
            Either::Right(_) => progress(sent.get().min(total), total),
        }
    }
    progress(total, total);
    if let Some(kind) = ended.get() {
        return Err(Failure { kind, detail: String::new() });
    }
    let body = xhr.response().map(|buffer| js_sys::Uint8Array::new(&buffer).to_vec()).unwrap_or_default();
    let headers = xhr.get_all_response_headers().unwrap_or_default();
    let headers =
        headers.lines().filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_ascii_lowercase(), value.into())).collect();
    Response { status: xhr.status().unwrap_or(0), headers, body }.of_gateway()
}
