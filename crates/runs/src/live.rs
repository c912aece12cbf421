//! Rules for answers that keep coming: which one counts, when to ask again, and how far a decision has got.

mod backoff;
mod progress;

pub use backoff::{Backoff, Pace};
pub use progress::Progress;

use crate::model::Run;
use std::collections::{BTreeMap, BTreeSet};

/// Whether `answer` replaces what is known of the same run.
///
/// A later attempt always does and an earlier one never. Within one attempt the newer `updated_at` does, even over a final
/// status (a run can be rerun under its id, edited or go stale). Where the times do not tell, a final status stays until
/// another final one comes.
pub fn newer(known: &Run, answer: &Run) -> bool {
    if let (Some(known), Some(answer)) = (known.attempt, answer.attempt)
        && known != answer
    {
        return answer > known;
    }
    match (known.updated_at, answer.updated_at) {
        (Some(known), Some(answer)) if known != answer => answer > known,
        _ => !known.status.kind.is_final() || answer.status.kind.is_final(),
    }
}

/// What reading a list again brought.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Refreshed {
    /// Places of the rows that are not what they were.
    pub changed: Vec<usize>,
    /// Runs that are not shown yet, newest first: for the "new runs" button.
    pub fresh: Vec<Run>,
}

/// Brings the rows shown up to date in their places: nothing moves, nothing goes. Runs older than all that is shown are no
/// news: they only moved up because others were deleted.
pub fn refresh(shown: &mut [Run], answer: Vec<Run>) -> Refreshed {
    let places: BTreeMap<String, usize> = shown.iter().enumerate().map(|(at, run)| (run.id.clone(), at)).collect();
    let last_known = answer.iter().rposition(|run| places.contains_key(&run.id));
    let mut found = Refreshed::default();
    let mut seen = BTreeSet::new();
    for (at, run) in answer.into_iter().enumerate() {
        match places.get(&run.id) {
            _ if !seen.insert(run.id.clone()) => {}
            Some(place) if shown[*place] != run && newer(&shown[*place], &run) => {
                shown[*place] = run;
                found.changed.push(*place);
            }
            Some(_) => {}
            None if last_known.is_none_or(|last| at < last) => found.fresh.push(run),
            None => {}
        }
    }
    found
}

/// The answer's rows in its order, each run once and in the newer of its two versions.
pub fn merge_page(shown: &[Run], answer: Vec<Run>) -> Vec<Run> {
    let known: BTreeMap<&str, &Run> = shown.iter().map(|run| (run.id.as_str(), run)).collect();
    let mut seen = BTreeSet::new();
    let rows = answer.into_iter().filter(|run| seen.insert(run.id.clone()));
    rows.map(|run| match known.get(run.id.as_str()) {
        Some(known) if !newer(known, &run) => (*known).clone(),
        _ => run,
    })
    .collect()
}

/// Adds an older page below what is shown, without the rows that shifted down from it; how many were added.
pub fn append(shown: &mut Vec<Run>, more: Vec<Run>) -> usize {
    let mut seen: BTreeSet<String> = shown.iter().map(|run| run.id.clone()).collect();
    let before = shown.len();
    shown.extend(more.into_iter().filter(|run| seen.insert(run.id.clone())));
    shown.len() - before
}

/// How many runs of a newest-first answer came after those that are known. If none is known, all of them: at least so many.
pub fn new_runs(known: &[&str], answer: &[&str]) -> usize {
    let known: BTreeSet<&str> = known.iter().copied().collect();
    let end = answer.iter().rposition(|id| known.contains(id)).unwrap_or(answer.len());
    answer[..end].iter().filter(|id| !known.contains(*id)).collect::<BTreeSet<_>>().len()
}

/// Where the next page starts after the list moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advance {
    pub offset: u64,
    /// Nobody knows by how much the list moved: say that runs may have shifted.
    pub shifted: bool,
}

/// Moves an offset by the growth of the total, so that the same rows follow.
pub fn advance(offset: u64, total_before: Option<u64>, total_now: Option<u64>) -> Advance {
    match (total_before, total_now) {
        (Some(before), Some(now)) if now >= before => Advance { offset: offset.saturating_add(now - before), shifted: false },
        // Fewer than before: some were deleted, and nobody says where.
        (Some(_), Some(_)) => Advance { offset, shifted: true },
        _ => Advance { offset, shifted: true },
    }
}
