//! Whether a snapshot has the shape that its block's schema asks for: types, required fields, items. Limits are the form's.

use serde_json::{Value, json};

/// The places that do not fit, as FastAPI lists them.
pub(super) fn problems(schema: &Value, snapshot: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    check(schema, snapshot, &mut vec![json!("body"), json!("snapshot")], &mut found);
    found
}

fn check(schema: &Value, value: &Value, place: &mut Vec<Value>, found: &mut Vec<Value>) {
    if found.len() >= 100 {
        return;
    }
    if let Some(wanted) = schema.get("type").filter(|wanted| !fits(wanted, value)) {
        found.push(json!({"type": "type_error", "loc": place, "msg": format!("Input should be of type {wanted}"), "input": value}));
        return;
    }
    let properties = schema.get("properties").and_then(Value::as_object);
    if let Some(object) = value.as_object() {
        for name in schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            if !object.contains_key(name) {
                place.push(name.into());
                found.push(json!({"type": "missing", "loc": place, "msg": "Field required", "input": value}));
                place.pop();
            }
        }
        for (name, inner) in object {
            if let Some(schema) = properties.and_then(|properties| properties.get(name)) {
                place.push(name.as_str().into());
                check(schema, inner, place, found);
                place.pop();
            }
        }
    }
    if let (Some(items), Some(list)) = (schema.get("items"), value.as_array()) {
        for (at, inner) in list.iter().enumerate() {
            place.push(at.into());
            check(items, inner, place, found);
            place.pop();
        }
    }
}

fn fits(wanted: &Value, value: &Value) -> bool {
    match wanted {
        Value::Array(several) => several.iter().any(|wanted| fits(wanted, value)),
        Value::String(word) => match word.as_str() {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "number" => value.is_number(),
            "integer" => value.is_i64() || value.is_u64(),
            "boolean" => value.is_boolean(),
            "null" => value.is_null(),
            _ => true,
        },
        _ => true,
    }
}
