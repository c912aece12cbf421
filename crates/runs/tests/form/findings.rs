//! What the validator found, at the fields of the form.

use crate::one;
use runs::form::{Draft, Problem, Type, Unchecked, Wrong, findings, joined, problems};
use serde_json::json;

fn told(draft: &Draft, found: serde_json::Value, unchecked: serde_json::Value) -> Vec<(String, Wrong)> {
    let answer = json!({"valid": false, "found": found, "unchecked": unchecked}).to_string();
    findings(&answer, draft).unwrap().into_iter().map(|problem| (problem.path, problem.wrong)).collect()
}

fn order() -> Draft {
    let schema = json!({
        "type": "object",
        "properties": {
            "card": {"type": "string", "title": "Card number"}, "cvc": {"type": "string"},
            "lines": {"type": "array", "items": {"type": "object", "properties": {"sku": {"type": "string"}, "qty": {"type": "number"}}}},
            "seen": {"type": "string", "readOnly": true},
            "free": {"type": "object"},
        },
    });
    Draft::open(Some(&schema), &json!({"card": "4111", "lines": [{"sku": "a", "qty": 1}], "seen": "x", "free": {}}), &[])
}

#[test]
fn what_is_found_is_told_at_its_field_in_form_order() {
    let found = json!([
        {"rule": "minimum", "path": "/lines/0/qty", "given": "1.50", "open": true},
        {"rule": "dependentRequired", "path": "/cvc", "name": "cvc", "because": "card"},
        {"rule": "minLength", "path": "/card", "given": "16", "found": 4},
        {"rule": "type", "path": "/lines/0/sku", "types": ["string", "null"], "found": "number"},
    ]);
    let told = told(&order(), found, json!([{"path": "/card", "what": "pattern", "given": "("}]));
    let paths: Vec<_> = told.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["/card", "/card", "/cvc", "/lines/0/sku", "/lines/0/qty"]);
    assert_eq!(told[0].1, Wrong::TooShort { min: 16, found: 4 });
    assert_eq!(told[1].1, Wrong::Unchecked(Unchecked::Pattern("(".into())));
    assert_eq!(told[2].1, Wrong::NeededBy { because: "Card number".into() });
    assert_eq!(told[3].1, Wrong::Types { expected: vec![Type::Text, Type::Null], found: Type::Number });
    assert!(matches!(&told[4].1, Wrong::Below { min, open: true } if min.as_str() == "1.50"));
}

#[test]
fn what_has_no_field_is_told_at_the_nearest_around_it() {
    let found = json!([
        {"rule": "required", "path": "/lines/0/price", "name": "price"},
        {"rule": "required", "path": "/total", "name": "total"},
        {"rule": "not", "path": ""},
        {"rule": "maximum", "path": "/free/deep/1", "given": "9", "open": false},
    ]);
    let told = told(&order(), found, json!([]));
    let lacks = |name: &str| Wrong::Lacks { name: name.into(), because: None };
    assert_eq!(told[0], (String::new(), lacks("total")));
    assert_eq!(told[1], (String::new(), Wrong::RuledOut));
    assert_eq!(told[2], ("/lines/0".to_owned(), lacks("price")));
    assert!(matches!(&told[3], (path, Wrong::Within { path: inner, .. }) if path == "/free" && inner == "/deep/1"));
}

#[test]
fn what_nobody_can_change_here_is_told_and_blocks_nothing() {
    let answer = json!({"valid": false, "found": [{"rule": "not", "path": "/seen"}], "unchecked": []}).to_string();
    let found = findings(&answer, &order()).unwrap();
    assert!(
        matches!(&found[..], [only] if only.path == "/seen" && only.wrong == Wrong::AsSent(Box::new(Wrong::RuledOut)) && !only.blocks())
    );
}

#[test]
fn an_answer_that_tells_of_no_check_is_none() {
    for answer in ["", "{", r#"{"failed":"Maximum call stack size exceeded"}"#, "[]", r#"{"found":{},"unchecked":[]}"#] {
        assert_eq!(findings(answer, &order()), None, "{answer}");
    }
    // Nor does what is odd in it cost the rest.
    let odd = json!([1, {"rule": "minimum", "path": "/lines/0/qty", "given": "x"}, {"path": "/card"}, {"rule": "not", "path": "/card"}]);
    assert_eq!(told(&order(), odd, json!([{}])), [("/card".to_owned(), Wrong::RuledOut)]);
}

#[test]
fn notes_on_what_is_not_checked_stop_nothing() {
    let draft = order();
    let answer = json!({"found": [], "unchecked": [
        {"path": "/card", "what": "slow", "given": "^(a+)+$"}, {"path": "/free/x", "what": "$ref", "given": "https://example.org/x"},
    ]});
    let found = findings(&answer.to_string(), &draft).unwrap();
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|problem| !problem.blocks()), "{found:?}");
}

