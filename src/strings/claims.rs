//! Who has a review: started at the vendor, a draft in this browser.

use runs::ApiError;

pub struct ClaimWords {
    /// In a row of the queue: who started it at the vendor.
    pub started: fn(&str) -> String,
    pub draft: &'static str,
    pub mine_means: &'static str,
    // Beside the form
    pub start: fn(&str) -> String,
    /// The vendor.
    pub start_means: fn(&str) -> String,
    pub give_back: &'static str,
    /// The vendor takes a start back by itself.
    pub times_out: fn(&str) -> String,
    pub was_started: fn(&str) -> String,
    pub was_given_back: fn(&str) -> String,
    pub given_back_unread: fn(&str, &ApiError) -> String,
    /// Who still has it, after it was given back.
    pub still_held: fn(&str) -> String,
}
