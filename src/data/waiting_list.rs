//! What waits in one connection, list by list: each has its own runs, its own error and its own pause.

use super::Connection;
use crate::platform::clock;
use console::queue::ListProgress;
use runs::ApiError;
use runs::model::{Page, Place, ReviewRef, Run};
use runs::reading::live::{Backoff, Pace};
use runs::value::order::Names;
use std::sync::Arc;

/// A list that the vendor refuses is asked for again after so many milliseconds: a key may have been renewed.
const REFUSED: u32 = 300_000;

/// When something may be asked for again.
#[derive(Clone, Copy, Debug)]
struct Pause {
    backoff: Backoff,
    /// By the page's running clock.
    until: f64,
    /// The vendor named the time: nobody else shortens it.
    named: bool,
}

impl Pause {
    const fn none() -> Self {
        Self { backoff: Backoff::new(Pace::List), until: 0.0, named: false }
    }

    fn over(&self) -> bool {
        clock::running() >= self.until
    }

    /// Says when the next try is.
    fn failed(&mut self, mut error: ApiError) -> ApiError {
        self.backoff.failed(&error);
        let delay = self.backoff.delay(clock::now(), None, 0.0).unwrap_or(REFUSED);
        (self.until, self.named) = (clock::running() + f64::from(delay), error.retry_after.is_some());
        error.next_try = Some(clock::now().plus(u64::from(delay)));
        error
    }
}

/// One list of what waits: a connection's, or one of its flows'.
#[derive(Clone, Debug)]
pub struct WaitList {
    pub flow: Option<String>,
    /// Oldest first; from before, if there is an `error`.
    pub runs: Vec<Arc<Run>>,
    /// How far it was read.
    pub part: ListProgress,
    /// How many more runs there are at least, beyond `runs`.
    more: u64,
    /// The vendor has more than was counted.
    open_ended: bool,
    pub error: Option<ApiError>,
    /// Runs that could not be read, and have no id to ask for them by.
    pub unread: usize,
    pause: Pause,
}

impl WaitList {
    pub fn new(flow: Option<String>) -> Self {
        let part = ListProgress { end: None, open: false };
        Self { flow, runs: Vec::new(), part, more: 0, open_ended: false, error: None, unread: 0, pause: Pause::none() }
    }

    /// Adds a page; says where the next one is.
    pub fn add(&mut self, page: Page<Run>) -> Option<Place> {
        // Lists move while they are read: what comes twice is one.
        let new: Vec<Run> = page.items.into_iter().filter(|run| !self.runs.iter().any(|known| known.id == run.id)).collect();
        self.part.end = new.iter().filter_map(|run| run.created_at).chain(self.part.end).max();
        self.part.open = page.older.is_some();
        self.unread += page.unread.len();
        self.runs.extend(new.into_iter().map(Arc::new));
        page.older
    }

    /// Everything that is wanted of it was read; the vendor may have said how much there is.
    pub fn counted(&mut self, total: Option<u64>) {
        match total {
            Some(total) => self.more = total.saturating_sub(self.runs.len() as u64),
            None => self.open_ended = self.part.open && self.part.end.is_some(),
        }
    }

    /// What it does not tell of its runs stays known: their reviews, or the names of those.
    fn remember(&mut self, before: &Self) {
        let ids: Vec<&str> = before.runs.iter().map(|run| run.id.as_str()).collect();
        let names = Names::of(&ids);
        for run in &mut self.runs {
            let known = names.first(&run.id).and_then(|at| before.runs.get(at)).and_then(|known| known.reviews.clone());
            let Some(mut known) = known.filter(|known| run.reviews.as_ref() != Some(known)) else { continue };
            if let Some(told) = &run.reviews {
                let kept = |one: &ReviewRef| known.iter().find(|known| known.id == one.id).unwrap_or(one).clone();
                known = told.iter().map(kept).collect();
            }
            Arc::make_mut(run).reviews = Some(known);
        }
    }
}

/// What waits for a person in one connection.
#[derive(Clone, Debug)]
pub struct WaitingOf {
    pub connection: Connection,
    /// The lists that it is read from: one, or one a flow.
    pub lists: Vec<WaitList>,
    /// The vendor's flows could not be listed.
    pub error: Option<ApiError>,
    /// Names of the flows that were listed.
    flow_names: Vec<(String, String)>,
    more_flows: bool,
    pause: Pause,
}

