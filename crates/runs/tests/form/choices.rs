//! Values of an enumeration: by their place, in the schema's words.

use crate::{one, parse, wrongs, x};
use runs::form::{Kind, Pick};
use serde_json::{Value, json};

/// What the field offers, as it would be written.
fn offered(draft: &runs::form::Draft) -> Vec<String> {
    let node = x(draft);
    let options = node.options().unwrap();
    let word = |pick: &Pick| match pick {
        Pick::At(at) if node.is_quoted(*at) => format!("“{}”", runs::form::field_text(&options[*at])),
        Pick::At(at) => runs::form::field_text(&options[*at]),
        other => other.word(),
    };
    draft.picks(node).iter().map(word).collect()
}

#[test]
fn values_that_read_alike_are_told_apart_and_each_can_be_chosen() {
    for (options, entries) in [
        (json!(["", "EU"]), ["absent", "", "EU"].as_slice()),
        (json!([1, "1"]), &["absent", "1", "“1”"]),
        (json!([null, "null"]), &["absent", "null", "“null”"]),
        (json!(["a ", "a"]), &["absent", "“a ”", "a"]),
        (json!([true, "true"]), &["absent", "true", "“true”"]),
        (json!(["1", "2"]), &["absent", "1", "2"]),
    ] {
        let values = options.as_array().unwrap().clone();
        for value in &values {
            let mut draft = one(json!({"enum": options}), value.clone());
            assert_eq!((offered(&draft), wrongs(&draft)), (entries.iter().map(|entry| (*entry).to_owned()).collect(), vec![]));
            let now = draft.picked("/x");
            for pick in draft.picks(x(&draft)) {
                assert!(draft.pick("/x", pick), "{options} {pick:?}");
                assert_eq!((draft.picked("/x"), wrongs(&draft)), (pick, vec![]), "{options}");
            }
            assert!(draft.pick("/x", now));
            assert_eq!((draft.get("/x"), draft.count()), (Some(value), 0));
        }
    }
}

#[test]
fn a_value_that_is_not_offered_stays_and_can_be_taken_again() {
    let mut draft = one(json!({"enum": ["a", "b"]}), json!("c"));
    assert_eq!((draft.picked("/x"), offered(&draft)), (Pick::Other, ["absent", "a", "b", "other"].map(String::from).to_vec()));
    assert!(draft.pick("/x", Pick::At(1)) && !draft.pick("/x", Pick::At(9)) && !draft.pick("/x", Pick::Null));
    assert!(draft.pick("/x", Pick::Other));
    assert_eq!(draft.get("/x"), Some(&json!("c")));
    let mut digits = one(json!({"enum": [1.5, 2]}), parse("1.50"));
    assert!(digits.pick("/x", Pick::At(1)) && digits.pick("/x", Pick::At(0)));
    assert_eq!(digits.get("/x").unwrap().to_string(), "1.50", "to the letter");
    let mut switch = one(json!({"type": "boolean"}), json!(true));
    assert!(switch.pick("/x", Pick::At(1)));
    assert_eq!(switch.get("/x"), Some(&json!(false)));
    assert!(["absent", "null", "other", "7"].iter().all(|word| Pick::read(word).unwrap().word() == *word) && Pick::read("x").is_none());
}

#[test]
fn values_have_the_schemas_words() {
    let words = |schema: Value| match &x(&one(schema, json!("R12"))).kind {
        Kind::Choice { words, .. } => words.iter().map(|words| (words.title.clone(), words.description.clone())).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let named = |title: &str, description: Option<&str>| (Some(title.to_owned()), description.map(str::to_owned));
    let both = vec![named("Damaged", None), named("Wrong quantity", Some("More than ordered"))];
    for word in ["oneOf", "anyOf"] {
        let schema = json!({word: [{"const": "R07", "title": "Damaged"}, {"enum": ["R12"], "const": "R12", "title": "Wrong quantity", "description": "More than ordered"}]});
        assert_eq!(words(schema), both);
    }
    assert_eq!(
        words(json!({"enum": ["R07", "R12"], "enumNames": ["Damaged", "Wrong quantity"], "enumDescriptions": ["", "More than ordered"]})),
        both
    );
    assert_eq!(
        words(
            json!({"enum": ["R07", "R12"], "x-enum-varnames": ["Damaged", "Wrong quantity"], "x-enum-descriptions": {"R12": "More than ordered"}})
        ),
        both
    );
    let microsoft = json!({"enum": ["R07", "R12"], "x-ms-enum": {"values": [{"value": "R12", "name": "Wrong quantity", "description": "More than ordered"}, {"value": "R07", "name": "Damaged"}]}});
    assert_eq!(words(microsoft), both);
    assert_eq!(words(json!({"enum": ["R07", "R12"], "enumNames": ["one too few"]})), vec![(None, None), (None, None)]);
    let mut draft = one(json!({"enum": ["R07", "R12"], "enumNames": ["Damaged", "Wrong quantity"]}), json!("R07"));
    draft.set("/x", "Wrong quantity");
    assert_eq!(draft.get("/x"), Some(&json!("R12")), "a pasted title");
}
