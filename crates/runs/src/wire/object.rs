//! Reads single fields of an object where no adapter is at work.

use crate::value::json::{Json, Malformed};
use crate::wire::fields::Fields;

/// Takes known fields out of an object, each with its own error; the adapters' reader with one check at the end.
///
/// A missing field and `null` both read as `None`; a field of the wrong type is an error.
#[derive(Debug)]
pub struct ObjectReader(Fields);

impl ObjectReader {
    pub fn of(value: Json, what: &'static str) -> Result<Self, Malformed> {
        Fields::of(value, what).map(Self)
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
