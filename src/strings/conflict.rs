//! What somebody else did to a review first: a decision or a newer version, compared with mine, and the ways on.

pub struct ConflictWords {
    // Columns of the comparison
    pub as_read: &'static str,
    /// Who decided, where that is recorded.
    pub recorded_by: fn(Option<&str>) -> String,
    pub not_sent: &'static str,
    // Choices
    pub what_now: &'static str,
    pub not_possible: fn(&str) -> String,
    /// After another decision
    pub keep: &'static str,
    pub keep_means: &'static str,
    pub keep_next: &'static str,
    pub kept: &'static str,
    pub version: &'static str,
    /// The vendor keeps versions, and its decision is final.
    pub version_final: fn(&str) -> String,
    /// The vendor keeps none.
    pub version_none: fn(&str) -> String,
    pub copy: fn(usize) -> String,
    pub download: &'static str,
    // After newer content
    pub changed: &'static str,
    pub nothing_sent: &'static str,
    pub compare: &'static str,
    pub newer_version: &'static str,
    pub read_version: &'static str,
    pub changed_at: &'static str,
    pub changed_by: &'static str,
    pub changed_by_nobody: fn(&str) -> String,
    pub newer: &'static str,
    pub carry: &'static str,
    /// How many changes of mine, how many of them clash.
    pub carry_means: fn(usize, usize) -> String,
    pub take: &'static str,
    pub take_means: &'static str,
    /// How many of their changes do not go in.
    pub version_means: fn(usize) -> String,
    /// How many errors the draft has.
    pub version_wrong: fn(usize) -> String,
    pub do_carry: fn(usize) -> String,
    pub do_version: &'static str,
    pub back: &'static str,
    pub carried: fn(usize) -> String,
    pub taken: &'static str,
}
