//! The document: title, focus, visibility, theme, clipboard, leaving.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Element, HtmlElement, VisibilityState, Window};

pub fn window() -> Option<Window> {
    web_sys::window()
}

pub fn document() -> Option<Document> {
    window()?.document()
}

pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

pub fn by_id(id: &str) -> Option<Element> {
    document()?.get_element_by_id(id)
}

/// Moves focus; `false` if there is no such element.
pub fn focus(id: &str) -> bool {
    by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok()).is_some_and(|element| element.focus().is_ok())
}

/// Focuses once the frame that is being rendered is there.
pub fn focus_soon(id: impl Into<String>) {
    let id = id.into();
    leptos::prelude::request_animation_frame(move || {
        focus(&id);
    });
}

/// Lower case by the browser's tables, which need no download.
pub fn lower_case(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

pub fn reload() {
    if let Some(window) = window() {
        window.location().reload().ok();
    }
}

pub fn is_hidden() -> bool {
    document().is_some_and(|document| document.visibility_state() == VisibilityState::Hidden)
}

/// Returns when the tab can be seen: at once, or when it is shown again.
pub async fn until_visible() {
    while is_hidden() {
        let Some(document) = document() else { return };
        let promise = Promise::new(&mut |resolve, _| {
            let options = js_sys::Object::new();
            js_sys::Reflect::set(&options, &"once".into(), &true.into()).ok();
            document
                .add_event_listener_with_callback_and_add_event_listener_options("visibilitychange", &resolve, options.unchecked_ref())
                .ok();
        });
        JsFuture::from(promise).await.ok();
    }
}

/// `light`, `dark`, or `None` for what the system says.
pub fn set_theme(theme: Option<&str>) {
    let Some(root) = document().and_then(|document| document.document_element()) else { return };
    match theme {
        Some(theme) => root.set_attribute("data-theme", theme).ok(),
        None => root.remove_attribute("data-theme").ok(),
    };
}

pub fn prefers_dark() -> bool {
    window().and_then(|window| window.match_media("(prefers-color-scheme: dark)").ok().flatten()).is_some_and(|query| query.matches())
}

/// Puts text on the clipboard; `false` if the browser does not allow it.
pub async fn copy(text: &str) -> bool {
    match window() {
        Some(window) => JsFuture::from(window.navigator().clipboard().write_text(text)).await.is_ok(),
        None => false,
    }
}

/// A random id, `cmd_` and 128 bits, for idempotency keys.
pub fn random_key() -> String {
    let mut bytes = [0u8; 16];
    let filled =
        window().and_then(|window| window.crypto().ok()).is_some_and(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).is_ok());
    if !filled {
        // No crypto outside secure contexts; uniqueness within one browser is what an intent needs.
        for byte in &mut bytes {
            *byte = (js_sys::Math::random() * 256.0) as u8;
        }
    }
    bytes.iter().fold(String::from("cmd_"), |mut key, byte| {
        key.push_str(&format!("{byte:02x}"));
        key
    })
}
