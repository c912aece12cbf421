//! JSON and plain text as they are shown, with the pieces that values are looked for in.

use super::Span;
use crate::text::readable::readable;
use runs::value::json::{Json, plain};

/// A text to be shown, cut after so many characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    pub text: String,
    /// More was there.
    pub cut: bool,
    /// Where each leaf stands, in bytes, and what it says; none: the text is its own only piece.
    leaves: Option<Vec<(usize, usize, String)>>,
}

impl Text {
    /// Without a terminal's colours.
    pub fn plain(text: &str, most: usize) -> Self {
        let text = readable(text);
        let end = text.char_indices().nth(most).map_or(text.len(), |(at, _)| at);
        Self { text: text[..end].to_owned(), cut: end < text.len(), leaves: None }
    }

    /// Indented by two, texts of several lines as they are read; a leaf is found as a whole, whatever part of it a value is.
    pub fn json(value: &Json, most: usize) -> Self {
        let mut writer = Writer { text: String::new(), leaves: Vec::new(), room: most };
        let whole = writer.value(value, 0);
        Self { text: writer.text, cut: !whole, leaves: Some(writer.leaves) }
    }

    /// A text by itself is shown without its quotes.
    pub fn of(value: &Json, most: usize) -> Self {
        match value {
            Json::String(text) => Self::plain(text, most),
            other => Self::json(other, most),
        }
    }

    pub fn pieces(&self) -> Vec<String> {
        match &self.leaves {
            Some(leaves) => leaves.iter().map(|(_, _, said)| said.clone()).collect(),
            None => vec![self.text.clone()],
        }
    }

    /// Where a place stands in the text, in bytes.
    pub fn range(&self, place: &Span) -> Option<(usize, usize)> {
        if let Some(leaves) = &self.leaves {
            return leaves.get(place.piece).map(|(from, to, _)| (*from, *to));
        }
        let byte = |at: usize| match self.text.char_indices().nth(at) {
            Some((byte, _)) => Some(byte),
            None => (at == self.text.chars().count()).then_some(self.text.len()),
        };
        (place.piece == 0).then(|| Some((byte(place.from)?, byte(place.to)?)))?
    }
}

struct Writer {
    text: String,
    leaves: Vec<(usize, usize, String)>,
    room: usize,
}

impl Writer {
    /// `false`: there was no room for all of it.
    fn put(&mut self, text: &str) -> bool {
        let length = text.chars().count();
        if length > self.room {
            return false;
        }
        self.room -= length;
        self.text.push_str(text);
        true
    }

    fn line(&mut self, depth: usize) -> bool {
        self.put("\n") && (0..depth).all(|_| self.put("  "))
    }

    fn value(&mut self, value: &Json, depth: usize) -> bool {
        match value {
            Json::Array(items) if !items.is_empty() => {
                let inside = items
                    .iter()
                    .enumerate()
                    .all(|(at, item)| self.put(if at == 0 { "[" } else { "," }) && self.line(depth + 1) && self.value(item, depth + 1));
                inside && self.line(depth) && self.put("]")
            }
            Json::Object(map) if !map.is_empty() => {
                let inside = map.iter().enumerate().all(|(at, (key, value))| {
                    let key = format!("{}: ", Json::String(key.clone()));
                    self.put(if at == 0 { "{" } else { "," }) && self.line(depth + 1) && self.put(&key) && self.value(value, depth + 1)
                });
                inside && self.line(depth) && self.put("}")
            }
            leaf => {
                let from = self.text.len();
                let put = self.put(&shown(leaf, depth));
                if put {
                    self.leaves.push((from, self.text.len(), plain(leaf)));
                }
                put
            }
        }
    }
}

/// A leaf as JSON has it, but for texts that nobody reads so: lines are lines, and a terminal's colours are left out.
fn shown(leaf: &Json, depth: usize) -> String {
    let Json::String(text) = leaf else { return leaf.to_string() };
    let text = readable(text);
    if !text.trim_end().contains('\n') {
        return Json::String(text).to_string();
    }
    let indent = format!("\n{}", "  ".repeat(depth + 1));
    format!("\"{}\"", text.replace("\r\n", "\n").replace('\n', &indent))
}
