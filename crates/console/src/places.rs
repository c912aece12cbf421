//! Where values stand in a document: in the pieces of text that it has (pages, cells of a table, leaves of JSON).
//! Found is what says the same, however the document writes it; nothing is guessed from what is merely near.

mod dates;
mod folded;
mod layer;
mod numbers;
mod text;

pub use layer::Layer;
pub use text::Text;

use crate::text::normal::is_word;
use folded::Folder;
use runs::model::source::{Frame, SourceLocation};
use runs::value::decimal::Decimal;
use runs::value::json::Json;
use std::collections::BTreeMap;

/// Places that are told of one value: a word that stands everywhere says nothing.
pub const MAX_PLACES: usize = 20;
/// Characters of one document that are searched.
pub const MAX_TEXT: usize = 600_000;

/// A stretch of one piece, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    pub piece: usize,
    pub from: usize,
    pub to: usize,
}

/// NFKC in lower case, of whoever has Unicode's tables: see [`crate::text::normal`].
pub type Form<'a> = &'a dyn Fn(&str) -> String;

/// Every place of a value, in the order of the document. Empty values and yes or no stand nowhere.
pub fn find(value: &Json, pieces: &[String], form: Form) -> Vec<Span> {
    Finder::new([value], form).scan(pieces).pop().unwrap_or_default()
}

/// Every place of what somebody typed to find it, also within words; at most so many.
pub fn search(typed: &str, pieces: &[String], form: Form, most: usize) -> Vec<Span> {
    let folder = Folder::new(form);
    let wanted = folder.way(typed);
    let mut found = Vec::new();
    for (piece, text) in pieces.iter().enumerate() {
        let hay = folder.fold(&text.chars().collect::<Vec<_>>());
        let mut at = 0;
        while !wanted.is_empty() && at < hay.len() && found.len() < most {
            match folded::matches(&hay, at, &wanted, false) {
                Some(end) => {
                    found.push(Span { piece, from: hay[at].from, to: hay[end - 1].to });
                    at = end;
                }
                None => at += 1,
            }
        }
    }
    found
}

/// Whether a value is anything that could stand in a document.
pub fn is_sought(value: &Json) -> bool {
    match value {
        Json::Number(_) => true,
        Json::String(text) => text.contains(|character: char| !character.is_whitespace()),
        _ => false,
    }
}

/// A field whose value is looked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Sought {
    /// Its JSON pointer.
    pub path: String,
    pub value: Json,
    /// What was read, if it is something else by now.
    pub read: Option<Json>,
}

/// A place, and the fields whose value stands there, by their place in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    pub place: Span,
    /// By the vendor's word; the place then only tells the page.
    pub frame: Option<Frame>,
    pub fields: Vec<usize>,
}

/// What of a form stands where in a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// In the order of the document.
    pub spots: Vec<Spot>,
    /// Fields whose new value stands nowhere, so that the one which was read is told instead.
    pub as_read: Vec<usize>,
}

impl Found {
    /// The spots of a field.
    pub fn of(&self, field: usize) -> Vec<usize> {
        self.spots.iter().enumerate().filter(|(_, spot)| spot.fields.contains(&field)).map(|(at, _)| at).collect()
    }

    /// How many fields stand somewhere.
    pub fn fields(&self) -> usize {
        let mut all: Vec<usize> = self.spots.iter().flat_map(|spot| spot.fields.iter().copied()).collect();
        all.sort_unstable();
        all.dedup();
        all.len()
    }
}

/// Looks for every field at once. What the vendor says of this document goes before what is found in its text.
pub fn mark(fields: &[Sought], pieces: &[String], told: &[SourceLocation], form: Form) -> Found {
    let read: Vec<(usize, &Json)> =
        fields.iter().enumerate().filter_map(|(at, field)| field.read.as_ref().map(|read| (at, read))).collect();
    let all = Finder::new(fields.iter().map(|field| &field.value).chain(read.iter().map(|(_, value)| *value)), form).scan(pieces);
    let (now, before) = all.split_at(fields.len().min(all.len()));
    let mut spots: BTreeMap<(Span, Option<Frame>), Vec<usize>> = BTreeMap::new();
    let mut as_read = Vec::new();
    let mut put = |place: Span, frame: Option<Frame>, field: usize| spots.entry((place, frame)).or_default().push(field);
    for (at, field) in fields.iter().enumerate() {
        let said: Vec<(Span, Option<Frame>)> = told
            .iter()
            .filter(|told| told.path == field.path)
            .filter_map(|told| Some((Span { piece: usize::try_from(told.page).ok()?.checked_sub(1)?, from: 0, to: 0 }, Some(told.frame))))
            .collect();
        let found = |places: &[Span]| places.iter().map(|place| (*place, None)).collect::<Vec<_>>();
        // The vendor speaks of what it read: a new value is looked for.
        let places = match read.iter().position(|(edited, _)| *edited == at) {
            None if said.is_empty() => found(&now[at]),
            None => said,
            Some(_) if !now[at].is_empty() => found(&now[at]),
            Some(edited) => {
                let places = if said.is_empty() { found(&before[edited]) } else { said };
                if !places.is_empty() {
                    as_read.push(at);
                }
                places
            }
        };
        places.into_iter().for_each(|(place, frame)| put(place, frame, at));
    }
    let spots = spots.into_iter().map(|((place, frame), fields)| Spot { place, frame, fields }).collect();
    Found { spots, as_read }
}

