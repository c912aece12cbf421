//! The history page's address, and what it asks for.

use crate::adapters::capability::Capabilities;
use crate::adapters::filter::{Created, Filter};
use crate::adapters::query::RunQuery;
use crate::adapters::{Adapter, FlowQuery};
use crate::model::Place;
use crate::model::status::StatusKind;
use crate::value::percent::{decode, encode};
use crate::value::time::Timestamp;
use crate::wire::http::Request;

/// Stands for every connection in an address: `c=*`.
pub const ALL_CONNECTIONS: &str = "*";

/// Runs on a page unless the address says otherwise.
const SIZE: u32 = 50;

/// The history page's address: `?c=retab&flow=wf_1&status=failed,waiting&trigger=api&last=1440&size=50&at=o.100&run=run_1`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryAddress {
    pub connection: Option<String>,
    pub flow: Option<String>,
    /// Asked for all flows on purpose (`flow=*`), not just none chosen yet.
    pub all_flows: bool,
    pub statuses: Vec<StatusKind>,
    pub filter: Filter,
    pub size: Option<u32>,
    pub place: Place,
    /// The run whose row is marked; without a place, the page that holds it is looked for.
    pub run: Option<String>,
}

impl HistoryAddress {
    /// Whether it may mean this connection; an address that names none means the first one.
    pub fn means(&self, connection: &str) -> bool {
        self.connection.as_ref().is_none_or(|named| named == connection)
    }

    /// Runs on a page of this address.
    pub fn size_for(&self, sizes: &[u32]) -> u32 {
        self.size.filter(|size| sizes.contains(size)).unwrap_or(SIZE)
    }

    /// Whether it says which runs are listed; otherwise a flow is chosen first.
    pub fn lists(&self, can: &Capabilities) -> bool {
        self.flow.is_some() || (self.all_flows && can.list_all)
    }

    /// The question for the page of this address that begins at a place.
    pub fn question(&self, can: &Capabilities, now: Timestamp, place: Place, first_number: Option<u64>) -> RunQuery {
        RunQuery {
            flow: self.flow.clone(),
            statuses: self.statuses_asked(can).to_vec(),
            filter: self.filter_for(can, now),
            limit: self.size_for(can.page_sizes),
            place,
            first_number,
            rows_first: false,
            plain: false,
        }
    }

    /// The question for the whole list, from its newest run on in the vendor's longest pages.
    pub fn whole(&self, can: &Capabilities, now: Timestamp) -> RunQuery {
        let query = self.question(can, now, Place::First, None);
        RunQuery { limit: can.page_sizes.last().copied().unwrap_or(query.limit), ..query }
    }

    /// What is asked first for this address. Nothing where that depends on more than the address: many connections, a run whose
    /// place is looked for, a time that is counted from now.
    pub fn asked_first(&self, adapter: &dyn Adapter) -> Vec<Request> {
        let can = adapter.capabilities();
        if self.of_all() || self.run.is_some() || matches!(self.filter.created, Created::Last(_)) {
            Vec::new()
        } else if self.lists(&can) {
            let query = RunQuery { rows_first: true, ..self.question(&can, Timestamp(0), self.place.clone(), None) };
            adapter.list_runs(&query).reads()
        } else {
            adapter.list_flows(&FlowQuery::default()).reads()
        }
    }

    /// The statuses that a vendor is asked for: all or none, because what it cannot tell apart is left to the caller.
    pub fn statuses_asked(&self, can: &Capabilities) -> &[StatusKind] {
        if can.filters_by(&self.statuses) { &self.statuses } else { &[] }
    }

    /// What is applied to the runs that come: the whole filter, and the statuses that were not asked for.
    pub fn filter_for(&self, can: &Capabilities, now: Timestamp) -> Filter {
        let left = if self.statuses_asked(can).is_empty() { self.statuses.clone() } else { Vec::new() };
        Filter { statuses: left, ..self.filter.at(now) }
    }

