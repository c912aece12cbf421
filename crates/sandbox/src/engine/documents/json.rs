//! Documents that are JSON already.

use serde_json::Value;

use super::{Document, Line, MAX_LINES, Role, Unreadable, labels, unreadable};
use crate::engine::money::Amount;

const LINES: [&str; 6] = ["lines", "line_items", "items", "lineItems", "positions", "rows"];

/// Reads an object whose keys are called like the labels on paper; one array of objects in it is taken for the lines.
pub(crate) fn from_json(role: Role, value: &Value) -> Result<Document, Unreadable> {
    let mut document = Document::default();
    let object = match value {
        Value::Object(object) => object,
        Value::Array(rows) => {
            document.lines = rows.iter().take(MAX_LINES).filter_map(line).collect();
            return Ok(document);
        }
        _ => return Err(unreadable("its JSON is not an object")),
    };
    // A wrapper such as {"invoice": {…}} is looked through.
    let own = match role {
        Role::PurchaseOrder => "purchase_order",
        Role::Invoice => "invoice",
    };
    if let Some(inner) = object.get(own).filter(|inner| inner.is_object()) {
        return from_json(role, inner);
    }
    for (key, value) in object {
        if let (Some(label), Some(text)) = (labels::label(&key.replace('_', " ")), scalar(value)) {
            document.take(role, label, &text);
        }
        if let (true, Value::Array(rows)) = (LINES.contains(&key.as_str()), value) {
            document.lines = rows.iter().take(MAX_LINES).filter_map(line).collect();
        }
        if let (Some(labels::Label::Vendor), Value::Object(vendor)) = (labels::label(key), value) {
            document.vendor = vendor.get("name").and_then(Value::as_str).map(str::to_owned);
        }
    }
    exact(&mut document, object);
    Ok(document)
}

/// JSON numbers keep their digits: `1250` is not thousands and `1.250` has three decimals.
fn exact(document: &mut Document, object: &serde_json::Map<String, Value>) {
    for (key, value) in object {
        let Value::Number(number) = value else { continue };
        let amount = Amount::from_json_text(&number.to_string());
        match labels::label(&key.replace('_', " ")) {
            Some(labels::Label::Net) => document.net = amount,
            Some(labels::Label::Tax) => document.tax = amount,
            Some(labels::Label::Total) => document.total = amount,
            _ => {}
        }
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn line(value: &Value) -> Option<Line> {
    let object = value.as_object()?;
    let mut line = Line { description: String::new(), quantity: None, unit_price: None, amount: None };
    for (key, value) in object {
        let amount = || match value {
            Value::Number(number) => Amount::from_json_text(&number.to_string()),
            Value::String(text) => Amount::parse(text),
            _ => None,
        };
        match labels::label(&key.replace('_', " "))? {
            labels::Label::Description => line.description = scalar(value)?.chars().take(500).collect(),
            labels::Label::Quantity => line.quantity = amount(),
            labels::Label::UnitPrice => line.unit_price = amount(),
            labels::Label::Amount | labels::Label::Total | labels::Label::Net => line.amount = amount(),
            _ => {}
        }
    }
    line.value().map(|_| line)
}
