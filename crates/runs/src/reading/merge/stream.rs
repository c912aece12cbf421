//! One vendor's list within the merge.

use crate::model::{Page, Place, Run};
use crate::value::time::Timestamp;
use crate::wire::error::ApiError;
use std::collections::VecDeque;

/// Where a run stands in the whole order: its moment, its connection, its flow.
pub type At = (i64, usize, usize);

/// A moment so that newer ones come first.
pub const fn key(at: Timestamp) -> i64 {
    // Not the negative, which the smallest number has none of.
    !at.0
}

/// One run of the merged list.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub stream: usize,
    pub run: Run,
    pub(super) key: i64,
    /// Which of its list's pages it came with.
    pub(super) page: usize,
    /// That page holds it no longer; it did until then.
    pub absent: Option<Timestamp>,
}

/// How far a list has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    Due(Place),
    Asked(Place),
    Failed(Place, ApiError),
    End,
}

impl Next {
    /// What is due counts as asked from now on.
    pub fn begin(&mut self) -> Option<Place> {
        let Self::Due(place) = self else { return None };
        let place = place.clone();
        *self = Self::Asked(place.clone());
        Some(place)
    }

    pub fn asked(&self, place: &Place) -> bool {
        matches!(self, Self::Asked(asked) if asked == place)
    }

    pub fn interrupt(&mut self) {
        if let Self::Asked(place) = self {
            *self = Self::Due(place.clone());
        }
    }

    /// What failed is due again.
    pub fn retry(&mut self) {
        if let Self::Failed(place, _) = self {
            *self = Self::Due(place.clone());
        }
    }
}

#[derive(Clone, Debug)]
pub struct Stream {
    pub source: usize,
    pub flow: Option<String>,
    /// The flow's place among those of its connection.
    pub rank: usize,
    pub next: Next,
    /// Read and not given out yet.
    pub ahead: VecDeque<Row>,
    /// The order went on without this list from this row on.
    pub over: Option<usize>,
    /// What came of it after that, and belongs among what was given out.
    pub late: Vec<Row>,
    /// How far down its runs have been read; none is placed above the one before it.
    end: i64,
    /// Pages in a row that brought nothing.
    pub idle: u32,
    /// Where each page that was read begins.
    pub pages: Vec<Place>,
    /// The newest answer for its first page, and what in it is not known yet.
    pub newest: Option<Page<Run>>,
    pub fresh: Vec<Run>,
}

impl Stream {
    pub fn new(source: usize, flow: Option<String>, rank: usize) -> Self {
        Self {
            source,
            flow,
            rank,
            next: Next::Due(Place::First),
            ahead: VecDeque::new(),
            over: None,
            late: Vec::new(),
            end: i64::MIN,
            idle: 0,
            pages: Vec::new(),
            newest: None,
            fresh: Vec::new(),
        }
    }

    /// All that was read of it has been given out.
    pub fn dry(&self) -> bool {
        self.ahead.is_empty() && self.late.is_empty()
    }

    /// What was read of it is older than anything wanted, so the rest is too.
    pub fn past(&self, since: i64) -> bool {
        self.end > since
    }

    pub fn place_of(&self, row: &Row) -> At {
        (row.key, self.source, self.rank)
    }

    /// Gives the runs of one page their places.
    pub fn take(&mut self, stream: usize, place: &Place, runs: Vec<Run>) -> Vec<Row> {
        let page = self.pages.len();
        self.pages.push(place.clone());
        let mut rows = Vec::with_capacity(runs.len());
        for run in runs {
            let own = run.created_at.or(run.started_at).map_or(i64::MIN, key);
            self.end = self.end.max(own);
            rows.push(Row { stream, run, key: self.end, page, absent: None });
        }
        rows
    }
}
