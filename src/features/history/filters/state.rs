use super::client_search::ClientSearch;
use crate::data::Connection;
use crate::features::history::list::state::capabilities;
use crate::platform::clock;
use leptos::prelude::*;
use runs::adapters::filter::{Filter, FilterParts};
use runs::reading::address::HistoryAddress;

/// The filter of the address: what of it this page applies, and what cannot be applied.
#[derive(Clone, Copy)]
pub struct FilterState {
    /// What the vendor leaves to this page.
    pub client: Memo<FilterParts>,
    /// What cannot be told of any run, because the vendor's lists do not say it.
    pub unsupported: Memo<FilterParts>,
    /// The search for matching runs on older pages.
    pub search: ClientSearch,
    address: Memo<HistoryAddress>,
    connection: Memo<Option<Connection>>,
}

impl FilterState {
    pub fn new(address: Memo<HistoryAddress>, connection: Memo<Option<Connection>>) -> Self {
        let client = Memo::new(move |_| {
            let can = connection.with(|of| capabilities(of.as_ref()));
            can.map(|can| address.with(|address| address.filter_for(&can, clock::now()).client_parts(can.filters))).unwrap_or_default()
        });
        let unsupported = Memo::new(move |_| {
            let can = connection.with(|of| capabilities(of.as_ref()));
            can.map(|can| address.with(|address| address.filter.unsupported_parts(can.filters, can.listed))).unwrap_or_default()
        });
        Self { client, unsupported, search: ClientSearch::new(), address, connection }
    }

    /// Neither statuses nor a filter are chosen.
    pub fn is_empty(self) -> bool {
        self.address.with(|address| address.statuses.is_empty() && address.filter.is_empty())
    }

    /// What is applied to the runs that were loaded.
    pub fn applied(self) -> Filter {
        let can = self.connection.with(|of| capabilities(of.as_ref()));
        can.map(|can| self.address.with(|address| address.filter_for(&can, clock::now()))).unwrap_or_default()
    }
}
