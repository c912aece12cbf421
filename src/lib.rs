//! The browser app. Views get the model of `runs`, never JSON to take apart; see docs/ARCHITECTURE.md.

mod app;
mod data;
mod dom;
mod features;
mod net;
mod platform;
mod prelude;
mod routes;
mod state;
mod strings;
mod ui;

use platform::page;

/// Mounts the app; the shell that `index.html` painted goes once the app has something to show.
pub fn mount() {
    std::panic::set_hook(Box::new(|info| {
        web_sys::console::error_1(&info.to_string().into());
        // The page is dead from here on: it must say so instead of looking alive.
        if let Some(body) = page::document().and_then(|document| document.body()) {
            body.set_text_content(Some(strings::t().shell.stopped));
        }
    }));
    let Some(root) = page::by_id("app") else { return };
    leptos::mount::mount_to(wasm_bindgen::JsCast::unchecked_into(root), app::App).forget();
}
