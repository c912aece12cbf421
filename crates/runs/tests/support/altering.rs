//! Answers that are almost right: one value of a document replaced by something that nobody expects there.

use proptest::prelude::*;
use runs::Json;

/// Puts `value` in the place of the `at`-th value of a document, in its order of reading.
pub(crate) fn replace(target: &mut Json, at: &mut usize, value: &Json) {
    if *at == 0 {
        *target = value.clone();
    }
    *at = at.wrapping_sub(1);
    match target {
        Json::Array(items) => items.iter_mut().for_each(|item| replace(item, at, value)),
        Json::Object(map) => map.values_mut().for_each(|item| replace(item, at, value)),
        _ => {}
    }
}

pub(crate) fn strange() -> impl Strategy<Value = Json> {
    let texts = [
        "null",
        "true",
        "-1",
        "1e18",
        "1e400",
        "1e999",
        "9007199254740993",
        "1234.560",
        "18446744073709551615",
        "-0.0",
        "\"\"",
        "\"2026-99-99T00:00:00Z\"",
        "\"\\u202e\\u0000\"",
        "[]",
        "{}",
        "[[[]]]",
        "{\"id\": 7}",
    ];
    prop::sample::select(texts.to_vec()).prop_map(|text| runs::value::json::parse(text.as_bytes()).expect("these are JSON"))
}
