//! Text in its normal form, with the original position of each character.

use super::{Form, is_word};
use crate::text::normal;
use crate::text::normal::{is_mark, is_unseen, plain};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Where a word was parted at the end of a line, with or without a hyphen of its own. No text has this character.
const BREAK: char = '\u{fffe}';

/// One character of the normal form, and the stretch that it was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sign {
    pub character: char,
    pub from: usize,
    pub to: usize,
}

pub(super) struct Folder<'a> {
    form: Form<'a>,
    /// Letters that the form was asked for.
    known: RefCell<BTreeMap<Vec<char>, Vec<char>>>,
}

impl<'a> Folder<'a> {
    pub fn new(form: Form<'a>) -> Self {
        Self { form, known: RefCell::new(BTreeMap::new()) }
    }

    /// A value as it is looked for.
    pub fn way(&self, text: &str) -> Vec<char> {
        let signs = self.fold(&text.chars().collect::<Vec<_>>());
        signs.into_iter().map(|sign| sign.character).filter(|character| *character != BREAK).collect()
    }

    /// Each run of white space is one space, none at the ends.
    pub fn fold(&self, text: &[char]) -> Vec<Sign> {
        let mut out: Vec<Sign> = Vec::with_capacity(text.len());
        let mut at = 0;
        while let Some(character) = text.get(at).copied() {
            let from = at;
            let mut put = |character: char, to: usize| out.push(Sign { character, from, to });
            at += 1;
            if character.is_whitespace() {
                if out.last().is_some_and(|last| last.character != ' ') {
                    out.push(Sign { character: ' ', from, to: at });
                }
            } else if let Some(next) = parted(text, from) {
                if out.last().is_some_and(|last| is_word(last.character)) {
                    out.push(Sign { character: BREAK, from, to: next });
                    at = next;
                } else if !is_unseen(character) {
                    out.push(Sign { character: '-', from, to: at });
                }
            } else if character.is_ascii() && !text.get(at).copied().is_some_and(is_mark) {
                put(character.to_ascii_lowercase(), at);
            } else if !is_unseen(character) {
                while text.get(at).copied().is_some_and(is_mark) {
                    at += 1;
                }
                for character in self.cluster(&text[from..at]) {
                    put(character, at);
                }
            }
        }
        if out.last().is_some_and(|last| last.character == ' ') {
            out.pop();
        }
        out
    }

    /// A letter with its marks. Pictures of digits, as `²` and `①`, are none.
    fn cluster(&self, letter: &[char]) -> Vec<char> {
        if let [one] = letter
            && one.is_numeric()
        {
            return vec![plain(*one)];
        }
        if let Some(known) = self.known.borrow().get(letter) {
            return known.clone();
        }
        let found: Vec<char> = normal::of(&letter.iter().collect::<String>(), self.form).chars().filter(|one| *one != BREAK).collect();
        self.known.borrow_mut().insert(letter.to_vec(), found.clone());
        found
    }
}

/// Whether a hyphen here, seen or not, ends a line that the word goes on after: where it does.
fn parted(text: &[char], at: usize) -> Option<usize> {
    let hyphen = *text.get(at)?;
    if !(hyphen == '\u{ad}' || matches!(hyphen, '-' | '\u{2010}' | '\u{2011}')) {
        return None;
    }
    let blanks = text[at + 1..].iter().take_while(|next| next.is_whitespace()).count();
    let next = at + 1 + blanks;
    let line = text[at + 1..next].iter().any(|blank| matches!(blank, '\n' | '\r'));
    (line && text.get(next).copied().is_some_and(is_word)).then_some(next)
}

/// What stands between groups of a long number.
pub(super) fn groups(character: char) -> bool {
    matches!(character, ' ' | '-' | '/')
}

/// Whether a way to write a value stands here; then where it ends. `grouped`: whatever groups its characters.
pub(super) fn matches(hay: &[Sign], start: usize, way: &[char], grouped: bool) -> Option<usize> {
    let (mut at, mut wanted) = (start, way.iter().copied().peekable());
    while let Some(character) = wanted.peek().copied() {
        let here = hay.get(at)?.character;
        if here == character {
            wanted.next();
        } else if here == BREAK && at > start {
            // A hyphen that is the value's own.
            if wanted.next_if_eq(&'-').is_some() {
                wanted.next_if_eq(&' ');
            }
        } else if !(grouped && at > start && groups(here)) {
            return None;
        }
        at += 1;
    }
    (at > start).then_some(at)
}

/// The words that may begin here: up to the end of the line, and with what follows on the next.
pub(super) fn heads(hay: &[Sign], at: usize, length: usize) -> Vec<Vec<char>> {
    let mut all = vec![hay[at..at + length].iter().map(|sign| sign.character).collect::<Vec<_>>()];
    let mut end = at + length;
    while all.len() < 4 && hay.get(end).is_some_and(|sign| sign.character == BREAK) {
        let more = hay[end + 1..].iter().map(|sign| sign.character).take_while(|character| is_word(*character));
        let longer: Vec<char> = all.last().into_iter().flatten().copied().chain(more).collect();
        end += 1 + (longer.len() - all.last().map_or(0, Vec::len));
        all.push(longer);
    }
    all
}

/// What a long number begins with here.
pub(super) fn first_two(hay: &[Sign], at: usize) -> Option<(char, char)> {
    let mut signs = hay.get(at..)?.iter().map(|sign| sign.character).take(4).filter(|character| !groups(*character) && *character != BREAK);
    let (first, second) = (signs.next()?, signs.next()?);
    (first.is_ascii_alphanumeric() && second.is_ascii_alphanumeric()).then_some((first, second))
}
