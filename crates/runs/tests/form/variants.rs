//! `oneOf` and `anyOf`: choosing another alternative, and what of the value stays.

use crate::{one, parse, wrongs, x};
use runs::Json;
use runs::form::{Draft, Format, Kind, Type, VariantName, Wrong};
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
fn a_number_that_could_be_read_in_two_ways_is_taken_over_as_it_is() {
    let amounts = json!({"oneOf": [{"type": "number", "title": "Net"}, {"type": "number", "title": "Gross", "minimum": 0}]});
    let mut draft = one(amounts, parse("1.612"));
    assert!(draft.choose("/x", 1));
    assert_eq!(draft.get("/x").unwrap().to_string(), "1.612");
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

fn day() -> Json {
    json!({"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "enum": ["today", "previous"]}]})
}

#[test]
fn the_alternative_that_accepts_the_value_is_chosen() {
    let chosen = |schema: &Json, value: &str| x(&one(schema.clone(), parse(value))).variants.as_ref().unwrap().chosen;
    let code = json!({"oneOf": [{"type": "string", "pattern": "^\\d+$"}, {"type": "string"}]});
    let codes = json!({"anyOf": [{"type": "string", "pattern": "^\\d+$"}, {"type": "string", "pattern": "^[A-Z]{2}-\\d{1,4}$"}]});
    let limit = json!({"anyOf": [{"type": "number", "maximum": 10}, {"type": "number", "minimum": 100}]});
    let open = json!({"anyOf": [{"type": "integer", "exclusiveMaximum": 10}, {"type": "integer", "minimum": 10, "exclusiveMinimum": true}, {"type": "integer"}]});
    let length = json!({"anyOf": [{"type": "string", "maxLength": 2}, {"type": "string", "minLength": 5}]});
    let lists = json!({"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "array", "items": {"type": "number"}}]});
    let odd = json!({"anyOf": [{"type": "string", "pattern": "^(?=a)"}, {"type": "string"}]});
    for (schema, value, at) in [
        (&day(), r#""2026-05-17""#, 0),
        (&day(), r#""previous""#, 1),
        (&code, r#""A-1""#, 1),
        (&code, r#""471""#, 0),
        (&codes, r#""DE-12""#, 1),
        (&limit, "150", 1),
        (&limit, "9.99", 0),
        (&limit, "50", 0),
        (&open, "10", 2),
        (&open, "11", 1),
        (&length, r#""abcdef""#, 1),
        (&lists, "[1]", 1),
        (&odd, r#""abc""#, 1),
    ] {
        assert_eq!(chosen(schema, value), Some(at), "{schema} {value}");
    }
}

#[test]
fn alternatives_have_distinct_names() {
    let names = |schema: Json| x(&one(schema, json!(null))).variants.clone().unwrap().names;
    assert_eq!(names(day()), [VariantName::Format(Format::Date), VariantName::Values(vec!["today".into(), "previous".into()])]);
    let pattern = json!({"anyOf": [{"type": "string", "pattern": "^a$"}, {"type": "string"}, {"type": "string"}]});
    assert_eq!(
        names(pattern),
        [
            VariantName::Pattern("^a$".into()),
            VariantName::Counted(Box::new(VariantName::Type(Type::Text)), 1),
            VariantName::Counted(Box::new(VariantName::Type(Type::Text)), 2)
        ]
    );
    let limit = names(json!({"anyOf": [{"type": "number", "maximum": 10}, {"type": "number", "minimum": 100}]}));
    assert!(matches!(
        &limit[..],
        [VariantName::Limits { min: None, max: Some(_), .. }, VariantName::Limits { min: Some(_), max: None, .. }]
    ));
    let units = json!({"oneOf": [{"type": "integer", "multipleOf": 5}, {"type": "integer", "multipleOf": 3}]});
    let five_or_three = names(units.clone());
    assert!(
        matches!(&five_or_three[..], [VariantName::MultipleOf(five), VariantName::MultipleOf(three)] if five.as_str() == "5" && three.as_str() == "3")
    );
    assert_eq!(x(&one(units, json!(9))).variants.clone().unwrap().chosen, Some(1));
    let cents = json!({"oneOf": [{"type": "number", "multipleOf": 0.05}, {"type": "number", "multipleOf": 0.01}]});
    assert_eq!(x(&one(cents.clone(), json!(1.15))).variants.clone().unwrap().chosen, Some(0));
    assert_eq!(x(&one(cents, json!(1.16))).variants.clone().unwrap().chosen, Some(1));
    let objects =
        json!({"anyOf": [{"type": "object", "properties": {"a": {}, "b": {}}}, {"type": "object", "properties": {"a": {}, "c": {}}}]});
    assert_eq!(names(objects), [VariantName::With(vec!["b".into()]), VariantName::With(vec!["c".into()])]);
    let code =
        |pattern: &str| json!({"type": "object", "properties": {"n": {"type": "number"}, "code": {"type": "string", "pattern": pattern}}});
    let by_property = |pattern: &str| VariantName::Where("code".into(), Box::new(VariantName::Pattern(pattern.into())));
    assert_eq!(names(json!({"oneOf": [code("^A"), code("^B")]})), [by_property("^A"), by_property("^B")]);
    let kind = |kind: &str| json!({"type": "object", "properties": {"value": {"type": kind}}});
    let of_type = |kind: Type| VariantName::Where("value".into(), Box::new(VariantName::Type(kind)));
    assert_eq!(names(json!({"oneOf": [kind("string"), kind("number")]})), [of_type(Type::Text), of_type(Type::Number)]);
    let titled =
        json!({"anyOf": [{"type": "string", "title": "Day", "format": "date"}, {"type": "string", "title": "Day", "minLength": 3}]});
    assert_eq!(names(titled), [VariantName::Format(Format::Date), VariantName::Lengths { min: Some(3), max: None }]);
}

#[test]
fn a_list_of_types_accepts_each_of_them_and_the_type_can_be_chosen() {
    let list = json!({"type": ["integer", "string"]});
    let mut draft = one(list.clone(), json!(4711));
    let variants = x(&draft).variants.clone().unwrap();
    assert_eq!(
        (variants.names, variants.chosen, variants.single),
        (vec![VariantName::Type(Type::Whole), VariantName::Type(Type::Text)], Some(0), true)
    );
    draft.set("/x", "4711-A");
    assert_eq!((draft.get("/x"), wrongs(&draft), x(&draft).variants.as_ref().unwrap().chosen), (Some(&json!("4711-A")), vec![], Some(1)));
    draft.set("/x", "4712");
    assert_eq!(draft.get("/x"), Some(&json!(4712)), "what was read was a number");
    let mut code = one(list.clone(), json!("4711-A"));
    code.set("/x", "0815");
    assert_eq!(code.get("/x"), Some(&json!("0815")), "what was read was a text");
    assert!(code.choose("/x", 0));
    assert_eq!(code.get("/x"), Some(&json!(815)));
    code.set("/x", "x");
    assert_eq!(wrongs(&code), [("/x".to_owned(), Wrong::NotANumber)], "the person chose");
    let mut both = one(json!({"type": ["number", "string", "null"]}), json!(null));
    both.set("/x", "1.50");
    assert_eq!(both.get("/x"), Some(&parse("1.50")));
    both.set("/x", "a lot");
    assert_eq!((both.get("/x"), wrongs(&both)), (Some(&json!("a lot")), vec![]));
    both.set("/x", "1,612");
    assert!(matches!(&wrongs(&both)[..], [(_, Wrong::Ambiguous { .. })]) || both.get("/x") == Some(&json!("1,612")));
    assert!(x(&one(json!({"type": ["string", "null"]}), json!("a"))).variants.is_none(), "null is no alternative");
    assert!(x(&one(json!({"type": ["integer", "number"]}), json!(1))).variants.is_none(), "a whole number is a number");
    let lines = one(json!({"type": "array", "items": {"type": "object", "properties": {"ref": list}}}), json!([{"ref": 1}]));
    assert!(matches!(x(&lines).kind, Kind::List { flat: true, .. }), "a table stays one");
}
