//! Cells from a spreadsheet.

use crate::{parse, wrongs};
use runs::form::{Draft, Pasted, Wrong, grid};
use serde_json::json;

fn paste(draft: &mut Draft, path: &str, text: &str) -> Option<Pasted> {
    draft.paste(path, &grid(text))
}

fn lines() -> Draft {
    let schema = json!({"properties": {"lines": {"type": "array", "maxItems": 4, "items": {"type": "object", "required": ["text", "qty"],
        "properties": {"text": {"type": "string"}, "qty": {"type": "number"}, "ok": {"type": "boolean"}, "id": {"type": "string", "readOnly": true}}}}}});
    let data = parse(r#"{"lines":[{"text":"a","qty":1.50,"ok":true,"id":"x"},{"text":"b","qty":2,"ok":false,"id":"y"}]}"#);
    Draft::open(Some(&schema), &data, &[])
}

#[test]
fn cells_go_into_the_table_in_one_step() {
    let mut draft = lines();
    let before = draft.value().clone();
    let pasted = paste(&mut draft, "/lines/1/text", "bolt M8\t0.10\tTRUE\nnut \"8\"\t1.5e2\tfalse\n").unwrap();
    assert_eq!((pasted.cells, pasted.added, pasted.unfit_count, pasted.rows_left), (6, 1, 0, 0));
    assert_eq!(
        draft.value().to_string(),
        r#"{"lines":[{"text":"a","qty":1.50,"ok":true,"id":"x"},{"text":"bolt M8","qty":0.10,"ok":true,"id":"y"},{"text":"nut \"8\"","qty":1.5e+2,"ok":false}]}"#
    );
    assert_eq!(draft.text("/lines/2/qty"), "1.5e+2", "as the form writes it");
    assert_eq!(draft.undo().as_deref(), Some("/lines/1/text"));
    assert_eq!((draft.value(), draft.can_undo()), (&before, false));
}

#[test]
fn what_does_not_fit_is_told_and_nothing_of_it_is_lost() {
    let mut draft = lines();
    let pasted = paste(&mut draft, "/lines/1/qty", "1,234\tmaybe\tz\ttoo far\n2\t\t\t\n3\t\t\t\n4\t\t\t\n5\t\t\t").unwrap();
    assert_eq!((pasted.added, pasted.rows_left, pasted.max, pasted.columns_left, pasted.locked), (2, 2, Some(4), 1, 3));
    let unfit: Vec<_> = pasted.unfit.iter().map(|unfit| (unfit.line, unfit.column.as_str(), unfit.found.as_str())).collect();
    assert_eq!(unfit, [(2, "qty", "1,234"), (2, "ok", "maybe")]);
    assert_eq!((draft.text("/lines/1/qty").as_str(), draft.text("/lines/1/ok").as_str()), ("1,234", "maybe"));
    assert_eq!(draft.get("/lines/1/id"), Some(&json!("y")), "read-only");
    assert!(wrongs(&draft).contains(&(
        "/lines/1/qty".to_owned(),
        Wrong::Ambiguous { readings: vec![1234.into(), runs::value::json::Number::from_string_unchecked("1.234".into())] }
    )));
}

#[test]
fn quoted_cells_hold_tabs_breaks_and_quotes() {
    let mut draft = lines();
    paste(&mut draft, "/lines/0/text", "\"a \"\"b\"\"\nc\td\"\t7\r\n").unwrap();
    assert_eq!(draft.get("/lines/0/text"), Some(&json!("a \"b\"\nc\td")));
    assert_eq!(draft.get("/lines/0/qty"), Some(&json!(7)));
}

#[test]
fn a_first_line_with_the_columns_names_puts_cells_by_name() {
    let mut draft = lines();
    let pasted = paste(&mut draft, "/lines/0/ok", "qty\ttext\n9\tz\n8\ty").unwrap();
    assert!(pasted.by_name && pasted.unfit_count == 0);
    assert_eq!((draft.get("/lines/0/text"), draft.get("/lines/1/qty")), (Some(&json!("z")), Some(&json!(8))));
}

#[test]
fn one_line_without_tabs_and_fields_outside_lists_are_ordinary_pastes() {
    let mut draft = lines();
    for (path, text) in [("/lines/0/text", "just, a text"), ("/lines/0/text", ""), ("/lines", "a\tb"), ("/nothing", "a\tb"), ("", "a\tb")] {
        assert_eq!(paste(&mut draft, path, text), None, "{path} {text}");
    }
    assert!(!draft.can_undo());
}

#[test]
fn a_list_of_single_values_takes_a_column() {
    let mut draft = Draft::open(None, &json!({"tags": ["a", "b"]}), &[]);
    let pasted = paste(&mut draft, "/tags/1", "x\ny\nz\n").unwrap();
    assert_eq!((pasted.cells, pasted.added), (3, 2));
    assert_eq!(draft.value(), &json!({"tags": ["a", "x", "y", "z"]}));
}

#[test]
fn the_targets_of_a_review_do_not_grow_in_number() {
    let mut draft = Draft::open(None, &json!([{"a": 1}, {"a": 2}]), &[0]);
    let pasted = paste(&mut draft, "/1/a", "5\n6\n7").unwrap();
    assert_eq!((pasted.cells, pasted.rows_left), (1, 2));
    assert_eq!(draft.value(), &json!([{"a": 1}, {"a": 5}]));
}

#[test]
fn a_cell_does_not_land_on_a_list_inside_a_list() {
    let mut draft = Draft::open(None, &json!({"mixed": [false, [true], "c"]}), &[]);
    let pasted = paste(&mut draft, "/mixed/0", "true\nunseen\nd\n").unwrap();
    assert_eq!((pasted.cells, pasted.locked, pasted.unfit_count), (2, 1, 0));
    assert_eq!(draft.value(), &json!({"mixed": [true, [true], "d"]}));
    assert!(wrongs(&draft).is_empty(), "a text that no control shows would stand in the way of approving");
}

#[test]
fn a_column_of_amounts_with_commas_stays_one_column() {
    let data = json!({"lines": [{"amount": 10, "quantity": 5}, {"amount": 20, "quantity": 6}, {"amount": 30, "quantity": 7}]});
    let mut draft = Draft::open(None, &data, &[]);
    let told = paste(&mut draft, "/lines/0/amount", "1,612.50\n€ 2.000,00\n(3,5)\n").unwrap();
    assert_eq!((told.cells, told.unfit_count, told.columns_left), (3, 0, 0));
    let value = r#"{"lines":[{"amount":1612.50,"quantity":5},{"amount":2000.00,"quantity":6},{"amount":-3.5,"quantity":7}]}"#;
    assert_eq!(draft.value().to_string(), value);
    for lines in ["a;b\nc;d", "a,b\nc,d", "1;2\n3;4"] {
        assert!(grid(lines).iter().all(|row| row.len() == 1), "{lines}");
    }
}

#[test]
fn a_preview_changes_nothing_and_tells_what_would_be_replaced() {
    let draft = lines();
    let told = draft.preview("/lines/0/text", &grid("new\t2\tTRUE\nb\t1,234")).unwrap();
    assert_eq!(draft.value(), lines().value());
    let shown: Vec<_> =
        told.shown.iter().map(|cell| (cell.line, cell.column.as_str(), cell.before.as_str(), cell.after.as_str(), cell.wrong)).collect();
    assert_eq!(
        shown,
        [
            (1, "text", "a", "new", false),
            (1, "qty", "1.50", "2", false),
            (1, "ok", "true", "true", false),
            (2, "text", "b", "b", false),
            (2, "qty", "2", "1,234", true)
        ]
    );
    assert_eq!(told.replaced, 3);
}

#[test]
fn cells_are_split_by_the_rules_of_spreadsheets() {
    for (text, cells) in [
        ("a\tb\r\nc\td\r\n", vec![vec!["a", "b"], vec!["c", "d"]]),
        ("a\rb\r", vec![vec!["a"], vec!["b"]]),
        ("\"two\nlines\"\tx", vec![vec!["two\nlines", "x"]]),
        ("\"Test\ntest\"\n\"Hello\"", vec![vec!["Test\ntest"], vec!["Hello"]]),
        ("\"say \"\"hi\"\"\"\tx", vec![vec!["say \"hi\"", "x"]]),
        ("5\" pipe\tx", vec![vec!["5\" pipe", "x"]]),
        ("\"8\" nut\tx\n", vec![vec!["\"8\" nut", "x"]]),
        ("\"open\tx\ny", vec![vec!["\"open", "x"], vec!["y"]]),
        ("\"", vec![vec!["\""]]),
        ("\"Acme\"", vec![vec!["\"Acme\""]]),
        ("\"a\"\"b\"", vec![vec!["\"a\"\"b\""]]),
        ("a\t", vec![vec!["a", ""]]),
        ("\t\n\tb", vec![vec!["", ""], vec!["", "b"]]),
        ("a\n\nb", vec![vec!["a"], vec![""], vec!["b"]]),
        ("\u{feff}a\n", vec![vec!["a"]]),
        ("", vec![]),
    ] {
        assert_eq!(grid(text), cells, "{text:?}");
    }
}
