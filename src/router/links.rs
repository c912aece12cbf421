//! Links within the app open without loading the page anew.

use crate::platform::page;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent, Url};

pub fn follow() {
    let handle = window_event_listener_untyped("click", |event| {
        let Ok(event) = event.dyn_into::<MouseEvent>() else { return };
        if let Some(href) = within(&event) {
            event.prevent_default();
            super::go(&href);
        }
    });
    on_cleanup(move || handle.remove());
}

/// The address that a click asks for, if it stays in this tab and in the app.
fn within(event: &MouseEvent) -> Option<String> {
    if event.default_prevented() || !is_plain(event) {
        return None;
    }
    let link = event.target()?.dyn_into::<Element>().ok()?.closest("a[href]").ok().flatten()?;
    let elsewhere = link.get_attribute("target").is_some_and(|target| !target.is_empty() && target != "_self");
    if elsewhere || link.has_attribute("download") {
        return None;
    }
    let here = page::window()?.location();
    let url = Url::new_with_base(&link.get_attribute("href")?, &here.href().ok()?).ok()?;
    let path = url.pathname();
    let ours = url.origin() == here.origin().ok()? && path.strip_prefix(page::base()).is_some_and(|path| !path.starts_with("/api/"));
    ours.then(|| format!("{}{}{}", path, url.search(), url.hash()))
}

/// A click that stays in this tab.
pub fn is_plain(event: &MouseEvent) -> bool {
    event.button() == 0 && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key())
}
