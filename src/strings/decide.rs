//! Taking a decision: the undo window, its reason, what was kept of it.

pub struct DecideWords {
    /// The audit log could not be written.
    pub unlogged: &'static str,
    /// Approved or not, and the review's name.
    pub held: fn(bool, &str) -> String,
    pub held_next: &'static str,
    /// For a screen reader: the fact, the seconds that are left, and the keys that take it back.
    pub held_said: fn(&str, u32, Option<&str>) -> String,
    pub undo: &'static str,
    pub taken_back: &'static str,
    pub reads_before_sending: &'static str,
    pub give_up: &'static str,
    // The reason of a rejection
    pub reason: &'static str,
    pub reason_optional: &'static str,
    pub reason_is_sent: fn(&str) -> String,
    pub reason_stays: fn(&str) -> String,
    pub reason_missing: &'static str,
    // Drafts
    pub not_kept: &'static str,
    pub elsewhere: &'static str,
    pub elsewhere_next: &'static str,
    // Preferences
    pub preferences: &'static str,
    pub preferences_title: &'static str,
    pub preferences_kept: &'static str,
    pub undo_seconds: &'static str,
    pub undo_help: &'static str,
    pub shared_device: &'static str,
    pub shared_help: &'static str,
    pub shared_fixed: &'static str,
    pub cancel: &'static str,
    pub save: &'static str,
}
