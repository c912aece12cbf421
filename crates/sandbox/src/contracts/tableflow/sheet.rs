//! A document that the executor read, as fields and one table of text cells with the checks the vendor shows beside them.

use serde_json::{Map, Value, json};

use crate::engine::money::Amount;

/// Key and data type of the table's columns.
pub(super) const COLUMNS: [(&str, &str); 4] =
    [("description", "string"), ("quantity", "number"), ("unit_price", "number"), ("amount", "number")];

/// Fields that a document cannot do without.
const REQUIRED: [&str; 2] = ["number", "total"];

#[derive(Debug, Default)]
pub(super) struct Sheet {
    /// Text by field; empty where nothing was found.
    pub(super) values: Map<String, Value>,
    pub(super) validations: Map<String, Value>,
    pub(super) rows: Vec<Row>,
    numbers: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Row {
    index: usize,
    values: Map<String, Value>,
    validations: Map<String, Value>,
}

impl Sheet {
    /// Reads the output of an extraction step. Anything but a document gives an empty sheet.
    pub(super) fn of(output: &Value) -> Self {
        let mut sheet = Self::default();
        for (key, value) in output.as_object().into_iter().flatten() {
            match value {
                Value::Array(lines) => sheet.rows = lines.iter().enumerate().map(|(index, line)| Row::of(index, line)).collect(),
                Value::Object(_) => {}
                scalar => sheet.field(key, scalar),
            }
        }
        sheet
    }

    fn field(&mut self, key: &str, value: &Value) {
        if value.is_number() || ["net_total", "tax", "total"].contains(&key) {
            self.numbers.push(key.to_owned());
        }
        if value.is_null() && REQUIRED.contains(&key) {
            self.validations.insert(key.to_owned(), json!([issue("required", "A value is required")]));
        }
        self.values.insert(key.to_owned(), Value::String(cell(value)));
    }

    pub(super) fn is_number(&self, key: &str) -> bool {
        self.numbers.iter().any(|known| known == key)
    }
}

impl Row {
    fn of(index: usize, line: &Value) -> Self {
        let values: Map<String, Value> =
            COLUMNS.iter().map(|(key, _)| ((*key).to_owned(), Value::String(line.get(key).map(cell).unwrap_or_default()))).collect();
        let mut validations = Map::new();
        if let Some(product) = wrong_product(line) {
            let message = format!("Quantity times unit price is {product}");
            validations.insert("amount".to_owned(), json!([issue("calculation", &message)]));
        }
        Self { index, values, validations }
    }

    pub(super) fn valid(&self) -> bool {
        self.validations.is_empty()
    }

    pub(super) fn cell(&self, key: &str) -> String {
        self.values.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    pub(super) fn render(&self) -> Value {
        json!({ "index": self.index, "values": self.values, "validations": self.validations })
    }
}

/// What quantity times price gives, if the amount says something else.
fn wrong_product(line: &Value) -> Option<Amount> {
    let amount = |key: &str| match line.get(key) {
        Some(Value::Number(number)) => Amount::from_json_text(&number.to_string()),
        _ => None,
    };
    let product = amount("quantity")?.mul(amount("unit_price")?)?.rounded(2);
    (product != amount("amount")?.rounded(2)).then_some(product)
}

fn issue(validation: &str, message: &str) -> Value {
    json!({ "validation": validation, "severity": "error", "message": message })
}

/// A cell's text: numbers keep their digits.
fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn cells_keep_their_digits_and_wrong_sums_are_marked() {
        let output: Value = serde_json::from_str(
            r#"{"number": "PO-1", "total": null, "tax": 1.50, "lines": [
                {"description": "Chair", "quantity": 2, "unit_price": 10.250, "amount": 20.50},
                {"description": "Desk", "quantity": 1, "unit_price": 99, "amount": 100}]}"#,
        )
        .unwrap();
        let sheet = Sheet::of(&output);
        assert_eq!(sheet.values["tax"], "1.50");
        assert!(sheet.is_number("total") && !sheet.is_number("number"));
        assert_eq!(sheet.validations.keys().collect::<Vec<_>>(), ["total"]);
        assert!(sheet.rows[0].valid() && !sheet.rows[1].valid());
        assert_eq!(sheet.rows[0].cell("unit_price"), "10.250");
        assert!(Sheet::of(&Value::Null).rows.is_empty());
    }
}
