//! Where a value stands in a document: in the pieces of text that it has (lines of a page, cells of a table, leaves of JSON).
//! Found is what says the same, however the document writes it; nothing is guessed from what is merely near.

use crate::json::Json;
use crate::review::Decimal;

/// Pieces that are searched, and places that are told of one value: a word that stands everywhere says nothing.
pub const MAX_PIECES: usize = 20_000;
pub const MAX_PLACES: usize = 20;

/// A stretch of one piece, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub piece: usize,
    pub from: usize,
    pub to: usize,
}

/// Every place of a value, in the order of the document. Empty values and yes or no stand nowhere.
pub fn find(value: &Json, pieces: &[String]) -> Vec<Place> {
    let Some(wanted) = Wanted::of(value) else { return Vec::new() };
    let mut places = Vec::new();
    for (piece, text) in pieces.iter().take(MAX_PIECES).enumerate() {
        let text: Vec<char> = text.chars().collect();
        for (from, to) in wanted.stretches(&text) {
            if places.len() == MAX_PLACES {
                return places;
            }
            places.push(Place { piece, from, to });
        }
    }
    places
}

enum Wanted {
    Number(Decimal),
    /// Ways to write the same, each lower case and with single spaces.
    Words(Vec<Vec<char>>),
}

impl Wanted {
    fn of(value: &Json) -> Option<Self> {
        match value {
            Json::Number(number) => Decimal::read(number.as_str()).map(Self::Number),
            Json::String(text) => {
                let words = folded(&text.chars().collect::<Vec<_>>());
                let mut ways: Vec<Vec<char>> = date_of(text).map(written).unwrap_or_default();
                let own: Vec<char> = words.into_iter().map(|(character, _)| character).collect();
                if own.is_empty() {
                    return None;
                }
                ways.push(own);
                Some(Self::Words(ways))
            }
            _ => None,
        }
    }

    fn stretches(&self, text: &[char]) -> Vec<(usize, usize)> {
        match self {
            Self::Number(wanted) => {
                // `4 189.00` may be two numbers side by side or one with a space between its groups: both are tried.
                let mut found: Vec<(usize, usize)> = [false, true]
                    .into_iter()
                    .flat_map(|spaced| numbers(text, spaced))
                    .filter(|(from, to)| says(text, *from, *to, wanted))
                    .collect();
                found.sort_unstable();
                found.dedup();
                found
            }
            Self::Words(ways) => {
                let hay = folded(text);
                let mut found: Vec<(usize, usize)> = ways.iter().flat_map(|way| occurrences(&hay, way)).collect();
                found.sort_unstable();
                // One stretch written in two of the ways is one place.
                found.dedup_by(|next, last| next.0 < last.1);
                found
            }
        }
    }
}

/// Lower case, each run of white space as one space, none at the ends; with where each character stood.
fn folded(text: &[char]) -> Vec<(char, usize)> {
    let mut out: Vec<(char, usize)> = Vec::with_capacity(text.len());
    for (at, character) in text.iter().enumerate() {
        if character.is_whitespace() {
            if out.last().is_some_and(|(last, _)| *last != ' ') {
                out.push((' ', at));
            }
        } else {
            // One for one, so that places stay places: what becomes two letters in lower case is left as it is.
            let mut lower = character.to_lowercase();
            let first = lower.next().unwrap_or(*character);
            out.push((if lower.next().is_none() { first } else { *character }, at));
        }
    }
    if out.last().is_some_and(|(last, _)| *last == ' ') {
        out.pop();
    }
    out
}

/// Whole words only: `PO-47` does not stand in `PO-4711`.
fn occurrences(hay: &[(char, usize)], wanted: &[char]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at + wanted.len() <= hay.len() {
        let here = hay[at..at + wanted.len()].iter().zip(wanted).all(|((character, _), wanted)| character == wanted);
        let joined = |outer: Option<&(char, usize)>, inner: Option<&char>| {
            outer.is_some_and(|(outer, _)| outer.is_alphanumeric()) && inner.is_some_and(|inner| inner.is_alphanumeric())
        };
        let before = at.checked_sub(1).and_then(|before| hay.get(before));
        if here && !joined(before, wanted.first()) && !joined(hay.get(at + wanted.len()), wanted.last()) {
            found.push((hay[at].1, hay[at + wanted.len() - 1].1 + 1));
            at += wanted.len();
        } else {
            at += 1;
        }
    }
    found
}

/// Spaces that only ever group digits, beside the plain one.
const THIN: [char; 3] = ['\u{a0}', '\u{202f}', '\u{2009}'];

