//! JSON as one value type whose numbers keep their text, and a reader that takes named fields out of an object.

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

/// Takes known fields out of an object, each with its own error; the adapters' reader with one check at the end.
///
/// A missing field and `null` both read as `None`; a field of the wrong type is an error.
#[derive(Debug)]
pub struct Fields(crate::fields::Fields);

impl Fields {
    pub fn of(value: Json, what: &'static str) -> Result<Self, Malformed> {
        crate::fields::Fields::of(value, what).map(Self)
    }

    pub fn text(&mut self, name: &str) -> Result<Option<String>, Malformed> {
        let text = self.0.text(name);
        self.0.sound().map(|()| text)
    }

    /// A field without which the object means nothing.
    pub fn required(&mut self, name: &str) -> Result<String, Malformed> {
        let text = self.0.required(name);
        self.0.sound().map(|()| text)
    }

    pub fn count(&mut self, name: &str) -> Result<Option<u64>, Malformed> {
        let count = self.0.count(name);
        self.0.sound().map(|()| count)
    }

    pub fn flag(&mut self, name: &str) -> Result<Option<bool>, Malformed> {
        let flag = self.0.flag(name);
        self.0.sound().map(|()| flag)
    }

    pub fn list(&mut self, name: &str) -> Result<Vec<Json>, Malformed> {
        let list = self.0.list(name);
        self.0.sound().map(|()| list)
    }

    pub fn texts(&mut self, name: &str) -> Result<Vec<String>, Malformed> {
        let texts = self.0.texts(name);
        self.0.sound().map(|()| texts)
    }

    /// The field as it is, `null` and absent alike `None`.
    pub fn take(&mut self, name: &str) -> Option<Json> {
        self.0.take(name)
    }

    /// Every field that nobody took, in the answer's order; empty ones (`null`) too.
    pub fn rest(mut self) -> Vec<(String, Json)> {
        self.0.rest()
    }
}

/// The text of a value for showing in one line: texts bare, everything else as JSON.
pub fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}
