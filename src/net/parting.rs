//! A write of a page that may be gone before it is answered.

use super::{api, fetch};
use crate::platform::page;
use crate::platform::stopped::is_stopped;
use runs::wire::http::{Body, Request};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit};

/// What browsers carry on without their page, in bytes of all such requests together.
const MOST: usize = 60_000;

/// Sends it at once, and nobody learns what came of it. A large one is not carried on if the page goes.
pub fn parting(request: &Request) {
    if !is_stopped() {
        send(request).ok();
    }
}

fn send(request: &Request) -> Result<(), JsValue> {
    let (init, headers) = (RequestInit::new(), Headers::new()?);
    init.set_method(request.method.word());
    headers.set(fetch::GUARD, "1")?;
    if let Body::Bytes { content_type, bytes } = &request.body {
        headers.set("content-type", content_type)?;
        init.set_body(&js_sys::Uint8Array::from(bytes.as_slice()));
        js_sys::Reflect::set(&init, &"keepalive".into(), &(bytes.len() <= MOST).into())?;
    }
    init.set_headers(&headers);
    if let Some(window) = page::window() {
        let sent = window.fetch_with_str_and_init(&api(&request.target()), &init);
        // A refusal is no news to anybody.
        leptos::task::spawn_local(async move {
            JsFuture::from(sent).await.ok();
        });
    }
    Ok(())
}