/// Stretches that look like numbers: digits with separators between them, not part of a word; `spaced`: a plain space is one too.
fn numbers(text: &[char], spaced: bool) -> Vec<(usize, usize)> {
    let digit = |at: usize| text.get(at).is_some_and(char::is_ascii_digit);
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if !digit(at) {
            at += 1;
            continue;
        }
        let from = at;
        while digit(at)
            || (text.get(at).is_some_and(|character| is_separator(*character) && (spaced || *character != ' ')) && digit(at + 1))
        {
            at += 1;
        }
        let word = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(|character| character.is_alphanumeric());
        // `PO-4711` and `A/4711` are names, `60x60` is neither number.
        let hung = |at: Option<usize>, next: Option<usize>| {
            at.and_then(|at| text.get(at)).is_some_and(|character| matches!(character, '-' | '/' | '_' | ':')) && word(next)
        };
        let before = from.checked_sub(1);
        if !word(before) && !word(Some(at)) && !hung(before, from.checked_sub(2)) && !hung(Some(at), Some(at + 1)) {
            found.push((from, at));
        }
    }
    found
}

fn is_separator(character: char) -> bool {
    matches!(character, '.' | ',' | '\'' | '’' | ' ') || THIN.contains(&character)
}

/// Whether a stretch can be read as this number: `1,234.50`, `1.234,50`, `1 234,5` and `1'234.50` all say 1234.5.
fn says(text: &[char], from: usize, to: usize, wanted: &Decimal) -> bool {
    let token = &text[from..to];
    let sign = from.checked_sub(1).map(|at| text[at]);
    let negative = matches!(sign, Some('-' | '−')) || (sign == Some('(') && text.get(to) == Some(&')'));
    ['.', ',', '\0'].into_iter().any(|point| {
        plain(token, point).and_then(|plain| Decimal::read(&plain)).is_some_and(|found| {
            found.digits == wanted.digits && found.exponent == wanted.exponent && (found.digits.is_empty() || negative == wanted.negative)
        })
    })
}

/// The digits with a decimal point, if `point` is the decimal sign and everything else groups three digits each.
fn plain(token: &[char], point: char) -> Option<String> {
    let mut parts = token.splitn(2, |character| *character == point);
    let (whole, fraction) = (parts.next()?, parts.next());
    if fraction.is_some_and(|fraction| !fraction.iter().all(char::is_ascii_digit)) {
        return None;
    }
    let separators: Vec<char> = whole.iter().copied().filter(|character| is_separator(*character)).collect();
    let alike = separators.iter().all(|separator| Some(separator) == separators.first() && *separator != point);
    let mut groups = whole.split(|character| is_separator(*character));
    let first = groups.next()?;
    let grouped = separators.is_empty() || ((1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3));
    // A leading zero makes it a code, not an amount.
    let code = first.len() > 1 && first.first() == Some(&'0');
    if !alike || !grouped || code {
        return None;
    }
    let mut plain: String = whole.iter().filter(|character| character.is_ascii_digit()).collect();
    if let Some(fraction) = fraction {
        plain.push('.');
        plain.extend(fraction);
    }
    Some(plain)
}

/// Year, month and day of an ISO 8601 date, or of a time that begins with one.
fn date_of(text: &str) -> Option<(u32, usize, u32)> {
    let (date, rest) = text.split_at_checked(10)?;
    if !(rest.is_empty() || rest.starts_with(['T', ' '])) {
        return None;
    }
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let (year, month, day): (u32, usize, u32) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    (date.bytes().filter(|byte| *byte == b'-').count() == 2 && (1..=12).contains(&month) && (1..=31).contains(&day))
        .then_some((year, month, day))
}

/// Names of the months as documents have them, short and long; short ones also end in a full stop.
const MONTHS: [&[&str]; 12] = [
    &["jan", "january", "januar"],
    &["feb", "february", "februar"],
    &["mar", "march", "märz", "mär"],
    &["apr", "april"],
    &["may", "mai"],
    &["jun", "june", "juni"],
    &["jul", "july", "juli"],
    &["aug", "august"],
    &["sep", "sept", "september"],
    &["oct", "october", "okt", "oktober"],
    &["nov", "november"],
    &["dec", "december", "dez", "dezember"],
];

/// The ways in which documents write a date. Day and month change places only between slashes, where both orders are in use.
fn written((year, month, day): (u32, usize, u32)) -> Vec<Vec<char>> {
    let mut ways =
        vec![format!("{year:04}-{month:02}-{day:02}"), format!("{year:04}/{month:02}/{day:02}"), format!("{year:04}.{month:02}.{day:02}")];
    let short = year % 100;
    for (day, month) in [(format!("{day:02}"), format!("{month:02}")), (day.to_string(), month.to_string())] {
        for year in [format!("{year:04}"), format!("{short:02}")] {
            for point in [".", "/", "-", ". "] {
                ways.push(format!("{day}{point}{month}{point}{year}"));
            }
            ways.push(format!("{month}/{day}/{year}"));
        }
    }
    for name in MONTHS[month - 1] {
        for day in [day.to_string(), format!("{day:02}")] {
            for name in [(*name).to_owned(), format!("{name}.")] {
                for way in [
                    format!("{day} {name} {year}"),
                    format!("{day}. {name} {year}"),
                    format!("{day} {name}, {year}"),
                    format!("{day}-{name}-{year}"),
                    format!("{name} {day}, {year}"),
                    format!("{name} {day} {year}"),
                ] {
                    ways.push(way);
                }
            }
        }
    }
    ways.iter().map(|way| way.chars().collect()).collect()
}
