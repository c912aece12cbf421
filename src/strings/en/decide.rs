use crate::strings::DecideWords;

pub(super) static WORDS: DecideWords =
    DecideWords { unlogged: "The decision could not be written to the audit log, so it was not sent. Your draft is still here." };
