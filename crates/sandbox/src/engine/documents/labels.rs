//! What documents call their fields.

/// A field a label names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    /// The document's own number, whichever it is.
    Number,
    OrderNumber,
    InvoiceNumber,
    Vendor,
    Date,
    Currency,
    Net,
    Tax,
    Total,
    Description,
    Quantity,
    UnitPrice,
    Amount,
}

const NAMES: &[(Label, &[&str])] = &[
    (Label::Number, &["number", "document number", "no", "id"]),
    (
        Label::OrderNumber,
        &[
            "po number",
            "po no",
            "po",
            "purchase order",
            "purchase order number",
            "purchase order no",
            "order number",
            "order no",
            "po reference",
            "your order",
        ],
    ),
    (Label::InvoiceNumber, &["invoice number", "invoice no", "invoice", "invoice id"]),
    (Label::Vendor, &["vendor", "vendor name", "supplier", "supplier name", "seller", "from", "sold by"]),
    (Label::Date, &["date", "order date", "invoice date", "issue date", "po date", "date of issue"]),
    (Label::Currency, &["currency", "currency code"]),
    (Label::Net, &["net total", "net", "subtotal", "sub total", "net amount", "total net"]),
    (Label::Tax, &["tax", "vat", "sales tax", "tax amount", "total tax", "gst"]),
    (
        Label::Total,
        &["total", "grand total", "total amount", "amount due", "total due", "gross total", "invoice total", "order total", "total gross"],
    ),
    (Label::Description, &["description", "item", "article", "product", "position", "line item"]),
    (Label::Quantity, &["quantity", "qty", "units", "pcs"]),
    (Label::UnitPrice, &["unit price", "price", "price per unit", "unit cost", "rate"]),
    (Label::Amount, &["amount", "line total", "line amount", "value", "sum"]),
];

/// The field a label names, whatever its case and punctuation. A percentage or currency behind it does not matter:
/// `VAT (20 %):`, `Total EUR`.
pub(super) fn label(text: &str) -> Option<Label> {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric() && c != '%')
        .filter(|word| !word.is_empty() && !word.contains('%') && word.chars().any(char::is_alphabetic))
        .map(str::to_lowercase)
        .filter(|word| !is_currency(&word.to_uppercase()))
        .take(6)
        .collect();
    let joined = words.join(" ");
    NAMES.iter().find(|(_, names)| names.contains(&joined.as_str())).map(|(label, _)| *label)
}

/// The codes the review form offers.
pub(crate) const CURRENCIES: [&str; 6] = ["EUR", "USD", "GBP", "CHF", "JPY", "AED"];

fn is_currency(word: &str) -> bool {
    CURRENCIES.contains(&word)
}

/// The currency that a printed amount shows.
pub(super) fn currency_in(text: &str) -> Option<String> {
    let sign = [("€", "EUR"), ("$", "USD"), ("£", "GBP"), ("¥", "JPY")];
    if let Some((_, code)) = sign.iter().find(|(sign, _)| text.contains(sign)) {
        return Some((*code).to_owned());
    }
    text.split(|c: char| !c.is_ascii_alphabetic()).find(|word| is_currency(word)).map(str::to_owned)
}

/// `2026-01-31` for the forms that are unambiguous, the text itself otherwise.
pub(super) fn iso_date(text: &str) -> String {
    let text = text.trim();
    for format in ["%Y-%m-%d", "%d.%m.%Y", "%Y/%m/%d", "%d %B %Y", "%B %d, %Y", "%d %b %Y"] {
        if let Ok(date) = jiff::civil::Date::strptime(format, text) {
            return date.to_string();
        }
    }
    text.chars().take(40).collect()
}
