//! Whatever the schema, the data and the edits.

use crate::parse;
use proptest::prelude::*;
use runs::Json;
use runs::form::{Checked, Draft, Kind, field_text, problems};
use runs::review::same_value;

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
        for problem in problems(&draft) {
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
            problems(&draft);
            draft.revert_all();
            prop_assert!(same_value(draft.value(), &data));
        }
    }

    #[test]
    fn any_sequence_of_edits_undoes_to_the_start_and_reverts(
        schema in proptest::option::of(any_schema()), data in any_json(), edits in proptest::collection::vec((any::<prop::sample::Index>(), 0..11u8, "[0-9.x]{0,3}(\t[a1])?(\n[0-9])?"), 0..12)
    ) {
        let mut draft = Draft::open(schema.as_ref(), &data, &[]);
        let mut checked = Checked::default();
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
                4 => { draft.move_item(&path, typed.len() % 3); }
                5 => { draft.paste(&path, &typed); }
                6 => draft.set_whole(&typed),
                7 => { draft.add_field(&path, &typed); }
                8 => { draft.insert_item(&path, typed.len() % 3); }
                9 => { draft.choose(&path, typed.len() % 3); }
                _ => { draft.set(&path, &typed); }
            }
            prop_assert_eq!(draft.count() == 0, same_value(draft.value(), &data));
            prop_assert_eq!(checked.update(&draft), problems(&draft));
            for leaf in draft.form().leaves() {
                let same = match (draft.original(&leaf.path), draft.get(&leaf.path)) {
                    (Some(was), Some(is)) => same_value(was, is),
                    (was, is) => was.is_none() && is.is_none(),
                };
                prop_assert!(same || draft.is_changed(&leaf.path), "{} of {} differs and is not said to", leaf.path, draft.value());
            }
        }
        let (end, kept) = (draft.value().clone(), draft.save());
        let mut reverted = draft.clone();
        reverted.revert("");
        prop_assert!(same_value(reverted.value(), &data), "{} is not {}", reverted.value(), data);
        while draft.undo().is_some() {}
        prop_assert_eq!(draft.value(), &data);
        while draft.redo().is_some() {}
        prop_assert_eq!(draft.value().to_string(), end.to_string());
        prop_assert_eq!(draft.save(), kept.clone());
        let mut again = Draft::open(schema.as_ref(), &data, &[]);
        prop_assert!(again.restore(&parse(&kept.to_string())));
        prop_assert_eq!(again.value(), &end);
    }

    #[test]
    fn a_number_reads_back_as_its_text(text in "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?") {
        prop_assert_eq!(field_text(&parse(&text)), text);
    }
}
