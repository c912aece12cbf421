//! The summary of the history.

use crate::platform::clock::Local;
use runs::reading::summary::OutcomeGroup;

pub struct SummaryWords {
    pub runs: &'static str,
    /// Runs that a filter lets through.
    pub matching: &'static str,
    pub rate: &'static str,
    pub median: &'static str,
    pub last_run: &'static str,
    pub waiting: &'static str,
    pub under_way: fn(u64) -> String,
    pub failed: fn(u64) -> String,
    /// Thousandths as percent.
    pub percent: fn(u32) -> String,
    pub percent_sign: &'static str,
    pub mean: fn(&str) -> String,
    pub mean_from: fn(&str, &str) -> String,
    pub oldest: fn(&str) -> String,
    pub from_vendor: fn(&str) -> String,
    pub of_loaded: fn(u64) -> String,
    pub of_all: fn(u64) -> String,
    pub of_timed: fn(u64, u64) -> String,
    pub with_deleted: fn(&str) -> String,
    pub from_queue: &'static str,
    /// Of one vendor, or of all connections.
    pub no_total: fn(&str) -> String,
    pub no_total_of_all: &'static str,
    pub over_all: &'static str,
    pub none_ended: &'static str,
    pub none_timed: fn(u64) -> String,
    pub no_run: &'static str,
    pub older_page: &'static str,
    pub never_waits: fn(&str) -> String,
    pub no_rows: &'static str,
    pub statistics_failed: fn(&str, bool) -> String,
    pub nothing_drawn: &'static str,
    pub became: fn(OutcomeGroup) -> &'static str,
    pub drawing: fn(u64, &str, u64, u64) -> String,
    pub peak: fn(u64, &str) -> String,
    pub bar: fn(&str, &str, &str, u64) -> String,
    /// A moment by its day, minute or second; the second moment is today.
    pub day: fn(Local, Local) -> String,
    pub minute: fn(Local, Local) -> String,
    pub second: fn(Local, Local) -> String,
    pub now: &'static str,
    pub as_table: &'static str,
    pub over_time: &'static str,
    pub from: &'static str,
    pub until: &'static str,
}
