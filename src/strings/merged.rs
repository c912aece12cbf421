//! The merged history of all connections.

use runs::adapters::filter::FilterParts;

pub struct MergedWords {
    /// The vendor has not answered.
    pub slow: fn(&str) -> String,
    pub slow_next: &'static str,
    /// So many of its runs came after the others were shown.
    pub late: fn(&str, usize) -> String,
    pub late_next: &'static str,
    pub show: &'static str,
    /// What follows it where it is read aloud.
    pub show_whose: fn(&str) -> String,
    /// What is left of a connection's limit.
    pub limit: fn(&str, &str) -> String,
    pub failed_next: &'static str,
    /// Rows of a connection that could not be read again.
    pub stale_next: &'static str,
    /// Flows beyond the first so many are not listed; the second is how many they are, where that is known.
    pub flows_left_out: fn(&str, usize, Option<u64>) -> String,
    pub flows_left_out_next: &'static str,
    /// The vendor does not filter by these: the wanted statuses, and what else.
    pub here: fn(&str, bool, FilterParts) -> String,
    pub reading: &'static str,
    /// The page that an address named is kept no longer.
    pub lost: fn(usize) -> String,
    pub lost_next: &'static str,
    pub empty_next: &'static str,
    pub nothing_read: &'static str,
    pub nothing_read_next: &'static str,
}
