//! What typed text means, and what is wrong with it and with the types of values. Rules about values are the validator's business:
//! see `finding`. Says it as data: the words are the views' business.

use super::draft::WHOLE;
use super::problem::{Problem, Wrong};
use super::schema::has_type;
use super::{Draft, Kind, Node, NumberRules, Type, field_text, notation, number};
use crate::value::decimal::same_value;
use crate::value::json::{Json, Map, Number, first_flaw};
use std::cmp::Ordering;

/// So much of what was found is told, in characters.
const MAX_FOUND: usize = 40;
/// So many of the values allowed are told.
const MAX_ALLOWED: usize = 6;

/// Everything that is wrong with the texts and types of a draft, in form order. Of read-only parts, which nobody can mend here, only
/// what cannot be sent at all.
pub fn problems(draft: &Draft) -> Vec<Problem> {
    let mut search = Search { draft, alone: false, found: Vec::new() };
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
    pub fn update(&mut self, draft: &Draft) -> &[Problem] {
        let (now, last) = draft.revision();
        match (self.seen, last) {
            (Some(seen), _) if seen == now => {}
            (Some(seen), Some(last)) if (seen.0, seen.1 + 1) == now => self.only(draft, last),
            _ => self.problems = problems(draft),
        }
        self.seen = Some(now);
        &self.problems
    }

    /// One field changed, and with it perhaps what is wrong with the lists that it lies in.
    fn only(&mut self, draft: &Draft, path: &str) {
        let mut search = Search { draft, alone: true, found: Vec::new() };
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
        self.problems = old.chain(fresh).collect();
        in_form_order(&mut self.problems, draft);
    }
}

pub(super) fn in_form_order(problems: &mut [Problem], draft: &Draft) {
    let mut order = Map::new();
    number_nodes(&draft.form().root, &mut order);
    crate::value::order::sort(problems, &|problem| {
        (order.get(&problem.path).and_then(Json::as_u64).and_then(|at| i64::try_from(at).ok()).unwrap_or(i64::MAX), 0)
    });
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

/// `original` is what the field held when it was read: typing that again restores it to the letter, unless it was of another type than
/// the field's and the text is a value of that.
pub(super) fn read(node: &Node, text: &str, original: Option<&Json>) -> Typed {
    let as_before = original.filter(|original| field_text(original) == text);
    let fits = |original: &&Json| match &node.kind {
        Kind::Text(_) => original.is_string(),
        Kind::Json { expected: None } => original.is_string(),
        // Nothing, where it may be left out, is left out once it was emptied by hand.
        kind => (original.is_null() && (node.required || node.nullable)) || super::mend::has_kind(kind, original),
    };
    if let Some(original) = as_before.filter(fits) {
        return Typed::Value(original.clone());
    }
    match (read_fresh(node, text, original), as_before) {
        (Typed::Wrong(_), Some(original)) if !matches!(node.kind, Kind::Json { .. }) => Typed::Value(original.clone()),
        (typed, _) => typed,
    }
}

fn read_fresh(node: &Node, text: &str, original: Option<&Json>) -> Typed {
    let free_text = matches!(&node.kind, Kind::Text(rules) if rules.format.is_none());
    let option = match &node.kind {
        Kind::Choice { options, words } => {
            let at = options.iter().position(|option| field_text(option) == text);
            let like = || options.iter().position(|option| field_text(option).trim() == text.trim());
            let called = || words.iter().position(|words| words.title.as_deref().is_some_and(|title| title.trim() == text.trim()));
            at.or_else(like).or_else(called).and_then(|at| options.get(at))
        }
        _ => None,
    };
    // Blanks are a text like any other.
    let nothing = if free_text { text.is_empty() } else { text.trim().is_empty() };
    if nothing && option.is_none() {
        return emptied(node, free_text, original);
    }
    match &node.kind {
        Kind::Text(_) => Typed::Value(Json::String(text.into())),
        Kind::Number(rules) => number(rules, text),
        Kind::Bool => match text.trim() {
            "true" => Typed::Value(Json::Bool(true)),
            "false" => Typed::Value(Json::Bool(false)),
            _ => Typed::Wrong(Wrong::Type { expected: Type::Bool, found: Type::Text }),
        },
        Kind::Choice { options, .. } => option.map_or_else(|| Typed::Wrong(not_allowed(options)), |option| Typed::Value(option.clone())),
        Kind::Json { .. } => match serde_json::from_slice(text.as_bytes()) {
            Ok(value) => Typed::Value(value),
            Err(error) => Typed::Wrong(Wrong::NotJson { line: error.line(), column: error.column() }),
        },
        kind => Typed::Wrong(Wrong::Type { expected: kind.wants(), found: Type::Text }),
    }
}

fn number(rules: &NumberRules, text: &str) -> Typed {
    let mut readings = rules.fitting(notation::readings(text));
    match (readings.len(), readings.pop()) {
        (1, Some(only)) => Typed::Value(Json::Number(only)),
        (_, Some(last)) => Typed::Wrong(Wrong::Ambiguous { readings: readings.into_iter().chain([last]).collect() }),
        (_, None) => Typed::Wrong(Wrong::NotANumber),
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
            (Kind::Number(rules), Json::Number(number)) if rules.integer && !number::is_whole(number) => self.add(node, Wrong::NotWhole),
            (Kind::Choice { options, .. }, value) => {
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
            (Kind::List { items, .. }, Json::Array(values)) => {
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
        if self.draft.is_incomplete(&node.path) {
            self.add(node, Wrong::Incomplete);
            return true;
        }
        let Some(text) = self.draft.typed(&node.path) else { return false };
        let Typed::Wrong(wrong) = self.draft.reading(node, text) else { return false };
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
}

impl NumberRules {
    /// Of several readings those that the schema allows, if there are some.
    pub(super) fn fitting(&self, mut readings: Vec<Number>) -> Vec<Number> {
        if readings.len() > 1 && readings.iter().any(|reading| self.allow(reading)) {
            readings.retain(|reading| self.allow(reading));
        }
        readings
    }

    fn allow(&self, value: &Number) -> bool {
        let beyond = |limit: &Option<Number>, open: bool, wrong: Ordering| {
            let order = limit.as_ref().and_then(|limit| number::compare(value, limit));
            order == Some(wrong) || (open && order == Some(Ordering::Equal))
        };
        (!self.integer || number::is_whole(value))
            && !beyond(&self.min, self.min_open, Ordering::Less)
            && !beyond(&self.max, self.max_open, Ordering::Greater)
            && self.units.iter().all(|unit| number::is_multiple(value, unit) != Some(false))
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
