//! Restores rows, scroll position and focus of a page on Back and Forward; the rows are then read again in place.

use super::state::row_link_id;
use crate::features::history::filters::client_search;
use crate::features::history::list::loaded_page::LoadedPage;
use crate::features::history::list::request::key_of;
use crate::features::history::list::window::run_around;
use crate::features::history::memory::memory;
use crate::features::history::state::HistoryState;
use crate::platform::page;
use crate::prelude::*;
use crate::router;
use crate::routes::Page;
use console::windowing::Heights;
use runs::Timestamp;
use std::cell::RefCell;
use std::sync::Arc;

/// Pages kept, and rows on all of them.
const MOST: usize = 20;
const MOST_ROWS: usize = 5_000;
/// Frames within which the rows have to be there again.
const FRAMES: u32 = 20;

/// One page of a list as it was left.
struct LeftPage {
    /// Of the browser's history.
    entry: String,
    /// The request that the rows answer.
    key: String,
    loaded: Arc<LoadedPage>,
    read_at: Option<Timestamp>,
    search: client_search::Kept,
    heights: Heights,
    /// Rows that the filter no longer matches.
    unmatched: Vec<String>,
    scroll: i32,
    focused: Option<String>,
}

/// The pages that were left, the latest one last.
#[derive(Default)]
pub struct LeftPages {
    pages: RefCell<Vec<LeftPage>>,
}

impl LeftPages {
    fn keep(&self, page: LeftPage) {
        let mut pages = self.pages.borrow_mut();
        pages.retain(|other| other.entry != page.entry);
        pages.push(page);
        let rows = |pages: &[LeftPage]| pages.iter().map(|page| page.loaded.page.items.len()).sum::<usize>();
        while pages.len() > MOST || (pages.len() > 1 && rows(&pages) > MOST_ROWS) {
            pages.remove(0);
        }
    }

    fn take(&self, entry: &str, key: &str) -> Option<LeftPage> {
        let mut pages = self.pages.borrow_mut();
        let at = pages.iter().position(|page| page.entry == entry && page.key == key)?;
        Some(pages.remove(at))
    }
}

/// Called once the page has entered: what comes back takes the focus after it.
pub fn follow(history: HistoryState) {
    let scroll = StoredValue::new(0);
    let focused = StoredValue::new(None::<String>);
    // The entry that is shown, and its question.
    let shown = StoredValue::new(None::<(String, String)>);
    let handle = window_event_listener_untyped("scroll", move |_| {
        scroll.try_set_value(page::scrolled());
    });
    on_cleanup(move || handle.remove());
    let handle = window_event_listener_untyped("focusin", move |event| {
        let element = event.target().and_then(|target| wasm_bindgen::JsCast::dyn_into::<web_sys::Element>(target).ok());
        focused.try_set_value(element.and_then(|element| run_around(&element)));
    });
    on_cleanup(move || handle.remove());
    let leave = move || {
        let Some((entry, key)) = shown.try_update_value(Option::take).flatten() else { return };
        let current = history.list.live.answered.try_with_untracked(|answered| *answered == key);
        if let (Some(true), Some(Some(loaded))) = (current, history.list.live.value.try_get_untracked()) {
            memory().left_pages.keep(LeftPage {
                entry,
                key,
                loaded,
                read_at: history.list.live.read_at.try_get_untracked().flatten(),
                search: history.filters.search.kept(),
                heights: history.list.window.heights(),
                unmatched: history.list.unmatched.try_get_value().unwrap_or_default(),
                scroll: scroll.try_get_value().unwrap_or(0),
                focused: focused.try_get_value().flatten(),
            });
        }
    };
    let entry = router::own(|entry| if let Page::Runs(_) = entry.page { Some(entry.id.clone()) } else { None });
    Effect::new(move |_| {
        let Some(connection) = history.connection.get() else { return };
        let key = key_of(&connection, &history.address.get());
        let entry = entry.get();
        leave();
        history.filters.search.forget();
        if let Some(back) = memory().left_pages.take(&entry, &key) {
            shown.set_value(Some((entry, key)));
            restore(history, back);
        }
    });
    // Once the rows have been drawn: the first ones wait for nothing, and the layout is at hand.
    Effect::new(move |_| {
        let (Some(connection), address, entry) = (history.connection.get(), history.address.get(), entry.get()) else { return };
        let key = key_of(&connection, &address);
        if history.list.live.answered.get() != key {
            return;
        }
        leptos::task::spawn_local(async move {
            page::drawn().await;
            if history.list.live.answered.try_get_untracked().as_deref() == Some(&key) {
                shown.try_set_value(Some((entry, key)));
                scroll.try_set_value(page::scrolled());
            }
        });
    });
    on_cleanup(move || {
        leave();
        history.filters.search.stop();
    });
}

fn restore(history: HistoryState, back: LeftPage) {
    if let Some(run) = history.address.with_untracked(|address| address.run.clone()) {
        history.linked_run.tried.set(run.clone());
        history.linked_run.shown.set_value(format!("{} {run}", back.key));
    }
    history.filters.search.restore(back.search);
    history.list.window.expect(back.heights);
    history.list.unmatched.set_value(back.unmatched);
    if let Some(run) = &back.focused {
        history.list.window.pin(run);
    }
    history.list.live.restore(back.key, back.loaded, back.read_at);
    let (scroll, focused) = (back.scroll, back.focused);
    leptos::task::spawn_local(async move {
        for frame in 0..FRAMES {
            page::next_frame().await;
            // The page has taken the focus in the first frame.
            if frame > 0 && page::can_scroll_to(scroll) {
                break;
            }
        }
        page::scroll_to(scroll);
        if let Some(run) = focused {
            page::by_id(&row_link_id(&run)).map(page::focus_in_place);
        }
    });
}
