use super::error_toast;
use crate::net;
use crate::platform::page;
use crate::state::globals;
use crate::strings::t;
use web_sys::MouseEvent;

/// On a link to a file of the gateway: the browser fetches it by itself once it is known that the gateway answers there, and not a
/// proxy whose sign-in page would be saved under the file's name.
pub fn download(event: &MouseEvent, href: String, name: &'static str) {
    event.prevent_default();
    leptos::task::spawn_local(async move {
        match net::reached().await {
            Ok(()) => page::download(&href, name),
            Err(error) => globals().toasts.show(error_toast(&error, t().shell.product)),
        }
    });
}
