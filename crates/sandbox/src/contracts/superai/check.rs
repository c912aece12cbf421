//! Checks a reviewed output against its task's output model. Own, because the sandbox writes these schemas itself with
//! the few keywords below; a full validator would bring some thirty crates.

use serde_json::{Map, Number, Value, json};

/// What is wrong, as the vendor's error details show it. Ends after a handful.
pub(super) fn issues(schema: &Value, value: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    walk(schema, value, &mut Vec::new(), &mut found);
    found
}

const ENOUGH: usize = 20;

fn walk(schema: &Value, value: &Value, path: &mut Vec<Value>, found: &mut Vec<Value>) {
    if found.len() >= ENOUGH {
        return;
    }
    let mut wrong = |kind: &str, message: String| found.push(json!({ "type": kind, "loc": path, "msg": message }));
    if !type_fits(schema, value) {
        let wanted = schema.get("type").cloned().unwrap_or_default();
        wrong("type_error", format!("Input should be of type {wanted}"));
        return;
    }
    if let Some(allowed) = schema.get("enum").and_then(Value::as_array)
        && !allowed.contains(value)
    {
        wrong("enum", "Input is not one of the allowed values".into());
    }
    match value {
        Value::String(text) => lengths(schema, text, &mut wrong),
        Value::Number(number) => range(schema, number, &mut wrong),
        Value::Array(list) => items(schema, list, path, found),
        Value::Object(object) => properties(schema, object, path, found),
        Value::Null | Value::Bool(_) => {}
    }
}

fn type_fits(schema: &Value, value: &Value) -> bool {
    let one = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.as_i64().is_some() || value.as_u64().is_some(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        _ => true,
    };
    match schema.get("type") {
        Some(Value::String(name)) => one(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(one),
        _ => true,
    }
}

fn lengths(schema: &Value, text: &str, wrong: &mut impl FnMut(&str, String)) {
    let length = text.chars().count() as u64;
    let limit = |name: &str| schema.get(name).and_then(Value::as_u64);
    if let Some(min) = limit("minLength").filter(|min| length < *min) {
        wrong("string_too_short", format!("String should have at least {min} characters"));
    }
    if let Some(max) = limit("maxLength").filter(|max| length > *max) {
        wrong("string_too_long", format!("String should have at most {max} characters"));
    }
}

fn range(schema: &Value, number: &Number, wrong: &mut impl FnMut(&str, String)) {
    let Some(given) = number.as_f64() else { return };
    let limit = |name: &str| schema.get(name).and_then(Value::as_f64);
    if let Some(least) = limit("minimum").filter(|least| given < *least) {
        wrong("greater_than_equal", format!("Input should be greater than or equal to {least}"));
    }
    if let Some(least) = limit("exclusiveMinimum").filter(|least| given <= *least) {
        wrong("greater_than", format!("Input should be greater than {least}"));
    }
    if let Some(most) = limit("maximum").filter(|most| given > *most) {
        wrong("less_than_equal", format!("Input should be less than or equal to {most}"));
    }
}

fn items(schema: &Value, list: &[Value], path: &mut Vec<Value>, found: &mut Vec<Value>) {
    let most = schema.get("maxItems").and_then(Value::as_u64);
    if let Some(most) = most.filter(|most| list.len() as u64 > *most) {
        found.push(json!({ "type": "too_long", "loc": path, "msg": format!("List should have at most {most} items") }));
        return;
    }
    let least = schema.get("minItems").and_then(Value::as_u64);
    if let Some(least) = least.filter(|least| (list.len() as u64) < *least) {
        found.push(json!({ "type": "too_short", "loc": path, "msg": format!("List should have at least {least} items") }));
    }
    let Some(inner) = schema.get("items") else { return };
    for (place, item) in list.iter().enumerate() {
        path.push(json!(place));
        walk(inner, item, path, found);
        path.pop();
    }
}

fn properties(schema: &Value, object: &Map<String, Value>, path: &mut Vec<Value>, found: &mut Vec<Value>) {
    let known = schema.get("properties").and_then(Value::as_object);
    for name in schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        if !object.contains_key(name) {
            path.push(json!(name));
            found.push(json!({ "type": "missing", "loc": path, "msg": "Field required" }));
            path.pop();
        }
    }
    let closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
    for (name, value) in object {
        path.push(json!(name));
        match known.and_then(|known| known.get(name)) {
            Some(inner) => walk(inner, value, path, found),
            None if closed => found.push(json!({ "type": "extra_forbidden", "loc": path, "msg": "Extra inputs are not permitted" })),
            None => {}
        }
        path.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_is_wrong_and_where() {
        let schema = json!({
            "type": "object", "required": ["total"], "additionalProperties": false,
            "properties": {
                "total": { "type": "number", "minimum": 0 },
                "currency": { "type": ["string", "null"], "enum": ["EUR", null] },
                "lines": { "type": "array", "items": { "type": "object", "properties": { "note": { "type": "string", "maxLength": 3 } } } },
            },
        });
        assert!(issues(&schema, &json!({ "total": 1, "currency": null, "lines": [{ "note": "abc" }] })).is_empty());
        let kinds = |value: Value| -> Vec<String> {
            issues(&schema, &value).iter().map(|issue| format!("{} {}", issue["type"], issue["loc"])).collect()
        };
        assert_eq!(kinds(json!([])), ["\"type_error\" []"]);
        assert_eq!(kinds(json!({})), ["\"missing\" [\"total\"]"]);
        assert_eq!(kinds(json!({ "total": -1, "currency": "USD" })), ["\"greater_than_equal\" [\"total\"]", "\"enum\" [\"currency\"]"]);
        assert_eq!(kinds(json!({ "total": 1, "lines": [{}, { "note": "abcd" }] })), ["\"string_too_long\" [\"lines\",1,\"note\"]"]);
        assert_eq!(kinds(json!({ "total": 1, "x": 1 })), ["\"extra_forbidden\" [\"x\"]"]);
    }
}
