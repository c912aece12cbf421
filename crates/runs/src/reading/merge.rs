//! The runs of several connections as one list, newest first, put together from each vendor's own pages.
//!
//! No I/O and no clock: a [`Merge`] says what has to be read next, is told what came of it, and gives rows out as long as their
//! order is certain. It is lazy: a list is read on only when all that was read of it has been given out. So the newest row
//! costs one page of every list, and any further one at most a page of the lists that ran dry.
//!
//! The order is that of creation (of the start, where a vendor tells only that). A run without a time stands right after the
//! one before it in its vendor's list, or at the very top if it is the first; so does one that its vendor lists out of order.
//! Of the same moment, connections come as configured, flows as the vendor lists them, and runs as their list has them.

mod again;
mod gaps;
mod pages;
mod question;
mod stream;

pub use again::Watched;
pub use pages::{Extent, PageState, Pages};
pub use question::Question;
pub use stream::Row;

use crate::model::{Flow, Page, Place, Run};
use crate::value::order::{Names, first_times};
use crate::value::time::Timestamp;
use crate::wire::error::{ApiError, ErrorKind};
use stream::{At, Next, Stream};

/// Flows of one connection that are listed; more are said, not read.
pub const MOST_FLOWS: usize = 20;
/// Pages in a row that bring nothing new: then a list is taken for one that does not advance.
const MOST_IDLE: u32 = 10;

/// How one connection is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The vendor lists the runs of all flows at once; otherwise each flow is a list of its own.
    pub all_flows: bool,
    /// Some of what is asked for is not filtered by the vendor but by whoever takes the rows.
    pub here: bool,
    /// Nothing that is asked for can exist there: it is not read.
    pub never: bool,
}

/// Something to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetch {
    Flows { source: usize, place: Place },
    Runs { stream: usize, place: Place },
}

/// What giving out one more row led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Row,
    /// The next run is none of those wanted.
    Passed,
    /// Nobody can tell which run is next before more is read.
    Blocked,
    End,
}

#[derive(Clone, Debug)]
struct Source {
    kind: Kind,
    flows: Next,
    /// The order went on without it from this row on.
    over: Option<usize>,
    /// Flows beyond [`MOST_FLOWS`]: how many, where the vendor says.
    left_out: Option<Option<u64>>,
}

/// What is missing of a connection.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Missing {
    /// It has not answered, and the order went on without it.
    pub slow: bool,
    pub error: Option<ApiError>,
    /// So many of its runs have come meanwhile; they belong among those given out.
    pub late: usize,
}

#[derive(Clone, Debug)]
pub struct Merge {
    sources: Vec<Source>,
    streams: Vec<Stream>,
    /// What was given out and wanted, newest first, but for the first `forgotten`.
    rows: Vec<Row>,
    forgotten: usize,
    /// Where giving out stands.
    floor: Option<At>,
    /// What stands below it, because it is older, is not wanted.
    since: i64,
}

impl Merge {
    /// Runs from before `since` are not wanted.
    pub fn new(kinds: &[Kind], since: Option<Timestamp>) -> Self {
        let since = since.map_or(i64::MAX, stream::key);
        let mut merge = Self { sources: Vec::new(), streams: Vec::new(), rows: Vec::new(), forgotten: 0, floor: None, since };
        for kind in kinds {
            if kind.all_flows && !kind.never {
                merge.streams.push(Stream::new(merge.sources.len(), None, 0));
            }
            let flows = if kind.all_flows || kind.never { Next::End } else { Next::Due(Place::First) };
            merge.sources.push(Source { kind: *kind, flows, over: None, left_out: None });
        }
        merge
    }

