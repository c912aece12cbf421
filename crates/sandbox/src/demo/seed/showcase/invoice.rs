//! An invoice whose schema uses what vendors' schemas use: references, alternatives, joined parts, maps, tables, formats,
//! nullables, limits, and numbers that a float would not hold.

use serde_json::{Map, Value, json};

/// What, how many, price each.
const LINES: [(&str, &str, &str, &str); 14] = [
    ("Hex bolts M8 x 40, A2 stainless", "500", "0.42", "pcs"),
    ("Steel bracket, 40 mm, galvanised", "120", "3.15", "pcs"),
    ("Zinc washer M8", "1000", "0.030", "pcs"),
    ("Custom drilling", "22", "16.40", "h"),
    ("Threaded rod M8, 1 m", "40", "1.90", "pcs"),
    ("Rubber buffer 30 x 20", "64", "2.25", "pcs"),
    ("Cable duct 60 x 40, grey", "25.5", "4.80", "m"),
    ("Terminal block, 12 poles", "36", "3.975", "pcs"),
    ("Heat-shrink tube 6 mm", "100", "0.18", "m"),
    ("Aluminium profile 40 x 40", "18.25", "11.60", "m"),
    ("Locking nut M8", "500", "0.06", "pcs"),
    ("Grease, 400 g", "6", "7.90", "pcs"),
    ("Packing, pallet", "2", "14.00", "pcs"),
    ("Freight, Lyon to Leeds", "1", "186.50", "pcs"),
];

fn number(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(Value::Null)
}

pub(super) fn data() -> Value {
    let lines: Vec<Value> = LINES
        .iter()
        .map(|(text, quantity, price, unit)| json!({"text": text, "quantity": number(quantity), "unit": unit, "price": number(price)}))
        .collect();
    json!({
        "document": "doc_7f21",
        "number": "INV-2024-0187",
        "issued": "2026-02-11",
        "due": null,
        "received": "2026-02-12T08:31:05Z",
        "currency": "GBP",
        "customer_number": number("9007199254740993"),
        "total": number("1234.560"),
        "supplier": {
            "name": "Acme Industrial Supplies", "email": "billing@acme.example", "website": "https://acme.example",
            "address": {"street": "4 Quay Lane", "city": "Leeds", "zip": "LS1 4AP", "country": "GB"},
        },
        "buyer": {"name": "Müller & Söhne KG", "email": null, "address": {"street": "Am Hafen 7", "city": "Hamburg", "zip": "20457", "country": "DE"}},
        "payment": {"method": "transfer", "holder": "Acme Industrial Supplies", "iban": "GB29NWBK60161331926819"},
        "discount": number("2.50"),
        "lines": lines,
        "tags": ["urgent", "export"],
        "rates": {"EUR": number("1.19380"), "USD": number("1.2650")},
        "remarks": null,
    })
}

pub(super) fn schema() -> Value {
    let mut properties = Map::new();
    for part in [head(), parties(), money(), lines()] {
        if let Value::Object(part) = part {
            properties.extend(part);
        }
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Invoice",
        "type": "object",
        "required": ["number", "issued", "currency", "total", "supplier", "lines"],
        "properties": properties,
        "additionalProperties": false,
        "$defs": {
            "Money": {"type": "number", "minimum": 0, "multipleOf": number("0.001")},
            "Address": {
                "type": "object", "title": "Address", "required": ["street", "city", "country"],
                "properties": {
                    "street": {"type": "string", "title": "Street", "minLength": 1},
                    "city": {"type": "string", "title": "City", "minLength": 1},
                    "zip": {"type": ["string", "null"], "title": "Postal code", "maxLength": 10},
                    "country": {"type": "string", "title": "Country", "pattern": "^[A-Z]{2}$", "description": "Two capital letters"},
                },
            },
            "Party": {
                "type": "object", "required": ["name"],
                "properties": {
                    "name": {"type": "string", "title": "Name", "minLength": 1, "maxLength": 120},
                    "email": {"title": "E-mail", "anyOf": [{"type": "string", "format": "email"}, {"type": "null"}]},
                    "website": {"type": "string", "title": "Website", "format": "uri"},
                    "address": {"$ref": "#/$defs/Address"},
                    "parent": {"$ref": "#/$defs/Party", "title": "Parent company"},
                },
            },
        },
    })
}

fn head() -> Value {
    json!({
        "document": {"type": "string", "title": "Document", "readOnly": true},
        "number": {"type": "string", "title": "Invoice number", "pattern": "^INV-[0-9]{4}-[0-9]+$"},
        "issued": {"type": "string", "format": "date", "title": "Issued"},
        "due": {"type": ["string", "null"], "format": "date", "title": "Due"},
        "received": {"type": "string", "format": "date-time", "title": "Received"},
        "currency": {"title": "Currency", "enum": ["EUR", "GBP", "USD"]},
        "customer_number": {"type": "integer", "title": "Customer number", "minimum": 1},
    })
}

fn parties() -> Value {
    json!({
        "supplier": {"allOf": [{"$ref": "#/$defs/Party"}, {"required": ["address"]}], "title": "Supplier"},
        "buyer": {"$ref": "#/$defs/Party", "title": "Buyer"},
    })
}

fn money() -> Value {
    json!({
        "total": {"allOf": [{"$ref": "#/$defs/Money"}, {"exclusiveMinimum": 0}], "title": "Total"},
        "payment": {
            "title": "Payment",
            "oneOf": [
                {
                    "title": "Bank transfer", "type": "object", "required": ["method", "iban"],
                    "properties": {
                        "method": {"const": "transfer", "title": "Method"},
                        "holder": {"type": "string", "title": "Holder"},
                        "iban": {"type": "string", "title": "IBAN", "minLength": 15, "maxLength": 34},
                    },
                },
                {
                    "title": "Card", "type": "object", "required": ["method", "holder", "last_digits"],
                    "properties": {
                        "method": {"const": "card", "title": "Method"},
                        "holder": {"type": "string", "title": "Holder", "minLength": 1},
                        "last_digits": {"type": "string", "title": "Last digits", "pattern": "^[0-9]{4}$"},
                    },
                },
                {"title": "In words", "type": "string", "minLength": 3},
            ],
        },
        "discount": {"title": "Discount", "anyOf": [{"type": "number", "minimum": 0, "maximum": 100}, {"type": "string", "minLength": 1}]},
    })
}

fn lines() -> Value {
    json!({
        "lines": {
            "type": "array", "title": "Lines", "minItems": 1, "maxItems": 40,
            "items": {
                "type": "object", "required": ["text", "quantity", "price"],
                "properties": {
                    "text": {"type": "string", "title": "Description", "minLength": 1, "maxLength": 200},
                    "quantity": {"type": "number", "title": "Quantity", "exclusiveMinimum": 0},
                    "unit": {"title": "Unit", "enum": ["pcs", "m", "h"], "default": "pcs"},
                    "price": {"$ref": "#/$defs/Money", "title": "Unit price"},
                },
            },
        },
        "tags": {"type": "array", "title": "Tags", "uniqueItems": true, "maxItems": 5, "items": {"type": "string", "minLength": 1}},
        "rates": {"type": "object", "title": "Exchange rates", "additionalProperties": {"type": "number", "exclusiveMinimum": 0}},
        "remarks": {"type": ["string", "null"], "title": "Remarks", "maxLength": 4000},
    })
}
