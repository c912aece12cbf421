use crate::data::flows::Flows;
use crate::data::{Connection, Live, Rules};
use crate::features::history::filters::client_filter::Further;
use crate::features::history::list::linked_run::AtRun;
use crate::features::history::list::loaded_page::Listing;
use crate::features::history::list::page_trail::Carry;
use crate::features::history::list::request::{ask, before, key_of};
use crate::features::history::list::window::Window;
use crate::platform::{clock, storage};
use crate::router;
use crate::routes::Page;
use crate::state::globals;
use crate::strings::t;
use leptos::prelude::*;
use runs::adapters::filter::{Filter, Here};
use runs::model::{Numbering, Place};
use runs::reading::address::HistoryAddress;
use runs::reading::live::Pace;
use runs::{ApiError, Timestamp};

/// Of a page over all connections: every vendor gives that many at once.
const SIZES_OF_ALL: &[u32] = &[25, 50, 100];
/// Where saved views and the choice of columns are kept.
pub const SAVED: &str = "views";
pub const COLUMNS: &str = "columns";

/// What the history page shows, derived from its address.
#[derive(Clone, Copy)]
pub struct View {
    pub address: Memo<HistoryAddress>,
    /// Every connection's runs are shown, merged; `connection` is then none.
    pub all: Memo<bool>,
    pub connection: Memo<Option<Connection>>,
    /// The flow whose runs are listed; `None` with all flows, or none chosen yet.
    pub flow: Memo<Option<String>>,
    pub first_page: Memo<bool>,
    pub live: Live<Listing>,
    pub window: Window,
    /// What of the filter the vendor leaves to this page.
    pub here: Memo<Here>,
    /// What of the filter nothing can be said about, because the vendor's lists do not tell it.
    pub untold: Memo<Here>,
    pub further: Further,
    /// Rows that stand here although the filter lets them through no more: they were shown when it did.
    pub left: StoredValue<Vec<String>>,
    /// How many runs of the list come before this page, where that is known.
    pub before: Memo<Option<u64>>,
    /// Why the runs of this page have no numbers.
    pub no_number: Memo<Option<&'static str>>,
    /// Saved views and the choice of columns, as they are kept.
    pub saved: RwSignal<String>,
    pub columns: RwSignal<String>,
    /// The run that the address names.
    pub at_run: AtRun,
    /// Raised for the merged list: to read anew, and to show the new runs.
    pub anew: RwSignal<u32>,
    pub newest: RwSignal<u32>,
    carry: Memo<Carry>,
}

