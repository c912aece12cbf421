//! Whether a text fits a regular expression, in a bounded number of steps: it tells to which alternative of a schema a text belongs,
//! and has to tell at once. The rules themselves are the validator's business.

use std::cell::Cell;

/// Longer patterns and texts are not matched, in characters.
const MAX_PATTERN: usize = 300;
const MAX_TEXT: usize = 300;
const MAX_STEPS: u32 = 20_000;
const MAX_DEPTH: u32 = 1_500;

/// `None`: the pattern uses what is not understood here (looking ahead or behind, references, classes of Unicode), or it takes too long.
pub(super) fn matches(pattern: &str, text: &str) -> Option<bool> {
    let pattern: Vec<char> = pattern.chars().take(MAX_PATTERN + 1).collect();
    let text: Vec<char> = text.chars().take(MAX_TEXT + 1).collect();
    if pattern.len() > MAX_PATTERN || text.len() > MAX_TEXT {
        return None;
    }
    let mut reader = Reader { pattern: &pattern, at: 0, depth: 0 };
    let all = reader.alternatives()?;
    let whole = [Token::Group(all)];
    let search = Search { text: &text, steps: Cell::new(MAX_STEPS), depth: Cell::new(0) };
    let found = reader.at == pattern.len() && (0..=text.len()).any(|at| search.fits(&whole, at, &|_| true));
    (reader.at == pattern.len() && search.steps.get() > 0).then_some(found)
}

enum Token {
    One { ranges: Vec<(char, char)>, negated: bool },
    Start,
    End,
    Group(Vec<Vec<Token>>),
    Repeat(Box<Token>, u32, u32),
}

const DIGITS: &[(char, char)] = &[('0', '9')];
const WORD: &[(char, char)] = &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];
const SPACE: &[(char, char)] =
    &[('\t', '\r'), (' ', ' '), ('\u{a0}', '\u{a0}'), ('\u{2000}', '\u{200a}'), ('\u{2028}', '\u{2029}'), ('\u{feff}', '\u{feff}')];
const LINE_ENDS: &[(char, char)] = &[('\n', '\n'), ('\r', '\r'), ('\u{2028}', '\u{2029}')];

struct Reader<'a> {
    pattern: &'a [char],
    at: usize,
    depth: u32,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let found = self.pattern.get(self.at).copied()?;
        self.at += 1;
        Some(found)
    }

    fn skip(&mut self, text: &str) -> bool {
        let fits = text.chars().enumerate().all(|(at, character)| self.pattern.get(self.at + at) == Some(&character));
        self.at += if fits { text.len() } else { 0 };
        fits
    }

    fn alternatives(&mut self) -> Option<Vec<Vec<Token>>> {
        self.depth += 1;
        if self.depth > 20 {
            return None;
        }
        let mut all = vec![Vec::new()];
        while let Some(next) = self.pattern.get(self.at).filter(|next| **next != ')') {
            if *next == '|' {
                self.at += 1;
                all.push(Vec::new());
                continue;
            }
            let part = self.part()?;
            let part = self.repeated(part)?;
            all.last_mut()?.push(part);
        }
        self.depth -= 1;
        Some(all)
    }

    fn part(&mut self) -> Option<Token> {
        Some(match self.next()? {
            '^' => Token::Start,
            '$' => Token::End,
            '.' => Token::One { ranges: LINE_ENDS.to_vec(), negated: true },
            '(' => {
                if self.skip("?<") {
                    self.pattern.get(self.at).filter(|next| next.is_alphabetic())?;
                    while self.next()? != '>' {}
                } else if !self.skip("?:") && self.skip("?") {
                    return None;
                }
                let all = self.alternatives()?;
                (self.next()? == ')').then_some(Token::Group(all))?
            }
            '[' => self.class()?,
            '\\' => {
                let (ranges, negated) = self.escaped()?;
                Token::One { ranges, negated }
            }
            '*' | '+' | '?' | '{' => return None,
            plain => Token::One { ranges: vec![(plain, plain)], negated: false },
        })
    }

    fn class(&mut self) -> Option<Token> {
        let negated = self.skip("^");
        let mut ranges = Vec::new();
        loop {
            let first = match self.next()? {
                ']' => return Some(Token::One { ranges, negated }),
                '\\' => {
                    let (inner, inverse) = self.escaped()?;
                    if inverse {
                        return None;
                    }
                    match inner.as_slice() {
                        [(one, other)] if one == other => *one,
                        _ => {
                            ranges.extend(inner);
                            continue;
                        }
                    }
                }
                plain => plain,
            };
            let goes_on = self.pattern.get(self.at) == Some(&'-') && self.pattern.get(self.at + 1).is_some_and(|next| *next != ']');
            let last = match goes_on {
                false => first,
                true => {
                    self.at += 1;
                    match self.next()? {
                        '\\' => match self.escaped()? {
                            (inner, false) if inner.len() == 1 => inner.first()?.0,
                            _ => return None,
                        },
                        plain => plain,
                    }
                }
            };
            ranges.push((first, last));
        }
    }

    fn escaped(&mut self) -> Option<(Vec<(char, char)>, bool)> {
        let one = |character: char| (vec![(character, character)], false);
        Some(match self.next()? {
            'd' => (DIGITS.to_vec(), false),
            'D' => (DIGITS.to_vec(), true),
            'w' => (WORD.to_vec(), false),
            'W' => (WORD.to_vec(), true),
            's' => (SPACE.to_vec(), false),
            'S' => (SPACE.to_vec(), true),
            't' => one('\t'),
            'n' => one('\n'),
            'r' => one('\r'),
            'f' => one('\u{c}'),
            'v' => one('\u{b}'),
            'x' => one(self.code(2)?),
            'u' => one(self.code(4)?),
            other if other.is_alphanumeric() => return None,
            other => one(other),
        })
    }

    fn code(&mut self, digits: u32) -> Option<char> {
        let code = (0..digits).try_fold(0, |code, _| Some(code * 16 + self.next()?.to_digit(16)?))?;
        char::from_u32(code)
    }

    fn repeated(&mut self, part: Token) -> Option<Token> {
        let (least, most) = match self.pattern.get(self.at) {
            Some('*') => (0, u32::MAX),
            Some('+') => (1, u32::MAX),
            Some('?') => (0, 1),
            Some('{') => {
                let end = self.pattern.iter().skip(self.at).position(|next| *next == '}')?;
                let inner: String = self.pattern.get(self.at + 1..self.at + end)?.iter().collect();
                self.at += end;
                let (least, most) = inner.split_once(',').unwrap_or((&inner, &inner));
                (least.parse().ok()?, if most.is_empty() { u32::MAX } else { most.parse().ok()? })
            }
            _ => return Some(part),
        };
        self.at += 1;
        // As little as possible finds the same texts.
        self.skip("?");
        Some(Token::Repeat(Box::new(part), least, most))
    }
}

