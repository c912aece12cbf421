//! JSON as one value type whose numbers keep their text.

mod lenient;

pub use serde_json::{Map, Number, Value as Json};

/// The largest answer that is decoded, in bytes.
pub const MAX_ANSWER: usize = 32 * 1024 * 1024;

/// Why an answer could not be decoded: where, and what was found there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The field, as a dotted path from the object being read.
    pub path: String,
    /// What was expected and what was found.
    pub problem: String,
}

impl Malformed {
    pub fn new(path: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { path: path.into(), problem: problem.into() }
    }
}

/// Parses bytes; depth is bounded by the parser (128), size by [`MAX_ANSWER`].
pub fn parse(bytes: &[u8]) -> Result<Json, Malformed> {
    let bytes = unmarked(bytes);
    if bytes.len() > MAX_ANSWER {
        return Err(Malformed::new("", format!("the answer has {} bytes, more than {MAX_ANSWER}", bytes.len())));
    }
    serde_json::from_slice(bytes).map_err(|error| Malformed::new("", error.to_string()))
}

/// Some servers put a byte order mark before it, which a reader may pass over (RFC 8259, 8.1).
fn unmarked(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// Parses a vendor's answer: a value in it that is no valid JSON costs no more than itself. See [`flaw`].
pub fn parse_answer(bytes: &[u8]) -> Result<Json, Malformed> {
    let bytes = unmarked(bytes);
    parse(bytes).or_else(|problem| if bytes.len() > MAX_ANSWER { Err(problem) } else { lenient::read(bytes).ok_or(problem) })
}

/// A value that is not valid JSON. It is kept as a number, whose text stays as it came: so it is shown, and stands in a raw answer.
fn flawed(text: &[u8]) -> Json {
    Json::Number(Number::from_string_unchecked(String::from_utf8_lossy(text).into_owned()))
}

/// The text of a value that is not valid JSON (`NaN`, half a surrogate pair), as the vendor sent it.
pub fn flaw(value: &Json) -> Option<&str> {
    value.as_number().map(Number::as_str).filter(|text| !is_number(text))
}

/// The first value in a document that is not valid JSON: its JSON pointer, and its text.
pub fn first_flaw(value: &Json) -> Option<(String, &str)> {
    let below = |key: &str, (path, text): (String, _)| (format!("{}{path}", crate::value::diff::join("", key)), text);
    match value {
        Json::Array(items) => items.iter().enumerate().find_map(|(at, item)| Some(below(&at.to_string(), first_flaw(item)?))),
        Json::Object(map) => map.iter().find_map(|(key, item)| Some(below(key, first_flaw(item)?))),
        value => flaw(value).map(|text| (String::new(), text)),
    }
}

/// With texts in the place of what is not valid JSON, for what is written to be read by others.
pub fn sound(value: Json) -> Json {
    match value {
        Json::Array(items) => Json::Array(items.into_iter().map(sound).collect()),
        Json::Object(map) => Json::Object(map.into_iter().map(|(key, item)| (key, sound(item))).collect()),
        value => flaw(&value).map(Json::from).unwrap_or(value),
    }
}

/// By the grammar of JSON.
pub fn is_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).map_or((text, None), |(mantissa, exponent)| (mantissa, Some(exponent)));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(whole, fraction)| (whole, Some(fraction)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent = exponent.map(|exponent| exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    let led = whole.len() > 1 && whole.starts_with('0');
    digits(whole) && !led && fraction.is_none_or(digits) && exponent.is_none_or(digits)
}

/// The JSON type of a value, in words.
pub fn kind(value: &Json) -> &'static str {
    match value {
        value if flaw(value).is_some() => "a value that is not valid JSON",
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(_) => "number",
        Json::String(_) => "text",
        Json::Array(_) => "list",
        Json::Object(_) => "object",
    }
}

/// Takes an answer's list, e.g. a bare array.
pub fn list(value: Json, what: &'static str) -> Result<Vec<Json>, Malformed> {
    match value {
        Json::Array(items) => Ok(items),
        other => Err(Malformed::new(what, format!("a list was expected, {} found", kind(&other)))),
    }
}

/// The text of a value for showing in one line: texts bare, everything else as JSON.
pub fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}
