//! The browser app. Views get the model of `runs`, never JSON to take apart; see docs/ARCHITECTURE.md.

mod app;
mod data;
mod dom;
mod features;
mod net;
mod platform;
mod prelude;
mod router;
mod routes;
mod state;
mod strings;
mod ui;

use platform::{page, stopped};

/// Mounts the app; the shell that `index.html` painted goes once the app has something to show.
pub fn mount() {
    std::panic::set_hook(Box::new(|info| {
        let details = info.to_string();
        web_sys::console::error_1(&details.as_str().into());
        let words = strings::t().shell;
        let texts = stopped::Texts {
            heading: words.stopped,
            sent: words.stopped_sent,
            reload: words.stopped_again,
            details: words.stopped_details,
        };
        stopped::show(&details, &texts);
    }));
    let Some(root) = page::by_id("app") else { return };
    leptos::mount::mount_to(wasm_bindgen::JsCast::unchecked_into(root), app::App).forget();
}
