//! Sends the requests that `runs::reading::merge` wants, and shows its rows.

use super::state::{Footer, SourceNotices, State, keep, with};
use crate::data::Connection;
use crate::features::history::state::HistoryState;
use crate::net::{self, Scope};
use crate::platform::{Effect, clock};
use crate::router;
use leptos::prelude::*;
use runs::adapters::FlowQuery;
use runs::model::Place;
use runs::reading::address::HistoryAddress;
use runs::reading::merge::Fetch;
use std::sync::Arc;

/// When nothing has come for so many milliseconds, what has come is shown without the rest; after the longest in any case.
const GRACE: u32 = 2_000;
const LONGEST: u64 = 6_000;
/// What was left longer ago, in milliseconds, is read anew when its first page is opened.
const STILL_NEW: u64 = 600_000;
/// Pages of flows read for their names.
const MOST_PAGES: usize = 20;

#[derive(Clone, Copy)]
pub struct MergedList {
    pub history: HistoryState,
    pub notices: Memo<Vec<SourceNotices>>,
    pub footer: Memo<Footer>,
    pub limits: Memo<Vec<String>>,
    /// The page that an address named although it is kept no longer; 0: none.
    pub lost: RwSignal<usize>,
    changed: RwSignal<u32>,
}

impl MergedList {
    /// Reads and shows until the view goes.
    pub fn begin(history: HistoryState) -> Self {
        let changed = RwSignal::new(0u32);
        let notices = Memo::new(move |_| {
            changed.track();
            with(|state| state.notices()).unwrap_or_default()
        });
        let footer = Memo::new(move |_| {
            changed.track();
            with(|state| state.footer()).unwrap_or_default()
        });
        let limits = Memo::new(move |_| {
            changed.track();
            with(|state| state.limits()).unwrap_or_default()
        });
        let list = Self { history, notices, footer, limits, lost: RwSignal::new(0), changed };
        Effect::new(move |_| {
            let address = history.address.get();
            if address.of_all() {
                untrack(|| list.open(&address));
            }
        });
        // Once for each time that it was asked for: what is read meanwhile, such as the address, does not ask for it again.
        let (reload, show_new) = (history.merged.reload.get_untracked(), history.merged.show_new.get_untracked());
        Effect::new(move |_| {
            if history.merged.reload.get() != reload {
                untrack(|| list.restart());
            }
        });
        Effect::new(move |_| {
            if history.merged.show_new.get() != show_new {
                with(|state| {
                    state.renew();
                    state.focus = Some(None);
                });
                untrack(|| list.drive());
            }
        });
        on_cleanup(move || {
            with(|state| {
                state.scope.end();
                state.pages.interrupt();
                state.left_at = Some(clock::now());
            });
            // What comes next on this page is another list.
            history.list.live.value.try_set(None);
        });
        list
    }

    fn open(self, address: &HistoryAddress) {
        let page = if let Place::Number(number) = address.place { number as usize - 1 } else { 0 };
        let key = HistoryAddress { place: Place::First, ..address.clone() }.write();
        let kept = with(|state| {
            let new = state.left_at.is_none_or(|left| clock::now().since(left) < STILL_NEW);
            (state.key == key && (page > 0 || new)).then(|| state.left_at.take().is_some())
        });
        match kept.flatten() {
            Some(false) => {}
            Some(true) => {
                with(|state| (state.scope, state.shown) = (Scope::new(), true));
                self.watch();
            }
            None => self.start(address, key),
        }
        self.turn_to(page);
    }

    fn start(self, address: &HistoryAddress, key: String) {
        with(|state| state.scope.end());
        self.lost.set(0);
        keep(State::new(address, key, self.history.size()));
        self.watch();
    }

    /// Everything is read anew, from the newest runs on.
    pub fn restart(self) {
        let address = HistoryAddress { place: Place::First, ..self.history.address.get_untracked() };
        self.start(&address, address.write());
        if self.history.list.first_page.get_untracked() {
            self.drive();
        } else {
            router::go(&self.history.list.first_page_href(|_| ()));
        }
    }

    fn turn_to(self, page: usize) {
        let found = with(|state| {
            let kept = state.pages.rows(page).is_some();
            let found = kept || (page == state.pages.pages().len() && state.pages.turn());
            if found && state.page != page {
                (state.page, state.shown) = (page, false);
            }
            found
        });
        if found == Some(true) {
            if page > 0 {
                self.lost.set(0);
            }
            self.drive();
        } else if page == 0 {
            self.restart();
        } else {
            self.lost.set(page + 1);
            with(|state| (state.page, state.shown) = (0, false));
            router::replace(&self.history.list.first_page_href(|_| ()));
        }
    }

