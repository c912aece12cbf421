use super::loaded_page::LoadedPage;
use super::page_trail::PageTrail;
use super::request::{before, key_of, request};
use super::window::Window;
use crate::data::{Connection, Ledger, Live, Rules};
use crate::platform::storage;
use crate::router;
use crate::routes::Page;
use crate::state::globals;
use crate::strings::t;
use leptos::prelude::*;
use runs::adapters::capability::Capabilities;
use runs::model::{Numbering, Place, Run};
use runs::reading::address::HistoryAddress;
use runs::reading::live::Pace;
use runs::{ApiError, Timestamp};
use std::sync::Arc;

/// Where the choice of columns is kept.
pub const COLUMNS: &str = "columns";

/// One page of a list: of one connection, or of the merged list, which puts its pages here.
#[derive(Clone, Copy)]
pub struct ListState {
    pub live: Live<LoadedPage>,
    pub window: Window,
    /// Rows that stay in sight although the filter no longer matches them: they were shown when it did.
    pub unmatched: StoredValue<Vec<String>>,
    /// Runs that the newest answer does not hold and of which nothing could be learned since one did, as `connection/run`.
    pub unheard: RwSignal<Vec<String>>,
    /// How many runs of the list come before this page, where that is known.
    pub before: Memo<Option<u64>>,
    /// Why the runs of this page have no numbers.
    pub no_number: Memo<Option<&'static str>>,
    pub first_page: Memo<bool>,
    /// The choice of columns, as it is kept.
    pub columns: RwSignal<String>,
    address: Memo<HistoryAddress>,
    trail: Memo<PageTrail>,
}

impl ListState {
    /// Nothing is asked while `looking` for the page of a linked run.
    pub fn new(address: Memo<HistoryAddress>, all: Memo<bool>, connection: Memo<Option<Connection>>, looking: Memo<bool>) -> Self {
        let trail = router::own(|entry| if let Page::Runs(_) = entry.page { Some(PageTrail::read(&entry.state)) } else { None });
        let rules = Rules {
            pace: |_| Pace::List,
            settle: LoadedPage::settle,
            same: |_, _| false,
            finished: |_| false,
            partial: LoadedPage::is_partial,
            quota: |listing| listing.page.quota,
        };
        // What is asked for the first time is asked for its rows first.
        let asked = StoredValue::new(String::new());
        let live = Live::new(rules, move || {
            if looking.get() {
                return None;
            }
            let (connection, address) = (connection.get()?, address.get());
            let key = key_of(&connection, &address);
            let rows_first = asked.get_value() != key;
            asked.set_value(key.clone());
            request(key, connection, address, trail.get(), rows_first)
        });
        let window = Window::new();
        let before = Memo::new(move |_| {
            let address = address.get();
            let sizes = connection.with(|of| capabilities(of.as_ref()).map_or(&[][..], |can| can.page_sizes));
            live.value.with(|listing| {
                let listing = listing.as_ref()?;
                let merged = listing.merged.as_ref().map(|merged| merged.before);
                merged.or_else(|| before(&address.place, address.size_for(sizes), &listing.page))
            })
        });
        let no_number = Memo::new(move |_| {
            let said = live.value.with(|listing| listing.as_ref().map_or(Ledger::Unknown, |listing| said(listing, connection.get())));
            match said {
                Ledger::Given(_) => return None,
                Ledger::Coming => return Some(t().shared.number_coming),
                Ledger::Unknown => {}
            }
            if all.get() {
                return Some(t().all.no_number);
            }
            live.value.with(|listing| match listing.as_ref()?.page.first_number {
                Numbering::Underivable(why) => Some((t().shared.no_number)(why)),
                _ => None,
            })
        });
        Self {
            live,
            window,
            unmatched: StoredValue::new(Vec::new()),
            unheard: RwSignal::new(Vec::new()),
            before,
            no_number,
            first_page: Memo::new(move |_| address.with(|address| address.place == Place::First)),
            columns: RwSignal::new(storage::get(COLUMNS).unwrap_or_default()),
            address,
            trail,
        }
    }

    /// An error with rows still in sight.
    pub fn stale_error(self) -> Option<ApiError> {
        if self.live.value.with(Option::is_some) { self.live.error.get() } else { None }
    }

    /// Shows the runs that came since the page was read, and focuses the first of them.
    pub fn show_new(self) {
        let latest = self.live.value.with_untracked(|listing| listing.as_ref().and_then(|listing| listing.latest.clone()));
        let Some(latest) = latest else { return };
        if let Some(first) = latest.items.first() {
            self.window.focus(&first.id);
        }
        self.live.value.set(Some(Arc::new(LoadedPage::new(*latest))));
    }

