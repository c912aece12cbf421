//! Words about who has a review open, and about being told of new ones.

pub struct PresenceWords {
    /// By whom and since when.
    pub open_elsewhere: fn(&str, &str) -> String,
    pub advisory: &'static str,
    pub held: fn(&str) -> String,
    pub unnamed: &'static str,

    pub notify: &'static str,
    pub notify_denied: &'static str,
    pub notify_unsupported: &'static str,
    pub notify_refused: &'static str,
    /// Which run of which flow waits.
    pub new_review: fn(&str, &str) -> String,
    /// At which connection, and at which step where that is known.
    pub new_review_at: fn(&str, Option<&str>) -> String,
    pub new_reviews: fn(usize) -> String,
}
