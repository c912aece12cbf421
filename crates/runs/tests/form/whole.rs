//! The JSON view of the same draft.

use crate::{parse, wrongs};
use runs::form::{Draft, Wrong};
use serde_json::json;

#[test]
fn the_text_shows_every_digit_and_both_views_edit_one_document() {
    let data = parse(r#"{"big":9007199254740993,"price":1234.560,"name":"x"}"#);
    let mut draft = Draft::open(None, &data, &[]);
    assert!(draft.whole_text().contains("9007199254740993") && draft.whole_text().contains("1234.560"));
    draft.set_whole("{\"big\":9007199254740995,\n \"price\":1234.560,\"name\":\"x\"}");
    assert_eq!(draft.text("/big"), "9007199254740995");
    assert_eq!(draft.count(), 1);
    assert_eq!(draft.whole_text(), "{\"big\":9007199254740995,\n \"price\":1234.560,\"name\":\"x\"}", "laid out as typed");
    draft.set("/name", "y");
    assert!(draft.whole_text().contains("\"name\": \"y\"") && draft.whole_text().contains("9007199254740995"));
    assert!(draft.revert("/big"));
    assert_eq!(draft.edited().unwrap().to_string(), r#"{"big":9007199254740993,"price":1234.560,"name":"y"}"#);
}

#[test]
fn text_that_cannot_be_read_stays_blocks_and_says_where() {
    let mut draft = Draft::open(None, &json!({"a": 1, "b": "t"}), &[]);
    draft.set("/a", "1x");
    draft.set_whole("{\"a\": 2,\n  \"b\": }");
    assert_eq!(draft.value(), &json!({"a": 1, "b": "t"}));
    let told = wrongs(&draft);
    assert_eq!(told.first(), Some(&(String::new(), Wrong::NotJson { line: 2, column: 8 })));
    assert!(told.contains(&("/a".to_owned(), Wrong::NotANumber)), "the form's own problems too");
    let mut kept = Draft::open(None, &json!({"a": 1, "b": "t"}), &[]);
    assert!(kept.restore(&parse(&draft.save().to_string())));
    assert!(kept.whole_is_wrong() && kept.whole_text().ends_with("\"b\": }"));
    assert!(kept.drop_whole() && !kept.whole_is_wrong());
    kept.undo();
    assert!(kept.whole_is_wrong(), "nothing is lost");
    draft.set("/b", "u");
    assert!(!draft.whole_is_wrong(), "what is typed in the form takes its place");
    draft.undo();
    assert!(draft.whole_is_wrong());
}

#[test]
fn a_stretch_of_typing_is_one_step() {
    let mut draft = Draft::open(None, &json!({"a": 1}), &[]);
    for text in ["{\"a\": 1", "{\"a\": 12", "{\"a\": 12}"] {
        draft.set_whole(text);
    }
    assert_eq!(draft.value(), &json!({"a": 12}));
    draft.undo();
    assert_eq!((draft.value(), draft.can_undo(), draft.whole_is_wrong()), (&json!({"a": 1}), false, false));
}

#[test]
fn what_may_only_be_looked_at_stays() {
    let schema = json!({"properties": {"id": {"type": "string", "readOnly": true}, "n": {"type": "number"},
        "l": {"type": "array", "items": {"type": "object", "properties": {"k": {"readOnly": true}, "v": {}}}}}});
    let data = json!({"id": "x", "n": 1, "l": [{"k": 1, "v": 1}, {"k": 2, "v": 2}]});
    let mut draft = Draft::open(Some(&schema), &data, &[]);
    for (text, path) in [
        (r#"{"id":"y","n":1,"l":[{"k":1,"v":1},{"k":2,"v":2}]}"#, "/id"),
        (r#"{"n":1,"l":[{"k":1,"v":1},{"k":2,"v":2}]}"#, "/id"),
        (r#"{"id":"x","n":1,"l":[{"k":1,"v":1},{"k":3,"v":2}]}"#, "/l/1/k"),
    ] {
        draft.set_whole(text);
        assert_eq!(draft.value(), &data);
        assert_eq!(wrongs(&draft), [(String::new(), Wrong::ReadOnly { path: path.into() })]);
    }
    draft.set_whole(r#"{"id":"x","n":2,"l":[{"k":2,"v":2}]}"#);
    assert_eq!((draft.get("/n"), wrongs(&draft)), (Some(&json!(2)), vec![]));
    let mut targets = Draft::open(None, &json!([1, 2]), &[0]);
    for text in ["[1]", "[5,2]", "[1,2,3]", "1"] {
        targets.set_whole(text);
        assert!(targets.whole_is_wrong(), "{text}");
    }
    targets.set_whole("[1,5]");
    assert_eq!(targets.value(), &json!([1, 5]));
}
