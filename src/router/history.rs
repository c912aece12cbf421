//! The browser's history: an entry has a name, and what a page keeps beside its address.

use super::Entry;
use crate::platform::page;
use wasm_bindgen::JsValue;
use web_sys::{History, ScrollRestoration};

#[derive(Default)]
pub struct State {
    pub id: String,
    pub text: String,
}

fn history() -> Option<History> {
    page::window()?.history().ok()
}

/// Of the entry that the browser is at. One that is not ours, or new, gets a name.
pub fn state() -> State {
    let kept = history().and_then(|history| history.state().ok()).and_then(|state| state.as_string());
    match kept.as_deref().and_then(|kept| kept.split_once('\n')) {
        Some((id, text)) => State { id: id.into(), text: text.into() },
        None => State { id: new_id(), text: String::new() },
    }
}

pub fn new_id() -> String {
    ((js_sys::Math::random() * 4e9) as u32).to_string()
}

pub fn push(entry: &Entry) {
    if let Some(history) = history() {
        history.push_state_with_url(&written(entry), "", Some(&address(entry))).ok();
    }
}

pub fn replace(entry: &Entry) {
    if let Some(history) = history() {
        history.replace_state_with_url(&written(entry), "", Some(&address(entry))).ok();
    }
}

fn written(entry: &Entry) -> JsValue {
    JsValue::from_str(&format!("{}\n{}", entry.id, entry.state))
}

fn address(entry: &Entry) -> String {
    entry.page.href() + &entry.fragment
}

/// Pages read their rows anew: the browser would scroll before they are there.
pub fn scroll_by_ourselves() {
    if let Some(history) = history() {
        history.set_scroll_restoration(ScrollRestoration::Manual).ok();
    }
}
