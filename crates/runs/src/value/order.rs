//! Sorting and looking up, made once for everything: the standard library's sort, sets and maps are several kB of download for
//! each type that they are made for.

use crate::value::time::Timestamp;
use std::cmp::Ordering;

/// What things are ordered by: the first number, then the second.
pub type Key = (i64, i64);

/// The places of `count` things in their order; equal ones stay as they were. Takes `n log n` comparisons.
pub fn places(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut sorted: Vec<usize> = (0..count).collect();
    let mut before = Vec::with_capacity(count);
    let mut width = 1;
    while width < count {
        std::mem::swap(&mut sorted, &mut before);
        sorted.clear();
        for pair in before.chunks(2 * width) {
            let (mut left, mut right) = pair.split_at(width.min(pair.len()));
            while let ([one, left_rest @ ..], [other, right_rest @ ..]) = (left, right) {
                if compare(*one, *other) == Ordering::Greater {
                    sorted.push(*other);
                    right = right_rest;
                } else {
                    sorted.push(*one);
                    left = left_rest;
                }
            }
            sorted.extend_from_slice(left);
            sorted.extend_from_slice(right);
        }
        width *= 2;
    }
    sorted
}

/// Sorts by a key; equal ones stay as they were.
pub fn sort<T>(items: &mut [T], key: &dyn Fn(&T) -> Key) {
    let keys: Vec<Key> = items.iter().map(key).collect();
    arrange(items, by_keys(&keys));
}

fn by_keys(keys: &[Key]) -> Vec<usize> {
    places(keys.len(), &|left, right| keys[left].cmp(&keys[right]))
}

/// Brings things into an order that [`places`] found.
pub fn arrange<T>(items: &mut [T], order: Vec<usize>) {
    for (one, other) in swaps(order) {
        items.swap(one, other);
    }
}

/// Where "not known" comes first.
pub fn when(time: Option<Timestamp>) -> i64 {
    time.map_or(i64::MIN, |time| time.0)
}

/// Which things change places, one pair after the other, to bring them into this order.
fn swaps(mut order: Vec<usize>) -> Vec<(usize, usize)> {
    let mut swaps = Vec::new();
    for start in 0..order.len() {
        let mut at = start;
        while order[at] != start {
            let next = std::mem::replace(&mut order[at], at);
            swaps.push((at, next));
            at = next;
        }
        order[at] = at;
    }
    swaps
}

/// Finds things by their names in `log n` steps; each is known by its place in the list of names.
pub struct Names<'a>(Vec<(&'a str, usize)>);

impl<'a> Names<'a> {
    pub fn of(names: &[&'a str]) -> Self {
        let order = places(names.len(), &|left, right| names[left].cmp(names[right]));
        Self(order.into_iter().map(|at| (names[at], at)).collect())
    }

    /// Every place of this name, in order.
    pub fn all(&self, name: &str) -> &[(&'a str, usize)] {
        let rest = &self.0[self.0.partition_point(|(other, _)| *other < name)..];
        &rest[..rest.partition_point(|(other, _)| *other == name)]
    }

    pub fn first(&self, name: &str) -> Option<usize> {
        self.all(name).first().map(|(_, at)| *at)
    }

    pub fn last(&self, name: &str) -> Option<usize> {
        self.all(name).last().map(|(_, at)| *at)
    }

    pub fn has(&self, name: &str) -> bool {
        self.first(name).is_some()
    }
}

/// For each name whether it is there for the first time.
pub fn first_times(names: &[&str]) -> Vec<bool> {
    let known = Names::of(names);
    names.iter().enumerate().map(|(at, name)| known.first(name) == Some(at)).collect()
}

#[cfg(test)]
mod tests {
    use super::{Names, first_times, places, sort};

    #[test]
    fn sorts_like_the_standard_library() {
        let mut random = 7u32;
        for count in [0, 1, 2, 3, 5, 8, 33, 200] {
            let numbers: Vec<(i64, usize)> = (0..count)
                .map(|at| {
                    random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (i64::from(random >> 28) - 8, at)
                })
                .collect();
            let mut wanted = numbers.clone();
            wanted.sort_by_key(|(number, _)| *number);
            let mut found = numbers.clone();
            sort(&mut found, &|(number, _)| (*number, 0));
            assert_eq!(found, wanted, "{count} things");
            let order: Vec<_> = places(count, &|one, other| numbers[one].0.cmp(&numbers[other].0));
            assert_eq!(order, wanted.iter().map(|(_, at)| *at).collect::<Vec<_>>());
        }
    }

    #[test]
    fn names_are_found_with_all_their_places() {
        let list = ["b", "a", "", "b", "ab", "b"];
        let names = Names::of(&list);
        assert_eq!(names.all("b"), [("b", 0), ("b", 3), ("b", 5)]);
        assert_eq!((names.first("b"), names.last("b"), names.first("")), (Some(0), Some(5), Some(2)));
        assert!(names.has("ab") && !names.has("c") && !Names::of(&[]).has(""));
        assert_eq!(first_times(&list), [true, true, true, false, true, false]);
    }
}
