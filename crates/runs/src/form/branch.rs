//! Alternatives of a schema (`oneOf`, `anyOf`): which of them accepts a value, and their labels.

use super::pattern;
use super::schema::{Resolved, as_number, follow, has_type, single_values, types};
use super::{Format, Type, VariantName, field_text, format_ok, number};
use crate::value::json::{Json, Map};
use std::cmp::Ordering;

/// So many values or names of an alternative are told.
const MAX_TOLD: usize = 4;

/// How closely an alternative is compared with a value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    /// Types, required names and the single values of properties.
    Shallow,
    /// All properties.
    Deep,
    /// And their rules: formats, patterns, limits. What cannot be told is taken as fitting.
    Rules,
    /// What cannot be told is not.
    Sure,
}

/// The alternative that a value belongs to: the first of those that fit it best.
pub(super) fn fitting(root: &Json, branches: &[&Json], data: &Json) -> Option<usize> {
    let of = |level: Level| branches.iter().position(|branch| fits(root, branch, data, level, 0));
    [Level::Sure, Level::Rules, Level::Deep, Level::Shallow].into_iter().find_map(of)
}

fn fits(root: &Json, schema: &Json, data: &Json, level: Level, depth: usize) -> bool {
    if depth > 8 {
        return false;
    }
    let Json::Object(map) = schema else { return schema == &Json::Bool(true) };
    if let Some(target) = map.get("$ref").and_then(Json::as_str) {
        return follow(root, target).is_some_and(|target| fits(root, target, data, level, depth + 1));
    }
    let null = data.is_null() && map.get("nullable") == Some(&Json::Bool(true));
    let fits_type = null || map.get("type").is_none_or(|found| types(found).iter().any(|wanted| has_type(*wanted, data)));
    let fits_value = single_values(schema).is_none_or(|values| values.contains(data));
    let mut required = map.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
    let fits_names = !data.is_object() || required.all(|key| data.get(key).is_some());
    let properties = map.get("properties").and_then(Json::as_object);
    let closed = level >= Level::Deep && map.get("additionalProperties") == Some(&Json::Bool(false));
    let listed = |key: &str| properties.is_some_and(|properties| properties.contains_key(key));
    let fits_closed = !closed || data.as_object().is_none_or(|data| data.keys().all(|key| listed(key)));
    let inner = |schema: &Json, value: &Json| fits(root, schema, value, level, depth + 1);
    let fits_items = match (map.get("items"), data) {
        (Some(items), Json::Array(values)) if level >= Level::Rules => values.iter().all(|value| inner(items, value)),
        _ => true,
    };
    fits_type
        && fits_value
        && fits_names
        && fits_closed
        && fits_items
        && (level < Level::Rules || rules(map, data, level))
        && properties.into_iter().flatten().all(|(key, schema)| match (data.get(key), single_values(schema)) {
            (Some(found), Some(values)) => values.contains(found),
            (Some(found), None) if level >= Level::Deep => inner(schema, found),
            _ => true,
        })
}

/// Rules about a single value or the size of a list.
fn rules(map: &Map<String, Json>, data: &Json, level: Level) -> bool {
    let count = |least: &str, most: &str, found: usize| {
        let found = u64::try_from(found).unwrap_or(u64::MAX);
        let bound = |word: &str| map.get(word).and_then(Json::as_u64);
        bound(least).is_none_or(|least| found >= least) && bound(most).is_none_or(|most| found <= most)
    };
    match data {
        Json::String(text) => {
            let format = map.get("format").and_then(Json::as_str).and_then(Format::of_word);
            let pattern = map.get("pattern").and_then(Json::as_str);
            count("minLength", "maxLength", text.chars().count())
                && format.is_none_or(|format| format_ok(format, text))
                && pattern.is_none_or(|pattern| pattern::matches(pattern, text).unwrap_or(level == Level::Rules))
        }
        Json::Number(value) => {
            let limit = |word: &str, exclusive: &str, wrong: Ordering| {
                let open = map.get(exclusive) == Some(&Json::Bool(true));
                let beyond = |word: &str, open: bool| {
                    let order = map.get(word).and_then(as_number).and_then(|limit| number::compare(value, limit));
                    order == Some(wrong) || (open && order == Some(Ordering::Equal))
                };
                !beyond(word, open) && !beyond(exclusive, true)
            };
            let unit = map.get("multipleOf").and_then(as_number);
            limit("minimum", "exclusiveMinimum", Ordering::Less)
                && limit("maximum", "exclusiveMaximum", Ordering::Greater)
                && unit.is_none_or(|unit| number::is_multiple(value, unit).unwrap_or(level == Level::Rules))
        }
        Json::Array(items) => count("minItems", "maxItems", items.len()),
        _ => true,
    }
}

