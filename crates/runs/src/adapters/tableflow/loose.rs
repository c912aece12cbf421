//! Fields that TableFlow documents in words only: read under their likely names, and left alone where they do not fit.

use crate::value::json::{Json, Map};
use crate::value::time::Timestamp;
use crate::wire::fields::{nearest, unix};

/// An object whose documented parts have no documented names.
pub(super) struct Loose(pub(super) Map<String, Json>);

impl Loose {
    /// The first of these fields that `read` understands; it is taken out, the others stay.
    fn first<T>(&mut self, names: &[&str], read: fn(&Json) -> Option<T>) -> Option<T> {
        let (name, value) = names.iter().find_map(|name| Some((*name, read(self.0.get(*name)?)?)))?;
        self.0.shift_remove(name);
        Some(value)
    }

    pub(super) fn text(&mut self, names: &[&str]) -> Option<String> {
        self.first(names, |value| match value {
            Json::String(text) => Some(text.clone()),
            Json::Number(number) => Some(number.to_string()),
            _ => None,
        })
    }

    pub(super) fn count(&mut self, names: &[&str]) -> Option<u64> {
        self.first(names, count)
    }

    /// Unix seconds, as everywhere else in TableFlow, or ISO 8601.
    pub(super) fn time(&mut self, names: &[&str]) -> Option<Timestamp> {
        self.first(names, |value| match value {
            Json::String(text) => Timestamp::parse(text),
            Json::Number(number) => unix(number),
            _ => None,
        })
    }

    pub(super) fn any(&mut self, names: &[&str]) -> Option<Json> {
        self.first(names, |value| Some(value).filter(|value| !value.is_null()).cloned())
    }

    pub(super) fn rest(self) -> Vec<(String, Json)> {
        self.0.into_iter().collect()
    }
}

fn count(value: &Json) -> Option<u64> {
    let number = value.as_number()?;
    nearest(number)
}
