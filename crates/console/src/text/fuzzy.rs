//! How well a text fits what somebody typed of it: all its characters in their order, the closer together and the nearer to the
//! beginnings of words the better.

/// Longer texts are looked at up to here.
const LONGEST: usize = 400;

/// `None`: it does not fit. The higher the better. Both in their [normal form](crate::text::normal).
pub fn score(typed: &str, text: &str) -> Option<i32> {
    let typed: Vec<char> = typed.chars().filter(|sign| !sign.is_whitespace()).take(LONGEST).collect();
    let text: Vec<char> = text.chars().take(LONGEST).collect();
    if typed.is_empty() {
        return Some(0);
    }
    // best[at]: of all ways to fit the characters so far with the last of them at `at`.
    let mut best: Vec<Option<i32>> = Vec::new();
    for (nth, wanted) in typed.iter().enumerate() {
        let mut next: Vec<Option<i32>> = vec![None; text.len()];
        // The best of all ways that end before `at`.
        let mut so_far: Option<i32> = (nth == 0).then_some(0);
        for at in 0..text.len() {
            if text[at] == *wanted {
                let begins = at == 0 || !text[at - 1].is_alphanumeric();
                let here = if begins { 8 } else { 1 };
                let beside = if nth > 0 && at > 0 { best[at - 1].map(|score| score + 12) } else { None };
                next[at] = so_far.max(beside).map(|score| score + here);
            }
            if nth > 0 {
                so_far = so_far.max(best[at]);
            }
        }
        best = next;
    }
    let fits = best.into_iter().flatten().max()?;
    // Of two that fit alike, the shorter one is the one that was meant.
    Some(fits * 8 - i32::try_from(text.len()).unwrap_or(0).min(60))
}