#[test]
fn the_validators_word_decides_and_one_rule_is_told_once() {
    let schema = json!({"enum": ["a", "b"]});
    let draft = one(schema, json!("c"));
    let own = problems(&draft);
    assert!(matches!(&own[..], [Problem { wrong: Wrong::NotAllowed { .. }, .. }]));
    assert_eq!(joined(&draft, &own, &[], false), own, "it was not asked yet");
    assert_eq!(joined(&draft, &own, &[], true), [], "it has nothing against it");
    let same = findings(r#"{"found":[{"rule":"enum","path":"/x","values":["a","b"],"more":0}],"unchecked":[]}"#, &draft).unwrap();
    assert_eq!(joined(&draft, &own, &same, true), own);
    // What was typed and is no value is not its business.
    let mut typed = one(json!({"type": "number"}), json!(1));
    typed.set("/x", "one");
    let own = problems(&typed);
    assert_eq!(own.len(), 1);
    assert_eq!(joined(&typed, &own, &[], true), own);
}

/// The form cannot follow a condition: the kind of `/n` is guessed from the data.
fn guessed(value: serde_json::Value) -> Draft {
    let schema = json!({"type": "object", "properties": {"a": {"type": "string"}}, "then": {"properties": {"n": {"type": "integer"}}}});
    Draft::open(Some(&schema), &json!({"a": "x", "n": value}), &[])
}

fn learn(draft: &mut Draft, found: serde_json::Value) {
    let answer = json!({"found": [found], "unchecked": []}).to_string();
    let found = findings(&answer, draft).unwrap();
    draft.learn(&found);
}

#[test]
fn what_the_validator_expects_is_how_a_guessed_field_is_read_and_put_right() {
    let mut draft = guessed(json!("7"));
    assert!(draft.set("/n", "5"));
    assert_eq!((draft.get("/n"), draft.mends("/n")), (Some(&json!("5")), Vec::new()), "nobody has said what it has to be");
    learn(&mut draft, json!({"rule": "type", "path": "/n", "types": ["integer"], "found": "string"}));
    assert_eq!(draft.mends("/n"), [json!(5)]);
    assert!(draft.set("/n", "1,612,000"));
    assert_eq!((draft.get("/n"), problems(&draft)), (Some(&json!(1_612_000)), Vec::new()));
    // What is no number is a text, and the validator's to judge.
    assert!(draft.set("/n", "none"));
    assert_eq!((draft.get("/n"), problems(&draft)), (Some(&json!("none")), Vec::new()));
    assert!(draft.set("/n", "6"));
    assert_eq!((draft.get("/n"), problems(&draft)), (Some(&json!(6)), Vec::new()));

    let mut text = guessed(json!(7));
    learn(&mut text, json!({"rule": "type", "path": "/n", "types": ["string", "null"], "found": "number"}));
    assert_eq!(text.mends("/n"), [json!("7")]);
    assert!(text.set("/n", "seven") && problems(&text).is_empty());
    assert_eq!(text.get("/n"), Some(&json!("seven")));

    // A kind that the schema itself tells is not overruled.
    let mut known = guessed(json!(7));
    learn(&mut known, json!({"rule": "type", "path": "/a", "types": ["integer"], "found": "string"}));
    assert!(known.set("/a", "5"));
    assert_eq!(known.get("/a"), Some(&json!("5")));
}

#[test]
fn a_name_that_a_group_lacks_can_be_added_unless_it_takes_no_other() {
    let schema = json!({"type": "object", "properties": {"total": {"type": "number"}}, "required": ["total", "vat"]});
    let mut draft = Draft::open(Some(&schema), &json!({"total": 1}), &[]);
    let lacks = json!({"rule": "required", "path": "/vat", "name": "vat"});
    assert_eq!(told(&draft, json!([lacks]), json!([])), [(String::new(), Wrong::Lacks { name: "vat".into(), because: None })]);
    assert!(draft.may_add("", "vat") && !draft.may_add("", "total"));
    assert_eq!(draft.add_field("", "vat").as_deref(), Some("/vat"));
    learn(&mut draft, json!({"rule": "type", "path": "/vat", "types": ["number"], "found": "string"}));
    assert!(draft.set("/vat", "0.19"));
    assert_eq!(draft.value(), &json!({"total": 1, "vat": 0.19}));

    let schema = json!({"type": "object", "additionalProperties": false, "properties": {"total": {"type": "number"}},
        "patternProperties": {"^x-": {"type": "boolean"}}});
    let mut closed = Draft::open(Some(&schema), &json!({"total": 1}), &[]);
    assert_eq!(closed.add_field("", "vat"), None);
    assert_eq!(closed.add_field("", "x-ok").as_deref(), Some("/x-ok"), "a name of a pattern");
}
