//! What is asked for the page of an address, and where in the list its answer stands.

use super::carry::Carry;
use super::listing::Listing;
use crate::data::{Asking, Connection};
use crate::platform::clock;
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
