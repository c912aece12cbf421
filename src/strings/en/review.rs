use crate::strings::ReviewWords;

pub(super) const WORDS: ReviewWords = ReviewWords { title: "Reviews" };
