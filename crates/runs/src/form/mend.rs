//! Ways to put right with one press what stands in a field: values of another JSON type than the schema's, and texts that can be read in
//! several ways.

use super::check::Typed;
use super::problem::Wrong;
use super::schema::has_type;
use super::{Draft, Kind, Node, field_text, notation};
use crate::value::decimal::same_value;
use crate::value::json::{Json, parse};

impl Draft {
    /// What could stand there instead. The person chooses, also where it is only one.
    pub fn mends(&self, path: &str) -> Vec<Json> {
        let Some(node) = self.field(path) else { return Vec::new() };
        if let Some(text) = self.typed(path) {
            return match self.reading(node, text) {
                Typed::Wrong(Wrong::Ambiguous { readings }) => readings.into_iter().map(Json::Number).collect(),
                _ => Vec::new(),
            };
        }
        match self.get(path) {
            Some(Json::Null) if node.nullable => Vec::new(),
            Some(value) if !value.is_null() => match self.told(node).as_slice() {
                [] => instead(node, value),
                told => told.iter().flat_map(|told| instead(told, value)).collect(),
            },
            None if node.required && node.nullable => vec![Json::Null],
            None if !node.required => Vec::new(),
            _ if !self.told(node).is_empty() => Vec::new(),
            _ => nothing_of(&node.kind).into_iter().collect(),
        }
    }

    /// Whether the field asks before anybody has left it: what stands there can be put right with a press, or came of another type.
    pub fn asks(&self, path: &str) -> bool {
        let Some(value) = self.get(path).filter(|value| !value.is_null()) else { return false };
        let of_another_type = || self.typed(path).is_none() && self.field(path).is_some_and(|node| !has_kind(&node.kind, value));
        !self.mends(path).is_empty() || of_another_type()
    }

    /// Where a value of another type has exactly one that it can be meant as.
    pub fn mendable(&self) -> Vec<String> {
        let single = |node: &&Node| self.typed(&node.path).is_none() && self.asks(&node.path) && self.mends(&node.path).len() == 1;
        self.form().leaves().into_iter().filter(single).map(|node| node.path.clone()).collect()
    }

    /// Puts all of these right, as one step; the first of them.
    pub fn mend_all(&mut self) -> Option<String> {
        let paths = self.mendable();
        let mut value = self.value.clone();
        let mut loose = self.loose.clone();
        for path in &paths {
            if let Some(mend) = self.mends(path).pop() {
                super::edit::put(&mut value, path, Some(mend));
                loose = loose.without(path);
            }
        }
        let first = paths.into_iter().next()?;
        self.write_as(&first, "", Some(value), loose, false).then_some(first)
    }
}

/// Nothing, in a type that has no `null`.
fn nothing_of(kind: &Kind) -> Option<Json> {
    match kind {
        Kind::Text(rules) if rules.format.is_none() => Some(Json::String(String::new())),
        Kind::List { .. } => Some(Json::Array(Vec::new())),
        _ => None,
    }
}

/// Whether a value is of the type that a field of this kind holds.
pub(super) fn has_kind(kind: &Kind, value: &Json) -> bool {
    match kind {
        Kind::Choice { options, .. } => options.iter().any(|option| same_value(option, value)),
        Kind::Json { expected: None } => true,
        // A fraction in the place of a whole number is a number all the same: it has another problem.
        Kind::Number(_) => value.is_number(),
        kind => has_type(kind.wants(), value),
    }
}

/// The same in the field's type.
fn instead(node: &Node, value: &Json) -> Vec<Json> {
    if has_kind(&node.kind, value) || (value.is_number() && crate::value::json::flaw(value).is_some()) {
        return Vec::new();
    }
    // A list of one stands for that one.
    let value = match value.as_array().map(Vec::as_slice) {
        Some([only]) if !matches!(node.kind, Kind::Json { .. }) => only,
        _ => value,
    };
    let text = field_text(value);
    let text = text.trim();
    let found = match (&node.kind, value) {
        (_, Json::Null | Json::Array(_) | Json::Object(_)) => Vec::new(),
        (Kind::Text(_), value) => vec![Json::String(field_text(value))],
        (Kind::Number(rules), Json::String(_)) => {
            let numbers = rules.fitting(notation::readings(text)).into_iter();
            numbers.filter(|number| !rules.integer || super::number::is_whole(number)).map(Json::Number).collect()
        }
        (Kind::Bool, _) => {
            let is = |words: [&str; 4]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
            match (is(["true", "yes", "1", "on"]), is(["false", "no", "0", "off"])) {
                (true, _) => vec![Json::Bool(true)],
                (_, true) => vec![Json::Bool(false)],
                _ => Vec::new(),
            }
        }
        (Kind::Choice { options, .. }, _) => {
            let like = |same: &dyn Fn(&str) -> bool| options.iter().filter(|option| same(&field_text(option))).cloned().collect::<Vec<_>>();
            let exact = like(&|option| option == text);
            if exact.is_empty() { like(&|option| option.trim().eq_ignore_ascii_case(text)) } else { exact }
        }
        (Kind::Json { .. }, Json::String(text)) => parse(text.as_bytes()).into_iter().collect(),
        _ => Vec::new(),
    };
    found.into_iter().filter(|mended| has_kind(&node.kind, mended)).collect()
}
