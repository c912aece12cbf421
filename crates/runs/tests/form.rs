//! Forms and drafts: each construct of a schema, digits, undo, and what must never be lost.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;
use runs::Json;
use runs::form::{Draft, Format, Kind, Node, Problem, Type, Wrong, field_text, fields, format_ok, problems};
use runs::review::same_value;
use serde_json::json;

fn parse(text: &str) -> Json {
    runs::json::parse(text.as_bytes()).unwrap()
}

fn no_patterns(_: &str, _: &str) -> Option<bool> {
    None
}

fn wrongs(draft: &Draft) -> Vec<(String, Wrong)> {
    problems(draft, &no_patterns).into_iter().map(|problem| (problem.path, problem.wrong)).collect()
}

/// One property `x` with this schema and value.
fn one(schema: Json, value: Json) -> Draft {
    Draft::open(Some(&json!({"type": "object", "properties": {"x": schema}})), &json!({"x": value}), &[])
}

fn x(draft: &Draft) -> &Node {
    draft.form().find("/x").unwrap()
}

fn after(mut draft: Draft, typed: &str) -> (Json, Vec<Wrong>) {
    assert!(draft.set("/x", typed));
    let wrong = wrongs(&draft).into_iter().map(|(_, wrong)| wrong).collect();
    (draft.get("/x").cloned().unwrap_or(json!("absent")), wrong)
}

#[test]
fn the_digits_of_a_number_stay_as_typed() {
    for typed in ["1234.560", "9007199254740993", "1e+3", "0.10", "-0", "123456789012345678901234567890.123456789"] {
        let (value, wrong) = after(one(json!({"type": "number"}), json!(1)), typed);
        assert_eq!((value.to_string().as_str(), wrong), (typed, vec![]));
    }
    let mut exponent = one(json!({"type": "number"}), json!(1));
    exponent.set("/x", "1e3");
    assert_eq!((exponent.text("/x").as_str(), exponent.get("/x").unwrap().to_string().as_str()), ("1e3", "1e+3"));
    for typed in ["1.", ".5", "01", "+1", "1,5", "NaN", "0x1", "1 2", "\"1\"", "true"] {
        let (value, wrong) = after(one(json!({"type": "number"}), json!(1)), typed);
        assert_eq!((value, wrong), (json!(1), vec![Wrong::NotANumber]), "{typed}");
    }
}

