//! How adapters read an object: field by field, with one check at the end.

use crate::value::decimal::Decimal;
use crate::value::json::{Json, Malformed, Map, Number, kind, plain};
use crate::value::time::Timestamp;

/// Takes known fields out of an object; what is left is kept by [`Fields::rest`].
///
/// A missing field and `null` both read as `None`. A field of the wrong type reads as missing as well. Whether that is an error is
/// said once, at the end: with [`read`] it is, with [`lenient`] it costs that one value, which is kept beside the unknown ones.
#[derive(Debug)]
pub struct Fields {
    what: &'static str,
    map: Map<String, Json>,
    /// The first.
    problem: Option<Malformed>,
    /// Values that could not be read, each with its name.
    unread: Vec<(String, Json)>,
}

/// What could not be read, and why.
pub type Unfit = (Json, Malformed);

impl Fields {
    pub fn of(value: Json, what: &'static str) -> Result<Self, Malformed> {
        match value {
            Json::Object(map) => Ok(Self { what, map, problem: None, unread: Vec::new() }),
            other => Err(no_object(what, &other)),
        }
    }

    /// What was wrong with the fields taken so far.
    pub fn sound(&mut self) -> Result<(), Malformed> {
        self.problem.take().map_or(Ok(()), Err)
    }

    /// Adds a problem of a part; the first one stays.
    pub fn spoil(&mut self, problem: Malformed) {
        self.problem.get_or_insert(problem);
    }

    pub fn has(&self, name: &str) -> bool {
        self.map.contains_key(name)
    }

    /// The field as it is, `null` and absent alike `None`.
    pub fn take(&mut self, name: &str) -> Option<Json> {
        self.map.shift_remove(name).filter(|value| !value.is_null())
    }

    pub fn wrong(&mut self, name: &str, expected: &str, found: Json) {
        self.problem(name, format!("{expected} was expected, {} found", kind(&found)));
        self.unread.push((name.into(), found));
    }

    fn problem(&mut self, name: &str, problem: impl Into<String>) {
        self.spoil(Malformed::new(format!("{}.{name}", self.what), problem));
    }

    pub fn text(&mut self, name: &str) -> Option<String> {
        match self.take(name)? {
            Json::String(text) => return Some(text),
            other => self.wrong(name, "text", other),
        }
        None
    }

    /// A word of the vendor's, such as a status: one that is no text is one never seen before, and shown as it came.
    pub fn word(&mut self, name: &str) -> Option<String> {
        self.take(name).map(|value| crate::wire::error::bounded(&plain(&value)))
    }

    /// A text that says something.
    pub fn words(&mut self, name: &str) -> Option<String> {
        self.text(name).filter(|text| !text.trim().is_empty())
    }

    /// A field without which the object means nothing; empty if it is missing, and that is an error.
    pub fn required(&mut self, name: &str) -> String {
        let text = self.text(name);
        if text.is_none() {
            self.problem(name, "the field is missing");
        }
        text.unwrap_or_default()
    }

    /// A whole number that fits; `30000.0` counts as whole.
    pub fn int(&mut self, name: &str) -> Option<i64> {
        let value = self.take(name)?;
        let found = if let Json::Number(number) = &value { whole(number) } else { None };
        if found.is_none() {
            self.wrong(name, "a whole number", value);
        }
        found
    }

    pub fn count(&mut self, name: &str) -> Option<u64> {
        let number = self.int(name)?;
        let found = u64::try_from(number).ok();
        if found.is_none() {
            self.problem(name, "a number below zero was found");
            self.unread.push((name.into(), number.into()));
        }
        found
    }

    /// A number rounded to the nearest whole one, e.g. milliseconds given with a fraction.
    pub fn rounded(&mut self, name: &str) -> Option<i64> {
        let number = self.number(name)?;
        let found = decimal(&number).and_then(|decimal| decimal.rounded(0));
        if found.is_none() {
            self.wrong(name, "a number in range", Json::Number(number));
        }
        found
    }

    pub fn number(&mut self, name: &str) -> Option<Number> {
        match self.take(name)? {
            Json::Number(number) => return Some(number),
            other => self.wrong(name, "a number", other),
        }
        None
    }

