//! What can be wrong with a field. As data: the words are the views' business.

use super::{Format, Type};
use crate::value::json::Number;

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
    /// None of several types.
    Types {
        expected: Vec<Type>,
        found: Type,
    },
    NotANumber,
    /// It can be read as any of these numbers.
    Ambiguous {
        readings: Vec<Number>,
    },
    /// A part of a date or time is not filled in.
    Incomplete,
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
    /// Of a format that the form knows no control for.
    NotInFormat {
        format: String,
    },
    /// A group lacks this name, for which the form has no field. `because`: the name that asks for it.
    Lacks {
        name: String,
        because: Option<String>,
    },
    /// Required because another field has a value.
    NeededBy {
        because: String,
    },
    /// A value that the schema rules out.
    RuledOut,
    /// Fits no alternative.
    NoneFits,
    /// Fits more than one alternative.
    SeveralFit {
        count: u64,
    },
    /// Too few or too many items of the kind that the schema asks for.
    Contains {
        min: u64,
        max: Option<u64>,
    },
    TooFewNames {
        min: u64,
        found: u64,
    },
    TooManyNames {
        max: u64,
        found: u64,
    },
    /// An item beyond those that the schema allows.
    NoSuchItem,
    /// A name of another form than the schema asks for.
    BadName {
        name: String,
    },
    /// What is wrong lies deeper than the form has fields, at this pointer.
    Within {
        path: String,
        wrong: Box<Wrong>,
    },
    /// A note: the whole text is too long to be read here.
    TooLongToRead,
    /// A note: a rule that is not checked here.
    Unchecked(Unchecked),
    /// A rule that the vendor's own data breaks, where nobody can change it here or the vendor sent what its schema does not name.
    AsSent(Box<Wrong>),
}

/// Why a rule is not checked here, with what the schema says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unchecked {
    /// A pattern that JavaScript cannot read.
    Pattern(String),
    /// A pattern that takes too long on this text.
    SlowPattern(String),
    Format(String),
    /// A part of the schema that lies elsewhere, or nowhere.
    Reference(String),
    /// A word whose value cannot be read, or that hangs on something that is not checked.
    Word(String),
}

impl Problem {
    /// Whether it stands in the way of approving.
    pub fn blocks(&self) -> bool {
        match &self.wrong {
            Wrong::Within { wrong, .. } => !wrong.is_note(),
            wrong => !wrong.is_note(),
        }
    }

    /// Whether it is told at once, and not when the field was left: it came from the vendor, or it asks something.
    pub fn at_once(&self) -> bool {
        matches!(self.wrong, Wrong::NotValid | Wrong::Ambiguous { .. } | Wrong::Incomplete)
    }
}

impl Wrong {
    fn is_note(&self) -> bool {
        matches!(self, Self::Unchecked(_) | Self::TooLongToRead | Self::AsSent(_))
    }
}