/// Ways to write values, each with which value it is of.
type Spellings = Vec<(Vec<char>, usize)>;

/// Many values looked for in one pass over the text.
struct Finder<'a> {
    count: usize,
    folder: Folder<'a>,
    /// By digits, exponent and sign.
    numbers: BTreeMap<(String, i64, bool), Vec<usize>>,
    /// Ways to write the same, in their normal form, by their first word or sign.
    words: BTreeMap<Vec<char>, Spellings>,
    /// Long numbers of accounts, orders and the like without what groups their characters, by their first two.
    codes: BTreeMap<(char, char), Spellings>,
}

impl<'a> Finder<'a> {
    fn new<'v>(values: impl IntoIterator<Item = &'v Json>, form: Form<'a>) -> Self {
        let mut finder =
            Self { count: 0, folder: Folder::new(form), numbers: BTreeMap::new(), words: BTreeMap::new(), codes: BTreeMap::new() };
        for value in values {
            let at = finder.count;
            finder.count += 1;
            match value {
                Json::Number(number) => {
                    if let Some(number) = Decimal::read(number.as_str()) {
                        finder.numbers.entry((number.digits, number.exponent, number.negative)).or_default().push(at);
                    }
                }
                Json::String(text) => finder.text(text, at),
                _ => {}
            }
        }
        finder
    }

    fn text(&mut self, text: &str, at: usize) {
        let own = self.folder.way(text);
        if let Some((first, code)) = code(&own) {
            self.codes.entry(first).or_default().push((code, at));
        }
        for way in dates::date_of(text).map(dates::written).unwrap_or_default().into_iter().chain([own]) {
            if !way.is_empty() {
                let first = way[..head(&way, |character| *character)].to_vec();
                self.words.entry(first).or_default().push((way, at));
            }
        }
    }

    /// The places of each value.
    fn scan(&self, pieces: &[String]) -> Vec<Vec<Span>> {
        let mut all = vec![Vec::new(); self.count];
        for (piece, text) in pieces.iter().enumerate() {
            let text: Vec<char> = text.chars().collect();
            let mut found = Vec::new();
            if !self.numbers.is_empty() {
                self.in_numbers(&text, &mut found);
            }
            if !self.words.is_empty() {
                self.in_words(&text, &mut found);
            }
            found.sort_unstable();
            // One stretch written in two of the ways is one place.
            found.dedup_by(|next, last| next.0 == last.0 && next.1 < last.2);
            for (value, from, to) in found {
                if all[value].len() < MAX_PLACES {
                    all[value].push(Span { piece, from, to });
                }
            }
        }
        all
    }

    fn in_numbers(&self, text: &[char], found: &mut Vec<(usize, usize, usize)>) {
        let text: Vec<char> = text.iter().map(|character| numbers::sign(*character)).collect();
        // `4 189.00` may be two numbers side by side or one with a space between its groups: both are tried.
        for spaced in [false, true] {
            for (from, to) in numbers::stretches(&text, spaced) {
                for Decimal { digits, exponent, negative } in numbers::readings(&text, (from, to)) {
                    let values = self.numbers.get(&(digits, exponent, negative));
                    found.extend(values.into_iter().flatten().map(|value| (*value, from, to)));
                }
            }
        }
    }

    /// Whole words only: `PO-47` does not stand in `PO-4711`.
    fn in_words(&self, text: &[char], found: &mut Vec<(usize, usize, usize)>) {
        let hay = self.folder.fold(text);
        let word = |at: usize| hay.get(at).is_some_and(|sign| is_word(sign.character));
        let mut at = 0;
        while at < hay.len() {
            let length = head(&hay[at..], |sign| sign.character);
            let mut try_all = |ways: Option<&Vec<(Vec<char>, usize)>>, grouped: bool| {
                for (way, value) in ways.into_iter().flatten() {
                    if let Some(end) = folded::matches(&hay, at, way, grouped)
                        && !(word(end - 1) && word(end))
                    {
                        found.push((*value, hay[at].from, hay[end - 1].to));
                    }
                }
            };
            for first in folded::heads(&hay, at, length) {
                try_all(self.words.get(&first), false);
            }
            if let Some(first) = folded::first_two(&hay, at) {
                try_all(self.codes.get(&first), true);
            }
            at += length;
        }
    }
}

/// Digits and letters that people write in groups, and how they begin: at least eight, four of them digits.
fn code(way: &[char]) -> Option<((char, char), Vec<char>)> {
    let code: Vec<char> = way.iter().copied().filter(|character| !folded::groups(*character)).collect();
    let digits = code.iter().filter(|character| character.is_ascii_digit()).count();
    let fits = code.len() >= 8 && digits >= 4 && code.iter().all(char::is_ascii_alphanumeric);
    fits.then(|| Some(((*code.first()?, *code.get(1)?), code)))?
}

/// How long the word is that a text begins with; anything else is one sign.
fn head<T>(text: &[T], character: impl Fn(&T) -> char) -> usize {
    text.iter().take_while(|one| is_word(character(one))).count().max(1)
}
