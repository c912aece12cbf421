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
