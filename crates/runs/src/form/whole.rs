//! The whole document as JSON text, edited as part of the same draft.

use super::draft::{Loose, WHOLE};
use super::problem::Wrong;
use super::{Draft, edit};
use crate::value::diff;
use crate::value::json::{Json, MAX_ANSWER};

impl Draft {
    /// The document as text: as it was typed, or laid out, with every digit.
    pub fn whole_text(&self) -> String {
        self.typed(WHOLE).map_or_else(|| format!("{:#}", self.value), str::to_owned)
    }

    /// Whether the text of the whole cannot be taken, so that the form shows the last text that could.
    pub fn whole_is_wrong(&self) -> bool {
        self.typed(WHOLE).is_some_and(|text| self.read_whole(text).is_err())
    }

    /// Takes the text of the whole document. What cannot be read stays as text and becomes a problem; the value stays.
    pub fn set_whole(&mut self, text: &str) {
        let value = match self.read_whole(text) {
            Ok(value) => value,
            Err(_) => self.value.clone(),
        };
        // Texts of single fields go with the values that they stood for; alternatives chosen stay.
        let changed = value != self.value;
        let mut loose = if changed { Loose { chosen: self.loose.chosen.clone(), ..Loose::default() } } else { self.loose.clone() };
        if format!("{value:#}") == text {
            loose.texts.shift_remove(WHOLE);
        } else {
            loose.texts.insert(WHOLE.into(), text.into());
        }
        self.write_with("", "", Some(value), loose, true);
    }

    /// Throws text away that cannot be taken.
    pub fn drop_whole(&mut self) -> bool {
        let mut loose = self.loose.clone();
        let value = self.value.clone();
        loose.texts.shift_remove(WHOLE).is_some() && self.write_with("", "", Some(value), loose, false)
    }

    pub(super) fn read_whole(&self, text: &str) -> Result<Json, Wrong> {
        if text.len() > MAX_ANSWER {
            return Err(Wrong::TooLongToRead);
        }
        let value: Json =
            serde_json::from_slice(text.as_bytes()).map_err(|error| Wrong::NotJson { line: error.line(), column: error.column() })?;
        match self.guarded(&value) {
            Some(path) => Err(Wrong::ReadOnly { path }),
            None => Ok(value),
        }
    }

    /// The first place that may only be looked at and is different in this document.
    fn guarded(&self, value: &Json) -> Option<String> {
        // The outermost list's items belong to the vendor's, one by one.
        if let (Json::Array(mine), Some(other)) = (&self.value, value.as_array())
            && !self.read_only.is_empty()
            && mine.len() != other.len()
        {
            return Some(String::new());
        }
        if let Some(at) = self.read_only.iter().find(|at| self.original.get(at) != value.get(at)) {
            return Some(format!("/{at}"));
        }
        let guards = |path: &str| self.form().trail(path).iter().any(|node| node.read_only && node.place.is_none());
        diff::changes(&self.value, value).into_iter().find_map(|change| {
            // A line that goes, or comes, takes its own fields with it.
            let line = (change.before.is_none() || change.after.is_none())
                && edit::split(&change.was).is_some_and(|(list, _)| self.get(list).is_some_and(Json::is_array));
            (!line && guards(&change.was)).then_some(change.was)
        })
    }
}