impl View {
    pub fn new() -> Self {
        let address = router::own(|entry| if let Page::Runs(address) = &entry.page { Some(address.clone()) } else { None });
        let all = Memo::new(move |_| address.with(HistoryAddress::of_all));
        let connection = Memo::new(move |_| address.with(|address| globals().session.connection(address.connection.as_deref()?)));
        let flow = Memo::new(move |_| address.with(|address| address.flow.clone()));
        let first_page = Memo::new(move |_| address.with(|address| address.place == Place::First));
        let carry = router::own(|entry| if let Page::Runs(_) = entry.page { Some(Carry::read(&entry.state)) } else { None });
        let at_run = AtRun::new(address);
        let rules = Rules {
            pace: |_| Pace::List,
            settle: Listing::settle,
            same: |_, _| false,
            finished: |_| false,
            partial: Listing::is_partial,
            quota: |listing| listing.page.quota,
        };
        // What is asked for the first time is asked for its rows first.
        let asked = StoredValue::new(String::new());
        let live = Live::new(rules, move || {
            if at_run.looking.get() {
                return None;
            }
            let (connection, address) = (connection.get()?, address.get());
            let key = key_of(&connection, &address);
            let rows_first = asked.get_value() != key;
            asked.set_value(key.clone());
            ask(key, connection, address, carry.get(), rows_first)
        });
        let window = Window::new();
        let here = Memo::new(move |_| {
            let can = connection.with(|of| of.as_ref().map(|of| of.dialect.adapter().capabilities()));
            can.map(|can| address.with(|address| address.filter_for(&can, clock::now()).here(can.filters))).unwrap_or_default()
        });
        let untold = Memo::new(move |_| {
            let can = connection.with(|of| of.as_ref().map(|of| of.dialect.adapter().capabilities()));
            can.map(|can| address.with(|address| address.filter.untold(can.filters, can.listed))).unwrap_or_default()
        });
        let further = Further::new();
        let before = Memo::new(move |_| {
            let address = address.get();
            let sizes = connection.with(|of| of.as_ref().map_or(&[][..], |of| of.dialect.adapter().capabilities().page_sizes));
            live.value.with(|listing| {
                let listing = listing.as_ref()?;
                let merged = listing.merged.as_ref().map(|merged| merged.before);
                merged.or_else(|| before(&address.place, address.size_for(sizes), &listing.page))
            })
        });
        let no_number = Memo::new(move |_| {
            if all.get() {
                return Some(t().all.no_number);
            }
            live.value.with(|listing| match listing.as_ref()?.page.first_number {
                Numbering::Underivable(why) => Some((t().shared.no_number)(why)),
                _ => None,
            })
        });
        let view = Self {
            address,
            all,
            connection,
            flow,
            first_page,
            live,
            window,
            here,
            untold,
            further,
            left: StoredValue::new(Vec::new()),
            before,
            no_number,
            saved: RwSignal::new(storage::get(SAVED).unwrap_or_default()),
            columns: RwSignal::new(storage::get(COLUMNS).unwrap_or_default()),
            at_run,
            anew: RwSignal::new(0),
            newest: RwSignal::new(0),
            carry,
        };
        Effect::new(move |_| globals().selection.enter(&view.connection_id()));
        Effect::new(move |_| {
            if let Some(connection) = view.connection.get() {
                globals().flows.read(&connection);
            }
        });
        at_run.follow(view);
        view
    }

    pub fn vendor(self) -> String {
        self.connection.with(|connection| connection.as_ref().map_or("", |connection| connection.dialect.vendor()).into())
    }

