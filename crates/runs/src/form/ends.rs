//! Line ends: a control of several lines shows and answers each as a line feed, whatever stood there.

use std::borrow::Cow;

/// A text as a control of several lines has it.
pub fn plain_ends(text: &str) -> Cow<'_, str> {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() }
}

/// What was typed, with the line ends of the text before it: an edit elsewhere leaves them, and a new one is like its neighbour.
pub(super) fn restored(before: &str, typed: &str) -> String {
    if !before.contains('\r') || typed.contains('\r') {
        return typed.to_owned();
    }
    let (old, new): (Vec<&str>, Vec<char>) = (units(before), typed.chars().collect());
    let same = |old: &str, new: char| if new == '\n' { is_end(old) } else { old.chars().eq([new]) };
    let first = old.iter().zip(&new).take_while(|(old, new)| same(old, **new)).count();
    let last = old[first..].iter().rev().zip(new[first..].iter().rev()).take_while(|(old, new)| same(old, **new)).count();
    let (kept_before, kept_after) = (&old[..first], &old[old.len() - last..]);
    let neighbour = kept_before.iter().rev().chain(kept_after).chain(&old).find(|unit| is_end(unit));
    let mut text = String::with_capacity(before.len().max(typed.len()));
    let mut push = |unit: &str| {
        // Two line ends that met would be one.
        if unit.starts_with('\n') && text.ends_with('\r') {
            text.push('\n');
        }
        text.push_str(unit);
    };
    kept_before.iter().for_each(|unit| push(unit));
    for character in &new[first..new.len() - last] {
        match neighbour.filter(|_| *character == '\n') {
            Some(end) => push(end),
            None => push(character.encode_utf8(&mut [0; 4])),
        }
    }
    kept_after.iter().for_each(|unit| push(unit));
    text
}

fn is_end(unit: &str) -> bool {
    matches!(unit, "\r\n" | "\r" | "\n")
}

/// Characters, with a carriage return and its line feed as one.
fn units(text: &str) -> Vec<&str> {
    let mut units = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("\r\n") { 2 } else { first.len_utf8() };
        let (unit, after) = rest.split_at(length);
        units.push(unit);
        rest = after;
    }
    units
}
