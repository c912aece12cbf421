//! Finds the fields that a sentence about a document names.

use super::{Draft, Node, field_text};
use crate::value::json::Json;

/// Shorter names and values would be found in any sentence.
const SHORTEST: usize = 3;

/// Fields whose name, or whose value, stands in a text as a whole, in form order.
pub fn named_in(draft: &Draft, text: &str) -> Vec<String> {
    if text.is_empty() {
        return Vec::new();
    }
    let text = plain(text);
    let stands = |node: &&&Node| {
        let value = draft.get(&node.path).filter(|value| matches!(value, Json::Number(_) | Json::String(_)));
        let value = value.map(|value| plain(&field_text(value))).filter(|value| value.bytes().any(|letter| letter.is_ascii_digit()));
        [Some(plain(node.label())), Some(plain(&node.key)), value].into_iter().flatten().any(|word| is_in(&text, &word))
    };
    draft.form().leaves().iter().filter(stands).map(|node| node.path.clone()).collect()
}

/// In lower case, words parted by single blanks, numbers without marks between their thousands.
fn plain(text: &str) -> String {
    let letters: Vec<char> = text.to_lowercase().chars().collect();
    let digit = |at: usize| letters.get(at).is_some_and(char::is_ascii_digit);
    let grouping = |at: usize| at > 0 && digit(at - 1) && (1..4).all(|ahead| digit(at + ahead)) && !digit(at + 4);
    let kept = letters.iter().enumerate().filter(|(at, letter)| **letter != ',' || !grouping(*at));
    let words: String = kept.map(|(_, letter)| if letter.is_whitespace() || *letter == '_' { ' ' } else { *letter }).collect();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_in(text: &str, word: &str) -> bool {
    let joins = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    let whole = |(at, found): (usize, &str)| {
        let (before, after) = (&text[..at], &text[at + found.len()..]);
        // `12.5` is not in `12.50`, but it may end a sentence.
        let goes_on = after.strip_prefix('.').is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()));
        !joins(before.chars().next_back()) && !joins(after.chars().next()) && !goes_on
    };
    word.chars().nth(SHORTEST - 1).is_some() && text.match_indices(word).any(whole)
}
