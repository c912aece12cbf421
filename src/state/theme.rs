use crate::platform::{page, storage};
use leptos::prelude::*;

/// `boot.js` reads the same key before the first paint.
const KEY: &str = "theme";

#[derive(Clone, Copy)]
pub struct Theme {
    /// What was chosen; `None`: as the system says.
    chosen: RwSignal<Option<bool>>,
}

impl Theme {
    pub(super) fn new() -> Self {
        let chosen = storage::get(KEY).and_then(|theme| match theme.as_str() {
            "dark" => Some(true),
            "light" => Some(false),
            _ => None,
        });
        Self { chosen: RwSignal::new(chosen) }
    }

    /// Light becomes dark and dark light.
    pub fn switch(self) {
        let dark = !self.chosen.get_untracked().unwrap_or_else(page::prefers_dark);
        let word = if dark { "dark" } else { "light" };
        self.chosen.set(Some(dark));
        storage::set(KEY, word);
        page::set_theme(Some(word));
    }
}
