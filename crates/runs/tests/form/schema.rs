//! Which field each construct of a schema becomes.

use crate::{one, wrongs, x};
use runs::Json;
use runs::form::{Draft, Kind, Node, Type, Wrong, fields, findings};
use serde_json::json;

#[test]
fn each_type_has_its_field() {
    let kind = |schema: Json, value: Json| x(&one(schema, value)).kind.clone();
    assert!(matches!(kind(json!({"type": "string"}), json!("a")), Kind::Text(_)));
    assert!(matches!(kind(json!({"type": "number"}), json!(1)), Kind::Number(rules) if !rules.integer));
    assert!(matches!(kind(json!({"type": "integer"}), json!(1)), Kind::Number(rules) if rules.integer));
    assert!(matches!(kind(json!({"type": "boolean"}), json!(true)), Kind::Bool));
    assert!(matches!(kind(json!({"enum": ["a", 1]}), json!("a")), Kind::Choice { options, .. } if options.len() == 2));
    assert!(matches!(kind(json!({"const": "a"}), json!("a")), Kind::Choice { options, .. } if options == [json!("a")]));
    assert!(
        matches!(kind(json!({"properties": {"a": {"type": "string"}}}), json!({"a": "b"})), Kind::Object { fields, .. } if fields.len() == 1)
    );
    assert!(
        matches!(kind(json!({"items": {"type": "string"}}), json!(["b"])), Kind::List { items, flat, .. } if items.len() == 1 && !flat)
    );
    assert!(matches!(kind(json!({"type": "string"}), json!("a\nb")), Kind::Text(rules) if rules.long));
}

#[test]
fn null_is_allowed_where_the_schema_says_so_in_any_of_its_ways() {
    for schema in [
        json!({"type": ["string", "null"]}),
        json!({"anyOf": [{"type": "string"}, {"type": "null"}]}),
        json!({"oneOf": [{"type": "null"}, {"type": "string"}]}),
        json!({"type": "string", "nullable": true}),
    ] {
        let draft = one(schema.clone(), json!(null));
        assert!(x(&draft).nullable && matches!(x(&draft).kind, Kind::Text(_)), "{schema}");
        assert_eq!(wrongs(&draft), [], "{schema}");
    }
    let draft = one(json!({"enum": ["a", null]}), json!(null));
    assert!(x(&draft).nullable && wrongs(&draft).is_empty());
    assert_eq!(wrongs(&one(json!({"type": "string"}), json!(null))), [("/x".to_owned(), Wrong::Null)]);
}

#[test]
fn references_and_all_of_are_followed_and_circles_end() {
    let schema = json!({
        "$ref": "#/$defs/Invoice",
        "$defs": {
            "Money": {"type": "number", "minimum": 0, "title": "Money"},
            "Invoice": {
                "type": "object",
                "required": ["total"],
                "properties": {
                    "total": {"$ref": "#/$defs/Money", "title": "Total", "description": "With tax"},
                    "tax": {"allOf": [{"$ref": "#/$defs/Money"}]},
                    "parent": {"$ref": "#/$defs/Invoice"},
                    "self": {"$ref": "#/$defs/Invoice/properties/self"},
                },
            },
        },
    });
    let draft = Draft::open(Some(&schema), &json!({"total": 1, "tax": 2}), &[]);
    let total = draft.form().find("/total").unwrap();
    assert_eq!((total.label(), total.description.as_deref(), total.required), ("Total", Some("With tax"), true));
    assert!(matches!(&draft.form().find("/tax").unwrap().kind, Kind::Number(rules) if rules.min.is_some()));
    assert!(draft.form().find("/parent/total").is_some(), "what is not there yet can be filled in");
    assert!(matches!(draft.form().find("/self").unwrap().kind, Kind::Json { .. }));
    assert_eq!(wrongs(&draft), [], "nothing inside an absent group is missing");
    let mut draft = draft;
    assert!(draft.set("/parent/total", "7"));
    assert_eq!(draft.get("/parent"), Some(&json!({"total": 7})));
    assert!(matches!(fields(Some(&json!({"$ref": "https://example.org/x"})), &json!({"a": 1})).root.kind, Kind::Json { .. }));
}

#[test]
fn of_several_alternatives_the_one_that_fits_the_data_is_taken() {
    let money = json!({"anyOf": [{"type": "number"}, {"type": "string", "pattern": "x"}]});
    assert!(matches!(x(&one(money.clone(), json!(1))).kind, Kind::Number(_)));
    assert!(matches!(x(&one(money, json!("1"))).kind, Kind::Text(_)));
    let shape = json!({"oneOf": [
        {"type": "object", "properties": {"kind": {"const": "card"}, "number": {"type": "string"}}, "required": ["kind"]},
        {"type": "object", "properties": {"kind": {"const": "bank"}, "iban": {"type": "string"}}, "required": ["kind"]},
    ]});
    let draft = one(shape.clone(), json!({"kind": "bank", "iban": "DE1"}));
    assert!(draft.form().find("/x/iban").is_some() && draft.form().find("/x/number").is_none());
    assert!(matches!(x(&one(shape, json!({"kind": "cash"}))).kind, Kind::Json { .. }), "none fits: JSON, nothing lost");
    let words = json!({"oneOf": [{"const": "a", "title": "A"}, {"const": "b"}]});
    assert!(matches!(&x(&one(words, json!("a"))).kind, Kind::Choice { options, .. } if options.len() == 2));
}

