//! What is asked for the page of an address, and where in the list its answer stands.

use super::carry::Carry;
use super::connection_of;
use super::listing::Listing;
use crate::data::{Asking, Connection};
use crate::net;
use crate::platform::{clock, page};
use runs::filter::Created;
use runs::model::{Numbering, Page, Place, Run};
use runs::query::{HistoryAddress, RunQuery};

/// Runs on a page unless the address says otherwise.
const SIZE: u32 = 50;
pub fn size_of(address: &HistoryAddress, sizes: &[u32]) -> u32 {
    address.size.filter(|size| sizes.contains(size)).unwrap_or(SIZE)
}

pub fn ask(key: String, connection: Connection, address: HistoryAddress, carry: Carry, rows_first: bool) -> Option<Asking<Listing>> {
    let adapter = connection.dialect.adapter();
    let capabilities = adapter.capabilities();
    let open = address.flow.is_some() || (address.all_flows && capabilities.list_all);
    if !open {
        return None;
    }
    let query = RunQuery { rows_first, ..query_of(&connection, &address, address.place.clone(), carry.first_number) };
    Some(Asking { connection: connection.id, key, operation: adapter.list_runs(&query).map(Listing::new) })
}

/// Sends what the page of the present address asks first, before the page is built that asks it. A time that is counted from now would be
/// another one by then.
pub fn ahead() {
    let (path, search) = page::address();
    let address = HistoryAddress::read(&search);
    if path != "/runs" || address.of_all() || address.run.is_some() || matches!(address.filter.created, Created::Last(_)) {
        return;
    }
    let asking = connection_of(address.connection.as_deref()).and_then(|of| ask(String::new(), of, address, Carry::default(), true));
    if let Some(asking) = asking {
        net::ahead(&asking.connection, &asking.operation);
    }
}

/// Which question the page of an address is: a run that is marked on it makes no other.
pub fn key_of(connection: &Connection, address: &HistoryAddress) -> String {
    format!("{}{}", connection.id, HistoryAddress { run: None, ..address.clone() }.write())
}

/// The question for the page of an address that begins at a place.
pub fn query_of(connection: &Connection, address: &HistoryAddress, place: Place, first_number: Option<u64>) -> RunQuery {
    let capabilities = connection.dialect.adapter().capabilities();
    RunQuery {
        flow: address.flow.clone(),
        statuses: address.statuses_asked(&capabilities).to_vec(),
        filter: address.filter_for(&capabilities, clock::now()),
        limit: size_of(address, capabilities.page_sizes),
        place,
        first_number,
        rows_first: false,
        plain: false,
    }
}

/// How many runs of the list come before a page, where that is known.
pub fn before(place: &Place, size: u32, page: &Page<Run>) -> Option<u64> {
    match (place, page.first_number, page.total) {
        (Place::First, ..) => Some(0),
        (Place::Offset(offset), ..) => Some(*offset),
        (Place::Number(number), ..) => Some(u64::from(*number - 1) * u64::from(size)),
        (_, Numbering::From(first), Some(total)) => total.checked_sub(first),
        _ => None,
    }
}
