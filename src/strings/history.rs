//! The run history.

use runs::StatusKind;

pub struct History {
    pub title: &'static str,
    pub connection: &'static str,
    pub flow: &'static str,
    pub all_flows: &'static str,
    pub search_flows: &'static str,
    pub no_flow_matches: &'static str,
    pub more_flows: fn(usize) -> String,
    /// How many were looked through so far.
    pub searching_flows: fn(usize) -> String,
    /// How many are known, and the vendor has more.
    pub more_flows_at_vendor: fn(usize) -> String,
    pub flows_failed: fn(&str) -> String,
    pub flows_not_read: &'static str,
    pub no_flows: &'static str,
    pub no_flows_next: fn(&str) -> String,
    pub start_run: &'static str,
    pub start_not_allowed: &'static str,
    pub status_any: &'static str,
    pub status_one: fn(&str) -> String,
    pub status_many: fn(usize) -> String,
    pub status_legend: &'static str,
    pub status_single_hint: fn(&str) -> String,
    pub clear: &'static str,
    pub size: &'static str,
    pub size_option: fn(u32) -> String,
    pub column_run: &'static str,
    pub column_status: &'static str,
    pub column_flow: &'static str,
    pub column_trigger: &'static str,
    pub column_started: &'static str,
    pub column_duration: &'static str,
    pub column_steps: &'static str,
    pub column_what: &'static str,
    pub steps_of: fn(u32, u32) -> String,
    pub waiting_on: fn(&str) -> String,
    /// The address names a flow that the vendor does not list.
    pub unknown_flow: &'static str,
    /// `false`: not all of its flows were read.
    pub unknown_flow_next: fn(&str, &str, bool) -> String,
    pub empty: &'static str,
    pub empty_next: fn(&str) -> String,
    pub filtered_empty: &'static str,
    pub filtered_empty_next: fn(&str) -> String,
    pub clear_filters: &'static str,
    pub past_the_end: &'static str,
    pub past_the_end_next: &'static str,
    pub newest: &'static str,
    pub newer: &'static str,
    pub older: &'static str,
    pub pager: &'static str,
    pub range: fn(u64, u64, Option<u64>) -> String,
    pub on_page: fn(usize) -> String,
    pub may_have_shifted: &'static str,
    /// Left, of how many, whether that is for an hour, and the pause that this makes, in milliseconds.
    pub quota: fn(u32, u32, bool, Option<u32>) -> String,
    pub table_caption: fn(&str) -> String,
    pub status_filter_words: fn(&[StatusKind]) -> String,
    /// And whether there may be more.
    pub new_runs: fn(u64, bool) -> String,
    pub load_failed: &'static str,
    pub stale_rows: &'static str,
    /// In the place of a status.
    pub unread: &'static str,
    /// How many, and what the vendor sent.
    pub unread_flows: fn(&[String]) -> String,
    /// Of a run that is none of those asked for any more.
    pub left_list: &'static str,
    pub not_in_answer: &'static str,
}
