//! This computer's clock against the gateway's.

pub struct ClockWords {
    /// Milliseconds by which this computer's clock is behind; below zero, ahead.
    pub off: fn(i64) -> String,
    pub off_next: &'static str,
}