    /// What has to be read, which then counts as asked. `more`: for further rows, of the lists that `may` allows; in any case
    /// what is to be tried again.
    pub fn ask(&mut self, more: bool, may: &dyn Fn(usize) -> bool) -> Vec<Fetch> {
        let mut asks = Vec::new();
        for (at, source) in self.sources.iter_mut().enumerate() {
            if (more || source.over.is_some())
                && let Some(place) = source.flows.begin()
            {
                asks.push(Fetch::Flows { source: at, place });
            }
        }
        for (at, stream) in self.streams.iter_mut().enumerate().filter(|(_, stream)| !stream.past(self.since)) {
            if stream.dry()
                && (stream.over.is_some() || (more && may(at)))
                && let Some(place) = stream.next.begin()
            {
                asks.push(Fetch::Runs { stream: at, place });
            }
        }
        asks
    }

    /// Whether something is being read that the order waits for.
    pub fn reading(&self) -> bool {
        let sources = self.sources.iter().any(|source| source.over.is_none() && matches!(source.flows, Next::Asked(_)));
        sources || self.streams.iter().any(|stream| stream.over.is_none() && stream.dry() && matches!(stream.next, Next::Asked(_)))
    }

    /// Flows of a connection came.
    pub fn flows(&mut self, source: usize, place: &Place, answer: Result<Page<Flow>, ApiError>) {
        let given = self.count();
        let Some(of) = self.sources.get_mut(source).filter(|of| of.flows.asked(place)) else { return };
        let page = match answer {
            Ok(page) => page,
            Err(error) => {
                of.flows = Next::Failed(place.clone(), error);
                of.over.get_or_insert(given);
                return;
            }
        };
        let mut known: Vec<String> =
            self.streams.iter().filter(|stream| stream.source == source).filter_map(|stream| stream.flow.clone()).collect();
        let mut left = 0;
        for flow in page.items {
            if known.contains(&flow.id) {
                continue;
            }
            if known.len() >= MOST_FLOWS {
                left += 1;
                continue;
            }
            let mut stream = Stream::new(source, Some(flow.id.clone()), known.len());
            stream.over = of.over;
            self.streams.push(stream);
            known.push(flow.id);
        }
        let full = known.len() >= MOST_FLOWS;
        of.flows = match page.older {
            Some(older) if !full && older != *place => Next::Due(older),
            Some(_) if full => {
                of.left_out = Some(page.total.map(|total| total.saturating_sub(MOST_FLOWS as u64)));
                Next::End
            }
            _ => Next::End,
        };
        if left > 0 && of.left_out.is_none() {
            of.left_out = Some(Some(left));
        }
        if of.flows == Next::End {
            of.over = None;
        }
    }

    /// A page of runs came.
    pub fn runs(&mut self, stream: usize, place: &Place, answer: Result<Page<Run>, ApiError>) {
        let given = self.count();
        let Some(of) = self.streams.get(stream).filter(|of| of.next.asked(place)) else { return };
        let page = match answer {
            Ok(page) => page,
            Err(error) => return self.fail(stream, place, error, given),
        };
        let fresh = self.unknown(of.source, &page.items);
        let floor = self.floor;
        let of = &mut self.streams[stream];
        if *place == Place::First {
            of.newest = Some(page.clone());
        }
        let kept: Vec<Run> = page.items.into_iter().zip(fresh).filter_map(|(run, fresh)| fresh.then_some(run)).collect();
        let added = of.take(stream, place, kept);
        of.next = match page.older {
            Some(older) if older != *place => Next::Due(older),
            _ => Next::End,
        };
        of.idle = if added.is_empty() { of.idle + 1 } else { 0 };
        if of.idle >= MOST_IDLE && of.next != Next::End {
            let error = ApiError::new(ErrorKind::Malformed, "the list does not advance");
            return self.fail(stream, place, error, given);
        }
        let fits = added.first().is_none_or(|head| floor.is_none_or(|floor| of.place_of(head) > floor));
        match of.over {
            // It came before it was missed: nothing that was given out is older.
            Some(_) if fits && (!added.is_empty() || of.next == Next::End) => {
                of.over = None;
                of.ahead.extend(added);
            }
            Some(_) => of.late.extend(added),
            None => of.ahead.extend(added),
        }
    }

