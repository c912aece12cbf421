//! Whatever the schema, the data and the edits.

use crate::parse;
use proptest::prelude::*;
use runs::Json;
use runs::form::{Checked, Draft, Kind, Wrong, field_text, grid, plain_ends, problems};
use runs::value::decimal::same_value;

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
            data.as_object().is_none_or(|map| map.iter().all(|(key, value)| covered(value, &runs::value::diff::join(path, key), draft)))
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
        schema in proptest::option::of(any_schema()), data in any_json(), edits in proptest::collection::vec((any::<prop::sample::Index>(), 0..14u8, "[0-9.x]{0,3}(\t[a1])?(\n[0-9])?"), 0..12)
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
                5 => { draft.paste(&path, &grid(&typed)); }
                10 => { draft.settle(&path); }
                11 => draft.set_incomplete(&path),
                12 => { draft.mend_all(); }
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

    #[test]
    fn a_number_printed_in_any_notation_reads_back_exactly(
        negative: bool, whole in "0|[1-9][0-9]{0,20}", fraction in proptest::option::of("[0-9]{1,20}"), notation in 0..9usize, sign in 0..3usize, money in 0..6usize, script in 0..4usize
    ) {
        // Thousands, decimals.
        let (thousands, point) = [("", "."), ("", ","), (",", "."), (".", ","), (" ", ","), ("\u{a0}", "."), ("\u{202f}", ","), ("'", "."), ("’", ",")][notation];
        let mut text = String::new();
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at) % 3 == 0 { text.push_str(thousands); }
            text.push(digit);
        }
        if let Some(fraction) = &fraction { text.push_str(point); text.push_str(fraction); }
        text = ["", "€ ", "EUR", "$", "CHF ", "Rs. "][money].to_owned() + &text;
        if negative { text = match sign { 0 => format!("-{text}"), 1 => format!("({text})"), _ => format!("−{text}") }; }
        let zero = [0x30, 0x660, 0xff10, 0x966][script];
        let text: String = text.chars().map(|c| c.to_digit(10).and_then(|digit| char::from_u32(zero + digit)).unwrap_or(c)).collect();
        let exact = format!("{}{whole}{}", if negative { "-" } else { "" }, fraction.map(|fraction| format!(".{fraction}")).unwrap_or_default());
        let mut draft = Draft::open(Some(&parse(r#"{"properties":{"x":{"type":"number"}}}"#)), &parse(r#"{"x":77777777}"#), &[]);
        prop_assert!(draft.set("/x", &text));
        match problems(&draft).first().map(|problem| problem.wrong.clone()) {
            None => prop_assert_eq!(draft.get("/x").unwrap().to_string(), exact, "{}", text),
            Some(Wrong::Ambiguous { readings }) => prop_assert!(readings.iter().any(|reading| reading.to_string() == exact), "{} {:?}", text, readings),
            other => prop_assert!(false, "{} {:?}", text, other),
        }
    }

    #[test]
    fn a_grid_written_for_the_clipboard_reads_back_equal(rows in proptest::collection::vec(proptest::collection::vec("[a\"\t\r\n,; é]{0,5}", 1..5), 1..5), ends in 0..3usize, last: bool) {
        let end = ["\n", "\r\n", "\r"][ends];
        let written = |cell: &String| match cell.contains(['\t', '\r', '\n']) || cell.starts_with('"') {
            true => format!("\"{}\"", cell.replace('"', "\"\"")),
            false => cell.clone(),
        };
        let lines: Vec<String> = rows.iter().map(|row| row.iter().map(written).collect::<Vec<_>>().join("\t")).collect();
        let text = lines.join(end) + if last || lines.len() == 1 || lines.last().is_some_and(String::is_empty) { end } else { "" };
        prop_assert_eq!(grid(&text), rows, "{:?}", text);
    }

    #[test]
    fn a_text_edited_elsewhere_keeps_its_line_ends(text in "[ab\r\n]{0,12}", from: prop::sample::Index, cut in 0..4usize, put in "[ab\n]{0,3}") {
        let mut draft = Draft::open(Some(&parse(r#"{"properties":{"x":{"type":"string"}}}"#)), &serde_json::json!({"x": text}), &[]);
        let plain: Vec<char> = plain_ends(&text).chars().collect();
        let from = from.index(plain.len() + 1);
        let to = (from + cut).min(plain.len());
        let typed: String = plain[..from].iter().copied().chain(put.chars()).chain(plain[to..].iter().copied()).collect();
        draft.set("/x", &typed);
        let after = draft.get("/x").and_then(Json::as_str).unwrap().to_owned();
        prop_assert_eq!(plain_ends(&after), typed.as_str());
        let ends = |text: &str| text.replace("\r\n", "2").chars().filter(|c| matches!(c, '2' | '\r' | '\n')).collect::<Vec<_>>();
        let lines = |text: &[char]| text.iter().filter(|c| **c == '\n').count();
        let (old, new) = (ends(&text), ends(&after));
        let (before, behind) = (lines(&plain[..from]), lines(&plain[to..]));
        let met = ends(&text).contains(&'\r') && ends(&text).contains(&'\n');
        if !put.contains('\n') && lines(&plain[from..to]) == 0 && !met {
            prop_assert_eq!(&old, &new, "{:?} {:?}", text, after);
        }
        prop_assert!(new.len() >= before + behind);
        draft.set("/x", &plain_ends(&text));
        prop_assert_eq!(draft.get("/x").and_then(Json::as_str), Some(text.as_str()));
    }
}
