//! Going to one run: by number, by id, and to the page of the list that holds it.

use runs::ApiError;
use runs::reading::jump::Miss;

/// A connection that did not tell: its name, its vendor's, and why.
pub type Unanswered<'a> = (&'a str, &'a str, &'a ApiError);

/// What the history page itself says of it.
pub struct JumpField {
    pub label: &'static str,
    pub hint: &'static str,
    pub go: &'static str,
    pub looking: &'static str,
    pub open_run: &'static str,
}

/// What came of looking.
pub struct JumpWords {
    pub not_understood: &'static str,
    pub looking_for_number: fn(&str) -> String,
    pub looking_for_id: fn(&str, &str) -> String,
    /// The id, where it was not, and where else it is looked for.
    pub looking_elsewhere: fn(&str, &[String]) -> String,
    pub found_in: fn(&str) -> String,
    /// What was looked for, the vendor, and why it was not found.
    pub missed: fn(&str, &str, Miss) -> String,
    /// The number, and the id of the run that had it.
    pub deleted: fn(&str, &str) -> String,
    /// The id, the connections that failed, each with its vendor and error, and whether these are all.
    pub nowhere: fn(&str, &[Unanswered<'_>], bool) -> String,
    pub failed: fn(&str, &ApiError, &str) -> String,
    /// On the run page.
    pub in_list: &'static str,
    pub open_list: &'static str,
    pub copy: &'static str,
    pub copied: &'static str,
    pub run: fn(&str) -> String,
    pub moved: &'static str,
    pub filtered: &'static str,
}
