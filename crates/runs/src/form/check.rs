//! What typed text means, and what is wrong with a draft. Says it as data: the words are the views' business.

use super::schema::has_type;
use super::{Draft, Format, Kind, Node, NumberRules, TextRules, Type, field_text, format_ok, number};
use crate::json::{Json, Number};
use crate::review::same_value;
use std::cmp::Ordering;

/// Longer patterns and texts are not matched, in characters: a pattern can take exponential time.
const MAX_PATTERN: usize = 500;
const MAX_MATCHED: usize = 2_000;
/// Longer lists are not searched for repeated items.
const MAX_UNIQUE: usize = 300;

#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// JSON pointer of the field.
    pub path: String,
    pub wrong: Wrong,
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
    /// None of the values offered.
    NotAllowed,
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
}

/// Everything wrong with a draft, in form order. Read-only parts are left out: nobody can mend them here.
///
/// `check` matches a pattern against a text (in a browser: `RegExp` with flag `u`); `None`: it cannot tell.
pub fn problems(draft: &Draft, check: &dyn Fn(&str, &str) -> Option<bool>) -> Vec<Problem> {
    let mut search = Search { draft, check, found: Vec::new() };
    search.node(&draft.form().root, Some(draft.value()));
    search.found
}

/// What a text typed into a field stands for.
pub(super) enum Typed {
    Value(Json),
    /// The field leaves the document.
    Absent,
    Wrong(Wrong),
}

/// `original` is what the field held when it was read: typing that again restores it to the letter.
pub(super) fn read(node: &Node, text: &str, original: Option<&Json>) -> Typed {
    let free_text = matches!(&node.kind, Kind::Text(rules) if rules.format.is_none());
    if let Some(original) = original
        && field_text(original) == text
        && (original.is_string() || !matches!(node.kind, Kind::Text(_) | Kind::Json { .. }))
    {
        return Typed::Value(original.clone());
    }
    // Blanks are a text like any other.
    let nothing = if free_text { text.is_empty() } else { text.trim().is_empty() };
    if nothing {
        return emptied(node, free_text, original);
    }
    match &node.kind {
        Kind::Text(_) => Typed::Value(Json::String(text.into())),
        Kind::Number(_) => number::read(text).map_or(Typed::Wrong(Wrong::NotANumber), |number| Typed::Value(Json::Number(number))),
        Kind::Bool => match text.trim() {
            "true" => Typed::Value(Json::Bool(true)),
            "false" => Typed::Value(Json::Bool(false)),
            _ => Typed::Wrong(Wrong::Type { expected: Type::Bool, found: Type::Text }),
        },
        Kind::Choice { options } => match options.iter().find(|option| field_text(option) == text) {
            Some(option) => Typed::Value(option.clone()),
            None => Typed::Wrong(Wrong::NotAllowed),
        },
        Kind::Json { .. } => match serde_json::from_slice(text.as_bytes()) {
            Ok(value) => Typed::Value(value),
            Err(error) => Typed::Wrong(Wrong::NotJson { line: error.line(), column: error.column() }),
        },
        Kind::Object { .. } | Kind::List { .. } => Typed::Wrong(Wrong::NotAllowed),
    }
}

fn emptied(node: &Node, free_text: bool, original: Option<&Json>) -> Typed {
    let was_text = original.is_some_and(Json::is_string);
    match original {
        None if !node.required => Typed::Absent,
        Some(Json::Null) if node.nullable => Typed::Value(Json::Null),
        _ if free_text && (was_text || !node.nullable) => Typed::Value(Json::String(String::new())),
        _ if node.nullable => Typed::Value(Json::Null),
        _ if !node.required => Typed::Absent,
        _ => Typed::Wrong(Wrong::Missing),
    }
}

struct Search<'a> {
    draft: &'a Draft,
    check: &'a dyn Fn(&str, &str) -> Option<bool>,
    found: Vec<Problem>,
}

