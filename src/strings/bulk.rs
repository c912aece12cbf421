//! What is done with several runs at once.

use runs::adapters::capability::Capabilities;
use runs::deciding::bulk::{Exclusion, Tally, Verb};
use runs::{ApiError, StatusKind};

pub struct BulkWords {
    pub region: &'static str,
    pub selected: fn(usize) -> String,
    pub clear: &'static str,
    pub export: &'static str,
    /// `Rerun 2`; without a count where none can.
    pub verb: fn(Verb, usize) -> String,
    /// Why none of so many chosen runs can.
    pub none_can: fn(Verb, &str, Option<Exclusion>) -> String,
    /// What this vendor has no call for at all.
    pub no_call: fn(&str, &[Verb]) -> String,

    pub matching: &'static str,
    pub matching_going: fn(u64, u64) -> String,
    pub matching_pause: fn(&str) -> String,
    pub matching_all: fn(usize) -> String,
    pub matching_cut: fn(usize) -> String,
    pub matching_stopped: fn(usize) -> String,
    pub matching_failed: fn(&str) -> String,
    pub stop: &'static str,

    pub question: fn(Verb, usize) -> String,
    pub nothing: fn(Verb) -> String,
    /// What happens at this vendor, with how many runs of it.
    pub effect: fn(Verb, &str, &Capabilities, usize) -> String,
    pub checked_first: &'static str,
    pub will: fn(Verb, usize) -> String,
    pub left_out: fn(usize) -> String,
    pub out: fn(Exclusion, &str, Verb, StatusKind) -> String,
    pub keep: fn(Verb) -> &'static str,
    pub send: fn(Verb, usize) -> String,

    pub title: fn(Verb, usize) -> String,
    pub progress: fn(Verb, &Tally) -> String,
    pub paused: fn(&str) -> String,
    pub goes_on: &'static str,
    pub stop_sending: fn(usize) -> String,
    pub retry: fn(usize) -> String,
    pub close: &'static str,
    pub results: &'static str,
    pub problems: fn(usize) -> String,
    pub show_all: fn(usize) -> String,
    pub show: &'static str,
    pub dismiss: &'static str,
    pub busy: &'static str,

    pub waiting: &'static str,
    pub checking: &'static str,
    pub sending: &'static str,
    /// What came in place of an answer, the vendor, and whether the same is sent again: it takes that once.
    pub looking: fn(Option<&ApiError>, &str, bool) -> String,
    pub asked: fn(Verb) -> &'static str,
    pub done: fn(Verb) -> &'static str,
    pub new_run: &'static str,
    pub refused: fn(&ApiError, &str) -> String,
    pub not_sent: fn(&ApiError, &str) -> String,
    pub unconfirmed: fn(Option<&ApiError>, &str) -> String,
    pub stopped: &'static str,
}
