//! The data that a new sandbox starts with.

pub(crate) mod catalog;
pub(crate) mod seed;