/// What each alternative is called: its title, the value that only it has, or its type; where that is the same for several, by what
/// tells them apart. No two have the same name.
pub(super) fn names(root: &Json, branches: &[&Json]) -> Vec<VariantName> {
    let mut names: Vec<VariantName> = branches.iter().map(|branch| name_of(root, branch)).collect();
    let twins =
        |names: &[VariantName]| -> Vec<bool> { names.iter().map(|name| names.iter().filter(|other| *other == name).count() > 1).collect() };
    for (at, twin) in twins(&names).into_iter().enumerate() {
        let detail = branches.get(at).filter(|_| twin).and_then(|branch| detail_of(root, branch, branches));
        if let (Some(name), Some(detail)) = (names.get_mut(at), detail) {
            *name = detail;
        }
    }
    let alike = twins(&names);
    let before = names.clone();
    for (at, name) in names.iter_mut().enumerate().filter(|(at, _)| alike.get(*at) == Some(&true)) {
        let nth = before.iter().take(at + 1).filter(|other| *other == name).count();
        *name = VariantName::Counted(Box::new(name.clone()), nth);
    }
    names
}

fn layers<'a>(root: &'a Json, branch: &'a Json) -> Vec<&'a Json> {
    let mut layers = vec![branch];
    layers.extend(branch.get("$ref").and_then(Json::as_str).and_then(|target| follow(root, target)));
    layers
}

fn name_of(root: &Json, branch: &Json) -> VariantName {
    let layers = layers(root, branch);
    let title = layers.iter().find_map(|layer| layer.get("title").and_then(Json::as_str)).filter(|title| !title.trim().is_empty());
    let mark = || {
        let properties = layers.iter().filter_map(|layer| layer.get("properties").and_then(Json::as_object)).flatten();
        properties.filter_map(|(_, schema)| schema.get("const").filter(|only| !only.is_object() && !only.is_array())).next()
    };
    let kind = || layers.iter().find_map(|layer| types(layer.get("type")?).first().copied());
    match (title, mark()) {
        (Some(title), _) => VariantName::Text(title.to_owned()),
        (None, Some(mark)) => VariantName::Text(field_text(mark)),
        (None, None) => kind().map_or(VariantName::Unnamed, VariantName::Type),
    }
}

fn detail_of(root: &Json, branch: &Json, all: &[&Json]) -> Option<VariantName> {
    let view = Resolved::of(root, &[branch], None, None);
    if let Some(values) = view.options() {
        return Some(VariantName::Values(values.iter().take(MAX_TOLD).map(|(value, _)| field_text(value)).collect()));
    }
    if let Some(pattern) = view.text("pattern") {
        return Some(VariantName::Pattern(pattern));
    }
    if let Some(format) = view.text("format").and_then(|format| Format::of_word(&format)) {
        return Some(VariantName::Format(format));
    }
    let (min, max) =
        (view.limit("minimum", "exclusiveMinimum", Ordering::Greater), view.limit("maximum", "exclusiveMaximum", Ordering::Less));
    if min.is_some() || max.is_some() {
        return Some(VariantName::Limits { whole: view.wanted(None) == Some(Type::Whole), min, max });
    }
    if let Some(unit) = view.number("multipleOf") {
        return Some(VariantName::MultipleOf(unit));
    }
    let (min, max) = (view.least("minLength"), view.most("maxLength"));
    if min.is_some() || max.is_some() {
        return Some(VariantName::Lengths { min, max });
    }
    let keys = |branch: &Json| {
        let properties = layers(root, branch).into_iter().filter_map(|layer| layer.get("properties").and_then(Json::as_object)).flatten();
        properties.map(|(key, _)| key.clone()).collect::<Vec<_>>()
    };
    let others: Vec<String> = all.iter().filter(|other| !std::ptr::eq(**other, branch)).flat_map(|other| keys(other)).collect();
    let own: Vec<String> = keys(branch).into_iter().filter(|key| !others.contains(key)).take(MAX_TOLD).collect();
    if own.is_empty() { property_of(root, branch, all) } else { Some(VariantName::With(own)) }
}

/// The first property that says something else in this alternative than in the others.
fn property_of(root: &Json, branch: &Json, all: &[&Json]) -> Option<VariantName> {
    let of = |branch: &Json| {
        let properties = layers(root, branch).into_iter().filter_map(|layer| layer.get("properties").and_then(Json::as_object)).flatten();
        properties.map(|(key, schema)| (key.clone(), schema.clone())).collect::<Vec<_>>()
    };
    of(branch).into_iter().find_map(|(key, schema)| {
        let twins: Vec<Json> =
            all.iter().flat_map(|other| of(other)).filter(|(other, _)| *other == key).map(|(_, schema)| schema).collect();
        let twins: Vec<&Json> = twins.iter().filter(|twin| !twin.get("properties").is_some_and(Json::is_object)).collect();
        let told = |schema: &Json| detail_of(root, schema, &twins).unwrap_or_else(|| name_of(root, schema));
        let differs = twins.iter().any(|twin| **twin != schema && told(twin) != told(&schema));
        differs.then(|| VariantName::Where(key, Box::new(told(&schema))))
    })
}
