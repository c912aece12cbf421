//! Where values stand in documents.
#![allow(clippy::unwrap_used)]

mod marks;
mod texts;
mod values;

use console::places;
use console::places::{Found, Layer, MAX_PLACES, Sought, Span, Spot, Text, is_sought};
use proptest::prelude::*;
use runs::Json;
use runs::model::source::{Frame, SourceLocation};
use unicode_normalization::UnicodeNormalization;

fn json(text: &str) -> Json {
    runs::value::json::parse(text.as_bytes()).unwrap()
}

/// What the browser does by `normalize("NFKC")` and `toLowerCase`.
fn form(text: &str) -> String {
    text.nfkc().collect::<String>().to_lowercase()
}

fn find(value: &Json, pieces: &[String]) -> Vec<Span> {
    places::find(value, pieces, &form)
}

fn mark(fields: &[Sought], pieces: &[String], told: &[SourceLocation]) -> Found {
    places::mark(fields, pieces, told, &form)
}

/// What is found of a value in one line, as it stands there.
fn found(value: &str, line: &str) -> Vec<String> {
    let characters: Vec<char> = line.chars().collect();
    find(&json(value), &[line.to_owned()]).into_iter().map(|place| characters[place.from..place.to].iter().collect()).collect()
}