#[test]
fn fields_come_in_the_schemas_order_and_what_it_does_not_know_last() {
    let schema = json!({"type": "object", "properties": {"b": {"type": "string"}, "a": {"type": "string"}}});
    let form = fields(Some(&schema), &json!({"z": {"deep": [1]}, "a": "1"}));
    let keys: Vec<_> = form.root.below().iter().map(|node| (node.key.as_str(), node.extra)).collect();
    assert_eq!(keys, [("b", false), ("a", false), ("z", true)]);
    assert!(!form.inferred && form.find("/z/deep/0").is_some());
    let map = json!({"type": "object", "additionalProperties": {"type": "integer"}});
    let form = fields(Some(&map), &json!({"k": 1}));
    assert!(matches!(&form.find("/k").unwrap().kind, Kind::Number(rules) if rules.integer));
}

#[test]
fn without_a_schema_the_data_makes_the_form() {
    let data = json!({"total": 1.5, "paid": false, "note": null, "lines": [{"sku": "a", "qty": 1}, {"sku": null, "qty": 2, "ok": true}]});
    for schema in [None, Some(json!({})), Some(json!(true))] {
        let form = fields(schema.as_ref(), &data);
        assert!(form.inferred);
        assert!(matches!(form.find("/note").unwrap().kind, Kind::Text(_)));
        let Kind::List { template, flat, items, .. } = &form.find("/lines").unwrap().kind else { panic!("a list") };
        let columns: Vec<_> = template.below().iter().map(|node| node.key.as_str()).collect();
        assert_eq!((columns, *flat, items.len()), (vec!["sku", "qty", "ok"], true, 2));
        assert_eq!(form.leaves().len(), 9);
    }
    assert_eq!(wrongs(&Draft::open(None, &data, &[])), []);
}

#[test]
fn a_form_of_enormous_data_stays_bounded() {
    let data = Json::Array((0..20_000).map(|n| json!({"a": n, "b": [n]})).collect());
    let form = fields(None, &data);
    assert!(matches!(form.root.kind, Kind::Json { expected: Some(Type::List) }), "too long for fields");
    let some = Json::Array((0..2_000).map(|n| json!({"a": n, "b": [n, n]})).collect());
    let form = fields(None, &some);
    assert!((3_000..7_000).contains(&form.leaves().len()), "{} fields", form.leaves().len());
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    let form = fields(None, &deep);
    assert!(matches!(form.leaves()[..], [Node { kind: Kind::Json { .. }, .. }]));
}

#[test]
fn all_of_joins_what_its_parts_say() {
    let schema = json!({
        "allOf": [
            {"type": "object", "required": ["n"], "properties": {"n": {"type": "number", "minimum": 1, "maximum": 9}, "t": {"enum": ["a", "b", "c"]}}},
            {"properties": {"n": {"type": "integer", "minimum": 3, "exclusiveMaximum": 9, "multipleOf": 2}, "t": {"enum": ["c", "b"]}}},
            {"properties": {"s": {"minLength": 2, "pattern": "x"}}},
        ],
        "properties": {"s": {"type": "string", "minLength": 1, "maxLength": 5, "pattern": "y"}},
    });
    let draft = Draft::open(Some(&schema), &json!({"n": 4, "t": "b", "s": "xy"}), &[]);
    let Kind::Number(number) = &draft.form().find("/n").unwrap().kind else { panic!("a number") };
    assert!(number.integer && number.max_open && !number.min_open && draft.form().find("/n").unwrap().required);
    assert_eq!((number.min.as_ref().unwrap().as_str(), number.max.as_ref().unwrap().as_str()), ("3", "9"));
    assert!(matches!(&draft.form().find("/t").unwrap().kind, Kind::Choice { options, .. } if options == &[json!("b"), json!("c")]));
    assert!(matches!(draft.form().find("/s").unwrap().kind, Kind::Text(_)));
}