    /// When a run was last read, while it is under way; a finished run is not drawn again with every answer.
    pub fn now_of(self, run: &Run) -> Option<Timestamp> {
        if run.status.kind.is_final() { None } else { self.live.read_at.get() }
    }

    /// Rows of the whole table and its head, as assistive technology is told: -1 if nobody knows.
    pub fn row_count(self) -> String {
        let total = self.live.value.with(|listing| listing.as_ref().and_then(|listing| listing.page.total));
        match (total, self.before.get()) {
            (Some(total), Some(_)) => (total + 1).to_string(),
            _ => "-1".into(),
        }
    }

    /// The rows are there, and their numbers are being read.
    pub fn numbers_coming(self) -> bool {
        self.live.value.with(|listing| listing.as_ref().is_some_and(|listing| listing.is_partial())) && self.live.busy.get()
    }

    /// Where Older leads; nowhere while the numbers are read that the older pages continue.
    pub fn older(self) -> Option<(Place, PageTrail)> {
        if self.numbers_coming() {
            return None;
        }
        let place = self.address.with(|address| address.place.clone());
        let mut trail = self.trail.with(|trail| trail.newer_pages.clone());
        self.live.value.with(|listing| {
            let page = &listing.as_ref()?.page;
            let mut older = page.older.clone()?;
            let latest = listing.as_ref()?.latest.as_ref();
            if let (Place::Offset(offset), Some(latest)) = (&older, latest) {
                older = Place::Offset(runs::reading::live::advance(*offset, page.total, latest.total).offset);
            }
            let first = match page.first_number {
                Numbering::From(first) => Some(first),
                _ => None,
            };
            trail.push((place, first));
            let next = first.and_then(|first| first.checked_sub(page.items.len() as u64)).filter(|number| *number > 0);
            Some((older, PageTrail { first_number: next, newer_pages: trail }))
        })
    }

    /// Where Newer leads, and whether that is the newest page because the way back is not known.
    pub fn newer(self) -> Option<(Place, PageTrail, bool)> {
        if self.first_page.get() {
            return None;
        }
        let mut trail = self.trail.with(|trail| trail.newer_pages.clone());
        if let Some((place, first_number)) = trail.pop() {
            return Some((place, PageTrail { first_number, newer_pages: trail }, false));
        }
        let newer = self.live.value.with(|listing| listing.as_ref().and_then(|listing| listing.page.newer.clone()));
        Some(match newer {
            Some(place) => (place, PageTrail::default(), false),
            None => (Place::First, PageTrail::default(), true),
        })
    }

    /// Opens a page of the list; its trail goes into the browser's history, not into the address.
    pub fn open_page(self, place: Place, trail: &PageTrail) {
        let mut address = self.address.get_untracked();
        (address.place, address.run) = (place, None);
        router::go_with(&Page::Runs(address).href(), &trail.write(), false);
    }

    /// The address of a page of the list.
    pub fn page_href(self, place: Place) -> String {
        let mut address = self.address.get();
        (address.place, address.run) = (place, None);
        Page::Runs(address).href()
    }

    /// The address of the first page with something changed.
    pub fn first_page_href(self, change: impl FnOnce(&mut HistoryAddress)) -> String {
        let mut address = self.address.get();
        (address.place, address.run) = (Place::First, None);
        change(&mut address);
        Page::Runs(address).href()
    }
}

/// What a connection's vendor can do.
pub fn capabilities(connection: Option<&Connection>) -> Option<Capabilities> {
    connection.map(|connection| connection.dialect.adapter().capabilities())
}

/// The id of the link in a run's row.
pub fn row_link_id(run: &str) -> String {
    format!("run-{run}")
}

/// What the ledger says of all rows of a page: of none of them less.
fn said(listing: &LoadedPage, connection: Option<Connection>) -> Ledger {
    let numbers = globals().numbers;
    numbers.track();
    let of = |at: usize| match &listing.merged {
        Some(merged) => merged.of.get(at).cloned(),
        None => connection.as_ref().map(|connection| connection.id.clone()),
    };
    let mut all = None;
    for (at, run) in listing.page.items.iter().enumerate().filter(|(_, run)| run.named() && run.number.is_none()) {
        match of(at).map_or(Ledger::Unknown, |connection| numbers.of(&connection, run)) {
            Ledger::Unknown => return Ledger::Unknown,
            Ledger::Coming => all = Some(Ledger::Coming),
            given => all = all.or(Some(given)),
        }
    }
    all.unwrap_or(Ledger::Unknown)
}
