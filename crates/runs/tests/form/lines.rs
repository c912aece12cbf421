//! Lists and their items.

use crate::wrongs;
use runs::form::{Draft, Kind, Wrong};
use serde_json::json;

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
    draft.add_item("").unwrap();
    assert_eq!(draft.value(), &json!([{"sku": "", "unit": "pcs", "note": null}]));
    assert_eq!(wrongs(&draft), [("/0/amount".to_owned(), Wrong::Missing)]);
    draft.set("/0/amount", "1");
    draft.add_item("").unwrap();
    draft.set("/1/amount", "1.0");
    draft.add_item("").unwrap();
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
fn lines_are_moved_and_inserted_with_what_stands_in_their_controls() {
    let data = json!({"l": [{"n": 1}, {"n": 2}, {"n": 3}]});
    let mut draft = Draft::open(None, &data, &[]);
    draft.set("/l/0/n", "1x");
    assert_eq!(draft.move_item("/l/0", 2).as_deref(), Some("/l/2"));
    assert_eq!(draft.value(), &json!({"l": [{"n": 2}, {"n": 3}, {"n": 1}]}));
    assert_eq!((draft.text("/l/2/n").as_str(), draft.text("/l/0/n").as_str()), ("1x", "2"));
    assert_eq!(draft.insert_item("/l", 1).as_deref(), Some("/l/1"));
    assert_eq!(draft.text("/l/3/n"), "1x");
    assert_eq!(draft.move_item("/l/3", 0).as_deref(), Some("/l/0"));
    assert_eq!(draft.text("/l/0/n"), "1x");
    for refused in [draft.move_item("/l/0", 0), draft.move_item("/l/0", 9), draft.move_item("/l", 1), draft.move_item("/l/0/n", 1)] {
        assert_eq!(refused, None);
    }
    assert!(draft.revert("/l"));
    assert_eq!((draft.value(), draft.text("/l/0/n").as_str()), (&data, "1"));
}
