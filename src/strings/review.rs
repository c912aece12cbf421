//! review.

pub struct ReviewWords {
    pub title: &'static str,
}
