//! What typed text becomes, and what a field refuses.

use crate::{after, one, parse, wrongs, x};
use runs::form::{Draft, Kind, Type, Wrong};
use serde_json::json;

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
fn clearing_a_field_gives_null_nothing_or_a_problem() {
    assert_eq!(after(one(json!({"type": ["number", "null"]}), json!(1)), ""), (json!(null), vec![]));
    assert_eq!(after(one(json!({"type": "number"}), json!(1)), ""), (json!("absent"), vec![]));
    assert_eq!(after(one(json!({"type": "string"}), json!("a")), ""), (json!(""), vec![]));
    let schema = json!({"properties": {"x": {"type": "number"}}, "required": ["x"]});
    let draft = Draft::open(Some(&schema), &json!({"x": 1}), &[]);
    assert_eq!(after(draft, ""), (json!(1), vec![Wrong::Missing]));
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
    assert_eq!(draft.mends("/x"), [parse("12.50")], "one press puts it right");
    draft.set("/x", "12.50");
    assert_eq!((draft.get("/x").unwrap().to_string().as_str(), wrongs(&draft)), ("12.50", vec![]));
    let lines = one(json!({"type": "array", "items": {"type": "string"}}), json!({"a": 1}));
    assert!(matches!(x(&lines).kind, Kind::Json { expected: Some(Type::List) }));
    assert_eq!(wrongs(&lines), [("/x".to_owned(), Wrong::Type { expected: Type::List, found: Type::Object })]);
    assert_eq!(
        wrongs(&one(json!({"enum": ["a"]}), json!("b"))),
        [("/x".to_owned(), Wrong::NotAllowed { allowed: vec!["a".into()], more: 0 })]
    );
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
fn a_null_where_none_may_be_goes_once_it_was_emptied_by_hand() {
    for field in [json!({"type": "number"}), json!({"type": "string", "format": "date"}), json!({"type": "boolean"})] {
        let schema = json!({"type": "object", "properties": {"o": field}});
        let mut draft = Draft::open(Some(&schema), &json!({"o": null}), &[]);
        assert_eq!(wrongs(&draft), [("/o".to_owned(), Wrong::Null)]);
        draft.set("/o", "5");
        assert!(draft.set("/o", ""), "{field}");
        assert_eq!((draft.value(), wrongs(&draft)), (&json!({}), vec![]), "{field}");
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
fn text_that_a_group_not_there_yet_cannot_hold_is_a_problem_too() {
    let schema = json!({"properties": {"address": {"type": ["object", "null"], "required": ["zip"],
        "properties": {"zip": {"type": "string"}, "number": {"type": "integer"}}}}});
    for data in [json!({}), json!({"address": null})] {
        let mut draft = Draft::open(Some(&schema), &data, &[]);
        draft.set("/address/number", "12b");
        assert_eq!(wrongs(&draft), [("/address/number".to_owned(), Wrong::NotANumber)]);
        draft.set("/address/number", "12");
        assert_eq!(wrongs(&draft), [("/address/zip".to_owned(), Wrong::Missing)]);
    }
}

#[test]
fn a_value_of_the_wrong_type_is_mended_by_typing_the_same_again() {
    for (schema, value, typed, mended) in [
        (json!({"type": "number"}), json!("1200.00"), "1200.00", "1200.00"),
        (json!({"type": "integer"}), json!("7"), "7", "7"),
        (json!({"type": "boolean"}), json!("true"), "true", "true"),
        (json!({"type": "string"}), json!(4711), "4711", "\"4711\""),
        (json!({"enum": [1, 2]}), json!("1"), "1", "1"),
    ] {
        let mut draft = one(schema, value.clone());
        assert!(draft.asks("/x") && !wrongs(&draft).is_empty(), "{value}");
        assert_eq!(draft.mends("/x"), [parse(mended)], "{value}");
        draft.set("/x", typed);
        assert_eq!((draft.get("/x").unwrap().to_string().as_str(), wrongs(&draft)), (mended, vec![]));
        assert!(!draft.asks("/x") && draft.mends("/x").is_empty());
        draft.undo();
        assert_eq!(draft.mend_all().as_deref(), Some("/x"));
        assert_eq!((draft.get("/x").unwrap().to_string().as_str(), wrongs(&draft)), (mended, vec![]));
        assert!(draft.revert("/x"));
        assert_eq!(draft.get("/x"), Some(&value), "to the letter");
    }
}

#[test]
fn what_a_value_of_the_wrong_type_can_be_meant_as() {
    let mends = |schema, value: &str| {
        let draft = one(schema, parse(value));
        draft.mends("/x").iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let nothing: [&str; 0] = [];
    assert_eq!(mends(json!({"type": "number"}), r#""1.612,50""#), ["1612.50"]);
    assert_eq!(mends(json!({"type": "number"}), r#""1,612""#), ["1612", "1.612"], "several: a question");
    assert_eq!(mends(json!({"type": "number"}), r#""about ten""#), nothing);
    assert_eq!(mends(json!({"type": "number"}), "true"), nothing);
    assert_eq!(mends(json!({"type": "integer"}), "7.5"), nothing, "its type is right");
    assert_eq!(mends(json!({"type": "boolean"}), r#""Yes""#), ["true"]);
    assert_eq!(mends(json!({"type": "boolean"}), "0"), ["false"]);
    assert_eq!(mends(json!({"type": "string"}), "1234.560"), [r#""1234.560""#]);
    assert_eq!(mends(json!({"type": "string"}), r#"["a"]"#), [r#""a""#]);
    assert_eq!(mends(json!({"type": "array", "items": {"type": "number"}}), r#""[1, 2.50]""#), ["[1,2.50]"]);
    assert_eq!(mends(json!({"type": "object", "properties": {}}), r#""{\"a\":1}""#), [r#"{"a":1}"#]);
    assert_eq!(mends(json!({"type": "array"}), r#""{}""#), nothing);
    assert_eq!(mends(json!({"enum": ["EU", "US"]}), r#""eu ""#), [r#""EU""#]);
    assert_eq!(mends(json!({"type": "string"}), "null"), [r#""""#]);
    let required = |schema| Draft::open(Some(&json!({"properties": {"x": schema}, "required": ["x"]})), &json!({}), &[]);
    assert_eq!(required(json!({"type": ["string", "null"]})).mends("/x"), [json!(null)]);
    assert!(!required(json!({"type": ["string", "null"]})).asks("/x"));
    let no_mend = one(json!({"type": "number"}), json!("on request"));
    assert!(no_mend.asks("/x") && no_mend.mends("/x").is_empty(), "a value of another type is told although no press puts it right");
}

#[test]
fn line_ends_survive_an_edit_elsewhere() {
    for (before, typed, after) in [
        ("a\r\nb\r\nc", "a\nb\nc!", "a\r\nb\r\nc!"),
        ("a\rb\nc\r\nd", "a\nbx\nc\nd", "a\rbx\nc\r\nd"),
        ("a\r\nb", "a\nb\nc", "a\r\nb\r\nc"),
        ("a\r\nb", "ab", "ab"),
        ("a\nb", "a\nb\n", "a\nb\n"),
        ("a\r\n\r\nb", "a\nb", "a\r\nb"),
        ("a\r\nb", "", ""),
    ] {
        let mut draft = one(json!({"type": "string"}), json!(before));
        draft.set("/x", typed);
        assert_eq!(draft.get("/x"), Some(&json!(after)), "{before:?} {typed:?}");
        draft.set("/x", &runs::form::plain_ends(before));
        assert_eq!((draft.get("/x"), draft.count(), draft.is_untouched()), (Some(&json!(before)), 0, true), "changed back");
    }
}

#[test]
fn half_a_date_is_a_problem_and_the_value_stays() {
    let mut draft = one(json!({"type": ["string", "null"], "format": "date"}), json!("2026-05-17"));
    draft.set_incomplete("/x");
    assert_eq!(draft.get("/x"), Some(&json!("2026-05-17")));
    assert_eq!(wrongs(&draft), [("/x".to_owned(), Wrong::Incomplete)]);
    draft.set("/x", "2026-05-18");
    assert_eq!((wrongs(&draft), draft.is_incomplete("/x")), (vec![], false));
    draft.set_incomplete("/x");
    assert!(draft.completed() && !draft.completed() && wrongs(&draft).is_empty(), "drawn anew, the control shows the value again");
    draft.set("/x", "");
    assert_eq!(draft.get("/x"), Some(&json!(null)), "all of it cleared is meant");
}
