//! Presses on their way to the shortcuts, which come with the second module.

use super::lazy::{Request, is_loaded, send};
use crate::features::keys::{KEPT, KeyRequest};
use crate::platform::press::{self, Press};
use crate::platform::storage;
use crate::state::globals;
use crate::strings::t;
use console::keys::Where;
use futures_util::FutureExt;
use leptos::prelude::*;

/// Watches over presses and passes them on: what is pressed before the module is here fetches it.
pub fn listen() {
    press::guard();
    let handle = press::listen(|press: Press| {
        // Asked here: below it is taken for a shortcut's sake, and the shortcuts hear of it later.
        let at = press.place();
        if press.is_taken() || at == Where::Dialog {
            return;
        }
        // The module may still be on its way when the browser asks whether a key is its own.
        let search = would_open_a_search(&press, at);
        if search && !is_loaded() {
            press.take();
        }
        // Plain characters in a text field are no shortcut: typing a filter needs no module. F2 is none.
        let function_key = press.key().len() > 1 && press.key().starts_with('F');
        if at != Where::Typing || function_key || !press.is_plain() {
            let quiet = press.is_after_dialog();
            // Whether a character is a shortcut only the module knows; Tab and arrows are the browser's.
            let meant = search || (at == Where::Page && press.key().chars().count() == 1);
            request_keys(KeyRequest::Press(press, at, quiet), meant);
        }
    });
    on_cleanup(move || handle.remove());
}

/// The keys of the palette and of the search, which browsers have a use for too: unless others were chosen.
fn would_open_a_search(press: &Press, at: Where) -> bool {
    let usual = storage::get(KEPT).is_none();
    usual && ((press.held() && press.key() == "k") || (press.is_plain() && at == Where::Page && press.key() == "/"))
}

/// `meant`: whoever sent for it waits for something, and is told if the module does not arrive.
pub fn request_keys(request: KeyRequest, meant: bool) {
    let mut sent = Box::pin(send(Request::Keys(request)));
    // Polled once: the browser's own use of a key can only be prevented now.
    if sent.as_mut().now_or_never().is_none() {
        leptos::task::spawn_local(async move {
            if sent.await.is_err() && meant {
                globals().toasts.warn(t().shell.keys_missing);
            }
        });
    }
}
