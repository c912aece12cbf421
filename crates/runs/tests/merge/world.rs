//! Vendors as lists in memory: they answer what the merge asks, count it, and can be slow or fail.

use runs::model::{Flow, Numbering, Page, Place, Run};
use runs::reading::merge::{Fetch, Kind, PageState, Pages, Row};
use runs::{ApiError, ErrorKind, Status, StatusKind, Timestamp};

pub const ALL: Kind = Kind { all_flows: true, here: false, never: false };
pub const EACH: Kind = Kind { all_flows: false, here: false, never: false };

/// One connection: its flows, each with the moments of its runs, newest first; one flow without a name where all are listed at once.
#[derive(Clone, Debug)]
pub struct Vendor {
    pub kind: Kind,
    pub lists: Vec<Vec<Option<i64>>>,
    pub page: usize,
}

#[derive(Clone, Debug)]
pub struct World {
    pub vendors: Vec<Vendor>,
    pub pages: Pages,
    /// What was asked for and not answered yet.
    pub under_way: Vec<Fetch>,
    /// Every request: connection, list and first run; `None` for a list of flows.
    pub asked: Vec<(usize, Option<(usize, u64)>)>,
}

pub fn everything(_: usize, _: &Run) -> bool {
    true
}

pub fn run(id: &str, flow: &str, at: Option<i64>) -> Run {
    Run {
        created_at: at.map(Timestamp),
        updated_at: Some(Timestamp(0)),
        ..Run::new(id, flow, Status::new(StatusKind::Completed, "completed"))
    }
}

pub fn page<T>(items: Vec<T>, older: Option<Place>) -> Page<T> {
    Page { items, total: None, older, newer: None, first_number: Numbering::Native, quota: None, unread: Vec::new() }
}

pub fn refused() -> ApiError {
    ApiError::new(ErrorKind::Vendor, "out of order")
}

impl World {
    pub fn new(vendors: Vec<Vendor>, size: usize) -> Self {
        let kinds: Vec<Kind> = vendors.iter().map(|vendor| vendor.kind).collect();
        Self { pages: Pages::new(&kinds, None, size), vendors, under_way: Vec::new(), asked: Vec::new() }
    }

    pub fn since(vendors: Vec<Vendor>, size: usize, since: i64) -> Self {
        let kinds: Vec<Kind> = vendors.iter().map(|vendor| vendor.kind).collect();
        Self { pages: Pages::new(&kinds, Some(Timestamp(since)), size), ..Self::new(vendors, size) }
    }

    pub fn advance(&mut self, lets: &dyn Fn(usize, &Run) -> bool) {
        for ask in self.pages.advance(lets) {
            self.asked.push(match &ask {
                Fetch::Flows { source, .. } => (*source, None),
                Fetch::Runs { stream, place } => (self.pages.merge.source_of(*stream), Some((self.list(*stream), offset(place)))),
            });
            self.under_way.push(ask);
        }
    }

    /// Which of its connection's lists a stream is.
    fn list(&self, stream: usize) -> usize {
        self.pages.merge.flow_of(stream).map_or(0, |flow| flow.rsplit('f').next().unwrap().parse().unwrap())
    }

    /// Answers one of the requests under way.
    pub fn answer(&mut self, at: usize, error: Option<ApiError>) {
        match self.under_way.remove(at) {
            Fetch::Flows { source, place } => {
                let names = 0..self.vendors[source].lists.len();
                let flows = names.map(|flow| Flow {
                    id: format!("{source}f{flow}"),
                    name: String::new(),
                    description: None,
                    version: None,
                    active: None,
                    runs: None,
                    other: Vec::new(),
                });
                let answer = error.map_or_else(|| Ok(page(flows.collect(), None)), Err);
                self.pages.merge.flows(source, &place, answer);
            }
            Fetch::Runs { stream, place } => {
                let answer = error.map_or_else(|| Ok(self.page(stream, &place)), Err);
                self.pages.merge.runs(stream, &place, answer);
            }
        }
    }

    pub fn page(&self, stream: usize, place: &Place) -> Page<Run> {
        let (source, list) = (self.pages.merge.source_of(stream), self.list(stream));
        let vendor = &self.vendors[source];
        let runs = &vendor.lists[list];
        let from = usize::try_from(offset(place)).unwrap();
        let to = (from + vendor.page).min(runs.len());
        let flow = format!("{source}f{list}");
        let items = (from..to).map(|at| run(&format!("{source}-{list}-{at}"), &flow, runs[at])).collect();
        page(items, (to < runs.len()).then_some(Place::Offset(to as u64)))
    }

    /// Answers everything until the page stands.
    pub fn fill(&mut self) {
        self.fill_with(&everything);
    }

    pub fn fill_with(&mut self, lets: &dyn Fn(usize, &Run) -> bool) {
        self.advance(lets);
        while !self.under_way.is_empty() {
            self.answer(0, None);
            self.advance(lets);
        }
    }

    pub fn ids(&self, page: usize) -> Vec<String> {
        self.pages.rows(page).unwrap().iter().map(|row| row.run.id.clone()).collect()
    }

    pub fn state(&self) -> PageState {
        self.pages.pages().last().unwrap().state
    }

    /// All pages to the end.
    pub fn all(&mut self) -> Vec<String> {
        self.fill();
        while self.pages.turn() {
            self.fill();
        }
        (0..self.pages.pages().len()).flat_map(|page| self.ids(page)).collect()
    }

    /// What everything sorted at once gives: by moment, then connection, flow and place; a run without a moment, or newer than
    /// the one before it, stands where that one does.
    pub fn truth(&self) -> Vec<String> {
        let mut all = Vec::new();
        for (source, vendor) in self.vendors.iter().enumerate() {
            for (list, runs) in vendor.lists.iter().enumerate() {
                let mut place = i64::MAX;
                for (at, moment) in runs.iter().enumerate() {
                    place = place.min(moment.unwrap_or(i64::MAX));
                    all.push(((std::cmp::Reverse(place), source, list, at), format!("{source}-{list}-{at}")));
                }
            }
        }
        all.sort();
        all.into_iter().map(|(_, id)| id).collect()
    }
}

pub fn ids(rows: &[Row]) -> Vec<&str> {
    rows.iter().map(|row| row.run.id.as_str()).collect()
}

pub fn offset(place: &Place) -> u64 {
    match place {
        Place::Offset(offset) => *offset,
        _ => 0,
    }
}

/// So many runs, one each `step`, the newest at `from`.
pub fn list(from: i64, step: i64, count: i64) -> Vec<Option<i64>> {
    (0..count).map(|at| Some(from - at * step)).collect()
}
