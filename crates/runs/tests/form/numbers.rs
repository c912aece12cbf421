//! Digits stay.

use crate::{after, one, parse};
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
    for typed in ["1.", ".5", "01", "+1", "1,5", "NaN", "0x1", "1 2", "\"1\"", "true"] {
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
