//! Back and Forward show again what was there: the rows at once, where one had scrolled to, and the row that had the focus. The
//! rows are then brought up to date in their places.

use crate::features::history::filters::client_filter;
use crate::features::history::list::loaded_page::Listing;
use crate::features::history::list::request::key_of;
use crate::features::history::list::window::run_around;
use crate::features::history::state::{View, row_link_id};
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

struct Kept {
    /// Of the browser's history.
    entry: String,
    /// The question that the rows answer.
    key: String,
    listing: Arc<Listing>,
    read_at: Option<Timestamp>,
    further: client_filter::Kept,
    heights: Heights,
    /// Rows that the filter lets through no more.
    left: Vec<String>,
    scroll: i32,
    focused: Option<String>,
}

thread_local! {
    /// The last one that was left is the last.
    static KEPT: RefCell<Vec<Kept>> = const { RefCell::new(Vec::new()) };
}

fn keep(kept: Kept) {
    KEPT.with_borrow_mut(|all| {
        all.retain(|other| other.entry != kept.entry);
        all.push(kept);
        let rows = |all: &[Kept]| all.iter().map(|kept| kept.listing.page.items.len()).sum::<usize>();
        while all.len() > MOST || (all.len() > 1 && rows(all) > MOST_ROWS) {
            all.remove(0);
        }
    });
}

fn take(entry: &str, key: &str) -> Option<Kept> {
    KEPT.with_borrow_mut(|all| {
        let at = all.iter().position(|kept| kept.entry == entry && kept.key == key)?;
        Some(all.remove(at))
    })
}

/// Called once the page has entered: what comes back takes the focus after it.
pub fn follow(view: View) {
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
        let current = view.live.answered.try_with_untracked(|answered| *answered == key);
        if let (Some(true), Some(Some(listing))) = (current, view.live.value.try_get_untracked()) {
            keep(Kept {
                entry,
                key,
                listing,
                read_at: view.live.read_at.try_get_untracked().flatten(),
                further: view.further.kept(),
                heights: view.window.heights(),
                left: view.left.try_get_value().unwrap_or_default(),
                scroll: scroll.try_get_value().unwrap_or(0),
                focused: focused.try_get_value().flatten(),
            });
        }
    };
    let entry = router::own(|entry| if let Page::Runs(_) = entry.page { Some(entry.id.clone()) } else { None });
    Effect::new(move |_| {
        let Some(connection) = view.connection.get() else { return };
        let key = key_of(&connection, &view.address.get());
        let entry = entry.get();
        leave();
        view.further.forget();
        if let Some(back) = take(&entry, &key) {
            shown.set_value(Some((entry, key)));
            restore(view, back);
        }
    });
    // Once the rows have been drawn: the first ones wait for nothing, and the layout is at hand.
    Effect::new(move |_| {
        let (Some(connection), address, entry) = (view.connection.get(), view.address.get(), entry.get()) else { return };
        let key = key_of(&connection, &address);
        if view.live.answered.get() != key {
            return;
        }
        leptos::task::spawn_local(async move {
            page::drawn().await;
            if view.live.answered.try_get_untracked().as_deref() == Some(&key) {
                shown.try_set_value(Some((entry, key)));
                scroll.try_set_value(page::scrolled());
            }
        });
    });
    on_cleanup(move || {
        leave();
        view.further.stop();
    });
}

fn restore(view: View, back: Kept) {
    if let Some(run) = view.address.with_untracked(|address| address.run.clone()) {
        view.at_run.tried.set(run.clone());
        view.at_run.shown.set_value(format!("{} {run}", back.key));
    }
    view.further.restore(back.further);
    view.window.expect(back.heights);
    view.left.set_value(back.left);
    if let Some(run) = &back.focused {
        view.window.pin(run);
    }
    view.live.restore(back.key, back.listing, back.read_at);
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
