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
        stopped::show(&details);
    }));
    let Some(root) = page::by_id("app") else { return };
    leptos::mount::mount_to(wasm_bindgen::JsCast::unchecked_into(root), app::App).forget();
}
