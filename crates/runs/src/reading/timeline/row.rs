//! The parts of a Gantt chart.

use super::axis::{Axis, Break, Tick};
use crate::model::status::StatusKind;
use crate::value::time::Timestamp;
use std::collections::BTreeSet;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GanttOptions {
    /// When the run began: from there on, steps of which only durations are known are drawn one after the other.
    pub begin: Option<Timestamp>,
    /// Cut long stretches in which nothing works.
    pub fold: bool,
    /// Rows whose default, open or closed, is flipped.
    pub toggled: BTreeSet<String>,
    /// The step whose row must be visible, whatever is closed: one that a link names.
    pub reveal: Option<String>,
}

impl Default for GanttOptions {
    fn default() -> Self {
        Self { begin: None, fold: true, toggled: BTreeSet::new(), reveal: None }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gantt {
    /// Only what is open, top down.
    pub rows: Vec<Row>,
    pub axis: Axis,
    pub ticks: Vec<Tick>,
    pub breaks: Vec<Break>,
    /// Only durations are known: when a step began is not.
    pub in_sequence: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Unique and stable: the id of the newest try, or `loop:…`.
    pub id: String,
    pub kind: RowKind,
    pub depth: u16,
    /// The newest try, as an index into the steps: name, status, what a click opens.
    pub step: Option<usize>,
    /// Every try, oldest first.
    pub tries: Vec<usize>,
    /// The vendor's word for a loop that no step stands for.
    pub name: Option<String>,
    pub status: StatusKind,
    /// `None`: nothing below it.
    pub open: Option<bool>,
    pub bars: Vec<Bar>,
    pub label: Label,
    pub holding: Option<Holding>,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    /// First start to last end, gaps included.
    pub lasted_ms: Option<u64>,
    /// Of its iterations.
    pub counts: Counts,
}

impl Row {
    /// Whether the other is drawn of the same parts: only places, lengths and durations may differ.
    pub fn is_like(&self, other: &Self) -> bool {
        let parts = |row: &Self| (row.kind, row.depth, row.step, row.status, row.open, row.holding, row.label.side);
        let bars = || self.bars.iter().map(|bar| bar.kind).eq(other.bars.iter().map(|bar| bar.kind));
        self.id == other.id && parts(self) == parts(other) && self.tries == other.tries && self.name == other.name && bars()
    }
}

/// Numbers of iterations are one-based.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    Step,
    /// Has others below it; without iterations a group.
    Loop {
        iterations: u32,
    },
    Range {
        first: u32,
        last: u32,
    },
    Iteration {
        number: u32,
    },
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub ok: u32,
    pub failed: u32,
    pub waiting: u32,
    pub running: u32,
    pub other: u32,
}

/// Shares of the width, 0..1; `x + w` is never more than 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    pub x: f64,
    pub w: f64,
    pub kind: BarKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BarKind {
    Work,
    Wait,
    /// A failed try that was followed by another.
    Retry,
    /// Between two tries.
    Gap,
    /// The last try, failed.
    Fail,
    /// Up to the last poll.
    Running,
    Idle,
    /// Several steps as one.
    Loop,
}

/// Where the text goes: from `x` on, or up to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Label {
    pub x: f64,
    pub side: Side,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    After,
    Before,
    Hidden,
}

/// What waits for a person at this row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holding {
    Everything,
    /// Other steps still move or wait as well.
    Branch,
}

impl BarKind {
    /// The word in the markup.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Work => "ok",
            Self::Wait => "wait",
            Self::Retry => "retry",
            Self::Gap => "gap",
            Self::Fail => "fail",
            Self::Running => "run",
            Self::Idle => "idle",
            Self::Loop => "fold",
        }
    }
}
