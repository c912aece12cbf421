//! JSON as one value type whose numbers keep their text, and a reader that takes named fields out of an object.

use crate::time::Timestamp;
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
    if bytes.len() > MAX_ANSWER {
        return Err(Malformed::new("", format!("the answer has {} bytes, more than {MAX_ANSWER}", bytes.len())));
    }
    serde_json::from_slice(bytes).map_err(|error| Malformed::new("", error.to_string()))
}

/// The JSON type of a value, in words.
pub fn kind(value: &Json) -> &'static str {
    match value {
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

/// Takes known fields out of an object; what is left is kept by [`Fields::rest`].
///
/// A missing field and `null` both read as `None`; a field of the wrong type is an error.
#[derive(Debug)]
pub struct Fields {
    what: &'static str,
    map: Map<String, Json>,
}

impl Fields {
    pub fn of(value: Json, what: &'static str) -> Result<Self, Malformed> {
        match value {
            Json::Object(map) => Ok(Self { what, map }),
            other => Err(Malformed::new(what, format!("an object was expected, {} found", kind(&other)))),
        }
    }

    pub fn has(&self, name: &str) -> bool {
        self.map.contains_key(name)
    }

    /// The field as it is, `null` and absent alike `None`.
    pub fn take(&mut self, name: &str) -> Option<Json> {
        self.map.shift_remove(name).filter(|value| !value.is_null())
    }

    fn wrong(&self, name: &str, expected: &str, found: &Json) -> Malformed {
        Malformed::new(format!("{}.{name}", self.what), format!("{expected} was expected, {} found", kind(found)))
    }

    pub fn text(&mut self, name: &str) -> Result<Option<String>, Malformed> {
        match self.take(name) {
            None => Ok(None),
            Some(Json::String(text)) => Ok(Some(text)),
            Some(other) => Err(self.wrong(name, "text", &other)),
        }
    }

    /// A field without which the object means nothing.
    pub fn required(&mut self, name: &str) -> Result<String, Malformed> {
        self.text(name)?.ok_or_else(|| Malformed::new(format!("{}.{name}", self.what), "the field is missing"))
    }

    /// A whole number that fits; `30000.0` counts as whole.
    pub fn int(&mut self, name: &str) -> Result<Option<i64>, Malformed> {
        match self.take(name) {
            None => Ok(None),
            Some(Json::Number(number)) => match whole(&number) {
                Some(value) => Ok(Some(value)),
                None => Err(self.wrong(name, "a whole number", &Json::Number(number))),
            },
            Some(other) => Err(self.wrong(name, "a whole number", &other)),
        }
    }

    pub fn count(&mut self, name: &str) -> Result<Option<u64>, Malformed> {
        match self.int(name)? {
            None => Ok(None),
            Some(value) => {
                u64::try_from(value).map(Some).map_err(|_| Malformed::new(format!("{}.{name}", self.what), "a number below zero was found"))
            }
        }
    }

    /// A number rounded to the nearest whole one, e.g. milliseconds given with a fraction.
    pub fn rounded(&mut self, name: &str) -> Result<Option<i64>, Malformed> {
        match self.take(name) {
            None => Ok(None),
            Some(Json::Number(number)) => match number.as_f64() {
                Some(value) if value.is_finite() => Ok(Some(value.round() as i64)),
                _ => Err(self.wrong(name, "a number in range", &Json::Number(number))),
            },
            Some(other) => Err(self.wrong(name, "a number", &other)),
        }
    }

    pub fn number(&mut self, name: &str) -> Result<Option<Number>, Malformed> {
        match self.take(name) {
            None => Ok(None),
            Some(Json::Number(number)) => Ok(Some(number)),
            Some(other) => Err(self.wrong(name, "a number", &other)),
        }
    }

    pub fn flag(&mut self, name: &str) -> Result<Option<bool>, Malformed> {
        match self.take(name) {
            None => Ok(None),
            Some(Json::Bool(value)) => Ok(Some(value)),
            Some(other) => Err(self.wrong(name, "true or false", &other)),
        }
    }

    /// An ISO 8601 time.
    pub fn time(&mut self, name: &str) -> Result<Option<Timestamp>, Malformed> {
        match self.text(name)? {
            None => Ok(None),
            Some(text) => Timestamp::parse(&text)
                .map(Some)
                .ok_or_else(|| Malformed::new(format!("{}.{name}", self.what), "an ISO 8601 time was expected")),
        }
    }

    /// A time in unix seconds, a fraction allowed.
    pub fn unix(&mut self, name: &str) -> Result<Option<Timestamp>, Malformed> {
        match self.number(name)? {
            None => Ok(None),
            Some(number) => match number.as_f64() {
                Some(seconds) if seconds.abs() < 1e12 => Ok(Some(Timestamp((seconds * 1000.0).round() as i64))),
                _ => Err(Malformed::new(format!("{}.{name}", self.what), "unix seconds were expected")),
            },
        }
    }

    pub fn list(&mut self, name: &str) -> Result<Vec<Json>, Malformed> {
        match self.take(name) {
            None => Ok(Vec::new()),
            Some(Json::Array(items)) => Ok(items),
            Some(other) => Err(self.wrong(name, "a list", &other)),
        }
    }

    pub fn texts(&mut self, name: &str) -> Result<Vec<String>, Malformed> {
        let items = self.list(name)?;
        items
            .into_iter()
            .map(|item| match item {
                Json::String(text) => Ok(text),
                other => Err(self.wrong(name, "a list of texts", &other)),
            })
            .collect()
    }

    /// An object's entries in their order; absent reads as none.
    pub fn entries(&mut self, name: &str) -> Result<Vec<(String, Json)>, Malformed> {
        match self.take(name) {
            None => Ok(Vec::new()),
            Some(Json::Object(map)) => Ok(map.into_iter().collect()),
            Some(other) => Err(self.wrong(name, "an object", &other)),
        }
    }

    pub fn object(&mut self, name: &str, what: &'static str) -> Result<Option<Fields>, Malformed> {
        match self.take(name) {
            None => Ok(None),
            Some(value) => Fields::of(value, what).map(Some),
        }
    }

    /// Every field that nobody took, in the answer's order; empty ones (`null`) too.
    pub fn rest(self) -> Vec<(String, Json)> {
        self.map.into_iter().collect()
    }
}

fn whole(number: &Number) -> Option<i64> {
    number.as_i64().or_else(|| {
        let value = number.as_f64()?;
        // 2^53: beyond it a float no longer names one whole number.
        (value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0).then_some(value as i64)
    })
}

/// The text of a value for showing in one line: texts bare, everything else as JSON.
pub fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}