struct Search<'a> {
    text: &'a [char],
    steps: Cell<u32>,
    depth: Cell<u32>,
}

impl Search<'_> {
    fn fits(&self, parts: &[Token], at: usize, then: &dyn Fn(usize) -> bool) -> bool {
        let deep = self.depth.get() + 1;
        let left = if deep > MAX_DEPTH { 0 } else { self.steps.get().saturating_sub(1) };
        self.steps.set(left);
        self.depth.set(deep);
        let found = left > 0 && self.fits_here(parts, at, then);
        self.depth.set(deep - 1);
        found
    }

    fn fits_here(&self, parts: &[Token], at: usize, then: &dyn Fn(usize) -> bool) -> bool {
        let Some((first, rest)) = parts.split_first() else { return then(at) };
        let go_on = |at: usize| self.fits(rest, at, then);
        match first {
            Token::Start => at == 0 && go_on(at),
            Token::End => at == self.text.len() && go_on(at),
            Token::Group(all) => all.iter().any(|alternative| self.fits(alternative, at, &go_on)),
            Token::Repeat(part, least, most) => self.repeats(part, *least, *most, at, &go_on),
            Token::One { ranges, negated } => {
                let in_range = |character: &char| ranges.iter().any(|(first, last)| (first..=last).contains(&character)) != *negated;
                self.text.get(at).is_some_and(in_range) && go_on(at + 1)
            }
        }
    }

    fn repeats(&self, part: &Token, least: u32, most: u32, at: usize, then: &dyn Fn(usize) -> bool) -> bool {
        let again = |next: usize| (next > at || least > 0) && self.repeats(part, least.saturating_sub(1), most - 1, next, then);
        (most > 0 && self.fits(std::slice::from_ref(part), at, &again)) || (least == 0 && then(at))
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_are_matched_as_javascript_does() {
        for (pattern, fits, not) in [
            (r"^\d+$", "471", "47a"),
            (r"^[A-Z]{2}\-[0-9]{1,4}$", "DE-12", "DE_12"),
            (r"^\d+\/\d+$", "1/2", "1-2"),
            (r"b", "abc", "ac"),
            (r"^(today|tomorrow)?$", "tomorrow", "now"),
            (r"^[^a-c\s]+$", "xyz", "x y"),
            (r"^(?:ab)*c$", "ababc", "abac"),
            (r"^a.c$", "abc", "a\nc"),
            (r"^\u0041\x42\.$", "AB.", "ABx"),
            (r"^(?<year>\d{4})-\d{2}$", "2026-05", "26-05"),
            (r"^[\w.+-]+@\w+$", "a.b@c", "@c"),
            (r"^a{2,}?$", "aaa", "a"),
            (r"^é$", "é", "e"),
        ] {
            assert_eq!((matches(pattern, fits), matches(pattern, not)), (Some(true), Some(false)), "{pattern}");
        }
    }

    #[test]
    fn what_is_not_understood_or_takes_too_long_is_not_told() {
        for pattern in [r"^(?=a)", r"(a)\1", r"\p{L}", "(", "[", "*", "a{", r"\b", "a)"] {
            assert_eq!(matches(pattern, "abc"), None, "{pattern}");
        }
        let long = "a".repeat(40) + "!";
        assert_eq!(matches(r"^(\w+\s?)*$", &long), None);
        assert_eq!(matches("((){300}){300}", "x"), None);
        assert_eq!(matches("a", &"a".repeat(301)), None);
    }
}
