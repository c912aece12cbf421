//! Page after page from the newest run on, where a list has no other way.

use super::{Landed, Landing, List, Miss, WALKED, landed, missed};
use crate::model::{Numbering, Page, Place, Run};
use crate::wire::operation::Operation;

pub(super) fn to_number(list: List, number: u64) -> Operation<Landed> {
    first(list, number, 3)
}

/// The newest page tells the total: whether it is worth it to read on is known before the second request.
fn first(list: List, number: u64, tries: u32) -> Operation<Landed> {
    list.clone().then(Place::First, list.query.limit, None, move |page| match page.first_number {
        Numbering::From(newest) if number > newest => missed(Miss::NotYet { newest }),
        Numbering::From(newest) if newest - number >= list.size() * u64::from(WALKED) => {
            missed(Miss::TooFar { back: Some(newest - number) })
        }
        Numbering::From(newest) => {
            let wanted =
                move |_: &Run, at: usize, first: Option<u64>| first.is_some_and(|first| first.checked_sub(at as u64) == Some(number));
            Scan { list, wanted: Box::new(wanted), trail: Vec::new() }.look(Place::First, Some(newest), page)
        }
        _ if page.items.is_empty() => missed(Miss::NotYet { newest: 0 }),
        _ if tries > 1 => first(list, number, tries - 1),
        _ => missed(Miss::Moving),
    })
}

pub(super) fn to_run(list: List, run: String) -> Operation<Landed> {
    let scan = Scan { list: list.clone(), wanted: Box::new(move |found, _, _| found.id == run), trail: Vec::new() };
    list.then(Place::First, list.query.limit, None, move |page| scan.look(Place::First, number_of(&page), page))
}

const fn number_of(page: &Page<Run>) -> Option<u64> {
    if let Numbering::From(first) = page.first_number { Some(first) } else { None }
}

/// Whether a row is the one, by its place on the page and the number of the page's first run.
type Wanted = Box<dyn Fn(&Run, usize, Option<u64>) -> bool>;

struct Scan {
    list: List,
    wanted: Wanted,
    trail: Vec<(Place, Option<u64>)>,
}

impl Scan {
    fn look(mut self, place: Place, first: Option<u64>, page: Page<Run>) -> Operation<Landed> {
        if let Some((_, run)) = page.items.iter().enumerate().find(|(at, run)| (self.wanted)(run, *at, first)) {
            return landed(Landing { run: run.id.clone(), place, first_number: first, trail: self.trail });
        }
        let Some(older) = page.older else { return missed(Miss::Gone) };
        self.trail.push((place, first));
        if self.trail.len() >= WALKED as usize {
            return missed(Miss::TooFar { back: None });
        }
        let next = first.and_then(|first| first.checked_sub(page.items.len() as u64)).filter(|number| *number > 0);
        self.list.clone().then(older.clone(), self.list.query.limit, next, move |page| {
            let first = number_of(&page);
            self.look(older, first, page)
        })
    }
}
