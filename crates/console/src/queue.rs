//! The queue of what waits: its address, the order of several lists that are read page by page, and what stays in its place.

use runs::value::percent::{decode, encode};
use runs::value::time::Timestamp;

/// Texts in an address of more characters are not read.
const LONGEST: usize = 200;

/// The queue page's address: `?c=retab&flow=wf_1&q=4711&who=free`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueAddress {
    pub connection: Option<String>,
    pub flow: Option<String>,
    /// Looked for in ids, numbers and names.
    pub text: String,
    pub who: Option<Who>,
}

/// Whose reviews are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// What nobody else has.
    Free,
    /// What the reader has.
    Mine,
}

impl Who {
    /// The word in the address.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Mine => "mine",
        }
    }

    pub fn read(word: &str) -> Option<Self> {
        [Self::Free, Self::Mine].into_iter().find(|who| who.word() == word)
    }
}

impl QueueAddress {
    /// Reads a query string, with or without `?`; what is not understood is left out.
    pub fn read(query: &str) -> Self {
        let mut address = Self::default();
        for pair in query.trim_start_matches('?').split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = decode(value);
            if value.is_empty() || value.chars().nth(LONGEST).is_some() {
                continue;
            }
            match name {
                "c" => address.connection = Some(value),
                "flow" => address.flow = Some(value),
                "q" => address.text = value,
                "who" => address.who = Who::read(&value),
                _ => {}
            }
        }
        // A flow is one of a connection.
        address.flow = address.flow.filter(|_| address.connection.is_some());
        address
    }

    /// The query string with its `?`, empty without filters.
    pub fn write(&self) -> String {
        let mut text = String::new();
        let who = self.who.map(Who::word);
        let pairs = [("c", self.connection.as_deref()), ("flow", self.flow.as_deref()), ("q", Some(self.text.as_str())), ("who", who)];
        for (name, value) in pairs {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                text.push(if text.is_empty() { '?' } else { '&' });
                text.push_str(name);
                text.push('=');
                text.push_str(&encode(value));
            }
        }
        text
    }

    pub fn is_filtered(&self) -> bool {
        *self != Self::default()
    }
}

/// One list that the queue is put together from, as far as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListProgress {
    /// When the last run that was read was created; lists are read oldest first.
    pub end: Option<Timestamp>,
    /// It goes on: later pages were not read.
    pub open: bool,
}

/// Until when the order of all lists together is known: one that was not read to its end may go on right after its last run.
pub fn known_until(parts: &[ListProgress]) -> Option<Timestamp> {
    parts.iter().filter(|part| part.open).filter_map(|part| part.end).min()
}

/// The list to read on: the one that the order ends at.
pub fn read_on(parts: &[ListProgress]) -> Option<usize> {
    let open = parts.iter().enumerate().filter(|(_, part)| part.open);
    open.filter_map(|(at, part)| Some((part.end?, at))).min().map(|(_, at)| at)
}

/// The rows to show next. Up to the held one (under the pointer or with the focus) nothing moves: what is gone stays, and what is
/// new comes after it. Behind it the wanted order holds, with what lingers after the row that it stood behind.
pub fn settle(shown: &[String], wanted: &[String], held: Option<usize>, lingers: &dyn Fn(&str) -> bool) -> Vec<String> {
    let fixed = held.map_or(0, |held| (held + 1).min(shown.len()));
    let mut rows: Vec<String> = shown[..fixed].to_vec();
    let rest: Vec<&String> = wanted.iter().filter(|id| !rows.contains(id)).collect();
    rows.extend(rest.into_iter().cloned());
    for (at, id) in shown.iter().enumerate().skip(fixed) {
        if rows.contains(id) || !lingers(id) {
            continue;
        }
        let before = shown[..at].iter().rev().find_map(|before| rows.iter().position(|row| row == before));
        rows.insert(before.map_or(fixed, |before| before + 1), id.clone());
    }
    rows
}

/// The next (or previous) place after `here` that passes; without a `here`, the first (or last). `round`: past the end it goes on
/// at the other one.
pub fn step<T>(places: &[T], here: Option<usize>, back: bool, round: bool, passes: &dyn Fn(&T) -> bool) -> Option<usize> {
    let count = places.len();
    let after: Vec<usize> = match (here, back) {
        (None, false) => (0..count).collect(),
        (None, true) => (0..count).rev().collect(),
        (Some(here), false) => (here + 1..count).chain(0..here.min(if round { count } else { 0 })).collect(),
        (Some(here), true) => (0..here.min(count)).rev().chain((if round { here + 1 } else { count }..count).rev()).collect(),
    };
    after.into_iter().find(|at| passes(&places[*at]))
}