    /// Goes on as far as what was read goes, reads what is needed for the rest, and shows what there is.
    pub fn drive(self) {
        let Some((asks, scope)) = with(|state| (state.advance(), state.scope.clone())) else { return };
        for ask in asks.clone() {
            leptos::task::spawn_local(self.read(ask, scope.clone()));
        }
        if !asks.is_empty() {
            leptos::task::spawn_local(self.pass_over(asks, scope));
        }
        self.publish();
    }

    /// Goes on without what has not been answered when the others have been.
    async fn pass_over(self, asks: Vec<Fetch>, scope: Scope) {
        let begun = clock::now();
        loop {
            let before = with(|state| state.answers);
            clock::sleep(GRACE).await;
            // What came while this page was busy is taken in first.
            clock::sleep(0).await;
            if scope.ended() {
                return;
            }
            if with(|state| state.answers) == before || clock::now().since(begun) > LONGEST {
                break;
            }
        }
        if with(|state| state.pages.merge.pass_over(&asks)) == Some(true) {
            self.drive();
        }
    }

    async fn read(self, ask: Fetch, scope: Scope) {
        match ask {
            Fetch::Flows { source, place } => {
                let Some(connection) = with(|state| state.of[source].connection.clone()) else { return };
                let query = FlowQuery { search: String::new(), place: place.clone() };
                let answer = net::read(&connection.id, connection.dialect.adapter().list_flows(&query), &scope).await;
                if scope.ended() {
                    return;
                }
                with(|state| state.take_flows(source, &place, answer));
            }
            Fetch::Runs { stream, place } => {
                let Some((connection, query)) = with(|state| state.question(stream, place.clone())) else { return };
                let answer = net::read(&connection.id, connection.dialect.adapter().list_runs(&query), &scope).await;
                if scope.ended() {
                    return;
                }
                with(|state| state.take_runs(stream, &place, answer));
            }
        }
        with(|state| state.answers += 1);
        self.drive();
    }

    /// Shows the page as it is known now; rows that are shown change in their places.
    pub fn publish(self) {
        let live = self.history.list.live;
        let loaded = with(State::loaded).flatten();
        if let Some(loaded) = loaded {
            let unnamed = with(|state| (state.unnamed(&loaded), state.scope.clone()));
            if live.value.with_untracked(|known| known.as_deref() != Some(&loaded)) {
                live.value.set(Some(Arc::new(loaded)));
            }
            if let Some(row) = with(State::take_focus).flatten() {
                self.history.list.window.focus(&row);
            }
            let read_at = with(|state| state.read_at()).flatten();
            if live.read_at.get_untracked() != read_at {
                live.read_at.set(read_at);
            }
            for (source, connection, scope) in unnamed
                .into_iter()
                .flat_map(|(of, scope)| of.into_iter().map(move |(source, connection)| (source, connection, scope.clone())))
            {
                leptos::task::spawn_local(self.read_names(source, connection, scope));
            }
        }
        self.changed.update(|changed| *changed += 1);
        self.history.merged.older.set(self.footer.with_untracked(|footer| footer.older));
    }

    /// Where a vendor's list of runs names no flows, its list of flows does. A run without it shows its flow's id.
    async fn read_names(self, source: usize, connection: Connection, scope: Scope) {
        let mut place = Some(Place::First);
        for _ in 0..MOST_PAGES {
            let Some(from) = place.take() else { break };
            let query = FlowQuery { search: String::new(), place: from };
            let Ok(page) = net::read(&connection.id, connection.dialect.adapter().list_flows(&query), &scope).await else { return };
            place = page.older;
            with(|state| state.name(source, &page.items));
            self.publish();
        }
    }

    /// Tries again what failed of a connection.
    pub fn retry(self, source: usize) {
        with(|state| state.pages.merge.retry(source));
        self.drive();
    }

    /// Takes in what came late of a connection, and goes to where it begins.
    pub fn show(self, source: usize) {
        let shown = with(|state| {
            let page = state.pages.show(source)?;
            state.focus = Some(Some(source));
            let here = state.page == page;
            (state.page, state.shown) = (page, here);
            Some((page, here))
        });
        match shown.flatten() {
            Some((_, true)) => self.drive(),
            Some((page, false)) => router::go(&self.history.list.page_href(place_of(page))),
            // Where it begins is kept no longer.
            None => self.restart(),
        }
    }

    pub fn search_on(self) {
        with(|state| state.pages.search_on());
        self.drive();
    }

    pub fn stop(self) {
        with(|state| state.pages.stop());
        self.drive();
    }
}

/// The place of a page in the address.
pub fn place_of(page: usize) -> Place {
    match u32::try_from(page) {
        Ok(0) | Err(_) => Place::First,
        Ok(page) => Place::Number(page.saturating_add(1)),
    }
}
