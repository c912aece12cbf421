//! Where one is. This module alone reads the location, turns it into a typed page, fills in what an address leaves open, and writes
//! the browser's history. A page gets its own address ([`own`]) and never sees that of another.
//!
//! Not `leptos_router`: it writes the browser's history only after the new page was drawn and hands pages the raw location, which by
//! then may be another page's.

mod completion;
mod history;
mod links;

pub use completion::{complete_for, last_connection, last_flow};
use completion::{first_of, is_complete};
use history::State;

use crate::data::Session;
use crate::data::flows::FlowLists;
use crate::platform::page;
use crate::routes::Page;
use leptos::prelude::*;
use std::cell::Cell;
use std::sync::Arc;

/// One entry of the browser's history.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its name, which outlives a reload.
    pub id: String,
    pub page: Page,
    /// With its `#`, or empty.
    pub fragment: String,
    /// What a page keeps beside its address.
    pub state: String,
    /// The flow was filled in, nobody asked for it.
    filled_in: bool,
}

#[derive(Clone, Copy)]
struct Router {
    entry: RwSignal<Arc<Entry>>,
    /// Raised when somebody asks for the page that is shown.
    again: RwSignal<u32>,
    /// Where other entries were scrolled to.
    scrolled: StoredValue<Vec<(String, i32)>>,
    /// What is configured, and the flows as far as they are read: for completing addresses.
    session: Session,
    flows: FlowLists,
    /// The connection that this tab was last at.
    at: StoredValue<Option<String>>,
}

thread_local! {
    // Not a context: presses and tasks come without an owner, and a context is only found below one.
    static ROUTER: Cell<Option<Router>> = const { Cell::new(None) };
}

/// Entries whose place is remembered.
const MOST_ENTRIES: usize = 100;
/// Frames within which a page that comes back has to be tall enough again.
const FRAMES: u32 = 20;

/// What the frame draws.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// By its identity: it is drawn anew when that changes.
    Page(String),
    /// The flows of this connection are read, to open one of them.
    Completing(String),
}

/// Reads the location and follows it from now on.
pub fn begin(session: Session, flows: FlowLists) {
    let (path, query, fragment) = page::location();
    let State { id, text } = history::state();
    let (page, filled_in) = complete_for(Page::read(&path, &query), &session.connections(), None, &|id| first_of(flows, id));
    let entry = Entry { id, page, fragment, state: text, filled_in };
    history::replace(&entry);
    let router = Router {
        session,
        flows,
        entry: RwSignal::new(Arc::new(entry)),
        again: RwSignal::new(0),
        scrolled: StoredValue::new(Vec::new()),
        at: StoredValue::new(None),
    };
    ROUTER.set(Some(router));
    history::scroll_by_ourselves();
    links::follow();
    let handle = window_event_listener_untyped("popstate", move |_| router.came_back());
    on_cleanup(move || handle.remove());
    completion::follow(router);
}

/// What is shown, as the frame draws it.
pub fn shown() -> Memo<Shown> {
    let entry = router().map(|router| router.entry);
    Memo::new(move |_| {
        let page = entry.map(|entry| entry.with(|entry| entry.page.clone())).unwrap_or(Page::Home);
        match &page {
            Page::Runs(address) if !is_complete(address) => Shown::Completing(address.connection.clone().unwrap_or_default()),
            page => Shown::Page(page.identity()),
        }
    })
}

/// The page that is shown.
pub fn page() -> Page {
    router().map_or(Page::Home, |router| router.entry.with(|entry| entry.page.clone()))
}

/// The entry of the browser's history that one is at: what comes of a press after a while leads on only from where it was made.
pub fn place() -> String {
    router().map_or_else(String::new, |router| router.entry.with_untracked(|entry| entry.id.clone()))
}

/// A page's own part of the address: it keeps its last value once another page is named, so that nothing follows it there.
pub fn own<T: Clone + Default + PartialEq + Send + Sync + 'static>(pick: fn(&Entry) -> Option<T>) -> Memo<T> {
    let entry = router().map(|router| router.entry);
    Memo::new(move |before: Option<&T>| {
        let now = entry.and_then(|entry| entry.with(|entry| pick(entry)));
        now.or_else(|| before.cloned()).unwrap_or_default()
    })
}

