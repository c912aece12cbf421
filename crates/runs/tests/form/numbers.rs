//! Digits stay.

use crate::{after, one, parse, wrongs};
use runs::form::{Draft, Wrong};
use serde_json::json;

#[test]
fn the_digits_of_a_number_stay_as_typed() {
    for typed in ["1234.560", "9007199254740993", "1e+3", "0.10", "-0", "123456789012345678901234567890.123456789"] {
        let (value, wrong) = after(one(json!({"type": "number"}), json!(1)), typed);
        assert_eq!((value.to_string().as_str(), wrong), (typed, vec![]));
    }
    let mut exponent = one(json!({"type": "number"}), json!(1));
    exponent.set("/x", "1e3");
    assert_eq!((exponent.text("/x").as_str(), exponent.get("/x").unwrap().to_string().as_str()), ("1e3", "1e+3"));
    for typed in [
        "NaN",
        "0x1",
        "1 2",
        "\"1\"",
        "true",
        "1-2",
        "12.11.2026",
        "1,2,3",
        "--1",
        "+-1",
        "5 kg",
        "50 CR",
        "1'61",
        "0,612,000",
        ".",
        ",",
        "€",
        "()",
    ] {
        let (value, wrong) = after(one(json!({"type": "number"}), json!(1)), typed);
        assert_eq!((value, wrong), (json!(1), vec![Wrong::NotANumber]), "{typed}");
    }
}