    /// Reads a query string, with or without `?`. Never fails: what is not understood falls back to its default.
    pub fn read(query: &str) -> Self {
        let mut address = Self::default();
        for pair in query.trim_start_matches('?').split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = decode(value);
            if value.is_empty() || value.len() > 2_000 {
                continue;
            }
            match name {
                "c" => address.connection = Some(value),
                "flow" if value == "*" => address.all_flows = true,
                "flow" => address.flow = Some(value),
                "status" => {
                    for kind in value.split(',').filter_map(StatusKind::from_slug) {
                        if !address.statuses.contains(&kind) {
                            address.statuses.push(kind);
                        }
                    }
                }
                "size" => address.size = value.parse().ok().filter(|size| (1..=1_000).contains(size)),
                "at" => address.place = read_place(&value),
                "run" => address.run = Some(value),
                _ => address.filter.take(name, &value),
            }
        }
        if address.flow.is_some() || address.of_all() {
            address.all_flows = false;
        }
        if address.of_all() {
            // A flow is one of a connection, and only the page's number fits into an address.
            address.flow = None;
            address.place = if let Place::Number(_) = address.place { address.place } else { Place::First };
        }
        crate::value::order::sort(&mut address.statuses, &|kind| (*kind as i64, 0));
        address
    }

    /// Every connection's runs are asked for.
    pub fn of_all(&self) -> bool {
        self.connection.as_deref() == Some(ALL_CONNECTIONS)
    }

    /// The query string with its `?`, empty if everything is at its default.
    pub fn write(&self) -> String {
        let mut pairs: Vec<(&str, String)> = Vec::new();
        if let Some(connection) = &self.connection {
            pairs.push(("c", if self.of_all() { ALL_CONNECTIONS.into() } else { encode(connection) }));
        }
        if let Some(flow) = &self.flow {
            pairs.push(("flow", encode(flow)));
        } else if self.all_flows {
            pairs.push(("flow", "*".into()));
        }
        if !self.statuses.is_empty() {
            let slugs: Vec<_> = self.statuses.iter().map(|kind| kind.slug()).collect();
            pairs.push(("status", slugs.join(",")));
        }
        pairs.extend(self.filter.pairs());
        if let Some(size) = self.size {
            pairs.push(("size", size.to_string()));
        }
        if let Some(place) = write_place(&self.place) {
            pairs.push(("at", place));
        }
        if let Some(run) = &self.run {
            pairs.push(("run", encode(run)));
        }
        let mut text = String::new();
        for (name, value) in pairs {
            text.push(if text.is_empty() { '?' } else { '&' });
            text.push_str(name);
            text.push('=');
            text.push_str(&value);
        }
        text
    }
}

/// Reads what [`write_place`] wrote; anything else is the first page.
pub fn read_place(text: &str) -> Place {
    let Some((style, value)) = text.split_once('.') else { return Place::First };
    match style {
        "o" => value.parse().ok().filter(|offset| *offset > 0).map_or(Place::First, Place::Offset),
        "p" => value.parse().ok().filter(|number| *number > 1).map_or(Place::First, Place::Number),
        "c" if !value.is_empty() => Place::Cursor(value.into()),
        "a" if !value.is_empty() => Place::After(value.into()),
        "b" if !value.is_empty() => Place::Before(value.into()),
        _ => Place::First,
    }
}

/// A place in an address: `o.100`, `p.3`, `c.…`, `a.…`, `b.…`; `None` for the first page.
pub fn write_place(place: &Place) -> Option<String> {
    match place {
        Place::First => None,
        Place::Offset(offset) => Some(format!("o.{offset}")),
        Place::Number(number) => Some(format!("p.{number}")),
        Place::Cursor(cursor) => Some(format!("c.{}", encode(cursor))),
        Place::After(id) => Some(format!("a.{}", encode(id))),
        Place::Before(id) => Some(format!("b.{}", encode(id))),
    }
}
