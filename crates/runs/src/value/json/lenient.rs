//! Answers that are almost JSON: Python and JavaScript write `NaN`, `Infinity` and halves of surrogate pairs. Each costs its value.

use super::{Json, Map, flawed};

/// As deep as the parser of what is valid goes.
const MAX_DEPTH: usize = 128;

/// Reads an object or list whose values may be no JSON; `None` where brackets, commas and colons do not fit.
pub(super) fn read(bytes: &[u8]) -> Option<Json> {
    let mut reader = Reader { bytes, at: 0 };
    let value = reader.value(MAX_DEPTH)?;
    reader.blanks();
    (reader.at == bytes.len() && (value.is_object() || value.is_array())).then_some(value)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// Goes over this byte and the blanks around it; whether it was there.
    fn over(&mut self, byte: u8) -> bool {
        self.blanks();
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        self.blanks();
        there
    }

    fn since(&self, start: usize) -> &'a [u8] {
        self.bytes.get(start..self.at).unwrap_or_default()
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        self.blanks();
        let start = self.at;
        match self.peek()? {
            b'{' => self.object(depth.checked_sub(1)?),
            b'[' => self.list(depth.checked_sub(1)?),
            b'"' => self.string(),
            _ => {
                while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || b"+-._".contains(&byte)) {
                    self.at += 1;
                }
                (self.at > start).then(|| valid_or_flawed(self.since(start)))
            }
        }
    }

    fn list(&mut self, depth: usize) -> Option<Json> {
        let mut items = Vec::new();
        self.over(b'[');
        if self.over(b']') {
            return Some(Json::Array(items));
        }
        loop {
            items.push(self.value(depth)?);
            if !self.over(b',') {
                return self.over(b']').then_some(Json::Array(items));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Option<Json> {
        let mut map = Map::new();
        self.over(b'{');
        if self.over(b'}') {
            return Some(Json::Object(map));
        }
        loop {
            let start = self.at;
            let name = self.string()?;
            if !self.over(b':') {
                return None;
            }
            let value = self.value(depth)?;
            match name {
                Json::String(name) => map.insert(name, value),
                // Its name cannot be told: the value is what cannot be read.
                name => map.insert(name.to_string().trim_matches('"').to_owned(), flawed(self.since(start))),
            };
            if !self.over(b',') {
                return self.over(b'}').then_some(Json::Object(map));
            }
        }
    }

    fn string(&mut self) -> Option<Json> {
        let start = self.at;
        if self.peek() != Some(b'"') {
            return None;
        }
        self.at += 1;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Some(valid_or_flawed(self.since(start)))
    }
}

fn valid_or_flawed(text: &[u8]) -> Json {
    serde_json::from_slice(text).unwrap_or_else(|_| flawed(text))
}
