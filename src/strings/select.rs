//! Choosing runs in the history; what is done with them is in the bulk words.

pub struct SelectWords {
    /// With the run's number or id.
    pub one: fn(&str) -> String,
    /// All so many runs of the page.
    pub page: fn(usize) -> String,
    pub most: fn(usize) -> String,
    pub export: &'static str,
}
