//! Undo, redo, keeping.

use crate::parse;
use runs::form::Draft;
use serde_json::json;

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
    draft.set("/total", "2.x");
    let kept = draft.save().to_string();
    let mut again = Draft::open(None, &data, &[]);
    assert!(again.restore(&parse(&kept)));
    assert_eq!((again.text("/total").as_str(), again.value().to_string().as_str()), ("2.x", r#"{"total":2.50,"note":"y"}"#));
    assert_eq!(again.count(), 2);
    for bad in [json!(null), json!({"value": 1}), json!({"texts": {}}), json!([])] {
        assert!(!again.restore(&bad));
    }
}
