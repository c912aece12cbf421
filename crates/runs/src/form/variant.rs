//! What a new value starts as, and a value under another alternative of its schema.

use super::check::{Typed, read};
use super::schema::has_type;
use super::{Draft, Kind, Node, edit, field_text};
use crate::value::decimal::same_value;
use crate::value::json::{Json, Map};

impl Draft {
    /// Takes another alternative for a place, with everything of the value that fits there. `false`: there is no such alternative.
    pub fn choose(&mut self, path: &str, at: usize) -> bool {
        let Some(node) = self.field(path) else { return false };
        if node.variants.as_ref().is_none_or(|variants| at >= variants.names.len() || variants.chosen == Some(at)) {
            return false;
        }
        let old = node.clone();
        let mut loose = self.loose.without(path);
        let plain = loose.clone();
        loose.chosen.insert(path.into(), at.into());
        // The document with something else in this place.
        let with = |value: Json| {
            let mut document = self.value.clone();
            edit::put(&mut document, path, Some(value));
            document
        };
        // Going back to the alternative that was read brings back what was read.
        let as_read = self.original(path).filter(|first| {
            let form = self.form_of(&with((*first).clone()), &plain);
            form.find(path).and_then(|node| node.variants.as_ref()).is_some_and(|variants| variants.chosen == Some(at))
        });
        let value = as_read.cloned().or_else(|| {
            let mut form = self.form_of(&self.value, &loose);
            // The value has another type than the alternative: what would it be like without?
            if matches!(form.find(path)?.kind, Kind::Json { expected: Some(_) }) {
                form = self.form_of(&with(Json::Null), &loose);
            }
            converted(self.get(path), &old, form.find(path)?)
        });
        let value = if old.place.is_some() { value.or(Some(Json::Null)) } else { value };
        self.write(path, value, loose, false)
    }
}

/// What of a value fits another kind of field.
fn converted(value: Option<&Json>, old: &Node, new: &Node) -> Option<Json> {
    let fresh = || blank(new, false).or_else(|| empty(new));
    match (&new.kind, value) {
        (Kind::Object { fields, .. }, Some(Json::Object(map))) => {
            let mut kept = Map::new();
            for field in fields.iter().filter(|field| !field.extra) {
                let keep = map.get(&field.key).filter(|value| holds(field, value)).cloned();
                if let Some(value) = keep.or_else(|| blank(field, false)) {
                    kept.insert(field.key.clone(), value);
                }
            }
            // Names that neither alternative knows stay; those of the other alternative go.
            let foreign = |key: &str| old.below().iter().any(|field| field.key == key && !field.extra);
            let others = fields.iter().filter(|field| field.extra && !field.forbidden && !foreign(&field.key));
            kept.extend(others.filter_map(|field| Some((field.key.clone(), map.get(&field.key)?.clone()))));
            Some(Json::Object(kept))
        }
        (_, Some(value)) if holds(new, value) => Some(value.clone()),
        (Kind::Object { .. } | Kind::List { .. } | Kind::Json { .. }, _) => fresh(),
        (_, Some(value)) if !value.is_object() && !value.is_array() => match read(new, &field_text(value), None) {
            Typed::Value(value) if holds(new, &value) => Some(value),
            _ => fresh(),
        },
        _ => fresh(),
    }
}

/// Whether a field can show this value.
fn holds(node: &Node, value: &Json) -> bool {
    match &node.kind {
        _ if value.is_null() => node.nullable,
        Kind::Choice { options, .. } => options.iter().any(|option| same_value(option, value)),
        Kind::Json { expected: None } => true,
        kind => has_type(kind.wants(), value),
    }
}

/// Nothing, in the type of the field: a person who chose a kind sees that kind.
fn empty(node: &Node) -> Option<Json> {
    match &node.kind {
        _ if node.nullable => Some(Json::Null),
        Kind::Object { fields, .. } => {
            Some(Json::Object(fields.iter().filter_map(|field| Some((field.key.clone(), blank(field, false)?))).collect()))
        }
        Kind::List { .. } => Some(Json::Array(Vec::new())),
        Kind::Text(_) => Some(Json::String(String::new())),
        Kind::Bool => Some(Json::Bool(false)),
        _ => None,
    }
}

/// What a new item starts as. `inferred`: every name that the others have, empty, since somebody may count on it.
pub(super) fn blank(node: &Node, inferred: bool) -> Option<Json> {
    if let Some(default) = &node.default {
        return Some(default.clone());
    }
    let in_list = node.place.is_some();
    match &node.kind {
        Kind::Object { fields, .. } if in_list || node.required => {
            Some(Json::Object(fields.iter().filter_map(|field| Some((field.key.clone(), blank(field, inferred)?))).collect()))
        }
        Kind::Choice { options, .. } if options.len() == 1 && node.required => options.first().cloned(),
        _ if node.nullable && (inferred || node.required) => Some(Json::Null),
        Kind::List { .. } if node.required => Some(Json::Array(Vec::new())),
        Kind::Text(rules) if node.required && rules.format.is_none() => Some(Json::String(String::new())),
        _ => None,
    }
}
