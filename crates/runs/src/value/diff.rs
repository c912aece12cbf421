//! What differs between two or three versions of one JSON document, leaf by leaf.
//!
//! Values are compared by [`same_value`]: `1.50` is `1.5`. Lists are aligned first, so that a line removed in the middle is
//! one change and not one for every line after it.

use crate::value::decimal::same_value;
use crate::value::json::Json;

/// The longest side of two lists that are aligned line by line; longer ones are paired by their place.
const MAX_ALIGNED: usize = 150;

/// One difference. A list item or object that was added or removed as a whole is one.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// JSON pointer into the version after; of something removed: where it would go.
    pub path: String,
    /// JSON pointer into the version before.
    pub was: String,
    /// `None`: added.
    pub before: Option<Json>,
    /// `None`: removed.
    pub after: Option<Json>,
}

/// Who changed a field. The order is the order of showing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Both changed it, to different values.
    Clash,
    OnlyMine,
    OnlyTheirs,
    /// Both changed it to the same value.
    SameChange,
    Same,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// JSON pointer into the original; of an added list item: into the version that has it.
    pub path: String,
    pub original: Option<Json>,
    pub theirs: Option<Json>,
    pub mine: Option<Json>,
    pub verdict: Verdict,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub clash: usize,
    pub only_mine: usize,
    pub only_theirs: usize,
    pub same_change: usize,
    pub same: usize,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// By verdict, clashes first; then in the order of the document.
    pub rows: Vec<Compared>,
    pub counts: Counts,
}

/// `parent` with one more reference token (RFC 6901).
pub fn join(parent: &str, token: &str) -> String {
    let mut path = String::with_capacity(parent.len() + token.len() + 1);
    path.push_str(parent);
    path.push('/');
    for character in token.chars() {
        match character {
            '~' => path.push_str("~0"),
            '/' => path.push_str("~1"),
            other => path.push(other),
        }
    }
    path
}

/// Every difference, in the order of the version after.
pub fn changes(before: &Json, after: &Json) -> Vec<Change> {
    let mut found = Vec::new();
    walk_two(String::new(), String::new(), Some(before), Some(after), &mut found);
    found
}

fn walk_two(path: String, was: String, before: Option<&Json>, after: Option<&Json>, found: &mut Vec<Change>) {
    match (before, after) {
        (Some(Json::Object(old)), Some(Json::Object(new))) => {
            for (key, value) in new {
                let before = old.get(key);
                // Most of a document is the same: no paths for that.
                let scalar = !value.is_object() && !value.is_array();
                if !(scalar && same(before, Some(value))) {
                    walk_two(join(&path, key), join(&was, key), before, Some(value), found);
                }
            }
            for (key, value) in old.iter().filter(|(key, _)| !new.contains_key(*key)) {
                walk_two(join(&path, key), join(&was, key), Some(value), None, found);
            }
        }
        (Some(Json::Array(old)), Some(Json::Array(new))) => {
            let mut next = 0;
            for (left, right) in align(old, new) {
                let place = right.unwrap_or(next);
                next = right.map_or(next, |right| right + 1);
                let was = join(&was, &left.unwrap_or(place).to_string());
                let path = join(&path, &place.to_string());
                walk_two(path, was, left.map(|at| &old[at]), right.map(|at| &new[at]), found);
            }
        }
        _ if same(before, after) => {}
        _ => found.push(Change { path, was, before: before.cloned(), after: after.cloned() }),
    }
}

fn same(left: Option<&Json>, right: Option<&Json>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => same_value(left, right),
        (None, None) => true,
        _ => false,
    }
}

/// Pairs the items of two lists: equal ones first, then neighbours between them by their place.
pub(crate) fn align(old: &[Json], new: &[Json]) -> Vec<(Option<usize>, Option<usize>)> {
    let head = old.iter().zip(new).take_while(|(left, right)| same_value(left, right)).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(left, right)| same_value(left, right)).count();
    let (old_end, new_end) = (old.len() - tail, new.len() - tail);
    let mut pairs: Vec<_> = (0..head).map(|at| (Some(at), Some(at))).collect();
    let (mut left, mut right) = (head, head);
    for (old_at, new_at) in common(&old[head..old_end], &new[head..new_end]) {
        pair_up(&mut pairs, left..head + old_at, right..head + new_at);
        pairs.push((Some(head + old_at), Some(head + new_at)));
        (left, right) = (head + old_at + 1, head + new_at + 1);
    }
    pair_up(&mut pairs, left..old_end, right..new_end);
    pairs.extend((0..tail).map(|at| (Some(old_end + at), Some(new_end + at))));
    pairs
}

fn pair_up(pairs: &mut Vec<(Option<usize>, Option<usize>)>, mut old: std::ops::Range<usize>, mut new: std::ops::Range<usize>) {
    loop {
        match (old.next(), new.next()) {
            (None, None) => return,
            pair => pairs.push(pair),
        }
    }
}