#[test]
fn untouched_numbers_leave_as_they_came() {
    let data = parse(r#"{"z":1234.560,"a":9007199254740993,"name":"x"}"#);
    let mut draft = Draft::open(None, &data, &[]);
    draft.set("/name", "y");
    assert_eq!(draft.edited().unwrap().to_string(), r#"{"z":1234.560,"a":9007199254740993,"name":"y"}"#);
}

#[test]
fn what_cannot_be_read_stays_in_its_control_and_blocks() {
    let mut draft = one(json!({"type": "integer"}), json!(5));
    draft.set("/x", "5x");
    assert_eq!(draft.text("/x"), "5x");
    assert_eq!(draft.get("/x"), Some(&json!(5)));
    assert_eq!(wrongs(&draft), [("/x".to_owned(), Wrong::NotANumber)]);
    draft.set("/x", "5");
    assert_eq!((draft.text("/x").as_str(), draft.count(), wrongs(&draft)), ("5", 0, vec![]));
}

#[test]
fn typing_the_original_again_restores_it_to_the_letter() {
    let data = parse(r#"{"a":null,"b":12.50,"c":"x"}"#);
    let mut draft = Draft::open(None, &data, &[]);
    for (path, other, back) in [("/a", "text", ""), ("/b", "3", "12.50"), ("/c", "", "x")] {
        draft.set(path, other);
        assert!(draft.is_changed(path), "{path}");
        draft.set(path, back);
        assert!(!draft.is_changed(path), "{path}");
    }
    assert_eq!(draft.value().to_string(), data.to_string());
    assert_eq!(draft.edited(), None);
}

#[test]
fn each_type_has_its_field() {
    let kind = |schema: Json, value: Json| x(&one(schema, value)).kind.clone();
    assert!(matches!(kind(json!({"type": "string"}), json!("a")), Kind::Text(_)));
    assert!(matches!(kind(json!({"type": "number"}), json!(1)), Kind::Number(rules) if !rules.integer));
    assert!(matches!(kind(json!({"type": "integer"}), json!(1)), Kind::Number(rules) if rules.integer));
    assert!(matches!(kind(json!({"type": "boolean"}), json!(true)), Kind::Bool));
    assert!(matches!(kind(json!({"enum": ["a", 1]}), json!("a")), Kind::Choice { options } if options.len() == 2));
    assert!(matches!(kind(json!({"const": "a"}), json!("a")), Kind::Choice { options } if options == [json!("a")]));
    assert!(
        matches!(kind(json!({"properties": {"a": {"type": "string"}}}), json!({"a": "b"})), Kind::Object { fields } if fields.len() == 1)
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
fn clearing_a_field_gives_null_nothing_or_a_problem() {
    assert_eq!(after(one(json!({"type": ["number", "null"]}), json!(1)), ""), (json!(null), vec![]));
    assert_eq!(after(one(json!({"type": "number"}), json!(1)), ""), (json!("absent"), vec![]));
    assert_eq!(after(one(json!({"type": "string"}), json!("a")), ""), (json!(""), vec![]));
    let schema = json!({"properties": {"x": {"type": "number"}}, "required": ["x"]});
    let draft = Draft::open(Some(&schema), &json!({"x": 1}), &[]);
    assert_eq!(after(draft, ""), (json!(1), vec![Wrong::Missing]));
}

#[test]
fn formats_are_checked() {
    let bad = |format: &str, typed: &str| after(one(json!({"type": "string", "format": format}), json!("")), typed).1;
    for (format, good, wrong, kind) in [
        ("date", "2026-02-28", "2026-02-30", Format::Date),
        ("date-time", "2026-04-21T09:00:02Z", "yesterday", Format::DateTime),
        ("time", "09:00:02", "25:00:00", Format::Time),
        ("email", "a.b@example.org", "a b@example.org", Format::Email),
        ("uri", "https://example.org/a?b=c", "not a uri", Format::Uri),
        ("uuid", "123e4567-e89b-12d3-a456-426614174000", "123e4567", Format::Uuid),
    ] {
        assert_eq!(bad(format, good), [], "{good}");
        assert_eq!(bad(format, wrong), [Wrong::BadFormat(kind)], "{wrong}");
    }
    assert_eq!(bad("made-up", "anything"), []);
    assert!(!format_ok(Format::Date, "21/04/2026"));
}

#[test]
fn lengths_count_characters_and_ranges_are_exact() {
    let text = json!({"type": "string", "minLength": 2, "maxLength": 3});
    assert_eq!(after(one(text.clone(), json!("")), "é").1, [Wrong::TooShort { min: 2, found: 1 }]);
    assert_eq!(after(one(text.clone(), json!("")), "éèê").1, []);
    assert_eq!(after(one(text, json!("")), "éèêë").1, [Wrong::TooLong { max: 3, found: 4 }]);
    let number = parse(r#"{"type":"number","minimum":0.1,"exclusiveMaximum":100,"multipleOf":0.01}"#);
    let wrong = |typed: &str| after(one(number.clone(), json!(1)), typed).1;
    assert_eq!(wrong("0.10"), []);
    assert_eq!(wrong("0.30"), [], "0.3 is a multiple of 0.01, whatever floats say");
    assert_eq!(wrong("99.99"), []);
    assert!(matches!(wrong("0.09999999999999999999")[0], Wrong::Below { open: false, .. }));
    assert!(matches!(wrong("100.00")[0], Wrong::Above { open: true, .. }));
    assert!(matches!(wrong("-1e400")[0], Wrong::Below { .. }));
    assert!(matches!(wrong("1.005")[..], [Wrong::NotMultiple { .. }]));
    assert_eq!(after(one(json!({"type": "integer"}), json!(1)), "1.50").1, [Wrong::NotWhole]);
    assert_eq!(after(one(json!({"type": "integer"}), json!(1)), "30000.0").1, []);
    let open = json!({"type": "number", "minimum": 5, "exclusiveMinimum": true});
    assert!(matches!(after(one(open, json!(6)), "5").1[..], [Wrong::Below { open: true, .. }]));
}

#[test]
fn patterns_are_asked_of_the_caller_and_bounded() {
    let schema = json!({"type": "string", "pattern": "^[A-Z]+$"});
    let check = |pattern: &str, text: &str| {
        assert_eq!(pattern, "^[A-Z]+$");
        Some(text.chars().all(|letter| letter.is_ascii_uppercase()))
    };
    let mut draft = one(schema.clone(), json!("ABC"));
    assert_eq!(problems(&draft, &check), []);
    draft.set("/x", "abc");
    assert!(matches!(&problems(&draft, &check)[..], [Problem { wrong: Wrong::Pattern { .. }, .. }]));
    let long = one(schema, json!("A".repeat(5_000)));
    let never = |_: &str, _: &str| -> Option<bool> { panic!("too long to match") };
    let found = problems(&long, &never);
    assert_eq!(found[0].wrong, Wrong::NotChecked);
    assert!(!found[0].blocks());
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
    assert!(matches!(&x(&one(words, json!("a"))).kind, Kind::Choice { options } if options.len() == 2));
}

#[test]
fn what_no_field_can_show_becomes_json_text() {
    let draft = one(json!({"type": "array", "prefixItems": [{"type": "string"}]}), json!(["a", 1]));
    assert!(matches!(x(&draft).kind, Kind::Json { .. }));
    let mut draft = draft;
    draft.set("/x", "[\"a\",\n  2.50 ]");
    assert_eq!(draft.get("/x").unwrap().to_string(), r#"["a",2.50]"#);
    assert_eq!(draft.text("/x"), "[\"a\",\n  2.50 ]", "the control keeps its layout");
    draft.set("/x", "[1,");
    assert_eq!(wrongs(&draft), [("/x".to_owned(), Wrong::NotJson { line: 1, column: 3 })]);
    assert_eq!(draft.get("/x").unwrap().to_string(), r#"["a",2.50]"#);
}

#[test]
fn data_of_another_type_is_shown_as_it_is_with_a_problem() {
    let draft = one(json!({"type": "number"}), json!("12,50"));
    assert_eq!(draft.text("/x"), "12,50");
    assert_eq!(wrongs(&draft), [("/x".to_owned(), Wrong::Type { expected: Type::Number, found: Type::Text })]);
    let mut draft = draft;
    draft.set("/x", "12.50");
    assert_eq!((draft.get("/x").unwrap().to_string().as_str(), wrongs(&draft)), ("12.50", vec![]));
    let lines = one(json!({"type": "array", "items": {"type": "string"}}), json!({"a": 1}));
    assert!(matches!(x(&lines).kind, Kind::Json { expected: Some(Type::List) }));
    assert_eq!(wrongs(&lines), [("/x".to_owned(), Wrong::Type { expected: Type::List, found: Type::Object })]);
    assert_eq!(wrongs(&one(json!({"enum": ["a"]}), json!("b"))), [("/x".to_owned(), Wrong::NotAllowed)]);
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
fn lines_are_added_and_removed_and_keep_their_originals() {
    let data = json!({"lines": [{"n": 1, "t": "a"}, {"n": 2, "t": "b"}, {"n": 3, "t": "c"}]});
    let mut draft = Draft::open(None, &data, &[]);
    assert!(draft.set("/lines/2/n", "3x"));
    assert!(draft.remove("/lines/0"));
    assert_eq!(draft.text("/lines/1/n"), "3x", "unfinished text moves with its line");
    assert!(draft.set("/lines/1/n", "30"));
    assert_eq!(draft.original("/lines/1/n"), Some(&json!(3)));
    assert_eq!(draft.count(), 2);
    assert_eq!(draft.add_item("/lines").as_deref(), Some("/lines/2"));
    assert_eq!(draft.get("/lines/2"), Some(&json!({"n": null, "t": null})), "the names that the other lines have");
    assert!(draft.set("/lines/2/t", "new"));
    assert_eq!((draft.original("/lines/2"), draft.count()), (None, 3));
    assert!(draft.revert("/lines/1/n"));
    assert_eq!(draft.get("/lines/1/n"), Some(&json!(3)));
    assert!(draft.revert("/lines"));
    assert_eq!((draft.value(), draft.count()), (&data, 0));
    assert!(!draft.revert("/lines"), "nothing left to revert");
}

#[test]
fn a_new_item_follows_the_schema() {
    let schema = json!({"type": "array", "minItems": 1, "maxItems": 2, "uniqueItems": true, "items": {
        "type": "object", "required": ["sku", "unit", "note", "amount"],
        "properties": {"sku": {"type": "string"}, "unit": {"type": "string", "default": "pcs"}, "note": {"type": ["string", "null"]},
            "amount": {"type": "number"}, "more": {"type": "string"}},
    }});
    let mut draft = Draft::open(Some(&schema), &json!([]), &[]);
    assert_eq!(wrongs(&draft), [(String::new(), Wrong::TooFew { min: 1, found: 0 })]);
    draft.add_item("").unwrap();
    assert_eq!(draft.value(), &json!([{"sku": "", "unit": "pcs", "note": null}]));
    assert_eq!(wrongs(&draft), [("/0/amount".to_owned(), Wrong::Missing)]);
    draft.set("/0/amount", "1");
    draft.add_item("").unwrap();
    draft.set("/1/amount", "1.0");
    assert_eq!(wrongs(&draft), [(String::new(), Wrong::Repeated { first: 0, again: 1 })]);
    draft.add_item("").unwrap();
    assert!(wrongs(&draft).contains(&(String::new(), Wrong::TooMany { max: 2, found: 3 })));
    let Kind::List { flat, .. } = draft.form().root.kind else { panic!("a list") };
    assert!(flat);
}

#[test]
fn lists_of_single_values_work_at_any_depth() {
    let mut draft = Draft::open(None, &json!({"a": {"tags": ["x", "y"]}}), &[]);
    assert_eq!(draft.add_item("/a/tags").as_deref(), Some("/a/tags/2"));
    draft.set("/a/tags/2", "z");
    draft.remove("/a/tags/0");
    assert_eq!(draft.value(), &json!({"a": {"tags": ["y", "z"]}}));
    assert_eq!(draft.form().trail("/a/tags/1").iter().map(|node| node.label()).collect::<Vec<_>>(), ["a", "tags", "1"]);
}

#[test]
fn read_only_parts_refuse_every_edit_and_raise_no_problems() {
    let data = json!([{"a": 1}, {"a": 2}]);
    let mut draft = Draft::open(None, &data, &[0]);
    assert!(draft.form().find("/0/a").unwrap().read_only && !draft.form().find("/1/a").unwrap().read_only);
    assert!(
        !draft.set("/0/a", "5") && !draft.remove("/0") && !draft.set_null("/0/a") && !draft.put("/0/a", json!(1)) && !draft.revert("/0/a")
    );
    assert_eq!(draft.value(), &data);
    assert!(draft.set("/1/a", "5"));
    let saved = json!({"value": [{"a": 99}, {"a": 3}], "texts": {}});
    assert!(draft.restore(&saved));
    assert_eq!(draft.value(), &json!([{"a": 1}, {"a": 3}]));
    let schema = json!({"properties": {"id": {"type": "string", "readOnly": true, "minLength": 9}}});
    let mut draft = Draft::open(Some(&schema), &json!({"id": "x"}), &[]);
    assert!(!draft.set("/id", "y"));
    assert_eq!(wrongs(&draft), []);
}

#[test]
fn undo_and_redo_walk_through_every_step() {
    let data = json!({"a": "x", "n": 1, "l": [1]});
    let mut draft = Draft::open(None, &data, &[]);
    for typed in ["xy", "xyz"] {
        draft.set("/a", typed);
    }
    draft.seal();
    draft.set("/a", "w");
    draft.set("/n", "1x");
    draft.remove("/l/0");
    let end = draft.clone();
    assert_eq!(draft.undo().as_deref(), Some("/l/0"));
    assert_eq!(draft.undo().as_deref(), Some("/n"));
    assert_eq!(draft.text("/n"), "1");
    assert_eq!(draft.undo().as_deref(), Some("/a"));
    assert_eq!(draft.text("/a"), "xyz", "a stretch of typing is one step");
    assert_eq!(draft.undo().as_deref(), Some("/a"));
    assert_eq!((draft.value(), draft.can_undo()), (&data, false));
    assert_eq!(draft.undo(), None);
    while draft.redo().is_some() {}
    assert_eq!((draft.value(), draft.text("/n"), draft.form()), (end.value(), "1x".to_owned(), end.form()));
    draft.undo();
    draft.set("/a", "other");
    assert!(!draft.can_redo(), "a new edit ends what could be redone");
}

#[test]
fn a_kept_draft_comes_back_with_its_unfinished_texts() {
    let data = parse(r#"{"total":1.50,"note":"x"}"#);
    let mut draft = Draft::open(None, &data, &[]);
    draft.set("/total", "2.50");
    draft.set("/note", "y");
    draft.set("/total", "2.");
    let kept = draft.save().to_string();
    let mut again = Draft::open(None, &data, &[]);
    assert!(again.restore(&parse(&kept)));
    assert_eq!((again.text("/total").as_str(), again.value().to_string().as_str()), ("2.", r#"{"total":2.50,"note":"y"}"#));
    assert_eq!(again.count(), 2);
    for bad in [json!(null), json!({"value": 1}), json!({"texts": {}}), json!([])] {
        assert!(!again.restore(&bad));
    }
}

#[test]
fn unknown_paths_are_refused() {
    let mut draft = Draft::open(None, &json!({"a": [1]}), &[]);
    for path in ["/b", "/a/7", "/a/-", "a", "/a/0/b", "//", "/a/01"] {
        assert!(!draft.set(path, "1") && !draft.remove(path) && draft.add_item(path).is_none(), "{path}");
    }
    assert_eq!(draft.count(), 0);
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

fn any_json() -> impl Strategy<Value = Json> {
    let number = "-?(0|[1-9][0-9]{0,4})(\\.[0-9]{1,3})?(e[0-9])?".prop_map(|text| parse(&text));
    let leaf = prop_oneof![Just(Json::Null), any::<bool>().prop_map(Json::from), number, "\\PC{0,6}".prop_map(Json::from)];
    leaf.prop_recursive(4, 30, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            proptest::collection::vec(("[a-c/~ ]{0,2}", inner), 0..4).prop_map(|pairs| Json::Object(pairs.into_iter().collect())),
        ]
    })
}

/// Words of JSON Schema with anything in them.
fn any_schema() -> impl Strategy<Value = Json> {
    let word = proptest::sample::select(vec![
        "type",
        "properties",
        "items",
        "enum",
        "const",
        "anyOf",
        "oneOf",
        "allOf",
        "$ref",
        "required",
        "minimum",
        "maximum",
        "multipleOf",
        "minLength",
        "pattern",
        "format",
        "nullable",
        "readOnly",
        "uniqueItems",
        "minItems",
        "additionalProperties",
        "default",
        "title",
        "a",
        "b",
    ]);
    let leaf = prop_oneof![
        proptest::sample::select(vec![
            "string",
            "number",
            "integer",
            "boolean",
            "array",
            "object",
            "null",
            "date",
            "#",
            "#/properties/a",
            "a",
            ""
        ])
        .prop_map(Json::from),
        any_json(),
    ];
    leaf.prop_recursive(5, 60, 5, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            proptest::collection::vec((word.clone().prop_map(str::to_owned), inner), 0..6)
                .prop_map(|pairs| Json::Object(pairs.into_iter().collect())),
        ]
    })
}

/// Every value that a form shows, by path.
fn shown(draft: &Draft) -> Vec<String> {
    draft.form().leaves().iter().map(|node| node.path.clone()).collect()
}

/// Whether every value of the data lies at or below a field of the form.
fn covered(data: &Json, path: &str, draft: &Draft) -> bool {
    match draft.form().find(path).map(|node| &node.kind) {
        None => false,
        Some(Kind::Object { .. }) => {
            data.as_object().is_none_or(|map| map.iter().all(|(key, value)| covered(value, &runs::diff::join(path, key), draft)))
        }
        Some(Kind::List { .. }) => {
            data.as_array().is_none_or(|items| items.iter().enumerate().all(|(at, item)| covered(item, &format!("{path}/{at}"), draft)))
        }
        Some(_) => true,
    }
}

proptest! {
    #[test]
    fn no_value_is_ever_lost_whatever_the_schema(schema in any_schema(), data in any_json()) {
        let draft = Draft::open(Some(&schema), &data, &[]);
        prop_assert!(covered(&data, "", &draft), "{} {}", schema, data);
        prop_assert_eq!(draft.value(), &data);
        prop_assert_eq!(draft.edited(), None);
        for problem in problems(&draft, &no_patterns) {
            prop_assert!(draft.form().find(&problem.path).is_some(), "{:?}", problem);
        }
    }

    #[test]
    fn edits_touch_only_their_field_and_revert(
        schema in proptest::option::of(any_schema()), data in any_json(), which: prop::sample::Index, typed in "[0-9.a-]{0,5}|true|null|\\PC{0,5}"
    ) {
        let mut draft = Draft::open(schema.as_ref(), &data, &[]);
        let paths = shown(&draft);
        prop_assume!(!paths.is_empty());
        let path = paths[which.index(paths.len())].clone();
        if draft.set(&path, &typed) {
            prop_assert!(draft.changes().iter().all(|change| path.starts_with(&change.path) || change.path.starts_with(&path)));
            problems(&draft, &no_patterns);
            draft.revert_all();
            prop_assert!(same_value(draft.value(), &data));
        }
    }

    #[test]
    fn any_sequence_of_edits_undoes_to_the_start_and_reverts(
        data in any_json(), edits in proptest::collection::vec((any::<prop::sample::Index>(), 0..6u8, "[0-9.x]{0,3}"), 0..12)
    ) {
        let mut draft = Draft::open(None, &data, &[]);
        for (which, what, typed) in edits {
            let mut nodes = vec![&draft.form().root];
            let mut at = 0;
            while let Some(node) = nodes.get(at).copied() { nodes.extend(node.below()); at += 1; }
            let path = nodes[which.index(nodes.len())].path.clone();
            match what {
                0 => { draft.add_item(&path); }
                1 => { draft.remove(&path); }
                2 => { draft.set_null(&path); }
                3 => { draft.revert(&path); }
                _ => { draft.set(&path, &typed); }
            }
            prop_assert_eq!(draft.count() == 0, same_value(draft.value(), &data));
        }
        let (end, kept) = (draft.value().clone(), draft.save());
        let mut reverted = draft.clone();
        reverted.revert("");
        prop_assert!(same_value(reverted.value(), &data), "{} is not {}", reverted.value(), data);
        while draft.undo().is_some() {}
        prop_assert!(same_value(draft.value(), &data));
        while draft.redo().is_some() {}
        prop_assert!(same_value(draft.value(), &end));
        let mut again = Draft::open(None, &data, &[]);
        prop_assert!(again.restore(&kept));
        prop_assert_eq!(again.value(), &end);
    }

    #[test]
    fn a_number_reads_back_as_its_text(text in "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?") {
        prop_assert_eq!(field_text(&parse(&text)), text);
    }
}
