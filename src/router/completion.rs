//! Addresses that leave something open: the connection, or the flow whose runs are listed.

use super::{Entry, Router, router};
use crate::data::Connection;
use crate::data::flows::FlowLists;
use crate::platform::{Effect, storage};
use crate::routes::Page;
use leptos::prelude::*;
use runs::reading::address::{ALL_CONNECTIONS, HistoryAddress};
use std::sync::Arc;

/// Where the connection that was open last is kept.
const CONNECTION: &str = "connection";
/// All flows of a connection, where a flow is kept.
const ALL_FLOWS: &str = "*";

fn flow_key(connection: &str) -> String {
    format!("flow.{connection}")
}

/// The flow of a connection that was open last.
pub fn last_flow(connection: &str) -> Option<String> {
    storage::get(&flow_key(connection)).filter(|flow| flow != ALL_FLOWS)
}

/// The connection that was open last, in this tab or else in this browser; before that the first one.
pub fn last_connection() -> Option<Connection> {
    let router = router()?;
    let last = [router.at.get_value(), storage::get(CONNECTION)].into_iter().flatten().find_map(|id| router.session.connection(&id));
    last.or_else(|| router.session.first())
}

/// Whether it says which runs are listed. So does one of a connection that does not exist.
pub fn is_complete(address: &HistoryAddress) -> bool {
    let connection = router().and_then(|router| router.session.connection(address.connection.as_deref().unwrap_or_default()));
    address.of_all() || connection.is_none_or(|of| lists(address, &of))
}

fn lists(address: &HistoryAddress, connection: &Connection) -> bool {
    address.lists(&connection.dialect.adapter().capabilities())
}

/// The flow of a connection that its vendor lists first, as far as the flows are read.
pub(super) fn first_of(flows: FlowLists, connection: &str) -> Option<String> {
    flows.of(connection).with_untracked(|flows| flows.flows.first().map(|flow| flow.id.clone()))
}

/// The page that a location means, and whether its flow was filled in. `at`: the connection that this tab was last at.
pub fn complete_for(
    page: Page,
    connections: &[Connection],
    at: Option<String>,
    listed_first: &dyn Fn(&str) -> Option<String>,
) -> (Page, bool) {
    let mut address = match page {
        Page::Home => HistoryAddress::default(),
        Page::Runs(address) => address,
        other => return (other, false),
    };
    let known = |id: &String| id == ALL_CONNECTIONS || connections.iter().any(|connection| connection.id == *id);
    if address.connection.is_none() {
        let last = at.filter(&known).or_else(|| storage::get(CONNECTION)).filter(&known);
        address.connection = last.or_else(|| connections.first().map(|first| first.id.clone()));
        // Read once more: what goes with all connections is not what goes with one.
        address = HistoryAddress::read(&address.write());
    }
    let connection = connections.iter().find(|connection| Some(&connection.id) == address.connection.as_ref());
    let Some(connection) = connection.filter(|connection| !lists(&address, connection)) else { return (Page::Runs(address), false) };
    let can = connection.dialect.adapter().capabilities();
    address.all_flows = false;
    match storage::get(&flow_key(&connection.id)) {
        Some(flow) if flow == ALL_FLOWS && can.list_all => address.all_flows = true,
        Some(flow) if flow != ALL_FLOWS => address.flow = Some(flow),
        _ => address.flow = listed_first(&connection.id).or_else(|| connection.first_flow.clone()),
    }
    let filled_in = address.flow.is_some();
    (Page::Runs(address), filled_in)
}

/// Remembers where one is, as far as the vendor lists it, and completes what had to wait for the vendor's flows.
pub(super) fn follow(router: Router) {
    let connection = Memo::new(move |_| router.entry.with(|entry| entry.page.connection().map(str::to_owned)));
    Effect::new(move |_| {
        let Some(id) = connection.get() else { return };
        if id == ALL_CONNECTIONS || router.session.connection(&id).is_some() {
            storage::set(CONNECTION, &id);
            router.at.set_value(Some(id));
        }
    });
    Effect::new(move |_| {
        let entry = router.entry.get();
        let Page::Runs(address) = &entry.page else { return };
        let Some(connection) = address.connection.as_deref().and_then(|id| router.session.connection(id)) else { return };
        let flows = router.flows.of(&connection.id);
        if address.all_flows {
            storage::set(&flow_key(&connection.id), ALL_FLOWS);
            return;
        }
        if address.flow.is_none() {
            router.flows.read(&connection);
        }
        flows.with(|flows| match &address.flow {
            Some(flow) if flows.flows.iter().any(|listed| listed.id == *flow) => {
                storage::set(&flow_key(&connection.id), flow);
            }
            Some(flow) => {
                if flows.complete && last_flow(&connection.id).as_ref() == Some(flow) {
                    storage::remove(&flow_key(&connection.id));
                }
                if flows.complete && entry.filled_in {
                    let (address, first) = (address.clone(), flows.flows.first().map(|flow| flow.id.clone()));
                    refill(router, &entry, HistoryAddress { flow: None, ..address }, &connection, first);
                }
            }
            None => {
                if let Some(first) = flows.flows.first() {
                    refill(router, &entry, address.clone(), &connection, Some(first.id.clone()));
                } else if flows.complete || flows.error.is_some() {
                    refill(router, &entry, address.clone(), &connection, None);
                }
            }
        });
    });
}

/// Fills in the vendor's first flow, else all of them where that can be listed. Otherwise the frame says what is missing.
fn refill(router: Router, entry: &Arc<Entry>, mut address: HistoryAddress, connection: &Connection, first: Option<String>) {
    address.all_flows = first.is_none() && connection.dialect.adapter().capabilities().list_all;
    address.flow = first;
    let page = Page::Runs(address);
    if page != entry.page {
        let entry = Entry { page, filled_in: true, ..Entry::clone(entry) };
        router.visit(entry, true);
    }
}