    pub fn flag(&mut self, name: &str) -> Option<bool> {
        match self.take(name)? {
            Json::Bool(flag) => return Some(flag),
            other => self.wrong(name, "true or false", other),
        }
        None
    }

    /// An ISO 8601 time.
    pub fn time(&mut self, name: &str) -> Option<Timestamp> {
        let text = self.text(name)?;
        let time = Timestamp::parse(&text);
        if time.is_none() {
            self.problem(name, "an ISO 8601 time was expected");
            self.unread.push((name.into(), text.into()));
        }
        time
    }

    /// A time in unix seconds, a fraction allowed.
    pub fn unix(&mut self, name: &str) -> Option<Timestamp> {
        let number = self.number(name)?;
        let time = unix(&number);
        if time.is_none() {
            self.problem(name, "unix seconds were expected");
            self.unread.push((name.into(), Json::Number(number)));
        }
        time
    }

    /// `None` if it is missing.
    pub fn some_list(&mut self, name: &str) -> Option<Vec<Json>> {
        match self.take(name)? {
            Json::Array(items) => return Some(items),
            other => self.wrong(name, "a list", other),
        }
        None
    }

    /// An answer without its list is not an empty one.
    pub fn needed_list(&mut self, name: &str, path: &str) -> Vec<Json> {
        if !self.has(name) {
            self.spoil(Malformed::new(path, "the list is missing"));
        }
        self.list(name)
    }

    /// A count that fits; `problem` says for what it is too large.
    pub fn small(&mut self, name: &str, problem: &str) -> Option<u32> {
        let count = self.count(name)?;
        let small = u32::try_from(count).ok();
        if small.is_none() {
            self.spoil(Malformed::new(name, problem));
            self.unread.push((name.into(), count.into()));
        }
        small
    }

    pub fn list(&mut self, name: &str) -> Vec<Json> {
        self.some_list(name).unwrap_or_default()
    }

    pub fn texts(&mut self, name: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for item in self.list(name) {
            match item {
                Json::String(text) => texts.push(text),
                other => self.wrong(name, "a list of texts", other),
            }
        }
        texts
    }

    /// An object's entries in their order; absent reads as none.
    pub fn entries(&mut self, name: &str) -> Vec<(String, Json)> {
        match self.take(name) {
            None => {}
            Some(Json::Object(map)) => return map.into_iter().collect(),
            Some(other) => self.wrong(name, "an object", other),
        }
        Vec::new()
    }

    /// Reads an object inside; its problems are this one's.
    pub fn object<T>(&mut self, name: &str, what: &'static str, read: impl FnOnce(&mut Fields) -> T) -> Option<T> {
        let value = self.take(name)?;
        self.part(value, name, what, read)
    }

    /// Reads each object of a list inside; an item without the texts that it needs is not read.
    pub fn parts<T>(&mut self, name: &str, what: &'static str, needed: &[&str], mut read: impl FnMut(&mut Fields) -> T) -> Vec<T> {
        let mut parts = Vec::new();
        for item in self.list(name) {
            match lacks(&item, what, needed) {
                None => parts.extend(self.part(item, name, what, &mut read)),
                Some(problem) => self.keep(name, item, problem),
            }
        }
        parts
    }

    /// Reads an object that was taken out of the field `name`; its problems are this one's.
    pub fn part<T>(&mut self, value: Json, name: &str, what: &'static str, read: impl FnOnce(&mut Fields) -> T) -> Option<T> {
        match value {
            Json::Object(map) => {
                let mut inner = Fields { what, map, problem: None, unread: Vec::new() };
                let read = read(&mut inner);
                self.closed(name, inner);
                Some(read)
            }
            other => {
                let problem = no_object(what, &other);
                self.keep(name, other, problem);
                None
            }
        }
    }

    /// What is not read stays with the other fields.
    pub fn keep(&mut self, name: &str, value: Json, problem: Malformed) {
        self.spoil(problem);
        self.unread.push((name.into(), value));
    }

    fn closed(&mut self, name: &str, inner: Fields) {
        if let Some(problem) = inner.problem {
            self.spoil(problem);
        }
        self.unread.extend(inner.unread.into_iter().map(|(field, value)| (format!("{name}.{field}"), value)));
    }