    fn fail(&mut self, stream: usize, place: &Place, error: ApiError, given: usize) {
        let of = &mut self.streams[stream];
        of.next = Next::Failed(place.clone(), error);
        of.over.get_or_insert(given);
    }

    /// For each run whether it is there for the first time: lists move while they are read.
    fn unknown(&self, source: usize, runs: &[Run]) -> Vec<bool> {
        let streams: Vec<usize> = (0..self.streams.len()).filter(|at| self.streams[*at].source == source).collect();
        let mut ids: Vec<&str> = self.rows.iter().filter(|row| streams.contains(&row.stream)).map(|row| row.run.id.as_str()).collect();
        for stream in streams {
            ids.extend(self.streams[stream].ahead.iter().chain(&self.streams[stream].late).map(|row| row.run.id.as_str()));
        }
        let known = Names::of(&ids);
        let own: Vec<&str> = runs.iter().map(|run| run.id.as_str()).collect();
        first_times(&own).into_iter().zip(own).map(|(first, id)| first && !known.has(id)).collect()
    }

    /// Gives out the next run; it is kept only if `lets` wants it.
    pub fn step(&mut self, lets: &dyn Fn(usize, &Run) -> bool) -> Step {
        let given = self.count();
        if self.sources.iter().any(|source| source.flows != Next::End && source.over.is_none()) {
            return Step::Blocked;
        }
        let mut best: Option<(At, usize)> = None;
        for (at, stream) in self.streams.iter_mut().enumerate() {
            if let Some(row) = stream.ahead.front() {
                let place = stream.place_of(row);
                if best.is_none_or(|(found, _)| place < found) {
                    best = Some((place, at));
                }
            } else if let Some(over) = stream.over {
                stream.over = Some(over.min(given));
            } else if stream.next != Next::End && !stream.past(self.since) {
                return Step::Blocked;
            }
        }
        let Some((place, at)) = best.filter(|((key, ..), _)| *key <= self.since) else {
            return Step::End;
        };
        let Some(row) = self.streams[at].ahead.pop_front() else { return Step::End };
        self.floor = Some(place);
        if !lets(self.streams[at].source, &row.run) {
            return Step::Passed;
        }
        self.rows.push(row);
        Step::Row
    }

    /// Whether a further row can be hoped for.
    pub fn more(&self) -> bool {
        let unread = |next: &Next| matches!(next, Next::Due(_) | Next::Asked(_));
        self.sources.iter().any(|source| source.over.is_none() && unread(&source.flows))
            || self.streams.iter().any(|stream| match stream.ahead.front() {
                Some(row) => row.key <= self.since,
                None => stream.over.is_none() && unread(&stream.next) && !stream.past(self.since),
            })
    }

    /// How many rows were given out.
    pub fn count(&self) -> usize {
        self.forgotten + self.rows.len()
    }

    /// Rows given out, from and up to but without; `None` if they are kept no longer.
    pub fn rows(&self, from: usize, to: usize) -> Option<&[Row]> {
        self.rows.get(from.checked_sub(self.forgotten)?..to.checked_sub(self.forgotten)?)
    }

    /// Keeps no rows before this one.
    pub fn forget(&mut self, before: usize) {
        let many = before.saturating_sub(self.forgotten).min(self.rows.len());
        self.rows.drain(..many);
        self.forgotten += many;
    }

    /// The connection of a list.
    pub fn source_of(&self, stream: usize) -> usize {
        self.streams.get(stream).map_or(0, |stream| stream.source)
    }

    /// The flow of a list that is one flow's.
    pub fn flow_of(&self, stream: usize) -> Option<&str> {
        self.streams.get(stream).and_then(|stream| stream.flow.as_deref())
    }

    /// Flows of a connection that are not listed: `Some(None)` if nobody says how many.
    pub fn left_out(&self, source: usize) -> Option<Option<u64>> {
        self.sources.get(source).and_then(|source| source.left_out)
    }
}
