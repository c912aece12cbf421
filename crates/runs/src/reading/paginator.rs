//! A list of runs read page by page, from its newest run to its end, while it may be moving.

use crate::adapters::query::RunQuery;
mod chained;

pub use chained::{ChainedPaginator, Next};

use crate::model::{Numbering, Page, Place, Run};
use crate::reading::live::pause;
use crate::value::order::Names;
use crate::value::time::Timestamp;

/// Ids remembered: rows that moved down since the last pages are not taken twice.
const REMEMBERED: usize = 4_000;
/// So often one page is read again because the list became shorter.
const MOST_STEPS_BACK: u32 = 3;

/// How far it has come, and where it goes on.
#[derive(Clone, Debug)]
pub struct Paginator {
    query: RunQuery,
    ended: bool,
    recent: Vec<String>,
    steps_back: u32,
    /// The list became shorter too often to read it again each time.
    moved: bool,
    pub pages: u32,
    /// Runs that were read, each counted once.
    pub read: u64,
    /// Of the list as it was last read, where the vendor says.
    pub total: Option<u64>,
    /// Milliseconds for which the vendor's limit wants no further request.
    pub rest: u32,
}

impl Paginator {
    /// Over the list that a question is about, whatever its place.
    pub fn new(query: RunQuery) -> Self {
        let query = RunQuery { place: Place::First, first_number: None, ..query };
        Self { query, ended: false, recent: Vec::new(), steps_back: 0, moved: false, pages: 0, read: 0, total: None, rest: 0 }
    }

    /// What to ask next; `None` at the end.
    pub const fn next(&self) -> Option<&RunQuery> {
        if self.ended { None } else { Some(&self.query) }
    }

    /// Whether runs may be missing: the list became shorter again and again, or its pages are counted from the newest run without
    /// anybody saying how many runs there are, so that one that is deleted meanwhile hides another.
    pub const fn doubtful(&self) -> bool {
        self.moved || (self.pages > 1 && matches!(self.query.place, Place::Number(_)) && self.total.is_none())
    }

    /// Takes a page in; the runs that were not seen before, with their numbers.
    pub fn take(&mut self, page: Page<Run>, now: Timestamp) -> Vec<(Option<u64>, Run)> {
        self.rest = page.quota.map_or(0, |quota| pause(quota, now));
        if let Some(before) = self.shrunk(&page) {
            self.total = page.total;
            self.query.place = before;
            return Vec::new();
        }
        self.steps_back = 0;
        self.pages += 1;
        self.total = page.total.or(self.total);
        let count = page.items.len() as u64;
        let first = page.first_number;
        let number = |at: usize, run: &Run| match first {
            Numbering::Native => run.number,
            Numbering::From(first) => first.checked_sub(at as u64).filter(|number| *number > 0),
            Numbering::Underivable(_) => None,
        };
        let numbered: Vec<_> = page.items.into_iter().enumerate().map(|(at, run)| (number(at, &run), run)).collect();
        let fresh = self.fresh(numbered);
        self.read += fresh.len() as u64;
        self.query.first_number = match first {
            Numbering::From(first) => first.checked_sub(count).filter(|number| *number > 0),
            _ => None,
        };
        match page.older {
            // A place that does not move would be read for ever.
            Some(older) if older != self.query.place => self.query.place = older,
            _ => self.ended = true,
        }
        fresh
    }

    /// Where to read again, if runs before this page went away: those that moved up were not seen.
    fn shrunk(&mut self, page: &Page<Run>) -> Option<Place> {
        let Place::Offset(offset) = self.query.place else { return None };
        let gone = self.total?.checked_sub(page.total?).filter(|gone| *gone > 0)?;
        if self.steps_back >= MOST_STEPS_BACK {
            self.moved = true;
            return None;
        }
        self.steps_back += 1;
        let offset = offset.saturating_sub(gone);
        Some(if offset == 0 { Place::First } else { Place::Offset(offset) })
    }

    fn fresh(&mut self, rows: Vec<(Option<u64>, Run)>) -> Vec<(Option<u64>, Run)> {
        let fresh: Vec<bool> = {
            let recent: Vec<&str> = self.recent.iter().map(String::as_str).collect();
            let known = Names::of(&recent);
            let ids: Vec<&str> = rows.iter().map(|(_, run)| run.id.as_str()).collect();
            let firsts = crate::value::order::first_times(&ids);
            ids.iter().zip(firsts).map(|(id, first)| first && !known.has(id)).collect()
        };
        let rows: Vec<_> = rows.into_iter().zip(fresh).filter_map(|(row, fresh)| fresh.then_some(row)).collect();
        self.recent.extend(rows.iter().map(|(_, run)| run.id.clone()));
        self.recent.drain(..self.recent.len().saturating_sub(REMEMBERED));
        rows
    }
}
