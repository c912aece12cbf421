//! What the vendor takes and only the task stumbles over: it compares an answer with its schema after it said yes.

use crate::value::decimal::Decimal;
use crate::value::json::{Json, Map};
use crate::value::time::Timestamp;

/// Keys by which the vendor tells its own objects: with one in an answer it cannot go on (apache/airflow 71036).
const RESERVED: [&str; 5] = ["__classname__", "__id__", "__type", "__var", "__data__"];

/// What is wrong with a form, by field.
pub(super) fn wrong(form: &Json, schema: &Json) -> Vec<(String, String)> {
    let mut found = Vec::new();
    reserved(form, "", &mut found);
    check(form, schema, "", &mut found);
    found
}

fn below(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn reserved(value: &Json, path: &str, found: &mut Vec<(String, String)>) {
    match value {
        Json::Object(map) => {
            for (key, value) in map {
                if RESERVED.contains(&key.as_str()) {
                    found.push((below(path, key), format!("{key} is not sent: the engine takes it for a mark of its own")));
                }
                reserved(value, &below(path, key), found);
            }
        }
        Json::Array(items) => items.iter().enumerate().for_each(|(at, value)| reserved(value, &below(path, &at.to_string()), found)),
        _ => {}
    }
}

fn check(value: &Json, schema: &Json, path: &str, found: &mut Vec<(String, String)>) {
    let Some(schema) = schema.as_object() else { return };
    let mut say = |problem: String| found.push((path.to_owned(), problem));
    let types = words(schema.get("type"));
    if !types.is_empty() && !types.iter().any(|word| is(value, word)) {
        say(format!("{} was expected", types.join(" or ")));
        return;
    }
    if let Some(options) = schema.get("enum").and_then(Json::as_array)
        && !options.iter().any(|option| crate::value::decimal::same_value(option, value))
    {
        say(format!("{value} is none of the values allowed"));
        return;
    }
    match value {
        Json::Number(number) => number_fits(number.as_str(), schema, &mut say),
        Json::String(text) => text_fits(text, schema, &mut say),
        Json::Array(items) => {
            let count = |name: &str| schema.get(name).and_then(Json::as_u64);
            let has = items.len() as u64;
            if count("minItems").is_some_and(|least| has < least) || count("maxItems").is_some_and(|most| has > most) {
                say(format!("{has} entries are too few or too many"));
            }
            if let Some(of) = schema.get("items") {
                items.iter().enumerate().for_each(|(at, item)| check(item, of, &below(path, &at.to_string()), found));
            }
        }
        Json::Object(map) => members(map, schema, path, found),
        _ => {}
    }
}

fn members(map: &Map<String, Json>, schema: &Map<String, Json>, path: &str, found: &mut Vec<(String, String)>) {
    for name in words(schema.get("required")) {
        if !map.contains_key(name) {
            found.push((below(path, name), "it is missing".into()));
        }
    }
    let properties = schema.get("properties").and_then(Json::as_object);
    let closed = schema.get("additionalProperties").and_then(Json::as_bool) == Some(false);
    for (name, value) in map {
        match properties.and_then(|properties| properties.get(name)) {
            Some(of) => check(value, of, &below(path, name), found),
            None if closed => found.push((below(path, name), "there is no such field".into())),
            None => {}
        }
    }
}

/// One word or a list of them.
fn words(value: Option<&Json>) -> Vec<&str> {
    match value {
        Some(Json::String(word)) => vec![word],
        Some(Json::Array(words)) => words.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    }
}

fn is(value: &Json, word: &str) -> bool {
    match (word, value) {
        ("null", Json::Null)
        | ("boolean", Json::Bool(_))
        | ("string", Json::String(_))
        | ("array", Json::Array(_))
        | ("object", Json::Object(_))
        | ("number", Json::Number(_)) => true,
        ("integer", Json::Number(number)) => crate::wire::fields::whole(number).is_some(),
        ("null" | "boolean" | "string" | "array" | "object" | "number" | "integer", _) => false,
        // A word that nobody knows forbids nothing.
        _ => true,
    }
}

fn number_fits(text: &str, schema: &Map<String, Json>, say: &mut impl FnMut(String)) {
    let bound = |name: &str| schema.get(name).and_then(Json::as_number).and_then(|bound| Decimal::read(bound.as_str()));
    let Some(value) = Decimal::read(text) else { return };
    let breaks = |name: &str, fits: fn(std::cmp::Ordering) -> bool| bound(name).is_some_and(|bound| !fits(value.compare(&bound)));
    if breaks("minimum", |order| order.is_ge()) || breaks("exclusiveMinimum", |order| order.is_gt()) {
        say(format!("{text} is too small"));
    }
    if breaks("maximum", |order| order.is_le()) || breaks("exclusiveMaximum", |order| order.is_lt()) {
        say(format!("{text} is too large"));
    }
}

fn text_fits(text: &str, schema: &Map<String, Json>, say: &mut impl FnMut(String)) {
    let count = |name: &str| schema.get(name).and_then(Json::as_u64);
    let has = text.chars().count() as u64;
    if count("minLength").is_some_and(|least| has < least) || count("maxLength").is_some_and(|most| has > most) {
        say(format!("{has} characters are too few or too many"));
    }
    let fits = match schema.get("format").and_then(Json::as_str) {
        Some("date") => text.len() == 10 && Timestamp::parse(&format!("{text}T00:00:00Z")).is_some(),
        Some("date-time") => Timestamp::parse(text).is_some(),
        Some("time") => Timestamp::parse(&format!("2026-01-01T{text}")).or(Timestamp::parse(&format!("2026-01-01T{text}Z"))).is_some(),
        _ => true,
    };
    if !fits {
        say(format!("{text:?} is not a {}", schema.get("format").and_then(Json::as_str).unwrap_or_default()));
    }
}
