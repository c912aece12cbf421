//! Taking a decision: the undo window, its reason, what was kept of it.

pub struct DecideWords {
    /// The audit log could not be written.
    pub unlogged: &'static str,
}
