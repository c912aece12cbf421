//! A label for a review from a few of its own values, so that many reviews of one flow can be told apart.

use crate::value::json::{Json, plain};

/// So many values are told.
const MOST: usize = 3;
/// A longer text tells nothing at a glance, in characters.
const LONGEST: usize = 60;
/// So deep in the data they are looked for.
const DEEPEST: usize = 3;

/// Words of a field's name, by how well its value tells one document from another.
const TELLING: [&[&str]; 4] = [
    &["number", "no", "nr", "num", "reference", "ref", "id", "title", "heading", "subject"],
    &["name", "supplier", "vendor", "customer", "client", "company", "party", "buyer", "seller"],
    &["total", "amount", "sum", "price"],
    &["date", "category"],
];

/// The values that tell it apart, best first: numbers and titles, then names, then amounts; the first texts where no field has
/// such a name.
pub fn about(data: &Json) -> Vec<String> {
    let mut found: Vec<(usize, String)> = Vec::new();
    collect(data, "", 0, &mut found);
    let best = found.iter().map(|(rank, _)| *rank).min();
    // Fields without a telling name are better than nothing, but not beside others.
    found.retain(|(rank, _)| *rank < TELLING.len() || best == Some(TELLING.len()));
    let mut told: Vec<String> = Vec::new();
    for wanted in 0..=TELLING.len() {
        for (_, value) in found.iter().filter(|(rank, _)| *rank == wanted) {
            if told.len() < MOST && !told.contains(value) {
                told.push(value.clone());
            }
        }
    }
    told
}

fn collect(value: &Json, name: &str, depth: usize, found: &mut Vec<(usize, String)>) {
    match value {
        Json::Object(map) if depth < DEEPEST => map.iter().for_each(|(name, value)| collect(value, name, depth + 1, found)),
        // Several targets of one review stand in a list.
        Json::Array(items) if depth == 0 => items.iter().for_each(|item| collect(item, name, depth + 1, found)),
        Json::String(_) | Json::Number(_) if !name.is_empty() => {
            let text = plain(value).split_whitespace().collect::<Vec<_>>().join(" ");
            if !text.is_empty() && text.chars().count() <= LONGEST {
                found.push((rank(name, value), text));
            }
        }
        _ => {}
    }
}

fn rank(name: &str, value: &Json) -> usize {
    let mut words: Vec<String> = vec![String::new()];
    for letter in name.chars() {
        let begins = !letter.is_alphanumeric() || letter.is_uppercase();
        if begins && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
    }
    let telling = TELLING.iter().position(|known| words.iter().any(|word| known.contains(&word.as_str())));
    // A number without a telling name says nothing by itself.
    telling.unwrap_or(TELLING.len() + usize::from(value.is_number()))
}
