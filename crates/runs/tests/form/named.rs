use runs::form::{Draft, named_in};
use serde_json::json;

#[test]
fn a_sentence_names_fields_by_their_names_and_values_as_a_whole() {
    let schema = json!({"properties": {
        "po_number": {"type": "string"}, "total": {"type": "number"}, "due": {"type": "string", "title": "Due date"},
        "paid": {"type": "number"}, "id": {"type": "string"}, "city": {"type": "string"},
    }});
    let data = json!({"po_number": "4711", "total": 1612.5, "due": "soon", "paid": 12.5, "id": "7", "city": "Ulm"});
    let draft = Draft::open(Some(&schema), &data, &[]);
    for (text, wanted) in [
        ("PO number is not that of the order.", vec!["/po_number"]),
        ("Order 4711: the TOTAL differs.", vec!["/po_number", "/total"]),
        ("1,612.5 was read, and the due  date is missing", vec!["/total", "/due"]),
        ("12.50 and 47110 and totally; id 7; Ulm", vec![]),
        ("It says 12.5.", vec!["/paid"]),
        ("", vec![]),
    ] {
        assert_eq!(named_in(&draft, text), wanted, "{text}");
    }
}
