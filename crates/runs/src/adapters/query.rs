//! The question for one page of runs.

use crate::adapters::filter::Filter;
use crate::model::Place;
use crate::model::status::StatusKind;

/// A question for one page of runs, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunQuery {
    pub flow: Option<String>,
    /// Empty: any. The adapter sends the vendor's words for them.
    pub statuses: Vec<StatusKind>,
    /// The adapter sends what the vendor filters by; the caller applies the rest ([`Filter::matches`]).
    pub filter: Filter,
    pub place: Place,
    pub limit: u32,
    /// The number of the first run of this page, if the page before it told (or none if the place came from a link).
    pub first_number: Option<u64>,
    /// Rows are wanted at once: numbers that take requests of their own are left for the next time ([`NoNumber::Pending`](crate::model::NoNumber::Pending)).
    pub rows_first: bool,
    /// Numbers are not wanted: nothing is asked for them alone.
    pub plain: bool,
}
