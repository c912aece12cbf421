use runs::value::json::{first_flaw, flaw, parse, parse_answer, sound};

#[test]
fn a_byte_order_mark_before_an_answer_costs_nothing() {
    assert_eq!(parse(b"\xef\xbb\xbf[1]").unwrap(), serde_json::json!([1]));
    assert_eq!(parse_answer(b"\xef\xbb\xbf[1, NaN]").unwrap().get(0), Some(&serde_json::json!(1)));
}

#[test]
fn what_is_no_json_keeps_its_text_and_costs_nothing_else() {
    let text = r#"{"a": [1, NaN, {"b": -Infinity, "c": "\ud800 half"}], "d": "whole \ud83d\ude00", "e": 1234.560}"#;
    assert!(parse(text.as_bytes()).is_err());
    let read = parse_answer(text.as_bytes()).unwrap();
    assert_eq!(flaw(&read["a"][1]), Some("NaN"));
    assert_eq!(flaw(&read["a"][2]["b"]), Some("-Infinity"));
    assert_eq!(flaw(&read["a"][2]["c"]), Some(r#""\ud800 half""#));
    assert_eq!(read["d"], "whole 😀");
    assert_eq!(flaw(&read["e"]), None);
    assert_eq!(first_flaw(&read), Some(("/a/1".to_owned(), "NaN")));
    // As it came.
    assert_eq!(read.to_string(), r#"{"a":[1,NaN,{"b":-Infinity,"c":"\ud800 half"}],"d":"whole 😀","e":1234.560}"#);
    assert_eq!(parse_answer(read.to_string().as_bytes()).unwrap(), read);
    let told = sound(read).to_string();
    assert_eq!(parse(told.as_bytes()).unwrap()["a"][1], "NaN");
}

#[test]
fn a_name_that_is_no_json_costs_its_value() {
    let read = parse_answer(br#"{"sound": 1, "half \udc00": 2, "last": 3}"#).unwrap();
    assert_eq!((&read["sound"], &read["last"]), (&1.into(), &3.into()));
    assert_eq!(flaw(&read[r"half \udc00"]), Some(r#""half \udc00": 2"#));
}

#[test]
fn what_does_not_fit_together_is_an_error_as_ever() {
    let deep = format!("[NaN, {}{}]", "[".repeat(200), "]".repeat(200));
    for text in
        ["", "NaN", "[NaN", "[NaN,]", "{NaN: 1}", r#"{"a": NaN"#, r#"{"a" NaN}"#, "[NaN] [1]", r#"["open]"#, r#"["\"#, "<html>", &deep]
    {
        assert!(parse_answer(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn an_object_with_the_parsers_own_name_for_numbers_is_an_object() {
    let read = parse_answer(br#"[{"$serde_json::private::Number": {"not": "a number"}}, 2]"#).unwrap();
    assert!(read[0].is_object());
}
