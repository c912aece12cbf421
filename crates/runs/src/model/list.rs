//! A page of a list, what it says of the whole list, and what the vendor counts of it.

use crate::value::time::Timestamp;

/// Where a page of a list starts, in the vendor's own style.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Place {
    #[default]
    First,
    Offset(u64),
    Cursor(String),
    /// Older than this id.
    After(String),
    /// Newer than this id.
    Before(String),
    /// One-based.
    Number(u32),
}

/// One page of a list, newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Exact, as the vendor says; `None` where it does not.
    pub total: Option<u64>,
    pub older: Option<Place>,
    /// Only where the vendor can go back by itself; otherwise the view remembers the earlier places.
    pub newer: Option<Place>,
    /// The run number of the first item; those after it count down.
    pub first_number: Numbering,
    pub quota: Option<Quota>,
    /// What the vendor sent in the place of flows, or of waiting runs, that could not be read. In a list of runs one that could
    /// not be read is among the items.
    pub unread: Vec<String>,
}

/// What is known of the run numbers of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbering {
    /// Each run carries its own.
    Native,
    /// Derived: the first item's number, later ones count down by one.
    From(u64),
    Underivable(NoNumber),
}

/// Why a run number cannot be derived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoNumber {
    AllFlows,
    Filtered,
    /// The place in the list came from a link, and the vendor cannot confirm it.
    UnknownPlace,
    /// The total and the list did not match: runs started in between.
    Moving,
    /// The total has not been asked for yet.
    Pending,
    /// The vendor gives no total.
    NoTotal,
}

/// The vendor's rate limit, from its headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    pub limit: u32,
    pub remaining: u32,
    pub resets_at: Option<Timestamp>,
    /// So many requests the answer took that tells it: so many the next one will take.
    pub cost: u32,
}

/// What a vendor counts by itself of the runs of one flow, or of all flows; `None` where it does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    pub total: Option<u64>,
    /// The total counts deleted runs too.
    pub with_deleted: bool,
    pub succeeded: Option<u64>,
    pub failed: Option<u64>,
    pub waiting: Option<u64>,
    /// Queued or running.
    pub under_way: Option<u64>,
    pub mean_ms: Option<u64>,
    pub last_run: Option<Timestamp>,
    pub quota: Option<Quota>,
}