    /// Every field that nobody took or that could not be read, in the answer's order; empty ones (`null`) too.
    pub fn rest(&mut self) -> Vec<(String, Json)> {
        let mut rest = std::mem::take(&mut self.unread);
        rest.extend(std::mem::take(&mut self.map));
        rest
    }
}

fn no_object(what: &str, found: &Json) -> Malformed {
    Malformed::new(what, format!("an object was expected, {} found", kind(found)))
}

/// Why a value means nothing: it is no object, or one of the texts is missing without which it cannot be told from others.
fn lacks(value: &Json, what: &'static str, needed: &[&str]) -> Option<Malformed> {
    let Json::Object(map) = value else { return Some(no_object(what, value)) };
    needed.iter().find_map(|name| {
        let problem = match map.get(*name) {
            Some(Json::String(_)) => return None,
            None | Some(Json::Null) => "the field is missing".into(),
            Some(other) => format!("text was expected, {} found", kind(other)),
        };
        Some(Malformed::new(format!("{what}.{name}"), problem))
    })
}

/// Reads an object; an error if anything in it was not as expected.
pub fn read<T>(value: Json, what: &'static str, read: impl FnOnce(&mut Fields) -> T) -> Result<T, Malformed> {
    let mut fields = Fields::of(value, what)?;
    let found = read(&mut fields);
    fields.sound().map(|()| found)
}

/// Reads an object of which single values may be missing or not as expected: those are among [`Fields::rest`]. Only without the
/// texts that it needs it is not read, and handed back whole.
pub fn lenient<T>(value: Json, what: &'static str, needed: &[&str], read: impl FnOnce(&mut Fields) -> T) -> Result<T, Unfit> {
    match (lacks(&value, what, needed), value) {
        (None, Json::Object(map)) => Ok(read(&mut Fields { what, map, problem: None, unread: Vec::new() })),
        (problem, value) => Err((value, problem.unwrap_or_else(|| Malformed::new(what, "")))),
    }
}

/// Reads each item of a list; `unfit` makes something of one that could not be read, with its place.
pub fn all<T>(items: Vec<Json>, read: fn(Json) -> Result<T, Unfit>, unfit: fn(usize, Unfit) -> T) -> Vec<T> {
    items.into_iter().enumerate().map(|(at, item)| read(item).unwrap_or_else(|found| unfit(at, found))).collect()
}

/// Reads the items of a list, and keeps the text of those that could not be read.
pub fn those_read<T>(items: Vec<Json>, read: fn(Json) -> Result<T, Unfit>) -> (Vec<T>, Vec<String>) {
    let (mut found, mut unread) = (Vec::with_capacity(items.len()), Vec::new());
    for item in items {
        match read(item) {
            Ok(item) => found.push(item),
            Err((item, _)) => unread.push(crate::wire::error::bounded(&item.to_string())),
        }
    }
    (found, unread)
}

/// Decodes each item of a list, up to the first that is malformed.
pub fn each<T>(items: Vec<Json>, read: fn(Json) -> Result<T, Malformed>) -> Result<Vec<T>, Malformed> {
    let mut found = Vec::with_capacity(items.len());
    for item in items {
        found.push(read(item)?);
    }
    Ok(found)
}

/// Numbers are read as decimals: the library's floats would bring 10 kB of tables for reading them.
fn decimal(number: &Number) -> Option<Decimal> {
    Decimal::read(number.as_str())
}

/// A whole number that fits.
pub fn whole(number: &Number) -> Option<i64> {
    // 2^53: beyond it a number with a fraction or exponent is no count of anything.
    let exact = |decimal: Decimal| decimal.rounded(0).filter(|value| decimal.exponent >= 0 && value.abs() <= 1 << 53);
    number.as_i64().or_else(|| exact(decimal(number)?))
}

/// Unix seconds, up to 10^12.
pub fn unix(number: &Number) -> Option<Timestamp> {
    let millis = decimal(number)?.rounded(3)?;
    (millis.unsigned_abs() < 1_000_000_000_000_000).then_some(Timestamp(millis))
}

/// The nearest whole number that is not below zero.
pub fn nearest(number: &Number) -> Option<u64> {
    let rounded = || decimal(number).filter(|decimal| !decimal.negative)?.rounded(0);
    number.as_u64().or_else(|| u64::try_from(rounded()?).ok().filter(|value| *value < 9_000_000_000_000_000))
}
