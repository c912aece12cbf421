//! The queue of reviews: its filters, its rows, what left, and approving several.

use crate::platform::clock::Local;

pub struct QueueWords {
    pub title: &'static str,
    /// Of the pane beside a review.
    pub waiting: &'static str,
    pub region: &'static str,
    pub filters: &'static str,
    pub connection: &'static str,
    pub any_connection: &'static str,
    pub flow: &'static str,
    pub any_flow: &'static str,
    pub who: &'static str,
    pub anyone: &'static str,
    pub free: &'static str,
    pub mine: &'static str,
    pub search: &'static str,
    pub search_hint: &'static str,
    pub clear: &'static str,
    /// How many of how many are shown, and whether there may be more.
    pub shown: fn(usize, u64, bool) -> String,
    pub matching: fn(usize, u64, bool) -> String,
    pub more: &'static str,
    pub reading_more: &'static str,
    /// Filters look only at what was read.
    pub not_all_read: &'static str,
    pub no_match: &'static str,
    pub no_match_next: fn(u64) -> String,
    /// A run could not be read: in its row.
    pub run_unread: &'static str,
    /// How many waiting runs could not be read at all, at which connection.
    pub unread: fn(usize, &str) -> String,
    pub unread_next: &'static str,
    pub unread_see: &'static str,
    // Reviews of one run
    /// A step, and which time round its loop, from 1.
    pub iteration: fn(&str, u64) -> String,
    /// A step, and the vendor's word for the iteration.
    pub iteration_key: fn(&str, &str) -> String,
    /// Which of several of one name.
    pub one_of: fn(&str, usize, usize) -> String,
    // What left
    pub left_another: fn(Local) -> String,
    pub left_mine: fn(Local) -> String,
    pub left: fn(Local) -> String,
    /// A run's name and why it left, for screen readers.
    pub left_said: fn(&str, &str) -> String,
    pub here: &'static str,
    pub sending: &'static str,
    pub sending_elsewhere: &'static str,
    pub skipped: &'static str,
    // Moving
    pub next: &'static str,
    pub previous: &'static str,
    pub skip: &'static str,
    pub panes: &'static str,
    pub pane_queue: fn(u64) -> String,
    pub pane_document: &'static str,
    pub pane_form: &'static str,
    /// What is shown now: step and run.
    pub moved: fn(&str) -> String,
    pub moved_skipped: fn(&str) -> String,
    pub no_next: &'static str,
    pub no_previous: &'static str,
    pub nothing_else: &'static str,
    /// The run whose review is opened.
    pub opening: fn(&str) -> String,
    pub no_fields: &'static str,
    pub approve_next: &'static str,
    // Several at once
    pub select: fn(&str) -> String,
    pub selected: fn(usize) -> String,
    /// How many can be.
    pub most_selected: fn(usize) -> String,
    pub approve_selected: &'static str,
    pub clear_selection: &'static str,
    pub bulk_title: fn(usize) -> String,
    pub bulk_reading: fn(usize, usize) -> String,
    pub bulk_ready: fn(usize) -> String,
    pub bulk_none: &'static str,
    pub bulk_out: fn(usize) -> String,
    pub bulk_what: &'static str,
    pub bulk_send: fn(usize) -> String,
    pub bulk_sent_as_read: &'static str,
    pub bulk_edited: &'static str,
    pub bulk_invalid: fn(usize) -> String,
    pub bulk_unchecked: &'static str,
    pub bulk_closed: &'static str,
    pub bulk_under_way: &'static str,
    pub bulk_unread: &'static str,
    pub bulk_no_review: &'static str,
    pub bulk_wait: &'static str,
    pub bulk_held: &'static str,
    pub bulk_sending: &'static str,
    pub bulk_approved: &'static str,
    pub bulk_already: &'static str,
    pub bulk_another: &'static str,
    pub bulk_changed: &'static str,
    pub bulk_gone: &'static str,
    pub bulk_unconfirmed: &'static str,
    pub bulk_failed: &'static str,
    pub bulk_unlogged: &'static str,
    /// A fact, and the line of its error.
    pub bulk_because: fn(&str, &str) -> String,
    /// A fact, the vendor's words, and by what the request is known.
    pub bulk_told: fn(&str, (&str, Option<&str>)) -> String,
    pub bulk_undone: &'static str,
    pub bulk_retry: fn(usize) -> String,
    /// Approved, not approved, in all.
    pub bulk_done: fn(usize, usize) -> String,
    pub bulk_cancel: &'static str,
    pub bulk_close: &'static str,
}
