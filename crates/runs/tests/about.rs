//! What a review is about: a few values that tell it from sixty others of its flow.

#![allow(clippy::expect_used)]

use runs::model::review::about;

fn told(data: &str) -> Vec<String> {
    about(&runs::value::json::parse(data.as_bytes()).expect("JSON"))
}

#[test]
fn numbers_and_titles_come_before_names_and_amounts() {
    let invoice = r#"{"purchase_order": {"currency": "EUR", "number": "PO-4711", "supplier": "Acme"}, "invoice": {"number": "INV-9", "purchase_order_number": "PO-4711", "total": 1612.50}}"#;
    assert_eq!(told(invoice), ["PO-4711", "INV-9", "Acme"]);
    assert_eq!(told(r#"{"invoiceNo": "A 7", "vendorName": "Müller & Söhne", "grandTotal": 0.10}"#), ["A 7", "Müller & Söhne", "0.10"]);
    assert_eq!(told(r#"{"heading": "Term of the lease", "months": 12}"#), ["Term of the lease"]);
    assert_eq!(told(r#"[{"number": 1}, {"number": 2}]"#), ["1", "2"], "several targets");
}

#[test]
fn what_tells_nothing_is_left_out() {
    for nothing in ["null", "{}", "[]", "3", r#""text""#, r#"{"number": null, "id": "", "ok": true}"#] {
        assert!(told(nothing).is_empty(), "{nothing}");
    }
    let long = "x".repeat(61);
    assert!(told(&format!(r#"{{"title": "{long}"}}"#)).is_empty());
    // Without a telling name the first texts are better than nothing; numbers alone are not.
    assert_eq!(told(r#"{"a": 17, "b": "Lease of the mill", "c": "Open"}"#), ["Lease of the mill", "Open"]);
    assert_eq!(told(r#"{"number": "N 1\n2", "remark": "whatever"}"#), ["N 1 2"]);
}
