//! By page arithmetic over the vendor's own numbers. Deleted runs leave gaps between them, so a place is only guessed, and each
//! answer says how far off the guess was.

use super::{Landed, Landing, List, Miss, TRIES, landed, missed};
use crate::adapters::capability::Seek;
use crate::model::{Page, Place, Run};
use crate::wire::operation::Operation;

/// `id`: the run that has to be the one.
pub(super) fn to_number(list: List, number: u64, id: Option<String>) -> Operation<Landed> {
    let Seek::Page { last, largest } = list.adapter.capabilities().seek else { return missed(Miss::NoWay) };
    let search = Search { list, number, id, last, largest, behind: 0, before: None, tries: TRIES };
    search.list.clone().then(Place::First, search.list.query.limit, None, move |page| {
        let Some(newest) = page.items.first().and_then(|run| run.number) else {
            return missed(if page.items.is_empty() { Miss::NotYet { newest: 0 } } else { Miss::NoNumbers });
        };
        if search.number > newest {
            return missed(Miss::NotYet { newest });
        }
        search.met(0, page)
    })
}

struct Search {
    list: List,
    number: u64,
    id: Option<String>,
    last: u32,
    largest: u32,
    /// Behind this place, where a page of newer runs ended.
    behind: u64,
    /// Before this place, where a page of older runs began.
    before: Option<u64>,
    tries: u32,
}

impl Search {
    /// Reads the page around a place, a larger one where small ones do not reach as far.
    fn guess(mut self, place: u64) -> Operation<Landed> {
        if self.tries == 0 {
            return missed(Miss::Moving);
        }
        self.tries -= 1;
        let small = place / self.list.size() < u64::from(self.last);
        let size = if small { self.list.query.limit } else { self.largest };
        let Some(page) = u32::try_from(place / u64::from(size) + 1).ok().filter(|page| *page <= self.last) else {
            return missed(Miss::TooFar { back: Some(place) });
        };
        let from = u64::from(page - 1) * u64::from(size);
        self.list.clone().then(number_place(page), size, None, move |page| self.met(from, page))
    }

    /// Looks at the page that begins at `from`, and narrows down where the run can be. What was seen last counts most: runs that
    /// start meanwhile push all others back.
    fn met(mut self, from: u64, page: Page<Run>) -> Operation<Landed> {
        let numbers = (page.items.first().and_then(|run| run.number), page.items.last().and_then(|run| run.number));
        let end = from + page.items.len() as u64;
        let guess = match numbers {
            (Some(first), Some(last)) if (last..=first).contains(&self.number) => {
                let found = page.items.iter().position(|run| run.number == Some(self.number));
                return match found.filter(|at| self.id.as_ref().is_none_or(|id| *id == page.items[*at].id)) {
                    Some(at) => self.land(from, at, &page),
                    None => missed(Miss::Gone),
                };
            }
            // Numbers are further apart than places where runs are missing, never closer.
            (Some(_), Some(last)) if self.number < last => {
                if page.older.is_none() {
                    return missed(Miss::Gone);
                }
                // What began here may have been pushed back by now: it is read again.
                self.before = self.before.filter(|before| *before != end);
                self.behind = end;
                end - 1 + (last - self.number)
            }
            (Some(first), Some(_)) => {
                if self.behind == from {
                    return missed(if from == 0 { Miss::Moving } else { Miss::Gone });
                }
                self.before = Some(from);
                from.saturating_sub(self.number - first)
            }
            _ if page.items.is_empty() && from > self.behind => {
                self.before = Some(from);
                from - 1
            }
            _ => return missed(Miss::Gone),
        };
        let behind = self.behind;
        let guess = self.before.map_or(guess, |before| guess.min(before - 1)).max(behind);
        // Every other time the middle is taken: a large gap cannot hold the search up.
        let guess = match self.before {
            Some(before) if self.tries.is_multiple_of(2) => behind + before.saturating_sub(behind) / 2,
            _ => guess,
        };
        self.guess(guess)
    }

    fn land(self, from: u64, at: usize, page: &Page<Run>) -> Operation<Landed> {
        let run = page.items[at].id.clone();
        let size = self.list.size();
        let place = from + at as u64;
        let landing = |place| Landing { run: run.clone(), place, ..Landing::default() };
        if let Some(number) = u32::try_from(place / size + 1).ok().filter(|number| *number <= self.last) {
            return landed(landing(number_place(number)));
        }
        // Deeper than pages of this size go: behind the run before it.
        if let Some(before) = at.checked_sub(1 + at % self.list.query.limit as usize).or_else(|| at.checked_sub(1)) {
            return landed(landing(Place::After(page.items[before].id.clone())));
        }
        let Some(number) = u32::try_from(from / u64::from(self.largest)).ok() else { return missed(Miss::NoWay) };
        self.list.then(number_place(number), self.largest, None, move |page| match page.items.last() {
            Some(before) => landed(Landing { run, place: Place::After(before.id.clone()), ..Landing::default() }),
            None => missed(Miss::Moving),
        })
    }
}

const fn number_place(page: u32) -> Place {
    if page <= 1 { Place::First } else { Place::Number(page) }
}
