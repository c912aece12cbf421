#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;

use super::{Document, Role, read_now};
use crate::engine::money::Amount;

macro_rules! sample {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../../../../../samples/", $name)).as_slice())
    };
}

fn sample(role: Role, (name, bytes): (&str, &[u8])) -> Document {
    read_now(role, name, "", bytes).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn amount(text: &str) -> Option<Amount> {
    Amount::parse(text)
}

#[test]
fn the_three_forms_of_a_sample_say_the_same() {
    let order = sample(Role::PurchaseOrder, sample!("purchase-order-4711.pdf"));
    assert_eq!(order, sample(Role::PurchaseOrder, sample!("purchase-order-4711.csv")));
    assert_eq!(order, sample(Role::PurchaseOrder, sample!("purchase-order-4711.json")));
    assert_eq!(order.number.as_deref(), Some("PO-4711"));
    assert_eq!(order.vendor.as_deref(), Some("Nordlicht Papier GmbH"));
    assert_eq!(order.date.as_deref(), Some("2026-01-12"));
    assert_eq!(order.currency.as_deref(), Some("EUR"));
    assert_eq!((order.net, order.tax, order.total), (amount("1250.00"), amount("312.50"), amount("1562.50")));
    assert_eq!(order.lines.len(), 3);
    assert_eq!(order.lines[1].quantity, amount("8"));
    assert_eq!(order.lines[1].unit_price, amount("48.75"));
    assert_eq!(order.line_sum(), order.net);
    let invoice = sample(Role::Invoice, sample!("invoice-4711.pdf"));
    assert_eq!(invoice, sample(Role::Invoice, sample!("invoice-4711.csv")));
    assert_eq!(invoice, sample(Role::Invoice, sample!("invoice-4711.json")));
    assert_eq!(invoice.number.as_deref(), Some("INV-88214"));
    assert_eq!(invoice.order_number.as_deref(), Some("PO-4711"));
}

#[test]
fn other_peoples_csv() {
    let semicolons = "PO Number;PO-9\nSupplier;Müller & Söhne\nItem;Qty;Price;Line total\nPapier;2;1.234,50;2.469,00\nVAT 19 %;469,11\nGrand Total EUR;2.938,11\n";
    let order = read_now(Role::PurchaseOrder, "a.csv", "text/csv", semicolons.as_bytes()).unwrap();
    assert_eq!(order.vendor.as_deref(), Some("Müller & Söhne"));
    assert_eq!((order.tax, order.total), (amount("469.11"), amount("2938.11")));
    assert_eq!(order.lines[0].unit_price, amount("1234.50"));
    let flat = "invoice_number,po_number,vendor,currency,description,quantity,unit_price,amount\nI-1,PO-9,Acme,USD,Drill,1,10.00,10.00\nI-1,PO-9,Acme,USD,Bolts,2,5.50,11.00\n";
    let invoice = read_now(Role::Invoice, "b.csv", "text/csv", flat.as_bytes()).unwrap();
    assert_eq!(invoice.number.as_deref(), Some("I-1"));
    assert_eq!(invoice.order_number.as_deref(), Some("PO-9"));
    assert_eq!(invoice.currency.as_deref(), Some("USD"));
    assert_eq!(invoice.grand_total(), amount("21.00"));
}

#[test]
fn json_keeps_its_digits() {
    let text = r#"{"invoice": {"invoice_number": "I-7", "supplier": {"name": "Acme"}, "total_amount": 1234.560,
        "line_items": [{"description": "Drill", "qty": 1, "price": 1234.560}]}}"#;
    let invoice = read_now(Role::Invoice, "c.json", "application/json", text.as_bytes()).unwrap();
    assert_eq!(invoice.to_json(Role::Invoice)["total"].to_string(), "1234.560");
    assert_eq!(invoice.vendor.as_deref(), Some("Acme"));
}

#[test]
fn what_cannot_be_read_says_why() {
    for (name, bytes, part) in [
        ("unreadable.pdf", include_bytes!("../../../../../samples/unreadable.pdf").as_slice(), "not a valid PDF"),
        ("empty.csv", b"", "empty"),
        ("image.csv", &[0xff, 0xd8, 0xff, 0xe0], "neither a PDF nor UTF-8"),
        ("letter.csv", b"Dear customer,\nthank you.\n", "no total"),
        ("half.json", b"{\"total\": ", "not valid JSON"),
        ("list.json", b"[1, 2, 3]", "no total"),
    ] {
        let error = read_now(Role::Invoice, name, "", bytes).unwrap_err().to_string();
        assert!(error.contains(part), "{name}: {error}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..600), pdf in any::<bool>()) {
        let bytes = if pdf { [b"%PDF-1.4\n".as_slice(), &bytes].concat() } else { bytes };
        for role in [Role::PurchaseOrder, Role::Invoice] {
            let _ = read_now(role, "x", "", &bytes);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "(?s).{0,400}") {
        let _ = read_now(Role::Invoice, "x.csv", "text/csv", text.as_bytes());
    }

    #[test]
    fn any_table_is_read_or_refused(
        rows in prop::collection::vec(prop::collection::vec("(Description|Total|PO number|Qty|Price|Amount|[0-9,.-]{0,9}|[a-z:]{0,6})", 0..6), 0..20),
    ) {
        let text = rows.iter().map(|row| row.join(";")).collect::<Vec<_>>().join("\n");
        let _ = read_now(Role::PurchaseOrder, "x.csv", "text/csv", text.as_bytes());
    }

    /// A sample with some bytes changed, which gets further into the PDF reader than noise does.
    #[test]
    fn a_damaged_pdf_is_read_or_refused(changes in prop::collection::vec((0_usize..1_400, any::<u8>()), 1..12), keep in 0_usize..1_500) {
        let mut bytes = include_bytes!("../../../../../samples/invoice-4711.pdf").to_vec();
        for (place, byte) in changes {
            if let Some(slot) = bytes.get_mut(place) {
                *slot = byte;
            }
        }
        bytes.truncate(keep.max(20));
        let _ = read_now(Role::Invoice, "x.pdf", "application/pdf", &bytes);
    }
}
