//! Where a form's values stand in the documents beside it.

pub struct SourceWords {
    /// What the pane can show.
    pub choice: &'static str,
    pub steps: &'static str,
    /// Documents are read to open the right one.
    pub comparing: &'static str,
    pub decisions: &'static str,
    /// Who decided, where the vendor says.
    pub decided_by: fn(&str) -> String,
    pub all: &'static str,
    pub all_hint: &'static str,
    pub previous: &'static str,
    pub next: &'static str,
    pub reading: &'static str,
    pub textless: &'static str,
    /// There is none, and not all could be drawn.
    pub undrawn: &'static str,
    /// Only a part was searched.
    pub cut: &'static str,
    /// Fields that stand here, fields that have a value, and what was not searched.
    pub idle: fn(usize, usize, &str) -> String,
    pub nothing: fn(&str) -> String,
    pub none: fn(&str, &str) -> String,
    /// The vendor says where it stands.
    pub told: fn(&str) -> String,
    /// What was read is marked, not what it is now.
    pub as_read: &'static str,
    /// Field, which place, how many, whether there may be more, and how it was found.
    pub at: fn(&str, usize, usize, bool, &str) -> String,
    /// The fields of a place.
    pub spot: fn(&[String]) -> String,
    pub which: &'static str,
    /// Characters shown.
    pub shortened: fn(usize) -> String,
}
