use crate::platform::page;
use crate::state::globals_if_ready;
use crate::strings::t;

/// Puts text on the clipboard and says so, or that the browser did not allow it.
pub fn copy(text: String, done: &'static str) {
    leptos::task::spawn_local(async move {
        let copied = page::copy(&text).await;
        let Some(globals) = globals_if_ready() else { return };
        if copied { globals.toasts.say(done) } else { globals.toasts.warn(t().shared.not_copied) }
    });
}

/// Copies the page's address.
pub fn copy_address() {
    let address = page::window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    copy(address, t().run.link_copied);
}
