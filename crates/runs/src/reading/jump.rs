//! Going to one run of a long list, by its number or its id, in a bounded number of requests.
//!
//! Lists move while they are read: wherever a place was worked out, the run has to be on the page that came, or the place is
//! worked out again from that page. A run that was not seen there is never said to be there.

mod pages;
mod sequential;
mod times;

use crate::adapters::Adapter;
use crate::adapters::capability::{NumberSource, Seek};
use crate::adapters::query::RunQuery;
use crate::model::{Numbering, Page, Place, Run};
use crate::value::percent::decode;
use crate::wire::error::ApiError;
use crate::wire::operation::Operation;

/// Pages read where a list has no other way.
pub const WALKED: u32 = 10;
/// Tries at a place that has to be worked out.
const TRIES: u32 = 24;
/// Of which an offset needs two, unless the list moves.
const OFFSETS: u32 = 5;

/// What somebody wants to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    Number(u64),
    Id(String),
}

impl Wish {
    /// `#1,042`, `1042` and `1 042` are numbers; anything else is an id, as it was copied: in quotes or brackets, or in an address.
    /// `None` if there is nothing, or nothing that could be one.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim_matches(|sign: char| sign.is_whitespace() || "\"'`<>()[]{},;“”„‘’«»".contains(sign));
        let named = text.split_once("://").map(|(_, address)| named_in(address));
        let text = named.as_deref().unwrap_or(text);
        let (marked, rest) = text.strip_prefix('#').map_or((false, text), |rest| (true, rest));
        let digits: String = rest.chars().filter(|sign| !matches!(sign, ',' | '.' | '\'' | '\u{2019}') && !sign.is_whitespace()).collect();
        if !digits.is_empty() && digits.len() <= 12 && digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return digits.parse().ok().filter(|number| *number > 0).map(Self::Number);
        }
        let id = !marked && !text.is_empty() && text.len() <= 200 && !text.contains(['/', '\\', '?', '#']) && !matches!(text, "." | "..");
        (id && !text.chars().any(char::is_whitespace)).then(|| Self::Id(text.into()))
    }
}

/// The id in the address of a run: what follows `runs`, or else its last part.
fn named_in(address: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').skip(1).filter(|part| !part.is_empty()).collect();
    let behind = parts.iter().position(|part| *part == "runs").and_then(|at| parts.get(at + 1));
    behind.or(parts.last()).map(|part| decode(part)).unwrap_or_default()
}

/// Where a run was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Landing {
    pub run: String,
    /// The page that holds it.
    pub place: Place,
    /// The number of that page's first run, where it was derived on the way.
    pub first_number: Option<u64>,
    /// The pages before it, the newest first, each with its first number: the way back where the vendor knows none.
    pub trail: Vec<(Place, Option<u64>)>,
}

/// What came of looking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Landed {
    At(Landing),
    Missed(Miss),
}

/// Why a run was not found; none of these is a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Miss {
    /// Numbers count the runs of one flow, and none is chosen.
    NoFlow,
    /// The vendor gives neither numbers nor a total.
    NoNumbers,
    /// The newest run has a lower number.
    NotYet { newest: u64 },
    /// The vendor does not list it any more.
    Gone,
    /// The list is only read page after page, and the run is further back than [`WALKED`] pages; by how many runs, if that is known.
    TooFar { back: Option<u64> },
    /// Nothing in the list says which way the run lies.
    NoWay,
    /// The list changed faster than it was read.
    Moving,
}

/// Looks for a run by its number in the list of `query`'s flow, without filters.
pub fn to_number(adapter: &'static dyn Adapter, query: &RunQuery, number: u64) -> Operation<Landed> {
    let capabilities = adapter.capabilities();
    let list = List::of(adapter, query);
    match (capabilities.numbers, &list.query.flow) {
        (NumberSource::None, _) => missed(Miss::NoNumbers),
        (_, None) => missed(Miss::NoFlow),
        (NumberSource::Native, _) => pages::to_number(list, number, None),
        (NumberSource::Derived, _) => match capabilities.seek {
            Seek::Offset => by_offset(list, number, None, OFFSETS),
            Seek::Page { .. } | Seek::Id | Seek::Sequential => sequential::to_number(list, number),
        },
    }
}

