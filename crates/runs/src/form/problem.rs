//! What can be wrong with a field. As data: the words are the views' business.

use super::{Format, Type};
use crate::json::Number;

#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// JSON pointer of the field.
    pub path: String,
    pub wrong: Wrong,
    /// The text that stands there, shortened; empty where that says nothing.
    pub found: String,
}

/// Lengths in characters, places zero-based.
#[derive(Clone, Debug, PartialEq)]
pub enum Wrong {
    /// Required, and not there.
    Missing,
    /// Empty where `null` is not allowed.
    Null,
    Type {
        expected: Type,
        found: Type,
    },
    NotANumber,
    /// The vendor sent something in its place that is not valid JSON.
    NotValid,
    NotWhole,
    /// One-based.
    NotJson {
        line: usize,
        column: usize,
    },
    TooShort {
        min: u64,
        found: u64,
    },
    TooLong {
        max: u64,
        found: u64,
    },
    /// `open`: the limit itself is not allowed either.
    Below {
        min: Number,
        open: bool,
    },
    Above {
        max: Number,
        open: bool,
    },
    NotMultiple {
        of: Number,
    },
    /// None of the values offered: the first of them, and how many more there are.
    NotAllowed {
        allowed: Vec<String>,
        more: usize,
    },
    /// A name that the schema does not allow.
    NoSuchName,
    /// Changed in the text of the whole document although it may only be looked at.
    ReadOnly {
        path: String,
    },
    BadFormat(Format),
    Pattern {
        pattern: String,
    },
    TooFew {
        min: u64,
        found: u64,
    },
    TooMany {
        max: u64,
        found: u64,
    },
    Repeated {
        first: usize,
        again: usize,
    },
    /// A note: pattern or text are too long to check here.
    NotChecked,
}

impl Problem {
    /// Whether it stands in the way of approving.
    pub fn blocks(&self) -> bool {
        self.wrong != Wrong::NotChecked
    }

    /// Whether it was there before anybody touched the field, and is told at once.
    pub fn came_so(&self) -> bool {
        self.wrong == Wrong::NotValid
    }
}
