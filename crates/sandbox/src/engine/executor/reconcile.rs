//! Compares a purchase order with its invoice, and words what a person is asked.

use serde_json::{Value, json};

use crate::engine::documents::{Document, Role};
use crate::engine::money::Amount;

/// What the comparison found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Comparison {
    /// What a review shows and the outputs carry.
    pub data: Value,
    /// Why a person has to look; nothing if all agrees.
    pub reason: Option<String>,
}

/// Every check that failed, the most important first, as sentences.
pub(crate) fn compare(order: &Document, invoice: &Document) -> Comparison {
    let difference = match (order.grand_total(), invoice.grand_total()) {
        (Some(order), Some(invoice)) => invoice.sub(order),
        _ => None,
    };
    let mut reasons = Vec::new();
    if let Some(difference) = difference
        && difference != Amount::ZERO
    {
        reasons.push(format!("Totals differ by {}", difference.abs().as_money()));
    }
    if let (Some(a), Some(b)) = (&order.currency, &invoice.currency)
        && a != b
    {
        reasons.push(format!("The order is in {a}, the invoice in {b}"));
    }
    if let (Some(number), Some(reference)) = (&order.number, &invoice.order_number)
        && !number.eq_ignore_ascii_case(reference)
    {
        reasons.push(format!("The invoice refers to order {reference}, not {number}"));
    }
    reasons.extend(arithmetic(Role::PurchaseOrder, order));
    reasons.extend(arithmetic(Role::Invoice, invoice));
    let reason = (!reasons.is_empty()).then(|| reasons.join(". "));
    Comparison {
        data: json!({
            "purchase_order": order.to_json(Role::PurchaseOrder),
            "invoice": invoice.to_json(Role::Invoice),
            "difference": difference.map_or(Value::Null, Amount::json),
            "note": null,
        }),
        reason,
    }
}

/// Whether a document agrees with itself.
fn arithmetic(role: Role, document: &Document) -> Vec<String> {
    let noun = role.noun();
    let mut reasons = Vec::new();
    for line in &document.lines {
        if let (Some(quantity), Some(price), Some(amount)) = (line.quantity, line.unit_price, line.amount)
            && let Some(product) = quantity.mul(price)
            && product.rounded(2) != amount
        {
            let what: String = line.description.chars().take(60).collect();
            reasons.push(format!("In the {noun}, {quantity} × {price} is {}, not {amount} ({what})", product.rounded(2).as_money()));
        }
    }
    if let (Some(sum), Some(net)) = (document.line_sum(), document.net)
        && sum != net
    {
        reasons.push(format!("The lines of the {noun} add up to {}, its net total says {net}", sum.as_money()));
    }
    let net = document.net.or_else(|| document.line_sum());
    if let (Some(net), Some(total)) = (net, document.total)
        && let Some(sum) = net.add(document.tax.unwrap_or(Amount::ZERO))
        && sum != total
    {
        reasons.push(format!("Net and tax of the {noun} add up to {}, its total says {total}", sum.as_money()));
    }
    reasons.truncate(5);
    reasons
}

/// JSON Schema (draft 2020-12) of what a review of a mismatch shows.
pub(crate) fn schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "PO to invoice reconciliation",
        "type": "object",
        "required": ["purchase_order", "invoice"],
        "properties": {
            "purchase_order": party("Purchase order", &[("number", "Order number")], ("order_date", "Order date")),
            "invoice": party(
                "Invoice",
                &[("number", "Invoice number"), ("purchase_order_number", "Refers to order")],
                ("invoice_date", "Invoice date"),
            ),
            "difference": {
                "type": ["number", "null"], "title": "Difference", "readOnly": true,
                "description": "Invoice total minus purchase order total, as read."
            },
            "note": {"type": ["string", "null"], "title": "Note", "maxLength": 2000},
        },
        "additionalProperties": false,
    })
}

fn party(title: &str, numbers: &[(&str, &str)], date: (&str, &str)) -> Value {
    let mut properties = serde_json::Map::new();
    for (name, title) in numbers {
        let first = *name == "number";
        let kind = if first { json!("string") } else { json!(["string", "null"]) };
        let mut field = json!({"type": kind, "title": title, "maxLength": 80});
        if first {
            field["minLength"] = json!(1);
        }
        properties.insert((*name).to_owned(), field);
    }
    properties.insert("vendor".into(), json!({"type": ["string", "null"], "title": "Vendor", "maxLength": 200}));
    properties.insert(date.0.into(), json!({"type": ["string", "null"], "format": "date", "title": date.1}));
    let currencies = crate::engine::documents::CURRENCIES.iter().map(|code| json!(code)).chain([Value::Null]);
    properties.insert("currency".into(), json!({"type": ["string", "null"], "title": "Currency", "enum": currencies.collect::<Vec<_>>()}));
    properties.insert("lines".into(), lines());
    for (name, title) in [("net_total", "Net total"), ("tax", "Tax")] {
        properties.insert(name.into(), json!({"type": ["number", "null"], "title": title, "minimum": 0}));
    }
    properties.insert("total".into(), json!({"type": "number", "title": "Total", "minimum": 0}));
    json!({"type": "object", "title": title, "required": ["number", "total"], "properties": properties})
}

fn lines() -> Value {
    json!({
        "type": "array", "title": "Lines", "maxItems": 2000,
        "items": {
            "type": "object",
            "required": ["description", "amount"],
            "properties": {
                "description": {"type": "string", "title": "Description", "maxLength": 500},
                "quantity": {"type": ["number", "null"], "title": "Quantity", "minimum": 0},
                "unit_price": {"type": ["number", "null"], "title": "Unit price"},
                "amount": {"type": "number", "title": "Amount"},
            },
        },
    })
}
