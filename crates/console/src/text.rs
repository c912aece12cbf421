//! Texts: how they are compared, matched against what was typed, and shown without control codes.

pub mod fuzzy;
pub mod normal;
pub mod readable;