    /// What is to be said of run numbers that are counted here.
    pub fn numbers_move(self) -> Option<&'static str> {
        let counted = self.connection.with(|of| of.as_ref().is_some_and(|of| of.dialect.adapter().capabilities().numbers_move()));
        counted.then_some(t().shared.numbers_move)
    }

    pub fn connection_id(self) -> String {
        self.connection.with(|connection| connection.as_ref().map(|connection| connection.id.clone())).unwrap_or_default()
    }

    pub fn size(self) -> u32 {
        self.address.with(|address| address.size_for(self.sizes()))
    }

    /// The sizes of a page that can be chosen.
    pub fn sizes(self) -> &'static [u32] {
        if self.all.get() {
            return SIZES_OF_ALL;
        }
        self.connection.with(|of| of.as_ref().map_or(&[][..], |of| of.dialect.adapter().capabilities().page_sizes))
    }

    /// The flows of the connection, as far as they are read.
    pub fn flows(self) -> RwSignal<Flows> {
        globals().flows.of(&self.connection_id())
    }

    pub fn flow_label(self) -> String {
        match self.flow.get() {
            None if self.all.get() => t().all.connections.into(),
            None => t().history.all_flows.into(),
            Some(id) => {
                self.flows().with(|flows| flows.flows.iter().find(|flow| flow.id == id).map(|flow| flow.name.clone())).unwrap_or(id)
            }
        }
    }

    /// The flow of the address, if the vendor lists all its flows and not this one.
    pub fn unknown_flow(self) -> Option<String> {
        let id = self.flow.get()?;
        let known = self.flows().with(|flows| !flows.complete || flows.flows.iter().any(|flow| flow.id == id));
        (!known).then_some(id)
    }

    pub fn name_of_flow(self, id: &str) -> String {
        self.flows().with(|flows| flows.flows.iter().find(|flow| flow.id == id).map(|flow| flow.name.clone())).unwrap_or_else(|| id.into())
    }

    pub fn title(self) -> String {
        let label = self.connection.with(|connection| connection.as_ref().map(|connection| connection.label.clone()));
        match label {
            Some(label) => format!("{}, {}, {label}", t().history.title, self.flow_label()),
            None if self.all.get() => format!("{}, {}", t().history.title, self.flow_label()),
            // The same as the page says in place of the list.
            None => self.address.with(|address| (t().shell.unknown_connection)(address.connection.as_deref().unwrap_or_default())),
        }
    }

    /// An error with rows still in sight.
    pub fn stale_error(self) -> Option<ApiError> {
        if self.live.value.with(Option::is_some) { self.live.error.get() } else { None }
    }

    /// The address that a saved view of this page has: its connection is named, and no place in the list.
    pub fn kept_address(self) -> HistoryAddress {
        let mut address = self.address.get();
        if !address.of_all() {
            address.connection = self.connection.with(|connection| connection.as_ref().map(|connection| connection.id.clone()));
        }
        (address.place, address.run) = (Place::First, None);
        address
    }

    /// Nothing narrows the list down.
    pub fn whole(self) -> bool {
        self.address.with(|address| address.statuses.is_empty() && address.filter.is_empty())
    }

    /// What is applied to the runs that were loaded.
    pub fn filter(self) -> Filter {
        let can = self.connection.with(|of| of.as_ref().map(|of| of.dialect.adapter().capabilities()));
        can.map(|can| self.address.with(|address| address.filter_for(&can, clock::now()))).unwrap_or_default()
    }

    /// The address of the first page with something changed.
    pub fn with(self, change: impl FnOnce(&mut HistoryAddress)) -> String {
        let mut address = self.address.get();
        (address.place, address.run) = (Place::First, None);
        change(&mut address);
        Page::Runs(address).href()
    }

    pub fn go(self, href: &str) {
        router::go(href);
    }

    /// Shows the runs that came since the page was read, and focuses the first of them.
    pub fn show_new(self) {
        if self.all.get_untracked() {
            self.newest.update(|newest| *newest += 1);
            return;
        }
        let latest = self.live.value.with_untracked(|listing| listing.as_ref().and_then(|listing| listing.latest.clone()));
        let Some(latest) = latest else { return };
        if let Some(first) = latest.items.first() {
            self.window.focus(&first.id);
        }
        self.live.value.set(Some(std::sync::Arc::new(Listing::new(*latest))));
    }

    /// Reads the page anew.
    pub fn reload(self) {
        if self.all.get_untracked() {
            self.anew.update(|anew| *anew += 1);
        } else {
            self.live.reload();
        }
    }

    /// When a run was last read, for what goes on with it; what is over is not drawn again with every answer.
    pub fn now_of(self, run: &runs::model::Run) -> Option<Timestamp> {
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

    /// Where Older leads; nowhere for the moment in which the numbers come that the older pages go on with.
    pub fn older(self) -> Option<(Place, Carry)> {
        if self.numbers_coming() {
            return None;
        }
        let place = self.address.with(|address| address.place.clone());
        let mut trail = self.carry.with(|carry| carry.trail.clone());
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
            Some((older, Carry { first_number: next, trail }))
        })
    }

    /// Where Newer leads, and whether that is the newest page for want of a way back.
    pub fn newer(self) -> Option<(Place, Carry, bool)> {
        if self.first_page.get() {
            return None;
        }
        let mut trail = self.carry.with(|carry| carry.trail.clone());
        if let Some((place, first_number)) = trail.pop() {
            return Some((place, Carry { first_number, trail }, false));
        }
        let newer = self.live.value.with(|listing| listing.as_ref().and_then(|listing| listing.page.newer.clone()));
        Some(match newer {
            Some(place) => (place, Carry::default(), false),
            None => (Place::First, Carry::default(), true),
        })
    }

    /// Pages to a place; what is carried goes into the browser's history, not into the address.
    pub fn page_to(self, place: Place, carry: Carry) {
        let mut address = self.address.get_untracked();
        (address.place, address.run) = (place, None);
        router::go_with(&Page::Runs(address).href(), &carry.write(), false);
    }

    pub fn href_of(self, place: Place) -> String {
        let mut address = self.address.get();
        (address.place, address.run) = (place, None);
        Page::Runs(address).href()
    }
}

/// The id of the link in a run's row.
pub fn row_link_id(run: &str) -> String {
    format!("run-{run}")
}