#[test]
fn untouched_numbers_leave_as_they_came() {
    let data = parse(r#"{"z":1234.560,"a":9007199254740993,"name":"x"}"#);
    let mut draft = Draft::open(None, &data, &[]);
    draft.set("/name", "y");
    assert_eq!(draft.edited().unwrap().to_string(), r#"{"z":1234.560,"a":9007199254740993,"name":"y"}"#);
}

fn number(typed: &str) -> String {
    let mut draft = one(json!({"type": "number"}), json!(1));
    assert!(draft.set("/x", typed));
    match wrongs(&draft).as_slice() {
        [] => draft.get("/x").unwrap().to_string(),
        [(_, Wrong::Ambiguous { readings })] => readings.iter().map(|reading| reading.to_string()).collect::<Vec<_>>().join(" or "),
        other => format!("{other:?}"),
    }
}

#[test]
fn numbers_are_read_as_people_write_and_copy_them() {
    for (typed, read) in [
        ("1,612.50", "1612.50"),
        ("1.612,50", "1612.50"),
        ("1 612,50", "1612.50"),
        ("1\u{a0}612,50", "1612.50"),
        ("1\u{202f}612,50", "1612.50"),
        ("1\u{2009}612\u{3000}500,5", "1612500.5"),
        ("1'612.50", "1612.50"),
        ("1’612.50", "1612.50"),
        ("€ 1,612.50", "1612.50"),
        ("1.612,50 €", "1612.50"),
        ("EUR 1.612,50", "1612.50"),
        ("CHF 1'612.50", "1612.50"),
        ("-$1,612.50", "-1612.50"),
        ("$-1,612.50", "-1612.50"),
        ("US$ (1,612.50)", "-1612.50"),
        ("₹12,34,567.50", "1234567.50"),
        ("1,612,000", "1612000"),
        ("1.612.000", "1612000"),
        ("1612,500", "1612.500"),
        ("0,125", "0.125"),
        ("12,5", "12.5"),
        (",5", "0.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("+5", "5"),
        ("0050", "50"),
        ("(50.00)", "-50.00"),
        ("（50.00）", "-50.00"),
        ("50.00-", "-50.00"),
        ("−5", "-5"),
        ("–5", "-5"),
        ("50,-", "50"),
        ("50.—", "50"),
        ("1.612,- €", "1612"),
        ("１，６１２．５０", "1612.50"),
        ("٥٠٫٢٥", "50.25"),
        ("١٬٦١٢٫٥٠", "1612.50"),
        ("۱۲۳", "123"),
        ("१२", "12"),
        ("\u{200e}-12\u{200f}", "-12"),
        ("1,5E+03", "1.5e+03"),
        ("-0", "-0"),
        ("\t 12.50 \n", "12.50"),
        ("1,612", "1612 or 1.612"),
        ("€ 12,345", "12345 or 12.345"),
        ("(1,612)", "-1612 or -1.612"),
        ("1.612", "1612 or 1.612"),
        ("5 %", "5 or 0.05"),
        ("12,5%", "12.5 or 0.125"),
    ] {
        assert_eq!(number(typed), read, "{typed}");
    }
}

#[test]
fn a_mark_before_three_digits_is_asked_unless_the_schema_allows_one_reading() {
    let draft = |typed: &str| after(one(json!({"type": "number"}), json!(1)), typed);
    for typed in ["1,612", "1.612"] {
        assert_eq!(draft(typed).0, json!(1), "{typed}: nothing changes in silence");
        assert!(matches!(draft(typed).1[..], [Wrong::Ambiguous { .. }]), "{typed}");
    }
    assert_eq!(after(one(json!({"type": "number"}), parse("1.612")), "1.612").0.to_string(), "1.612", "what was read is no question");
    assert_eq!(after(one(json!({"type": "integer"}), json!(1)), "1,612"), (json!(1612), vec![]), "no fraction could be meant");
    assert_eq!(after(one(json!({"type": "integer"}), json!(1)), "1.612"), (json!(1612), vec![]), "whatever the mark is");
    assert!(matches!(after(one(json!({"type": "integer"}), json!(1)), "1.000").1[..], [Wrong::Ambiguous { .. }]), "both are whole");
    assert_eq!(after(one(json!({"type": "number", "maximum": 100}), json!(1)), "1,612").0.to_string(), "1.612", "only one is allowed");
    assert_eq!(after(one(json!({"type": "number", "exclusiveMinimum": 1.612}), json!(2)), "1,612"), (json!(1612), vec![]));
    assert!(matches!(after(one(json!({"type": "number", "maximum": 1}), json!(1)), "1,612").1[..], [Wrong::Ambiguous { .. }]), "none is");
    let mut typed = one(json!({"type": "number"}), json!(1));
    typed.set("/x", "1.612");
    assert_eq!(typed.text("/x"), "1.612");
    let mut again = one(json!({"type": "number"}), json!(1));
    assert!(again.restore(&typed.save()));
    assert_eq!(again.mends("/x"), [parse("1612"), parse("1.612")], "and it is still asked when the draft is taken up again");
    assert!(again.put("/x", parse("1.612")) && wrongs(&again).is_empty());
}

#[test]
fn a_number_is_written_back_as_the_form_writes_it_and_one_undo_goes_back_further() {
    let mut draft = one(json!({"type": "number"}), json!(1));
    draft.set("/x", "1.612,50");
    assert_eq!(draft.text("/x"), "1.612,50", "not while it is typed");
    assert!(draft.settle("/x") && !draft.settle("/x"));
    assert_eq!(draft.text("/x"), "1612.50");
    draft.undo();
    assert_eq!((draft.text("/x").as_str(), draft.can_undo()), ("1", false));
    draft.redo();
    assert_eq!(draft.text("/x"), "1612.50");
    draft.set("/x", "1,612");
    assert!(!draft.settle("/x"), "a question stays");
}

#[test]
fn of_two_readings_the_one_that_is_a_multiple_as_the_schema_asks_is_taken() {
    let cents = |typed: &str| after(one(json!({"type": "number", "multipleOf": 0.01}), json!(1)), typed);
    assert_eq!(cents("1,612"), (json!(1612), Vec::new()), "1.612 has no whole cents");
    // Of two that are, none is taken; of none that is, neither.
    let both = |unit: &str, typed: &str| after(one(json!({"type": "number", "multipleOf": parse(unit)}), json!(1)), typed);
    assert!(matches!(both("0.001", "1,612").1.as_slice(), [Wrong::Ambiguous { readings }] if readings.len() == 2));
    assert!(matches!(both("5", "1,612").1.as_slice(), [Wrong::Ambiguous { .. }]));
    // By digits: as binary fractions neither 0.1 nor 1.1 is what it says.
    assert_eq!(both("0.1", "1,100").1.len(), 1, "both 1100 and 1.100 are multiples of 0.1");
    assert_eq!(both("0.1", "1,110"), (json!(1110), Vec::new()));
    let joined = json!({"allOf": [{"type": "number", "multipleOf": 0.5}, {"multipleOf": 0.002}]});
    assert_eq!(after(one(joined, json!(1)), "1,612").0, json!(1612), "each of several counts");
    // A value of another type is put right in the same way.
    assert_eq!(one(json!({"type": "number", "multipleOf": 0.01}), json!("1,612")).mends("/x"), [json!(1612)]);
}