/// The longest common subsequence, as pairs of places.
fn common(old: &[Json], new: &[Json]) -> Vec<(usize, usize)> {
    if old.is_empty() || new.is_empty() || old.len().max(new.len()) > MAX_ALIGNED {
        return Vec::new();
    }
    let width = new.len() + 1;
    let mut equal = vec![false; old.len() * new.len()];
    let mut length = vec![0u16; (old.len() + 1) * width];
    for left in (0..old.len()).rev() {
        for right in (0..new.len()).rev() {
            let matches = same_value(&old[left], &new[right]);
            equal[left * new.len() + right] = matches;
            length[left * width + right] = if matches {
                length[(left + 1) * width + right + 1] + 1
            } else {
                length[(left + 1) * width + right].max(length[left * width + right + 1])
            };
        }
    }
    let (mut left, mut right, mut pairs) = (0, 0, Vec::new());
    while left < old.len() && right < new.len() {
        if equal[left * new.len() + right] {
            pairs.push((left, right));
            left += 1;
            right += 1;
        } else if length[(left + 1) * width + right] >= length[left * width + right + 1] {
            left += 1;
        } else {
            right += 1;
        }
    }
    pairs
}

/// Compares two edited versions with what both started from.
pub fn three_way(original: &Json, theirs: &Json, mine: &Json) -> Comparison {
    let mut found = Comparison::default();
    walk_three(String::new(), Some(original), Some(theirs), Some(mine), &mut found);
    crate::value::order::sort(&mut found.rows, &|row| (row.verdict as i64, 0));
    found
}

type Side<'a> = Option<&'a Json>;

fn walk_three(path: String, original: Side<'_>, theirs: Side<'_>, mine: Side<'_>, found: &mut Comparison) {
    let sides = [original, theirs, mine];
    let present = sides.iter().flatten().count();
    if present > 1 && sides.iter().flatten().all(|side| side.as_object().is_some_and(|map| !map.is_empty())) {
        let mut keys: Vec<&str> = Vec::new();
        for map in sides.iter().flatten().filter_map(|side| side.as_object()) {
            keys.extend(map.keys().map(String::as_str));
        }
        for (key, _) in keys.iter().zip(crate::value::order::first_times(&keys)).filter(|(_, first)| *first) {
            let of = |side: Side<'_>| side.and_then(|side| side.get(key)).cloned();
            let (original, theirs, mine) = (of(original), of(theirs), of(mine));
            walk_three(join(&path, key), original.as_ref(), theirs.as_ref(), mine.as_ref(), found);
        }
    } else if let (Some(Json::Array(original)), Some(Json::Array(theirs)), Some(Json::Array(mine))) = (original, theirs, mine)
        && !(original.is_empty() && theirs.is_empty() && mine.is_empty())
    {
        walk_lists(&path, original, theirs, mine, found);
    } else {
        found.note(path, original, theirs, mine);
    }
}

fn walk_lists(path: &str, original: &[Json], theirs: &[Json], mine: &[Json], found: &mut Comparison) {
    let (their_pairs, my_pairs) = (align(original, theirs), align(original, mine));
    let (mut their_rest, mut my_rest) = (their_pairs.iter().peekable(), my_pairs.iter().peekable());
    // One turn an original item, and one more for what was added after the last.
    for at in 0..=original.len() {
        let mut added = Vec::new();
        while let Some((None, Some(place))) = their_rest.peek() {
            added.push(*place);
            their_rest.next();
        }
        while let Some((None, Some(place))) = my_rest.peek() {
            my_rest.next();
            let twin = added.iter().position(|their| same_value(&theirs[*their], &mine[*place]));
            let their = twin.map(|twin| added.remove(twin));
            found.note(join(path, &place.to_string()), None, their.map(|their| &theirs[their]), Some(&mine[*place]));
        }
        for place in added {
            found.note(join(path, &place.to_string()), None, Some(&theirs[place]), None);
        }
        if at < original.len() {
            let their = their_rest.next().and_then(|pair| pair.1);
            let my = my_rest.next().and_then(|pair| pair.1);
            let here = join(path, &at.to_string());
            walk_three(here, Some(&original[at]), their.map(|at| &theirs[at]), my.map(|at| &mine[at]), found);
        }
    }
}

impl Comparison {
    fn note(&mut self, path: String, original: Side<'_>, theirs: Side<'_>, mine: Side<'_>) {
        let verdict = match (same(original, theirs), same(original, mine)) {
            (true, true) => Verdict::Same,
            (false, true) => Verdict::OnlyTheirs,
            (true, false) => Verdict::OnlyMine,
            (false, false) if same(theirs, mine) => Verdict::SameChange,
            (false, false) => Verdict::Clash,
        };
        let count = match verdict {
            Verdict::Clash => &mut self.counts.clash,
            Verdict::OnlyMine => &mut self.counts.only_mine,
            Verdict::OnlyTheirs => &mut self.counts.only_theirs,
            Verdict::SameChange => &mut self.counts.same_change,
            Verdict::Same => &mut self.counts.same,
        };
        *count += 1;
        self.rows.push(Compared { path, original: original.cloned(), theirs: theirs.cloned(), mine: mine.cloned(), verdict });
    }
}
