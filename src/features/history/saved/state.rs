use crate::platform::storage;
use console::views::{self, SavedView};
use leptos::prelude::*;
use runs::reading::address::HistoryAddress;

/// Where saved views are kept.
const KEY: &str = "views";

/// The saved views, as this browser keeps them.
#[derive(Clone, Copy)]
pub struct SavedState {
    pub text: RwSignal<String>,
}

impl SavedState {
    pub fn new() -> Self {
        Self { text: RwSignal::new(storage::get(KEY).unwrap_or_default()) }
    }

    /// Takes over what another tab changed: the next change here would undo it.
    pub fn follow_other_tabs(self) {
        let handle = window_event_listener_untyped("storage", move |_| {
            let text = storage::get(KEY).unwrap_or_default();
            if self.text.with_untracked(|known| *known != text) {
                self.text.set(text);
            }
        });
        on_cleanup(move || handle.remove());
    }

    /// The views that this browser keeps; none if a later version wrote them.
    pub fn views(self) -> Vec<SavedView> {
        self.text.with(|text| views::read(text)).unwrap_or_default()
    }

    /// Puts what an address shows in place of the view of this name; `false` if the browser did not keep it.
    pub fn save_over(self, name: &str, shown: &HistoryAddress) -> bool {
        let mut all = self.views();
        if let Some(known) = all.iter_mut().find(|known| known.name == name) {
            known.query = views::query_of(shown);
        }
        self.keep(&all)
    }

    /// Keeps other views; `false` if the browser did not. On this page they are there all the same.
    pub fn keep(self, saved: &[SavedView]) -> bool {
        let text = views::write(saved);
        let kept = storage::set(KEY, &text);
        self.text.set(text);
        kept
    }
}
