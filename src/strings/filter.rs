//! What narrows the history down.

use runs::adapters::filter::FilterParts;

pub struct FilterWords {
    pub search: &'static str,
    pub search_hint: &'static str,
    /// Where the vendor's list tells neither name nor metadata.
    pub search_id: &'static str,
    pub search_id_hint: &'static str,
    pub trigger_any: &'static str,
    pub trigger_many: fn(usize) -> String,
    pub trigger_legend: &'static str,
    pub created_any: &'static str,
    pub created_legend: &'static str,
    /// The last so many minutes.
    pub last: fn(u32) -> String,
    pub between: &'static str,
    /// With the page's time zone.
    pub from: fn(&str) -> String,
    pub to: fn(&str) -> String,
    pub duration_any: &'static str,
    pub duration_set: &'static str,
    pub duration_legend: &'static str,
    pub at_least: &'static str,
    pub at_most: &'static str,
    pub more: &'static str,
    pub empty: &'static str,
    /// What the vendor does not filter by.
    pub here: fn(&str, FilterParts) -> String,
    /// What the vendor's lists do not tell of a run.
    pub untold: fn(&str, FilterParts) -> String,
    /// So many of so many runs match.
    pub matching: fn(usize, usize) -> String,
    pub further: &'static str,
    pub looking: &'static str,
    pub stop: &'static str,
    pub ended: &'static str,
    pub as_found: &'static str,
    /// What is searched for can be a run's number, or its id.
    pub go_to_number: fn(&str) -> String,
    pub go_to_id: &'static str,
}