/// Changes each time that the shown page is asked for once more.
pub fn again() -> u32 {
    router().map_or(0, |router| router.again.get())
}

/// Opens an address of the app, as a link does.
pub fn go(href: &str) {
    visit(href, "", false);
}

/// Puts another address in place of the present one; nothing scrolls.
pub fn replace(href: &str) {
    visit(href, "", true);
}

/// Opens an address with what the browser's history is to keep beside it.
pub fn go_with(href: &str, state: &str, replaces: bool) {
    visit(href, state, replaces);
}

fn visit(href: &str, state: &str, replaces: bool) {
    let Some(router) = router() else { return };
    let (rest, fragment) = href.find('#').map_or((href, ""), |at| href.split_at(at));
    let (path, query) = rest.find('?').map_or((rest, ""), |at| rest.split_at(at));
    // Only a fragment: a place on this page.
    let named = if path.is_empty() { untrack(page) } else { Page::read(path, query) };
    let (page, filled_in) = router.complete(named);
    router.visit(Entry { id: String::new(), page, fragment: fragment.into(), state: state.into(), filled_in }, replaces);
}

fn router() -> Option<Router> {
    ROUTER.get()
}

impl Router {
    /// The page that a location means, and whether its flow was filled in.
    fn complete(self, page: Page) -> (Page, bool) {
        complete_for(page, &self.session.connections(), self.at.get_value(), &|id| first_of(self.flows, id))
    }

    fn visit(self, entry: Entry, replaces: bool) {
        let here = self.entry.get_untracked();
        let same = here.page == entry.page && here.fragment == entry.fragment;
        if same && !replaces {
            // Asked for once more: no second entry for Back to stumble over.
            page::scroll_to(0);
            self.again.update(|again| *again += 1);
            leptos::task::spawn_local(keep_focus());
            return;
        }
        if replaces {
            let entry = Entry { id: here.id.clone(), ..entry };
            history::replace(&entry);
            self.entry.set(Arc::new(entry));
            return;
        }
        self.leave(&here.id);
        let entry = Entry { id: history::new_id(), ..entry };
        history::push(&entry);
        let moves_within = here.page == entry.page;
        self.entry.set(Arc::new(entry));
        if !moves_within {
            page::scroll_to(0);
        }
        leptos::task::spawn_local(keep_focus());
    }

    fn leave(self, entry: &str) {
        let at = page::scrolled();
        self.scrolled.update_value(|scrolled| {
            scrolled.retain(|(id, _)| id != entry);
            scrolled.push((entry.into(), at));
            if scrolled.len() > MOST_ENTRIES {
                scrolled.remove(0);
            }
        });
    }

    /// Back, Forward, or an address typed over this one's fragment.
    fn came_back(self) {
        self.leave(&self.entry.with_untracked(|entry| entry.id.clone()));
        let (path, query, fragment) = page::location();
        let named = Page::read(&path, &query);
        let State { id, text } = history::state();
        let (page, filled_in) = self.complete(named);
        let entry = Entry { id, page, fragment, state: text, filled_in };
        history::replace(&entry);
        let to = self.scrolled.with_value(|scrolled| scrolled.iter().find(|(id, _)| *id == entry.id).map(|(_, at)| *at));
        // The history finds its rows and its place itself.
        let itself = matches!(entry.page, Page::Runs(_));
        let came = entry.id.clone();
        self.entry.set(Arc::new(entry));
        if let (Some(to), false) = (to, itself) {
            leptos::task::spawn_local(self.scroll_back(came, to));
        }
        leptos::task::spawn_local(keep_focus());
    }

    async fn scroll_back(self, entry: String, to: i32) {
        for _ in 0..FRAMES {
            page::next_frame().await;
            if self.entry.with_untracked(|now| now.id != entry) {
                return;
            }
            if page::can_scroll_to(to) {
                break;
            }
        }
        page::scroll_to(to);
    }
}

/// Where the link or the dialog that led here is gone, keys go on from the page's start.
async fn keep_focus() {
    page::drawn().await;
    if page::focus_is_nowhere() {
        page::by_id("main").map(page::focus_in_place);
    }
}
