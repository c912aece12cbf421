//! Notifications of the browser.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Notification, NotificationOptions, NotificationPermission};

/// Whether this browser shows notifications from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    Granted,
    Denied,
    /// Nobody has been asked yet.
    Open,
    Unsupported,
}

pub fn permission() -> Permission {
    if !js_sys::Reflect::has(&js_sys::global(), &"Notification".into()).unwrap_or(false) {
        return Permission::Unsupported;
    }
    match Notification::permission() {
        NotificationPermission::Granted => Permission::Granted,
        NotificationPermission::Denied => Permission::Denied,
        _ => Permission::Open,
    }
}

/// Asks the person, if nobody has; browsers allow this only after a click.
pub async fn ask() -> Permission {
    if permission() == Permission::Open
        && let Ok(asked) = Notification::request_permission()
    {
        JsFuture::from(asked).await.ok();
    }
    permission()
}

/// Shows one; a newer one with the same tag takes its place, in all tabs. A click on it calls `opened`.
pub fn show(title: &str, body: &str, tag: &str, opened: impl FnOnce() + 'static) {
    let options = NotificationOptions::new();
    options.set_body(body);
    options.set_tag(tag);
    if let Ok(shown) = Notification::new_with_options(title, &options) {
        let closing = shown.clone();
        shown.set_onclick(Some(
            Closure::once_into_js(move || {
                closing.close();
                opened();
            })
            .unchecked_ref(),
        ));
    }
}
