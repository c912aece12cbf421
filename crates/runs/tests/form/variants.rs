//! `oneOf` and `anyOf`: choosing another alternative, and what of the value stays.

use crate::{one, parse, wrongs, x};
use runs::Json;
use runs::form::{Draft, Kind, Type, VariantName};
use serde_json::json;

fn payment() -> Json {
    json!({"oneOf": [
        {"type": "object", "title": "Card", "required": ["kind", "holder", "number"], "properties": {
            "kind": {"const": "card"}, "holder": {"type": "string"}, "number": {"type": "string"}}},
        {"type": "object", "required": ["kind", "iban"], "properties": {
            "kind": {"const": "bank"}, "holder": {"type": "string"}, "iban": {"type": "string"}, "limit": {"type": "number"}}},
        {"type": "string"},
    ]})
}

#[test]
fn the_chooser_names_the_alternatives_and_knows_which_one_fits() {
    let draft = one(payment(), json!({"kind": "bank", "holder": "Ada", "iban": "DE1"}));
    let variants = x(&draft).variants.clone().unwrap();
    assert_eq!(variants.names, [VariantName::Text("Card".into()), VariantName::Text("bank".into()), VariantName::Type(Type::Text)]);
    assert_eq!(variants.chosen, Some(1));
    assert_eq!(wrongs(&draft), []);
    let none = one(payment(), json!(7));
    assert!(matches!(x(&none).kind, Kind::Json { .. }) && x(&none).variants.as_ref().unwrap().chosen.is_none());
    assert!(x(&one(json!({"oneOf": [{"const": 1}, {"const": "b"}]}), json!(1))).variants.is_none(), "single values are a choice");
    assert!(x(&one(json!({"anyOf": [{"type": "string"}, {"type": "null"}]}), json!(null))).variants.is_none(), "null is no alternative");
}

#[test]
fn another_alternative_keeps_what_fits_and_the_first_brings_everything_back() {
    let data = json!({"kind": "card", "holder": "Ada", "number": "4111", "note": "x"});
    let mut draft = one(payment(), data.clone());
    assert!(draft.choose("/x", 1));
    assert_eq!(draft.get("/x"), Some(&json!({"kind": "bank", "holder": "Ada", "iban": "", "note": "x"})));
    assert!(draft.form().find("/x/iban").is_some() && draft.form().find("/x/number").is_none());
    draft.set("/x/limit", "10.50");
    assert!(draft.choose("/x", 2));
    assert_eq!((draft.get("/x"), draft.text("/x")), (Some(&json!("")), String::new()));
    assert!(matches!(x(&draft).kind, Kind::Text(_)));
    assert!(draft.choose("/x", 0));
    assert_eq!((draft.get("/x"), draft.count()), (Some(&data), 0), "what was read");
    assert!(!draft.choose("/x", 0) && !draft.choose("/x", 9) && !draft.choose("", 0));
    let end = draft.save();
    while draft.undo().is_some() {}
    assert_eq!((draft.get("/x"), x(&draft).variants.as_ref().unwrap().chosen), (Some(&data), Some(0)));
    while draft.redo().is_some() {}
    assert_eq!(draft.save(), end);
}

#[test]
fn single_values_are_taken_over_with_their_digits() {
    let schema = json!({"anyOf": [{"type": "number"}, {"type": "string"}, {"type": "boolean"}]});
    let mut draft = one(schema, parse("1234.560"));
    assert!(draft.choose("/x", 1));
    assert_eq!(draft.get("/x"), Some(&json!("1234.560")));
    draft.set("/x", "9007199254740993.0");
    assert!(draft.choose("/x", 0));
    assert_eq!(draft.get("/x").unwrap().to_string(), "1234.560", "the original again");
    assert!(draft.choose("/x", 2));
    assert_eq!(draft.get("/x"), Some(&json!(false)));
}

#[test]
fn typing_does_not_change_the_form_under_the_hands() {
    let schema = json!({"anyOf": [
        {"type": "object", "properties": {"size": {"enum": ["s", "m"]}, "kind": {"enum": ["a", "b"]}}},
        {"type": "object", "properties": {"kind": {"enum": ["b", "c"]}, "weight": {"type": "number"}}},
    ]});
    let mut draft = one(schema, json!({"kind": "a", "weight": "heavy"}));
    assert_eq!(x(&draft).variants.as_ref().unwrap().chosen, Some(0));
    draft.set("/x/weight", "light");
    draft.set("/x/kind", "b");
    assert_eq!(x(&draft).variants.as_ref().unwrap().chosen, Some(0));
    assert!(draft.form().find("/x/size").is_some());
}

#[test]
fn a_choice_is_kept_and_moves_with_its_line() {
    let schema = json!({"type": "array", "items": {"anyOf": [{"type": "object", "properties": {"a": {"type": "string"}}},
        {"type": "object", "properties": {"b": {"type": "string"}}}]}});
    let data = json!([{}, {}]);
    let mut draft = Draft::open(Some(&schema), &data, &[]);
    assert!(draft.choose("/0", 1));
    draft.move_item("/0", 1).unwrap();
    let chosen = |draft: &Draft, path: &str| draft.form().find(path).unwrap().variants.as_ref().unwrap().chosen;
    assert_eq!((chosen(&draft, "/0"), chosen(&draft, "/1")), (Some(0), Some(1)));
    let mut again = Draft::open(Some(&schema), &data, &[]);
    assert!(again.restore(&draft.save()));
    assert_eq!((chosen(&again, "/0"), chosen(&again, "/1")), (Some(0), Some(1)));
}
