//! By time of creation, over offsets: a list that runs from the newest to the oldest is searched like a dictionary.

use super::{Landed, Landing, List, Miss, TRIES, landed, missed};
use crate::model::{Numbering, Page, Place, Run};
use crate::value::time::Timestamp;
use crate::wire::operation::Operation;

pub(super) fn to_run(list: List, run: String, created: Timestamp) -> Operation<Landed> {
    let search = Search { list, run, created, newer: None, older: None, again: false, tries: TRIES };
    search.read(0)
}

struct Search {
    list: List,
    run: String,
    created: Timestamp,
    /// The last page known to be newer, and the first known to be older, in pages from the newest, each with a time in it.
    newer: Option<(u64, Timestamp)>,
    older: Option<(u64, Option<Timestamp>)>,
    /// The last page that was left was read again: it may have been pushed back meanwhile.
    again: bool,
    tries: u32,
}

impl Search {
    fn read(mut self, at: u64) -> Operation<Landed> {
        if self.tries == 0 {
            return missed(Miss::Moving);
        }
        self.tries -= 1;
        let place = if at == 0 { Place::First } else { Place::Offset(at * self.list.size()) };
        self.list.clone().then(place.clone(), self.list.query.limit, None, move |page| self.met(at, place, page))
    }

    fn met(mut self, at: u64, place: Place, page: Page<Run>) -> Operation<Landed> {
        if page.items.iter().any(|run| run.id == self.run) {
            let first_number = if let Numbering::From(first) = page.first_number { Some(first) } else { None };
            return landed(Landing { run: self.run, place, first_number, trail: Vec::new() });
        }
        let when = |run: Option<&Run>| run.and_then(|run| run.created_at);
        let (first, last) = (when(page.items.first()), when(page.items.last()));
        match (first, last) {
            // Equal times may lie on both sides of a page's end: the page behind it is looked at first.
            (_, Some(last)) if self.created <= last => self.newer = Some((at, last)),
            (Some(first), _) if self.created >= first => self.older = Some((at, Some(first))),
            (None, None) if page.items.is_empty() => self.older = Some((at, None)),
            // Its time falls into this page, and it is not there.
            (Some(_), Some(_)) => return missed(Miss::Gone),
            _ => return missed(Miss::NoWay),
        }
        if self.older.is_none() {
            let pages = page.total.unwrap_or(0).div_ceil(self.list.size());
            self.older = Some((pages, None));
        }
        match (self.next(), self.newer) {
            (Some(next), _) => self.read(next),
            (None, Some((newer, _))) if !self.again => {
                self.again = true;
                self.read(newer + 1)
            }
            _ => missed(Miss::Gone),
        }
    }

    /// Between the pages that are known: where the times say, every other time in the middle.
    fn next(&self) -> Option<u64> {
        let older = self.older.map_or(0, |(at, _)| at);
        let from = self.newer.map_or(0, |(at, _)| at + 1);
        if from >= older {
            return None;
        }
        let pages = older - from;
        let told = match (self.newer, self.older) {
            (Some((_, newer)), Some((_, Some(older)))) if self.tries.is_multiple_of(2) => {
                let (all, part) = (newer.since(older).max(1), newer.since(self.created));
                // In whole numbers, without running over.
                u64::try_from(u128::from(pages) * u128::from(part) / u128::from(all)).unwrap_or(pages / 2)
            }
            _ => pages / 2,
        };
        Some(from + told.min(pages - 1))
    }
}
