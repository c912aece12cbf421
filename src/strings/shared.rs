//! Words that every page uses: statuses, units, errors.

use crate::platform::clock::Local;
use runs::model::{FactName, NoNumber, TriggerKind};
use runs::{ApiError, StatusKind};

pub struct Shared {
    pub status: fn(StatusKind) -> &'static str,
    /// A status never seen before, with the vendor's word.
    pub unknown_status: fn(&str) -> String,
    pub trigger: fn(TriggerKind) -> &'static str,
    pub fact: fn(FactName) -> &'static str,
    pub no_number: fn(NoNumber) -> &'static str,
    /// `1,284`
    pub count: fn(u64) -> String,
    /// Of a search: its characters, and how many are searched for.
    pub too_long: fn(u64, u64) -> String,
    /// Of numbers that are counted from the oldest run of a flow.
    pub numbers_move: &'static str,
    /// Of a run in a flow that the ledger numbers, which has no number yet.
    pub number_coming: &'static str,
    /// Of a run that appeared after later ones had their numbers.
    pub number_late: &'static str,
    /// `#1,042`
    pub run_number: fn(u64) -> String,
    /// Milliseconds as `3 h 12 m`, `41 s`, `1.2 s`.
    pub duration: fn(u64) -> String,
    /// Milliseconds ago as `12 s ago`.
    pub ago: fn(u64) -> String,
    pub bytes: fn(u64) -> String,
    /// `10:48:12`
    pub clock: fn(Local) -> String,
    /// `Today, 10:48:12` or `18 Nov 2026, 10:48:12`; the second is today.
    pub moment: fn(Local, Local) -> String,
    /// What happened, naming the vendor.
    pub error_title: fn(&ApiError, &str) -> String,
    /// What it means and what to do.
    pub error_next: fn(&ApiError, &str) -> String,
    /// Both in one line, with the vendor's words and the request's id.
    pub error_line: fn(&ApiError, &str) -> String,
    /// A link to this page's address in a new tab.
    pub sign_in: &'static str,
    /// An offset from UTC, in minutes.
    pub offset: fn(i32) -> String,
    pub request_id: &'static str,
    pub try_again: &'static str,
    pub copy_details: &'static str,
    pub copied: &'static str,
    pub not_copied: &'static str,
    pub yes: &'static str,
    pub no: &'static str,
    pub none: &'static str,
    pub loading: &'static str,
    pub open_in: fn(&str) -> String,
    /// A value too long for the page: how much of it is shown, in characters.
    pub show_all: &'static str,
    pub show_less: &'static str,
    pub shortened: fn(usize, usize) -> String,
    /// In the place of a duration, of what ended before it started; and what that means.
    pub backwards: &'static str,
    pub backwards_hint: &'static str,
    /// Beside the text of a value.
    pub not_valid: &'static str,
    /// Where it stands in a document, as a JSON pointer, and its text.
    pub not_valid_at: fn(&str, &str) -> String,
}
