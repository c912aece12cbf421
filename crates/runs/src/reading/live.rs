//! Rules for answers that keep coming: which one counts, when to ask again, and how far a decision has got.

mod backoff;
mod progress;

pub use backoff::{Backoff, Pace, pause, scarce};
pub use progress::Progress;

use crate::model::{Fact, FactName, NoNumber, Numbering, Page, Run, RunDetail};
use crate::value::order::{Names, first_times};

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

/// Whether `answer` says of itself that it is from after what is known, where [`newer`] also takes what does not tell.
pub fn later(known: &Run, answer: &Run) -> bool {
    match (known.attempt, answer.attempt) {
        (Some(known), Some(answer)) if known != answer => answer > known,
        _ => known.updated_at.is_some() && answer.updated_at > known.updated_at,
    }
}

/// Whether two answers say the same of a run, but for when it was changed: some vendors stamp it anew whenever it is read. What is
/// derived from stamps and the answers as they came say no more.
pub fn says_the_same(before: &RunDetail, now: &RunDetail) -> bool {
    let stamp = |facts: &mut Vec<Fact>| facts.retain(|fact| fact.name != FactName::UpdatedAt);
    let bare = |detail: &RunDetail| {
        let mut bare = detail.clone();
        (bare.run.updated_at, bare.raw, bare.history) = (None, Vec::new(), Vec::new());
        stamp(&mut bare.facts);
        bare.steps.iter_mut().for_each(|step| stamp(&mut step.facts));
        bare
    };
    bare(before) == bare(now)
}

/// A row brought up to date by an answer about its run alone: what only the list tells stays.
pub fn over(row: &Run, answer: &Run) -> Run {
    let (row, run) = (row.clone(), answer.clone());
    Run {
        flow_name: run.flow_name.or(row.flow_name),
        flow_version: run.flow_version.or(row.flow_version),
        number: run.number.or(row.number),
        trigger: run.trigger.or(row.trigger),
        name: run.name.or(row.name),
        created_at: run.created_at.or(row.created_at),
        started_at: run.started_at.or(row.started_at),
        steps_total: run.steps_total.or(row.steps_total),
        steps_done: run.steps_done.or(row.steps_done),
        metadata: if run.metadata.is_empty() { row.metadata } else { run.metadata },
        ..run
    }
}

/// A run that one answer lists twice is one row. What is counted from its place in the list is not known then.
pub fn distinct(page: &mut Page<Run>) {
    let firsts = first_times(&ids(&page.items));
    let mut keeps = page.items.iter().zip(&firsts).map(|(run, first)| *first || !run.named()).collect::<Vec<_>>().into_iter();
    let before = page.items.len();
    page.items.retain(|_| keeps.next().unwrap_or(true));
    if page.items.len() < before && matches!(page.first_number, Numbering::From(_)) {
        page.first_number = Numbering::Underivable(NoNumber::Moving);
    }
}

/// Places of the rows shown that a newer answer to the same question does not hold: moved on to another page, no longer among
/// those asked for, or deleted.
pub fn absent(shown: &[Run], answer: &[Run]) -> Vec<usize> {
    let held = Names::of(&ids(answer));
    (0..shown.len()).filter(|at| !held.has(&shown[*at].id)).collect()
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
    let known = Names::of(&ids(shown));
    let places: Vec<Option<usize>> = answer.iter().map(|run| known.last(&run.id)).collect();
    let last_known = places.iter().rposition(Option::is_some);
    let firsts = first_times(&ids(&answer));
    let mut found = Refreshed::default();
    for (at, run) in answer.into_iter().enumerate() {
        match places[at] {
            _ if !firsts[at] => {}
            Some(place) if shown[place] != run && newer(&shown[place], &run) => {
                shown[place] = run;
                found.changed.push(place);
            }
            Some(_) => {}
            None if last_known.is_none_or(|last| at < last) => found.fresh.push(run),
            None => {}
        }
    }
    found
}

/// Whether behind the runs of an answer that are not shown yet there may be more of them: it holds none that is.
pub fn more(fresh: &[Run], answer: &Page<Run>) -> bool {
    !fresh.is_empty() && fresh.len() >= answer.items.len() && answer.older.is_some()
}

/// Numbers the rows shown from a newer answer to the same question, where they could not be numbered before.
pub fn number(shown: &mut Page<Run>, latest: &Page<Run>) {
    let Numbering::Underivable(NoNumber::Pending | NoNumber::Moving) = shown.first_number else { return };
    let first = shown.items.first().map(|run| run.id.as_str());
    let moved_by = latest.items.iter().position(|run| Some(run.id.as_str()) == first);
    shown.first_number = match (latest.first_number, moved_by) {
        (Numbering::From(newest), Some(by)) => match newest.checked_sub(by as u64) {
            Some(number) => Numbering::From(number),
            None => return,
        },
        (Numbering::From(_), None) => Numbering::Underivable(NoNumber::Moving),
        (other, _) => other,
    };
    shown.total = latest.total;
}

/// The answer's rows in its order, each run once and in the newer of its two versions.
pub fn merge_page(shown: &[Run], answer: Vec<Run>) -> Vec<Run> {
    let known = Names::of(&ids(shown));
    let firsts = first_times(&ids(&answer));
    let mut rows = Vec::with_capacity(answer.len());
    for (run, _) in answer.into_iter().zip(firsts).filter(|(_, first)| *first) {
        rows.push(match known.last(&run.id) {
            Some(at) if !newer(&shown[at], &run) => shown[at].clone(),
            _ => run,
        });
    }
    rows
}

/// Adds an older page below what is shown, without the rows that shifted down from it; how many were added.
pub fn append(shown: &mut Vec<Run>, more: Vec<Run>) -> usize {
    let known = Names::of(&ids(shown));
    let fresh: Vec<bool> = more.iter().zip(first_times(&ids(&more))).map(|(run, first)| first && !known.has(&run.id)).collect();
    let before = shown.len();
    shown.extend(more.into_iter().zip(fresh).filter_map(|(run, fresh)| fresh.then_some(run)));
    shown.len() - before
}

/// How many runs of a newest-first answer came after those that are known. If none is known, all of them: at least so many.
pub fn new_runs(known: &[&str], answer: &[&str]) -> usize {
    let known = Names::of(known);
    let end = answer.iter().rposition(|id| known.has(id)).unwrap_or(answer.len());
    let fresh: Vec<&str> = answer[..end].iter().copied().filter(|id| !known.has(id)).collect();
    first_times(&fresh).into_iter().filter(|first| *first).count()
}

fn ids(runs: &[Run]) -> Vec<&str> {
    runs.iter().map(|run| run.id.as_str()).collect()
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
