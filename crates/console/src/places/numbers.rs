//! Numbers in running text, whatever separates their groups and decimals.

use crate::text::normal::{self, is_word};
use runs::value::decimal::Decimal;
use runs::value::digits;

/// What stands for any space that only ever groups digits.
const THIN: char = '\u{a0}';

/// One for one: digits of all scripts and the signs and spaces between them as they are read here.
pub(super) fn sign(character: char) -> char {
    match character {
        _ if character.is_ascii() => character,
        '\u{a0}' | '\u{2004}'..='\u{200a}' | '\u{202f}' | '\u{205f}' => THIN,
        // As wide as a letter: it parts words too.
        '\u{2000}'..='\u{2003}' | '\u{3000}' => ' ',
        other => digits::ascii(other).unwrap_or_else(|| normal::plain(other)),
    }
}

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
    matches!(character, '.' | ',' | '\'' | ' ' | THIN)
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

/// The digits with a decimal point, if `point` is the decimal sign and everything else groups them as people do.
fn plain(token: &[char], point: char) -> Option<String> {
    let mut parts = token.splitn(2, |character| *character == point);
    let (whole, fraction) = (parts.next()?, parts.next());
    if fraction.is_some_and(|fraction| !fraction.iter().all(char::is_ascii_digit)) {
        return None;
    }
    let spaces = |character: char| if character == THIN { ' ' } else { character };
    let marks: Vec<char> = whole.iter().copied().filter(|character| is_separator(*character)).map(spaces).collect();
    let runs: Vec<String> = whole.split(|character| is_separator(*character)).map(|run| run.iter().collect()).collect();
    // A leading zero makes it a code, not an amount.
    if runs.first().is_some_and(|first| first.len() > 1 && first.starts_with('0')) {
        return None;
    }
    let mut plain = digits::whole(&runs, &marks, Some(point))?;
    if let Some(fraction) = fraction {
        plain.push('.');
        plain.extend(fraction);
    }
    Some(plain)
}
