//! Infers a schema from data: names and types, no rules.

use crate::value::json::{Json, Map};
use serde_json::json;

/// Everything may be `null`, nothing is required: the data does not say. Items of a list are taken together.
pub(super) fn schema(data: &Json) -> Json {
    match data {
        Json::Null => json!({"type": "null"}),
        Json::Bool(_) => json!({"type": "boolean", "nullable": true}),
        // Kept as a number, but it was to be a text.
        broken if crate::value::json::flaw(broken).is_some_and(|text| text.starts_with('"')) => json!({"type": "string", "nullable": true}),
        Json::Number(_) => json!({"type": "number", "nullable": true}),
        Json::String(_) => json!({"type": "string", "nullable": true}),
        Json::Array(items) => {
            let items = items.iter().map(schema).reduce(merge).unwrap_or_else(|| json!({}));
            json!({"type": "array", "nullable": true, "items": items})
        }
        Json::Object(map) => {
            let properties: Map<String, Json> = map.iter().map(|(key, value)| (key.clone(), schema(value))).collect();
            json!({"type": "object", "nullable": true, "properties": properties})
        }
    }
}

fn merge(left: Json, right: Json) -> Json {
    match (kind(&left), kind(&right)) {
        (Some("null"), _) => right,
        (_, Some("null")) => left,
        (Some("object"), Some("object")) => merge_objects(left, right),
        (Some("array"), Some("array")) => {
            let of = |schema: &Json| schema.get("items").cloned().unwrap_or_default();
            let items = match (of(&left), of(&right)) {
                // An empty list says nothing of its items.
                (one, other) if one == json!({}) => other,
                (one, other) if other == json!({}) => one,
                (one, other) => merge(one, other),
            };
            json!({"type": "array", "nullable": true, "items": items})
        }
        (one, other) if one == other => left,
        _ => json!({}),
    }
}

fn merge_objects(mut left: Json, mut right: Json) -> Json {
    if let (Some(Json::Object(known)), Some(Json::Object(more))) = (left.get_mut("properties"), right.get_mut("properties")) {
        for (key, value) in std::mem::take(more) {
            let merged = match known.get_mut(&key) {
                Some(old) => merge(std::mem::take(old), value),
                None => value,
            };
            known.insert(key, merged);
        }
    }
    left
}

fn kind(schema: &Json) -> Option<&str> {
    schema.get("type").and_then(Json::as_str)
}
