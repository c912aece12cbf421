//! The request for the page of an address, and how many runs come before that page.

use crate::data::{Asking, Connection};
use crate::features::history::list::loaded_page::LoadedPage;
use crate::features::history::list::page_trail::PageTrail;
use crate::platform::clock;
use runs::adapters::query::RunQuery;
use runs::model::{Numbering, Page, Place, Run};
use runs::reading::address::HistoryAddress;

pub fn request(
    key: String,
    connection: Connection,
    address: HistoryAddress,
    trail: PageTrail,
    rows_first: bool,
) -> Option<Asking<LoadedPage>> {
    let adapter = connection.dialect.adapter();
    let can = adapter.capabilities();
    if !address.lists(&can) {
        return None;
    }
    let query = RunQuery { rows_first, ..address.question(&can, clock::now(), address.place.clone(), trail.first_number) };
    Some(Asking { connection: connection.id, key, operation: adapter.list_runs(&query).map(LoadedPage::new) })
}

/// Identifies the request of an address: the linked run does not change it.
pub fn key_of(connection: &Connection, address: &HistoryAddress) -> String {
    format!("{}{}", connection.id, HistoryAddress { run: None, ..address.clone() }.write())
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
