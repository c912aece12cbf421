//! Numbers in running text, whatever separates their groups and decimals.

use crate::text::normal::is_word;
use runs::value::decimal::Decimal;

/// Spaces that only ever group digits, beside the plain one.
const THIN: [char; 3] = ['\u{a0}', '\u{202f}', '\u{2009}'];

/// Stretches that look like numbers: digits with separators between them, not part of a word; `spaced`: a plain space is one too.
pub(super) fn stretches(text: &[char], spaced: bool) -> Vec<(usize, usize)> {
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
        let word = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(|character| is_word(*character));
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

/// Each number that a stretch can be read as: `1,234.50`, `1.234,50`, `1 234,5` and `1'234.50` all say 1234.5.
pub(super) fn readings(text: &[char], (from, to): (usize, usize)) -> Vec<Decimal> {
    let token = &text[from..to];
    let sign = from.checked_sub(1).map(|at| text[at]);
    let negative = matches!(sign, Some('-' | '−')) || (sign == Some('(') && text.get(to) == Some(&')'));
    let mut found: Vec<Decimal> = Vec::new();
    for point in ['.', ',', '\0'] {
        if let Some(mut one) = plain(token, point).and_then(|plain| Decimal::read(&plain)) {
            one.negative = negative && !one.digits.is_empty();
            if !found.contains(&one) {
                found.push(one);
            }
        }
    }
    found
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
