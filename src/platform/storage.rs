//! The only module that touches browser storage. A browser without it (or a full one) loses preferences, never the page.

use web_sys::Storage;

const PREFIX: &str = "sluice.";

fn local() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

pub fn get(key: &str) -> Option<String> {
    local()?.get_item(&format!("{PREFIX}{key}")).ok().flatten()
}

/// `false` if it was not kept.
pub fn set(key: &str, value: &str) -> bool {
    local().is_some_and(|storage| storage.set_item(&format!("{PREFIX}{key}"), value).is_ok())
}

/// What only this tab keeps, over reloads too; made the first time. Without storage it is made anew each time.
pub fn of_tab(key: &str, make: fn() -> String) -> String {
    let tab = web_sys::window().and_then(|window| window.session_storage().ok().flatten());
    let name = format!("{PREFIX}{key}");
    if let Some(kept) = tab.as_ref().and_then(|tab| tab.get_item(&name).ok().flatten()) {
        return kept;
    }
    let made = make();
    if let Some(tab) = tab {
        tab.set_item(&name, &made).ok();
    }
    made
}

pub fn remove(key: &str) {
    if let Some(storage) = local() {
        storage.remove_item(&format!("{PREFIX}{key}")).ok();
    }
}

/// Keys that begin so, without the product's own prefix.
pub fn keys(start: &str) -> Vec<String> {
    let Some(storage) = local() else { return Vec::new() };
    let wanted = format!("{PREFIX}{start}");
    (0..storage.length().unwrap_or(0))
        .filter_map(|at| storage.key(at).ok().flatten())
        .filter(|key| key.starts_with(&wanted))
        .map(|key| key[PREFIX.len()..].to_owned())
        .collect()
}
