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
