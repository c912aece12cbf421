//! Reads purchase orders and invoices from what people upload: text PDF, CSV and JSON.

mod json;
mod labels;
mod pdf;
mod tables;

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::engine::money::Amount;

pub(crate) use pdf::{Placed, placed};

const MAX_BYTES: usize = 10 << 20;
const MAX_LINES: usize = 2_000;
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// What was found in a document. Text is as written, amounts keep their decimals.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Document {
    pub number: Option<String>,
    /// An invoice's reference to its order.
    pub order_number: Option<String>,
    pub vendor: Option<String>,
    pub date: Option<String>,
    pub currency: Option<String>,
    pub lines: Vec<Line>,
    pub net: Option<Amount>,
    pub tax: Option<Amount>,
    pub total: Option<Amount>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    pub description: String,
    pub quantity: Option<Amount>,
    pub unit_price: Option<Amount>,
    pub amount: Option<Amount>,
}

impl Line {
    /// The amount as written, or quantity times price.
    pub(crate) fn value(&self) -> Option<Amount> {
        self.amount.or_else(|| Some(self.quantity?.mul(self.unit_price?)?.rounded(2)))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    PurchaseOrder,
    Invoice,
}

impl Role {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "purchase_order" => Some(Self::PurchaseOrder),
            "invoice" => Some(Self::Invoice),
            _ => None,
        }
    }

    pub(crate) const fn noun(self) -> &'static str {
        match self {
            Self::PurchaseOrder => "purchase order",
            Self::Invoice => "invoice",
        }
    }
}

impl Document {
    /// The sum of the lines, if every one of them has a value.
    pub(crate) fn line_sum(&self) -> Option<Amount> {
        if self.lines.is_empty() {
            return None;
        }
        self.lines.iter().try_fold(Amount::ZERO, |sum, line| sum.add(line.value()?))
    }

    /// The total as written, or net plus tax, or the sum of the lines plus tax.
    pub(crate) fn grand_total(&self) -> Option<Amount> {
        let tax = self.tax.unwrap_or(Amount::ZERO);
        self.total.or_else(|| self.net.or_else(|| self.line_sum())?.add(tax))
    }

    /// The form that steps put out and reviews show.
    pub(crate) fn to_json(&self, role: Role) -> Value {
        let amount = |a: Option<Amount>| a.map_or(Value::Null, Amount::json);
        let text = |t: &Option<String>| t.clone().map_or(Value::Null, Value::String);
        let mut map = Map::new();
        map.insert("number".into(), text(&self.number));
        if role == Role::Invoice {
            map.insert("purchase_order_number".into(), text(&self.order_number));
        }
        map.insert("vendor".into(), text(&self.vendor));
        map.insert(if role == Role::Invoice { "invoice_date" } else { "order_date" }.into(), text(&self.date));
        map.insert("currency".into(), text(&self.currency));
        let lines = self.lines.iter().map(|line| {
            json!({
                "description": line.description, "quantity": amount(line.quantity),
                "unit_price": amount(line.unit_price), "amount": amount(line.value()),
            })
        });
        map.insert("lines".into(), lines.collect());
        let net = self.net.or_else(|| self.line_sum());
        map.insert("net_total".into(), amount(net));
        map.insert("tax".into(), amount(self.tax));
        map.insert("total".into(), amount(self.grand_total()));
        Value::Object(map)
    }

    /// Takes a labelled value if it says something new.
    fn set(&mut self, label: labels::Label, value: &str) {
        use labels::Label;
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        let text = || Some(value.chars().take(200).collect::<String>());
        match label {
            Label::Number | Label::OrderNumber | Label::InvoiceNumber => {}
            Label::Vendor if self.vendor.is_none() => self.vendor = text(),
            Label::Date if self.date.is_none() => self.date = Some(labels::iso_date(value)),
            Label::Currency if self.currency.is_none() => self.currency = Some(value.to_uppercase()),
            Label::Net if self.net.is_none() => self.net = Amount::parse(value),
            Label::Tax if self.tax.is_none() => self.tax = Amount::parse(value),
            Label::Total if self.total.is_none() => self.total = Amount::parse(value),
            _ => {}
        }
        if matches!(label, Label::Net | Label::Tax | Label::Total) && self.currency.is_none() {
            self.currency = labels::currency_in(value);
        }
    }

    /// A number belongs to the document itself or to the order it refers to, depending on what it is.
    fn set_number(&mut self, role: Role, label: labels::Label, value: &str) {
        use labels::Label;
        let value: String = value.trim().chars().take(80).collect();
        let slot = match (role, label) {
            (Role::Invoice, Label::OrderNumber) => &mut self.order_number,
            (Role::PurchaseOrder, Label::InvoiceNumber) => return,
            _ => &mut self.number,
        };
        if slot.is_none() && !value.is_empty() {
            *slot = Some(value);
        }
    }

    fn take(&mut self, role: Role, label: labels::Label, value: &str) {
        self.set(label, value);
        if matches!(label, labels::Label::Number | labels::Label::OrderNumber | labels::Label::InvoiceNumber) {
            self.set_number(role, label, value);
        }
    }
}

/// Why a document cannot be used, in one sentence for its reader.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unreadable(pub String);

fn unreadable(reason: impl Into<String>) -> Unreadable {
    Unreadable(reason.into())
}

/// Reads a document off the async threads, for at most ten seconds; a reader that panics is an unreadable document.
pub(crate) async fn read(role: Role, name: String, mime: String, bytes: Vec<u8>) -> Result<Document, Unreadable> {
    let shown: String = name.chars().take(120).collect();
    let work = tokio::task::spawn_blocking(move || read_now(role, &name, &mime, &bytes));
    let result = match tokio::time::timeout(TIME_LIMIT, work).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(unreadable("its structure is broken")),
        Err(_) => Err(unreadable("reading it took longer than 10 seconds")),
    };
    result.map_err(|Unreadable(reason)| {
        unreadable(format!("Cannot read {shown} as a {}: {reason}. Upload a text PDF, CSV or JSON file.", role.noun()))
    })
}

pub(crate) fn read_now(role: Role, name: &str, mime: &str, bytes: &[u8]) -> Result<Document, Unreadable> {
    if bytes.is_empty() {
        return Err(unreadable("the file is empty"));
    }
    if bytes.len() > MAX_BYTES {
        return Err(unreadable("it is larger than 10 MiB"));
    }
    let name = name.to_lowercase();
    let document = if bytes.starts_with(b"%PDF") || mime.starts_with("application/pdf") || name.ends_with(".pdf") {
        tables::from_lines(role, &pdf::lines(bytes)?)
    } else {
        let text = std::str::from_utf8(bytes).map_err(|_| unreadable("it is neither a PDF nor UTF-8 text"))?;
        from_text(role, text.trim_start_matches('\u{feff}'))?
    };
    if document.grand_total().is_none() {
        return Err(unreadable("no total and no line items were found in it"));
    }
    Ok(document)
}

/// JSON if it starts like it, CSV otherwise.
pub(crate) fn from_text(role: Role, text: &str) -> Result<Document, Unreadable> {
    if text.trim_start().starts_with(['{', '[']) {
        let value: Value = serde_json::from_str(text).map_err(|e| unreadable(format!("it is not valid JSON ({e})")))?;
        return from_json(role, &value);
    }
    tables::from_csv(role, text)
}

pub(crate) use json::from_json;
pub(crate) use labels::CURRENCIES;

#[cfg(test)]
mod tests;