#[test]
fn a_name_that_the_vendor_itself_sent_beyond_its_schema_stops_nobody_and_can_go() {
    let schema = json!({"type": "object", "additionalProperties": false, "properties": {"a": {"type": "string"}}});
    let mut draft = Draft::open(Some(&schema), &json!({"a": "x", "odd": 1}), &[]);
    draft.set_whole(r#"{"a": "x", "odd": 1, "mine": 2}"#);
    let answer =
        r#"{"found":[{"rule":"additionalProperties","path":"/odd"},{"rule":"additionalProperties","path":"/mine"}],"unchecked":[]}"#;
    let found: Vec<_> = findings(answer, &draft).unwrap().into_iter().map(|problem| (problem.path, problem.wrong)).collect();
    let sent = ("/odd".to_owned(), Wrong::AsSent(Box::new(Wrong::NoSuchName)));
    assert_eq!(found, [sent, ("/mine".to_owned(), Wrong::NoSuchName)]);
    assert_eq!(findings(answer, &draft).unwrap().iter().filter(|problem| problem.blocks()).count(), 1);
    assert!(draft.remove("/mine") && draft.remove("/odd"));
    assert_eq!(draft.value(), &json!({"a": "x"}));
}

#[test]
fn a_map_takes_new_names() {
    let schema = json!({"type": "object", "properties": {"rates": {"additionalProperties": {"type": "number", "minimum": 0}}}});
    let mut draft = Draft::open(Some(&schema), &json!({"rates": {}}), &[]);
    assert!(matches!(&draft.form().find("/rates").unwrap().kind, Kind::Object { more: Some(_), fields } if fields.is_empty()));
    assert_eq!(draft.add_field("/rates", "EUR/USD").as_deref(), Some("/rates/EUR~1USD"));
    assert_eq!(draft.add_field("/rates", "EUR/USD"), None, "it is there");
    assert_eq!(draft.add_field("", ""), None, "it has to have a name");
    assert!(draft.set("/rates/EUR~1USD", "1.0830"));
    assert_eq!(draft.value().to_string(), r#"{"rates":{"EUR/USD":1.0830}}"#);
    assert!(draft.remove("/rates/EUR~1USD"));
    assert_eq!(draft.count(), 0);
}

#[test]
fn a_tuple_says_of_each_place_what_belongs_there() {
    let schema = json!({"type": "object", "properties": {"pair": {
        "items": [{"type": "string", "title": "Name"}, {"type": "integer"}], "additionalItems": {"type": "boolean"},
    }}});
    let mut draft = Draft::open(Some(&schema), &json!({"pair": ["a", "b", true, 4]}), &[]);
    let kind = |draft: &Draft, path: &str| draft.form().find(path).unwrap().kind.clone();
    assert_eq!(draft.form().find("/pair/0").unwrap().label(), "Name");
    assert!(matches!(kind(&draft, "/pair/1"), Kind::Number(rules) if rules.integer));
    assert!(matches!((kind(&draft, "/pair/2"), kind(&draft, "/pair/3")), (Kind::Bool, Kind::Bool)));
    assert!(draft.set("/pair/1", "5") && draft.remove("/pair/3"));
    assert_eq!(draft.value(), &json!({"pair": ["a", 5, true]}));
    assert_eq!(wrongs(&draft), []);
    assert_eq!(draft.add_item("/pair").as_deref(), Some("/pair/3"));
    assert!(matches!(kind(&draft, "/pair/3"), Kind::Bool));
}

#[test]
fn a_name_of_a_pattern_is_in_the_schema_and_has_its_type() {
    let schema = json!({
        "type": "object", "additionalProperties": false,
        "properties": {"n_total": {"type": "number"}},
        "patternProperties": {"^n_": {"minimum": 0, "type": "number"}, "(?<!x)": {"type": "string"}},
    });
    let draft = Draft::open(Some(&schema), &json!({"n_total": 1, "n_tax": "7", "odd": 1}), &[]);
    let node = |path: &str| draft.form().find(path).unwrap();
    assert!(matches!(&node("/n_total").kind, Kind::Number(rules) if rules.min.is_some()), "both say something of it");
    assert!(!node("/n_tax").extra && matches!(node("/n_tax").kind, Kind::Number(_)));
    assert_eq!(draft.mends("/n_tax"), [json!(7)]);
    assert!(!node("/odd").extra && !node("/odd").forbidden, "a pattern that cannot be read may be its");
    let only = json!({"patternProperties": {"^[A-Z]{3}$": {"type": "number"}}});
    assert!(matches!(&fields(Some(&only), &json!({"EUR": "1"})).find("/EUR").unwrap().kind, Kind::Number(_)));
}

#[test]
fn a_name_that_only_a_condition_knows_is_in_the_schema() {
    let schema = json!({"type": "object", "properties": {"a": {"type": "string"}}, "then": {"properties": {"b": {"type": "integer"}}},
        "dependentSchemas": {"a": {"properties": {"c": {"type": "integer"}}}}});
    let form = fields(Some(&schema), &json!({"a": "x", "b": "1", "c": "2", "d": "3"}));
    let extra: Vec<_> = form.root.below().iter().map(|node| (node.key.as_str(), node.extra, node.guessed)).collect();
    assert_eq!(extra, [("a", false, false), ("b", false, true), ("c", false, true), ("d", true, true)]);
}
