//! What is checked, and how exactly.

use crate::{after, one};
use runs::form::{Checked, Draft, Format, Wrong, format_ok, problems};
use serde_json::json;

#[test]
fn formats_that_have_a_control_are_told_from_other_texts() {
    for (format, good, wrong) in [
        (Format::Date, "2026-02-28", "2026-02-30"),
        (Format::DateTime, "2026-04-21T09:00:02Z", "yesterday"),
        (Format::Time, "09:00:02", "25:00:00"),
        (Format::Email, "a.b@example.org", "a b@example.org"),
        (Format::Uri, "https://example.org/a?b=c", "not a uri"),
        (Format::Ipv4, "192.0.2.1", "192.0.2"),
        (Format::Ipv6, "2001:db8::1", "2001:db8:::1"),
        (Format::Uuid, "123e4567-e89b-12d3-a456-426614174000", "123e4567"),
    ] {
        assert!(format_ok(format, good), "{good}");
        assert!(!format_ok(format, wrong), "{wrong}");
    }
    assert!(!format_ok(Format::Date, "21/04/2026"));
}

#[test]
fn what_is_no_whole_number_is_told_without_the_validator() {
    assert_eq!(after(one(json!({"type": "integer"}), json!(1)), "1.50").1, [Wrong::NotWhole]);
    assert_eq!(after(one(json!({"type": "integer"}), json!(1)), "30000.0").1, []);
}

#[test]
fn a_problem_tells_what_was_found() {
    let found = |typed: &str| {
        let mut draft = one(json!({"type": "integer"}), json!(null));
        draft.set("/x", typed);
        problems(&draft).first().map(|problem| problem.found.clone())
    };
    assert_eq!(found("twelve").as_deref(), Some("twelve"));
    assert_eq!(found("12.5").as_deref(), Some("12.5"));
    assert_eq!(found(&"ä".repeat(99)), Some(format!("{}…", "ä".repeat(40))));
}

#[test]
fn what_changes_one_field_checks_that_field_and_its_lists() {
    let schema = json!({"properties": {
        "a": {"type": "integer"}, "b": {"type": "integer"},
        "l": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}}}},
    }});
    let mut draft = Draft::open(Some(&schema), &json!({"a": 1, "b": 2, "l": [{"n": 1}, {"n": 2}]}), &[]);
    let mut checked = Checked::default();
    for (path, typed) in
        [("/b", "x"), ("/a", "y"), ("/l/1/n", "1"), ("/l/0/n", "z"), ("/b", "3"), ("/l/1/n", "3"), ("/l/0/n", "3"), ("/a", "1")]
    {
        draft.set(path, typed);
        assert_eq!(checked.update(&draft), problems(&draft), "{path} {typed}");
    }
    draft.undo();
    assert_eq!(checked.update(&draft), problems(&draft));
    let other = one(json!({"type": "integer"}), json!("x"));
    assert_eq!(checked.update(&other).len(), 1, "another draft is another matter");
}

#[test]
fn a_text_below_a_group_without_a_value_is_no_error_once_the_group_is_reverted() {
    let schema = json!({"properties": {"n": {"type": "integer"}}});
    let mut draft = Draft::open(Some(&schema), &json!(null), &[]);
    let mut checked = Checked::default();
    draft.set("/n", "x");
    assert!(checked.update(&draft).iter().any(|problem| problem.path == "/n"), "what was typed is wrong");
    assert!(draft.revert(""));
    assert_eq!(checked.update(&draft), problems(&draft));
    assert!(!problems(&draft).iter().any(|problem| problem.path == "/n"));
}