/// Looks for the page that holds a run which was read before.
pub fn to_run(adapter: &'static dyn Adapter, query: &RunQuery, run: &Run) -> Operation<Landed> {
    let list = List::of(adapter, query);
    match (adapter.capabilities().seek, run.number, run.created_at) {
        (Seek::Id, ..) => beside(list, run.id.clone()),
        (Seek::Sequential, ..) => sequential::to_run(list, run.id.clone()),
        (Seek::Page { .. }, Some(number), _) => pages::to_number(list, number, Some(run.id.clone())),
        (Seek::Offset, _, Some(created)) => times::to_run(list, run.id.clone(), created),
        (Seek::Page { .. } | Seek::Offset, ..) => missed(Miss::NoWay),
    }
}

/// One list, unfiltered, as it is asked for.
#[derive(Clone)]
struct List {
    adapter: &'static dyn Adapter,
    query: RunQuery,
}

impl List {
    fn of(adapter: &'static dyn Adapter, query: &RunQuery) -> Self {
        Self { adapter, query: RunQuery { flow: query.flow.clone(), limit: query.limit.max(1), ..RunQuery::default() } }
    }

    fn size(&self) -> u64 {
        u64::from(self.query.limit)
    }

    fn page(&self, place: Place, limit: u32, first_number: Option<u64>) -> Operation<Page<Run>> {
        self.adapter.list_runs(&RunQuery { place, limit, first_number, ..self.query.clone() })
    }

    /// Reads a page and goes on with it; a failure ends the looking.
    fn then(
        &self,
        place: Place,
        limit: u32,
        first: Option<u64>,
        next: impl FnOnce(Page<Run>) -> Operation<Landed> + 'static,
    ) -> Operation<Landed> {
        self.page(place, limit, first).and_then(move |page: Result<Page<Run>, ApiError>| match page {
            Ok(page) => next(page),
            Err(error) => Operation::fail(error),
        })
    }
}

fn missed(miss: Miss) -> Operation<Landed> {
    Operation::done(Landed::Missed(miss))
}

fn landed(landing: Landing) -> Operation<Landed> {
    Operation::done(Landed::At(landing))
}

/// By the total: the first answer tells it, and each further one corrects it.
fn by_offset(list: List, number: u64, total: Option<u64>, tries: u32) -> Operation<Landed> {
    if tries == 0 {
        return missed(Miss::Moving);
    }
    // At first a single row, for the total alone.
    let limit = if total.is_some() { list.query.limit } else { 1 };
    let size = list.size();
    let back = total.map_or(0, |total| total.saturating_sub(number));
    // On the pages that Older leads to; if it was not there, new runs push it back from the beginning of a page.
    let offset = if tries + 1 == OFFSETS { back / size * size } else { back };
    let place = if offset == 0 { Place::First } else { Place::Offset(offset) };
    list.clone().then(place.clone(), limit, None, move |page| {
        let Some(newest) = page.total else { return missed(Miss::NoNumbers) };
        if number > newest {
            return missed(Miss::NotYet { newest });
        }
        match page.first_number {
            Numbering::From(first) if total.is_some() => {
                if let Some(run) = first.checked_sub(number).and_then(|at| page.items.get(usize::try_from(at).ok()?)) {
                    return landed(Landing { run: run.id.clone(), place, first_number: Some(first), trail: Vec::new() });
                }
            }
            _ => {}
        }
        by_offset(list, number, Some(newest), tries - 1)
    })
}

/// Between the runs that are a little newer and those that are older, where a list goes on from an id in both directions.
fn beside(list: List, run: String) -> Operation<Landed> {
    let half = (list.query.limit / 2).max(1);
    list.clone().then(Place::Before(run.clone()), half, None, move |page| {
        // Fewer than asked for: the run is among the newest.
        let place = match page.items.first() {
            Some(first) if page.items.len() >= half as usize => Place::After(first.id.clone()),
            _ => Place::First,
        };
        list.clone().then(place.clone(), list.query.limit, None, move |page| {
            if page.items.iter().any(|found| found.id == run) {
                let first_number = if let Numbering::From(first) = page.first_number { Some(first) } else { None };
                return landed(Landing { run, place, first_number, trail: Vec::new() });
            }
            missed(Miss::Moving)
        })
    })
}