impl Search<'_> {
    fn add(&mut self, node: &Node, wrong: Wrong) {
        self.found.push(Problem { path: node.path.clone(), wrong });
    }

    fn node(&mut self, node: &Node, value: Option<&Json>) {
        if node.read_only {
            return;
        }
        if let Some(text) = self.draft.typed(&node.path)
            && let Typed::Wrong(wrong) = read(node, text, self.draft.original(&node.path))
        {
            return self.add(node, wrong);
        }
        let Some(value) = value else {
            if node.required {
                self.add(node, Wrong::Missing);
            }
            return;
        };
        match (&node.kind, value) {
            (_, Json::Null) if node.nullable => {}
            (Kind::Json { expected: None }, _) => {}
            (_, Json::Null) => self.add(node, Wrong::Null),
            (Kind::Text(rules), Json::String(text)) => self.text(node, rules, text),
            (Kind::Number(rules), Json::Number(number)) => self.number(node, rules, number),
            (Kind::Bool, Json::Bool(_)) => {}
            (Kind::Choice { options }, value) => {
                if !options.iter().any(|option| same_value(option, value)) {
                    self.add(node, Wrong::NotAllowed);
                }
            }
            (Kind::Object { fields }, Json::Object(map)) => {
                for field in fields {
                    self.node(field, map.get(&field.key));
                }
            }
            (Kind::List { items, min, max, unique, .. }, Json::Array(values)) => {
                self.list(node, values, (*min, *max), *unique);
                for (item, value) in items.iter().zip(values) {
                    self.node(item, Some(value));
                }
            }
            (kind, value) => {
                let expected = kind.wants();
                if !has_type(expected, value) {
                    self.add(node, Wrong::Type { expected, found: Type::of(value) });
                }
            }
        }
    }

    fn text(&mut self, node: &Node, rules: &TextRules, text: &str) {
        let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
        if let Some(min) = rules.min.filter(|min| length < *min) {
            self.add(node, Wrong::TooShort { min, found: length });
        }
        if let Some(max) = rules.max.filter(|max| length > *max) {
            self.add(node, Wrong::TooLong { max, found: length });
        }
        if let Some(format) = rules.format.filter(|format| !format_ok(*format, text)) {
            self.add(node, Wrong::BadFormat(format));
        }
        if let Some(pattern) = &rules.pattern {
            let bounded = pattern.chars().nth(MAX_PATTERN).is_none() && text.chars().nth(MAX_MATCHED).is_none();
            match bounded.then(|| (self.check)(pattern, text)).flatten() {
                Some(true) => {}
                Some(false) => self.add(node, Wrong::Pattern { pattern: pattern.clone() }),
                None => self.add(node, Wrong::NotChecked),
            }
        }
    }

    fn number(&mut self, node: &Node, rules: &NumberRules, value: &Number) {
        if rules.integer && !number::is_whole(value) {
            self.add(node, Wrong::NotWhole);
        }
        let beyond = |limit: &Number, wrong: Ordering, open: bool| {
            number::compare(value, limit).is_some_and(|order| order == wrong || (open && order == Ordering::Equal))
        };
        if let Some(min) = rules.min.as_ref().filter(|min| beyond(min, Ordering::Less, rules.min_open)) {
            self.add(node, Wrong::Below { min: min.clone(), open: rules.min_open });
        }
        if let Some(max) = rules.max.as_ref().filter(|max| beyond(max, Ordering::Greater, rules.max_open)) {
            self.add(node, Wrong::Above { max: max.clone(), open: rules.max_open });
        }
        if let Some(of) = rules.multiple_of.as_ref().filter(|of| number::is_multiple(value, of) == Some(false)) {
            self.add(node, Wrong::NotMultiple { of: of.clone() });
        }
    }

    fn list(&mut self, node: &Node, values: &[Json], (min, max): (Option<u64>, Option<u64>), unique: bool) {
        let found = u64::try_from(values.len()).unwrap_or(u64::MAX);
        if let Some(min) = min.filter(|min| found < *min) {
            self.add(node, Wrong::TooFew { min, found });
        }
        if let Some(max) = max.filter(|max| found > *max) {
            self.add(node, Wrong::TooMany { max, found });
        }
        if unique && values.len() <= MAX_UNIQUE {
            let twin = |again: usize| values[..again].iter().position(|first| same_value(first, &values[again]));
            if let Some((first, again)) = (1..values.len()).find_map(|again| Some((twin(again)?, again))) {
                self.add(node, Wrong::Repeated { first, again });
            }
        }
    }
}

impl Kind {
    fn wants(&self) -> Type {
        match self {
            Self::Text(_) => Type::Text,
            Self::Number(rules) if rules.integer => Type::Whole,
            Self::Number(_) => Type::Number,
            Self::Bool => Type::Bool,
            Self::Object { .. } => Type::Object,
            Self::List { .. } => Type::List,
            Self::Json { expected } => expected.unwrap_or(Type::Null),
            Self::Choice { .. } => Type::Text,
        }
    }
}
