use super::shared::WORDS as SHARED;
use crate::strings::ClockWords;

pub(super) static WORDS: ClockWords = ClockWords {
    off: |behind| {
        let by = (SHARED.duration)(behind.unsigned_abs());
        format!("This computer’s clock is {by} {}", if behind > 0 { "slow" } else { "fast" })
    },
    off_next: "Sluice goes by the clock of its gateway instead.",
};
