//! What typed text means, and what is wrong with a draft. Says it as data: the words are the views' business.

use super::draft::WHOLE;
use super::problem::{Problem, Wrong};
use super::schema::has_type;
use super::{Draft, Kind, Node, NumberRules, TextRules, Type, field_text, format_ok, number};
use crate::json::{Json, Map, Number, first_flaw};
use crate::review::same_value;
use std::cmp::Ordering;

/// Longer patterns and texts are not matched, in characters: a pattern can take exponential time.
const MAX_PATTERN: usize = 500;
const MAX_MATCHED: usize = 2_000;
/// Longer lists are not searched for repeated items.
const MAX_UNIQUE: usize = 300;
/// So much of what was found is told, in characters.
const MAX_FOUND: usize = 40;
/// So many of the values allowed are told.
const MAX_ALLOWED: usize = 6;

/// Everything wrong with a draft, in form order. Of read-only parts, which nobody can mend here, only what cannot be sent at all.
///
/// `check` matches a pattern against a text (in a browser: `RegExp` with flag `u`); `None`: it cannot tell.
pub fn problems(draft: &Draft, check: &dyn Fn(&str, &str) -> Option<bool>) -> Vec<Problem> {
    let mut search = Search { draft, check, alone: false, found: Vec::new() };
    search.whole();
    search.node(&draft.form().root, Some(draft.value()));
    search.found
}

/// What was found in a draft, kept over its edits: typing into one field checks that field and the lists around it.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    problems: Vec<Problem>,
    /// The draft, and how many of its edits were looked at.
    seen: Option<(u64, u64)>,
}

impl Checked {
    /// The problems of a draft as it is now.
    pub fn update(&mut self, draft: &Draft, check: &dyn Fn(&str, &str) -> Option<bool>) -> &[Problem] {
        let (now, last) = draft.revision();
        match (self.seen, last) {
            (Some(seen), _) if seen == now => {}
            (Some(seen), Some(last)) if (seen.0, seen.1 + 1) == now => self.only(draft, last, check),
            _ => self.problems = problems(draft, check),
        }
        self.seen = Some(now);
        &self.problems
    }

    /// One field changed, and with it perhaps what is wrong with the lists that it lies in.
    fn only(&mut self, draft: &Draft, path: &str, check: &dyn Fn(&str, &str) -> Option<bool>) {
        let mut search = Search { draft, check, alone: true, found: Vec::new() };
        search.whole();
        let mut trail = draft.form().trail(path);
        if !trail.first().is_some_and(|first| first.path.is_empty()) {
            trail.insert(0, &draft.form().root);
        }
        let read_only = trail.iter().any(|node| node.read_only);
        let mut there = true;
        for node in trail.iter().filter(|_| !read_only) {
            let value = draft.get(&node.path);
            if there {
                search.node(node, value);
            } else {
                search.text_of(node);
            }
            there &= value.is_some_and(|value| !value.is_null());
        }
        let fresh = search.found;
        let stale = |problem: &Problem| trail.iter().any(|node| node.path == problem.path);
        // In form order: as the fields of the form come.
        let mut old = std::mem::take(&mut self.problems).into_iter().filter(|problem| !stale(problem)).peekable();
        if fresh.is_empty() || old.peek().is_none() {
            self.problems = old.chain(fresh).collect();
            return;
        }
        let mut all: Vec<Problem> = old.chain(fresh).collect();
        let mut order = Map::new();
        number_nodes(&draft.form().root, &mut order);
        crate::order::sort(&mut all, &|problem| {
            (order.get(&problem.path).and_then(Json::as_u64).and_then(|at| i64::try_from(at).ok()).unwrap_or(i64::MAX), 0)
        });
        self.problems = all;
    }
}

