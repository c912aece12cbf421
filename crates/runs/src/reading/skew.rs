//! How far this computer's clock is from the gateway's, from the times that the gateway's answers carry.

use crate::value::time::Timestamp;

/// Less than this is no fault of a clock, in milliseconds.
const TOLERATED: i64 = 1_000;
/// From here on somebody should know of it.
const WORTH_SAYING: i64 = 10_000;

/// What has to be added to this computer's clock is between these two, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skew(Option<(i64, i64)>);

impl Skew {
    pub const NONE: Self = Self(None);

    /// Takes in an answer: when it was asked for and when it came, by this computer's clock, and the gateway's time in between.
    ///
    /// Answers narrow each other down. One that contradicts those before tells that a clock was set, and counts alone.
    pub fn learn(&mut self, asked: Timestamp, came: Timestamp, told: Timestamp) {
        let (least, most) = (told.0.saturating_sub(came.0), told.0.saturating_sub(asked.0));
        if least > most {
            return;
        }
        self.0 = match self.0 {
            Some((from, to)) if least <= to && from <= most => Some((from.max(least), to.min(most))),
            _ => Some((least, most)),
        };
    }

    /// Milliseconds to add to this computer's clock: no more than is certain.
    pub fn correction(self) -> i64 {
        let certain = self.0.map_or(0, |(from, to)| 0.clamp(from, to));
        if certain.saturating_abs() < TOLERATED { 0 } else { certain }
    }

    /// The correction, if it is so large that somebody should know.
    pub fn worth_saying(self) -> Option<i64> {
        Some(self.correction()).filter(|millis| millis.saturating_abs() >= WORTH_SAYING)
    }
}