impl WaitingOf {
    pub const fn new(connection: Connection) -> Self {
        Self { connection, lists: Vec::new(), error: None, flow_names: Vec::new(), more_flows: false, pause: Pause::none() }
    }

    pub fn runs(&self) -> impl Iterator<Item = &Arc<Run>> {
        self.lists.iter().flat_map(|list| &list.runs)
    }

    fn decides(&self) -> bool {
        self.connection.dialect.adapter().capabilities().review.decides()
    }

    /// How many reviews are known to wait; a run that does not say how many has one at least.
    pub fn reviews(&self, decided: &dyn Fn(&str, &ReviewRef) -> bool) -> usize {
        let of = |run: &Arc<Run>| match &run.reviews {
            Some(reviews) if !reviews.is_empty() => reviews.iter().filter(|review| !decided(&run.id, review)).count(),
            _ => 1,
        };
        self.runs().map(of).sum()
    }

    /// Runs of which it is not known how many reviews they have.
    pub fn unknown(&self) -> bool {
        self.decides() && self.runs().any(|run| run.reviews.is_none())
    }

    pub fn more(&self) -> u64 {
        self.lists.iter().map(|list| list.more).sum()
    }

    pub fn open_ended(&self) -> bool {
        self.more_flows || self.unknown() || self.lists.iter().any(|list| list.open_ended || (list.more > 0 && self.decides()))
    }

    /// Something of it could not be read.
    pub fn failed(&self) -> bool {
        self.error.is_some() || self.lists.iter().any(|list| list.error.is_some())
    }

    /// The vendor has more flows than are looked at.
    pub const fn more_flows(&self) -> bool {
        self.more_flows
    }

    /// A flow by its name, as far as that is known.
    pub fn flow_name<'a>(&'a self, flow: &'a str) -> &'a str {
        self.flow_names.iter().find(|(id, _)| id == flow).map_or(flow, |(_, name)| name)
    }

    pub fn flows(&self) -> Vec<String> {
        self.flow_names.iter().map(|(id, _)| id.clone()).collect()
    }

    pub fn flows_due(&self) -> bool {
        self.pause.over()
    }

    /// The flows were listed, or not: then those of before stay.
    pub fn flows_read(&mut self, found: Result<(Vec<(String, String)>, bool), ApiError>) {
        match found {
            Ok((flows, more)) => {
                self.lists.retain(|list| list.flow.as_ref().is_none_or(|flow| flows.iter().any(|(id, _)| id == flow)));
                (self.flow_names, self.more_flows, self.error, self.pause) = (flows, more, None, Pause::none());
            }
            Err(error) => self.error = Some(self.pause.failed(error)),
        }
    }

    pub fn due(&self, flow: &Option<String>) -> bool {
        self.lists.iter().find(|list| list.flow == *flow).is_none_or(|list| list.pause.over())
    }

    /// A list was read, or in part: then what was known of it stays in sight, marked by the error.
    pub fn put(&mut self, mut list: WaitList, failure: Option<ApiError>) {
        let place = self.lists.iter().position(|known| known.flow == list.flow);
        if let Some(known) = place.and_then(|at| self.lists.get(at)) {
            list.remember(known);
        }
        match (place.and_then(|at| self.lists.get_mut(at)), failure) {
            (Some(known), None) => *known = list,
            (Some(known), Some(error)) => known.error = Some(known.pause.failed(error)),
            (None, failure) => {
                list.error = failure.map(|error| list.pause.failed(error));
                self.lists.push(list);
            }
        }
    }

    /// Somebody asks for it: what was given up for the time being is tried, but not before the time that the vendor named.
    pub fn try_again(&mut self) {
        for pause in self.lists.iter_mut().map(|list| &mut list.pause).chain([&mut self.pause]).filter(|pause| !pause.named) {
            pause.until = 0.0;
        }
    }

    pub fn tell(&mut self, run: &str, reviews: &[ReviewRef]) {
        for known in self.lists.iter_mut().flat_map(|list| &mut list.runs).filter(|known| known.id == run) {
            Arc::make_mut(known).reviews = Some(reviews.to_vec());
        }
    }
}
