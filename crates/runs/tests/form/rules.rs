//! What is checked, and how exactly.

use crate::{after, one, parse};
use runs::form::{Checked, Draft, Format, Problem, Wrong, format_ok, problems};
use serde_json::json;

#[test]
fn formats_are_checked() {
    let bad = |format: &str, typed: &str| after(one(json!({"type": "string", "format": format}), json!("")), typed).1;
    for (format, good, wrong, kind) in [
        ("date", "2026-02-28", "2026-02-30", Format::Date),
        ("date-time", "2026-04-21T09:00:02Z", "yesterday", Format::DateTime),
        ("time", "09:00:02", "25:00:00", Format::Time),
        ("email", "a.b@example.org", "a b@example.org", Format::Email),
        ("uri", "https://example.org/a?b=c", "not a uri", Format::Uri),
        ("ipv4", "192.0.2.1", "192.0.2", Format::Ipv4),
        ("ipv6", "2001:db8::1", "2001:db8:::1", Format::Ipv6),
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
fn a_problem_tells_what_was_found() {
    let found = |schema: serde_json::Value, typed: &str| {
        let mut draft = one(schema, json!(null));
        draft.set("/x", typed);
        problems(&draft, &|_, _| Some(false)).first().map(|problem| problem.found.clone())
    };
    assert_eq!(found(json!({"type": "number"}), "12,5").as_deref(), Some("12,5"));
    assert_eq!(found(json!({"type": "number", "maximum": 10}), "12.50").as_deref(), Some("12.50"));
    assert_eq!(found(json!({"type": "string", "pattern": "^$"}), &"ä".repeat(99)), Some(format!("{}…", "ä".repeat(40))));
    assert_eq!(found(json!({"type": "string", "format": "date"}), "18.11.2026").as_deref(), Some("18.11.2026"));
}

#[test]
fn what_changes_one_field_checks_that_field_and_its_lists() {
    let schema = json!({"properties": {
        "a": {"type": "integer"}, "b": {"type": "integer"},
        "l": {"type": "array", "uniqueItems": true, "items": {"type": "object", "properties": {"n": {"type": "integer"}}}},
    }});
    let mut draft = Draft::open(Some(&schema), &json!({"a": 1, "b": 2, "l": [{"n": 1}, {"n": 2}]}), &[]);
    let never = |_: &str, _: &str| -> Option<bool> { None };
    let mut checked = Checked::default();
    for (path, typed) in
        [("/b", "x"), ("/a", "y"), ("/l/1/n", "1"), ("/l/0/n", "z"), ("/b", "3"), ("/l/1/n", "3"), ("/l/0/n", "3"), ("/a", "1")]
    {
        draft.set(path, typed);
        assert_eq!(checked.update(&draft, &never), problems(&draft, &never), "{path} {typed}");
    }
    draft.undo();
    assert_eq!(checked.update(&draft, &never), problems(&draft, &never));
    let other = one(json!({"type": "integer"}), json!("x"));
    assert_eq!(checked.update(&other, &never).len(), 1, "another draft is another matter");
}

#[test]
fn a_text_below_a_group_without_a_value_is_no_error_once_the_group_is_reverted() {
    let schema = json!({"properties": {"n": {"type": "integer"}}});
    let mut draft = Draft::open(Some(&schema), &json!(null), &[]);
    let never = |_: &str, _: &str| -> Option<bool> { None };
    let mut checked = Checked::default();
    draft.set("/n", "x");
    assert!(checked.update(&draft, &never).iter().any(|problem| problem.path == "/n"), "what was typed is wrong");
    assert!(draft.revert(""));
    assert_eq!(checked.update(&draft, &never), problems(&draft, &never));
    assert!(!problems(&draft, &never).iter().any(|problem| problem.path == "/n"));
}