fn number_nodes(node: &Node, order: &mut Map<String, Json>) {
    order.insert(node.path.clone(), order.len().into());
    for below in node.below() {
        number_nodes(below, order);
    }
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
            None => Typed::Wrong(not_allowed(options)),
        },
        Kind::Json { .. } => match serde_json::from_slice(text.as_bytes()) {
            Ok(value) => Typed::Value(value),
            Err(error) => Typed::Wrong(Wrong::NotJson { line: error.line(), column: error.column() }),
        },
        kind => Typed::Wrong(Wrong::Type { expected: kind.wants(), found: Type::Text }),
    }
}

fn not_allowed(options: &[Json]) -> Wrong {
    Wrong::NotAllowed {
        allowed: options.iter().take(MAX_ALLOWED).map(|option| shortened(&field_text(option))).collect(),
        more: options.len().saturating_sub(MAX_ALLOWED),
    }
}

pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_FOUND) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
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
    /// Only the node itself, not what lies below it.
    alone: bool,
    found: Vec<Problem>,
}

impl Search<'_> {
    fn add(&mut self, node: &Node, wrong: Wrong) {
        let found = match (self.draft.typed(&node.path), self.draft.get(&node.path)) {
            (Some(typed), _) => typed.to_owned(),
            (None, Some(value)) if !value.is_object() && !value.is_array() => field_text(value),
            _ => String::new(),
        };
        self.found.push(Problem { path: node.path.clone(), wrong, found: shortened(found.trim()) });
    }

    /// The text of the whole document, where it cannot be read.
    fn whole(&mut self) {
        let Some(text) = self.draft.typed(WHOLE) else { return };
        if let Err(wrong) = self.draft.read_whole(text) {
            self.found.push(Problem { path: String::new(), wrong, found: String::new() });
        }
    }

    fn node(&mut self, node: &Node, value: Option<&Json>) {
        let alone = node.below().is_empty() && self.draft.typed(&node.path).is_none();
        if let Some((_, found)) = value.filter(|_| alone).and_then(first_flaw) {
            self.found.push(Problem { path: node.path.clone(), wrong: Wrong::NotValid, found: shortened(found) });
            return;
        }
        if node.read_only {
            let inside = |field: &Node| value.and_then(|value| field.place.map_or_else(|| value.get(&field.key), |at| value.get(at)));
            node.below().iter().for_each(|field| self.node(field, inside(field)));
            return;
        }
        // What the vendor itself sent beyond its schema is not the reviewer's mistake.
        if node.forbidden && value.is_some() && self.draft.original(&node.path).is_none() {
            self.add(node, Wrong::NoSuchName);
        }
        if self.text_of(node) {
            return;
        }
        if !self.alone && value.is_none_or(Json::is_null) {
            self.texts_below(node);
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
                    self.add(node, not_allowed(options));
                }
            }
            (Kind::Object { fields, .. }, Json::Object(map)) => {
                let below = if self.alone { &[][..] } else { fields };
                for field in below {
                    self.node(field, map.get(&field.key));
                }
            }
            (Kind::List { items, min, max, unique, .. }, Json::Array(values)) => {
                self.list(node, values, (*min, *max), *unique);
                let below = if self.alone { &[][..] } else { items };
                for (item, value) in below.iter().zip(values) {
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

    /// What was typed into a field that cannot hold it; whether there is such a text.
    fn text_of(&mut self, node: &Node) -> bool {
        let Some(text) = self.draft.typed(&node.path) else { return false };
        let Typed::Wrong(wrong) = read(node, text, self.draft.original(&node.path)) else { return false };
        self.add(node, wrong);
        true
    }

    /// A group that is not there yet may have such texts too.
    fn texts_below(&mut self, node: &Node) {
        for field in node.below().iter().filter(|field| !field.read_only) {
            self.text_of(field);
            self.texts_below(field);
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
        for pattern in &rules.patterns {
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
        for of in rules.multiples_of.iter().filter(|of| number::is_multiple(value, of) == Some(false)) {
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
    pub(super) fn wants(&self) -> Type {
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
