//! Who works on a review, its versions, and what the vendor said about the run going on.

use runs::model::review::AuthorKind;

pub struct StandingWords {
    /// The holder's name, the time.
    pub held: fn(&str, Option<&str>) -> String,
    pub held_next: &'static str,
    pub versions: fn(usize) -> String,
    /// The author's kind and name, the time.
    pub version: fn(AuthorKind, &str, &str) -> String,
    pub shown: &'static str,
    pub resume_failed: &'static str,
    pub resume_pending: &'static str,
    /// The place in line, where it is known.
    pub resume_queued: fn(Option<u64>) -> String,
    pub resume_skipped: &'static str,
    /// The vendor's word.
    pub resume_unknown: fn(&str) -> String,
}
