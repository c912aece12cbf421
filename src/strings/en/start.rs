use crate::strings::StartWords;

pub(super) const WORDS: StartWords = StartWords { title: "Start a run" };
