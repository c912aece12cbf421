//! Several lists read to their end, one after the other: what a file over many connections and flows is made of.

use super::Paginator;
use crate::adapters::query::RunQuery;
use crate::model::{Flow, Page, Place, Run};
use crate::value::time::Timestamp;
use std::collections::VecDeque;

/// What is to be read next, of which source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    Flows { source: usize, place: Place },
    Runs { source: usize, query: Box<RunQuery> },
}

impl Next {
    pub const fn source(&self) -> usize {
        match self {
            Self::Flows { source, .. } | Self::Runs { source, .. } => *source,
        }
    }
}

#[derive(Clone, Debug)]
enum Todo {
    /// Its vendor lists the runs of one flow at a time: the flows come first.
    Flows {
        query: RunQuery,
        place: Place,
    },
    Runs(Paginator),
}

#[derive(Clone, Debug)]
pub struct ChainedPaginator {
    todo: VecDeque<(usize, Todo)>,
    /// So many have failed in a row.
    failed: usize,
    single: bool,
    doubtful: bool,
    /// Of the lists that came to their end.
    read: u64,
    pages: u32,
}

impl ChainedPaginator {
    /// The question to each source, in their order, and whether one list answers it; otherwise there is a list for each flow.
    pub fn new(sources: impl IntoIterator<Item = (RunQuery, bool)>) -> Self {
        let todo: VecDeque<_> = sources
            .into_iter()
            .enumerate()
            .map(|(source, (query, whole))| {
                (source, if whole { Todo::Runs(Paginator::new(query)) } else { Todo::Flows { query, place: Place::First } })
            })
            .collect();
        let single = todo.len() == 1 && todo.iter().all(|(_, todo)| matches!(todo, Todo::Runs(_)));
        Self { todo, failed: 0, single, doubtful: false, read: 0, pages: 0 }
    }

    /// `None` at the end of all.
    pub fn next(&self) -> Option<Next> {
        let (source, todo) = self.todo.front()?;
        Some(match todo {
            Todo::Flows { place, .. } => Next::Flows { source: *source, place: place.clone() },
            Todo::Runs(paginator) => Next::Runs { source: *source, query: Box::new(paginator.next()?.clone()) },
        })
    }

    /// Takes a page of the flows in: each is a list, read before the flows after it.
    pub fn flows(&mut self, page: &Page<Flow>) {
        let Some((source, Todo::Flows { query, place })) = self.todo.pop_front() else { return };
        self.failed = 0;
        // A place that does not move would be read for ever.
        if let Some(older) = page.older.clone().filter(|older| *older != place) {
            self.todo.push_front((source, Todo::Flows { query: query.clone(), place: older }));
        }
        for flow in page.items.iter().rev() {
            self.todo.push_front((source, Todo::Runs(Paginator::new(RunQuery { flow: Some(flow.id.clone()), ..query.clone() }))));
        }
    }

    /// Takes a page of runs in; those that were not seen before, with their numbers.
    pub fn runs(&mut self, page: Page<Run>, now: Timestamp) -> Vec<(Option<u64>, Run)> {
        let Some((_, Todo::Runs(paginator))) = self.todo.front_mut() else { return Vec::new() };
        self.failed = 0;
        let rows = paginator.take(page, now);
        if paginator.next().is_none() && !self.single {
            (self.read, self.pages) = (self.read + paginator.read, self.pages + paginator.pages);
            self.doubtful |= paginator.doubtful();
            self.todo.pop_front();
        }
        rows
    }

    /// What is next could not be read: the others go on, and it is tried once more after them. Whether there are no others.
    pub fn fail(&mut self) -> bool {
        self.failed += 1;
        let alone = self.failed >= self.todo.len();
        if alone {
            self.failed = 0;
        } else {
            self.todo.rotate_left(1);
        }
        alone
    }

    pub fn read(&self) -> u64 {
        self.read + self.present().map_or(0, |paginator| paginator.read)
    }

    pub fn pages(&self) -> u32 {
        self.pages + self.present().map_or(0, |paginator| paginator.pages)
    }

    /// How many runs there are, where that is known.
    pub fn total(&self) -> Option<u64> {
        self.present().filter(|_| self.single)?.total
    }

    /// Milliseconds for which the next vendor's limit wants no further request.
    pub fn rest(&self) -> u32 {
        self.present().filter(|paginator| paginator.next().is_some()).map_or(0, |paginator| paginator.rest)
    }

    /// Whether runs may be missing.
    pub fn doubtful(&self) -> bool {
        self.doubtful || self.present().is_some_and(Paginator::doubtful)
    }

    fn present(&self) -> Option<&Paginator> {
        match self.todo.front() {
            Some((_, Todo::Runs(paginator))) => Some(paginator),
            _ => None,
        }
    }
}
