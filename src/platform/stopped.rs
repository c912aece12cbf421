//! After a mistake of the app's own: the page says so in its frame, and nothing more is sent from it.

use super::{BROWSER, page};
use std::cell::Cell;
use wasm_bindgen::prelude::*;
use web_sys::Element;

#[wasm_bindgen]
extern "C" {
    /// In `boot.js`: from now on the browser alone answers presses, so links still lead on.
    #[wasm_bindgen(js_name = sluiceStopped, catch)]
    fn hand_presses_to_the_browser() -> Result<(), JsValue>;
}

/// Plain cells: whatever was borrowed when it happened, these can be read.
#[derive(Default)]
pub(super) struct Stop {
    stopped: Cell<bool>,
    held: Cell<usize>,
    sent: Cell<usize>,
}

fn stop<T>(read: impl FnOnce(&Stop) -> T) -> T {
    BROWSER.with(|browser| read(&browser.stop))
}

/// What is shown, in words.
pub struct Texts {
    pub heading: &'static str,
    /// What was on its way, and what was still held.
    pub sent: fn(usize, usize) -> String,
    pub reload: &'static str,
    pub details: &'static str,
}

/// Nothing may be sent any more: what the page would send, nobody could follow.
pub fn is_stopped() -> bool {
    stop(|stop| stop.stopped.get())
}

/// Decisions that can still be taken back.
pub fn note_held(count: usize) {
    stop(|stop| stop.held.set(count));
}

/// A write that is on its way, until this is dropped.
pub struct Sending(());

impl Sending {
    pub fn begin() -> Self {
        stop(|stop| stop.sent.update(|sent| sent + 1));
        Self(())
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        stop(|stop| stop.sent.update(|sent| sent.saturating_sub(1)));
    }
}

/// Shows what happened, once.
pub fn show(details: &str, texts: &Texts) {
    if stop(|stop| stop.stopped.replace(true)) {
        return;
    }
    hand_presses_to_the_browser().ok();
    draw(details, texts).ok();
}

fn draw(details: &str, texts: &Texts) -> Result<(), JsValue> {
    let Some(document) = page::document() else { return Ok(()) };
    let make = |name: &str, class: &str, text: &str| -> Result<Element, JsValue> {
        let element = document.create_element(name)?;
        if !class.is_empty() {
            element.set_attribute("class", class)?;
        }
        if !text.is_empty() {
            element.set_text_content(Some(text));
        }
        Ok(element)
    };
    let (path, query, fragment) = page::location();
    let main = make("main", "sl-main", "")?;
    main.set_id("main");
    main.set_attribute("tabindex", "-1")?;
    let panel = make("section", "sl-panel", "")?;
    let box_ = make("div", "sl-empty", "")?;
    box_.set_attribute("role", "alert")?;
    let reload = make("button", "sl-btn sl-btn--primary", texts.reload)?;
    reload.set_attribute("type", "button")?;
    reload.set_attribute("data-reload", "")?;
    let code = make("code", "sl-code", &format!("{details}\n{path}{query}{fragment}"))?;
    code.set_attribute("tabindex", "0")?;
    code.set_attribute("role", "region")?;
    code.set_attribute("aria-label", texts.details)?;
    let heading = make("h1", "", texts.heading)?;
    let sent = make("p", "", &(texts.sent)(stop(|stop| stop.sent.get()), stop(|stop| stop.held.get())))?;
    box_.append_child(&heading)?;
    box_.append_child(&sent)?;
    box_.append_child(&reload)?;
    box_.append_child(&code)?;
    panel.append_child(&box_)?;
    main.append_child(&panel)?;
    // Dialogs lie over everything.
    let open = document.query_selector_all("dialog[open]")?;
    for at in 0..open.length() {
        if let Some(dialog) = open.item(at).and_then(|node| node.dyn_into::<Element>().ok()) {
            dialog.remove();
        }
    }
    match page::by_id("main") {
        Some(old) => old.replace_with_with_node_1(&main)?,
        None => drop(document.body().map(|body| body.append_child(&main))),
    }
    page::focus("main");
    Ok(())
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that finds nothing fails")]
    use super::*;
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    wasm_bindgen_test_configure!(run_in_browser);

    #[wasm_bindgen_test]
    fn what_stops_keeps_the_frame_and_says_what_was_on_its_way() {
        let body = page::document().unwrap().body().unwrap();
        let make = |name: &str| page::document().unwrap().create_element(name).unwrap();
        let (header, main) = (make("header"), make("main"));
        main.set_id("main");
        main.set_text_content(Some("rows"));
        body.append_child(&header).unwrap();
        body.append_child(&main).unwrap();
        let arrived = Sending::begin();
        let _under_way = Sending::begin();
        drop(arrived);
        note_held(1);
        let texts = Texts {
            heading: "Stopped",
            sent: |sent, held| format!("{sent} on its way, {held} held"),
            reload: "Reload",
            details: "Details",
        };
        show("index out of bounds", &texts);
        show("and once more", &texts);
        let main = page::by_id("main").unwrap();
        let said = main.text_content().unwrap();
        assert!(header.is_connected(), "the frame stays");
        assert!(is_stopped());
        assert!(said.contains("1 on its way, 1 held"), "{said}");
        assert!(said.contains("index out of bounds") && !said.contains("once more"), "{said}");
        assert!(!said.contains("rows"));
        assert!(main.query_selector("button[data-reload]").unwrap().is_some());
        header.remove();
        main.remove();
    }
}
