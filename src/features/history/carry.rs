use crate::platform::page;
use runs::model::Place;
use runs::query::{read_place, write_place};
use std::cell::RefCell;
use wasm_bindgen::JsValue;

/// What an entry of the browser's history knows beyond its address: the first run's number and the pages before it.
///
/// A link has none of this, so that a number is never believed because an address says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carry {
    pub first_number: Option<u64>,
    /// Newer pages, the newest first, each with its first run's number.
    pub trail: Vec<(Place, Option<u64>)>,
}

/// Pages remembered on the way back.
const LONGEST: usize = 500;

thread_local! {
    /// For an address that the browser's history does not hold yet: its query string.
    static AHEAD: RefCell<Option<(String, Carry)>> = const { RefCell::new(None) };
}

impl Carry {
    /// Carried to an address that is about to be opened.
    pub fn ahead(&self, query: String) {
        AHEAD.set(Some((query, self.clone())));
    }

    /// Whether this page was opened at that address by something that had found what is there.
    pub fn sent_to(query: &str) -> bool {
        AHEAD.with_borrow(|ahead| ahead.as_ref().is_some_and(|(of, _)| of == query))
    }

    /// Of the address that is shown.
    pub fn of(query: &str) -> Self {
        let ahead = AHEAD.with_borrow(|ahead| ahead.as_ref().filter(|(of, _)| of == query).map(|(_, carry)| carry.clone()));
        ahead.unwrap_or_else(Self::of_entry)
    }

    /// One line for the page itself, `number entry`, then one for each earlier page, `number place`.
    pub fn write(&self) -> JsValue {
        let mut text = line(self.first_number, &Place::First);
        text.push_str(&((js_sys::Math::random() * 4e9) as u32).to_string());
        let from = self.trail.len().saturating_sub(LONGEST);
        for (place, number) in &self.trail[from..] {
            text.push('\n');
            text.push_str(&line(*number, place));
        }
        JsValue::from_str(&text)
    }

    pub fn read(text: &str) -> Self {
        let mut lines = text.lines().map(parse);
        let Some((_, first_number)) = lines.next() else { return Self::default() };
        Self { first_number, trail: lines.collect() }
    }

    /// Of the entry that the browser is at.
    fn of_entry() -> Self {
        let state = page::window().and_then(|window| window.history().ok()).and_then(|history| history.state().ok());
        state.and_then(|state| state.as_string()).map(|text| Self::read(&text)).unwrap_or_default()
    }
}

/// Which entry of the browser's history this is, if that is the one of this address and has a name.
pub fn entry_id(query: &str) -> Option<String> {
    let text = state_of(query)?;
    text.lines().next().and_then(|line| line.split_once(' ')).map(|(_, id)| id.to_owned()).filter(|id| !id.is_empty())
}

/// Gives the entry of this address a name, unless it has one. It is this page that scrolls when one comes back.
pub fn name_entry(query: &str) -> Option<String> {
    let text = state_of(query)?;
    let history = page::window()?.history().ok()?;
    js_sys::Reflect::set(&history, &"scrollRestoration".into(), &"manual".into()).ok();
    if let Some(id) = entry_id(query) {
        return Some(id);
    }
    let carry = if text.is_empty() { Carry::default() } else { Carry::read(&text) };
    history.replace_state(&carry.write(), "").ok()?;
    entry_id(query)
}

/// The state of the present entry, empty if there is none; `None` while the browser is still at another address.
fn state_of(query: &str) -> Option<String> {
    let (path, search) = page::address();
    let here = path == "/runs" && runs::query::HistoryAddress::read(&search).write() == query;
    let state = page::window()?.history().ok()?.state().ok();
    here.then(|| state.and_then(|state| state.as_string()).unwrap_or_default())
}

fn line(number: Option<u64>, place: &Place) -> String {
    let number = number.map(|number| number.to_string()).unwrap_or_default();
    format!("{number} {}", write_place(place).unwrap_or_default())
}

fn parse(line: &str) -> (Place, Option<u64>) {
    let (number, place) = line.split_once(' ').unwrap_or((line, ""));
    (read_place(place), number.parse().ok())
}
