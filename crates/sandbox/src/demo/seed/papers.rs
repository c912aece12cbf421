//! Purchase orders and invoices for the history, as data and as files.

use crate::demo::seed::texts;
use crate::engine::documents::{Document, Line, Role};
use crate::engine::money::Amount;
use crate::engine::rng::SplitMix64;

/// An order and its invoice. They agree unless `mismatch`.
pub(super) fn pair(rng: &mut SplitMix64, number: &str, date: &str, mismatch: bool) -> (Document, Document) {
    let vendor = rng.pick(texts::VENDORS).copied().unwrap_or("Acme Corp").to_owned();
    let currency = rng.pick(&["EUR", "EUR", "EUR", "USD", "GBP", "CHF"]).copied().unwrap_or("EUR").to_owned();
    let (mut lines, mut net) = (Vec::new(), 0);
    for _ in 0..=rng.below(5) {
        let (goods, price) = rng.pick(texts::GOODS).copied().unwrap_or(("Goods", 1_000));
        let quantity = rng.between(1, 24);
        net += quantity * price;
        lines.push(line(goods, quantity, price));
    }
    let tax = (net * 19 + 50) / 100;
    let order = Document {
        number: Some(number.to_owned()),
        order_number: None,
        vendor: Some(vendor),
        date: Some(date.to_owned()),
        currency: Some(currency),
        lines,
        net: Some(Amount::cents(net)),
        tax: Some(Amount::cents(tax)),
        total: Some(Amount::cents(net + tax)),
    };
    let mut invoice = order.clone();
    invoice.number = Some(format!("INV-{}", 100_000 + rng.below(900_000)));
    invoice.order_number = Some(number.to_owned());
    if mismatch {
        let extra = rng.between(1, 40) * 250;
        invoice.lines.push(line("Express delivery", 1, extra));
        invoice.net = Some(Amount::cents(net + extra));
        invoice.total = Some(Amount::cents(net + extra + tax));
    }
    (order, invoice)
}

fn line(description: &str, quantity: i64, price: i64) -> Line {
    Line {
        description: description.to_owned(),
        quantity: Amount::parse(&quantity.to_string()),
        unit_price: Some(Amount::cents(price)),
        amount: Some(Amount::cents(quantity * price)),
    }
}

/// The document as a CSV file that the readers understand.
pub(super) fn csv(role: Role, document: &Document) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
    let amount = |a: Option<Amount>| a.map(|a| a.to_string()).unwrap_or_default();
    let mut rows: Vec<Vec<String>> = match role {
        Role::PurchaseOrder => vec![vec!["PO number".into(), text(&document.number)]],
        Role::Invoice => {
            vec![vec!["Invoice number".into(), text(&document.number)], vec!["PO number".into(), text(&document.order_number)]]
        }
    };
    rows.push(vec!["Vendor".into(), text(&document.vendor)]);
    rows.push(vec!["Date".into(), text(&document.date)]);
    rows.push(vec!["Currency".into(), text(&document.currency)]);
    rows.push(["Description", "Quantity", "Unit price", "Amount"].map(str::to_owned).to_vec());
    for line in &document.lines {
        rows.push(vec![line.description.clone(), amount(line.quantity), amount(line.unit_price), amount(line.amount)]);
    }
    rows.push(vec!["Net total".into(), amount(document.net)]);
    rows.push(vec!["Tax".into(), amount(document.tax)]);
    rows.push(vec!["Total".into(), amount(document.total)]);
    for row in rows {
        // Writing to a vector cannot fail.
        let _ = writer.write_record(&row);
    }
    writer.into_inner().unwrap_or_default()
}
