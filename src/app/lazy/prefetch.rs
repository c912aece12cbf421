//! Prefetching the second module.

use super::module::fetch;
use crate::prelude::*;
use crate::routes::Page;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlAnchorElement};

/// Prefetches it as soon as a link to one of its pages is pointed at or gets the focus.
pub fn prefetch_on_sight() {
    for event in ["pointerover", "focusin"] {
        let handle = window_event_listener_untyped(event, |event| {
            let link = event.target().and_then(|at| at.dyn_into::<Element>().ok()).and_then(|at| at.closest("a[href]").ok().flatten());
            let path = link.and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok()).map(|link| link.pathname());
            if path.is_some_and(|path| !Page::read(&path, "").is_in_first_module()) {
                leptos::task::spawn_local(async {
                    // What fails now is tried again, and told, when the page is opened.
                    fetch().await.ok();
                });
            }
        });
        on_cleanup(move || handle.remove());
    }
}
