//! Navigation between reviews in the order of the queue, with a prefetch of the next one.

use super::{Entry, Queue, is_skipped, skip, skipped_at};
use crate::data::Connection;
use crate::features::review::desk::Desk;
use crate::features::review::session::ReviewSession;
use crate::net::{self, Scope};
use crate::platform::Effect;
use crate::router;
use crate::routes::Page;
use crate::state::{Globals, case_id};
use crate::strings::t;
use console::queue::step;
use leptos::prelude::*;
use runs::adapters::RunRef;
use runs::model::review::{Review, ReviewState};
use runs::model::{Iteration, ReviewRef, Run, RunDetail};
use std::sync::Arc;

/// Where a waiting run is reviewed: at its node if one is known, else on its page.
pub fn page_of(connection: &Connection, run: &Run, review: Option<&String>) -> Page {
    let (connection, flow) = (connection.id.clone(), Some(run.flow.clone()));
    match review {
        Some(review) => Page::Review { connection, run: run.id.clone(), review: review.clone(), flow },
        None => Page::Run { connection, run: run.id.clone(), flow },
    }
}

/// `#1,042`, or the id.
pub fn run_name(globals: Globals, connection: &Connection, run: &Run) -> String {
    let number = run.number.or_else(|| globals.numbers.get(&connection.id, &run.id));
    number.map_or_else(|| run.id.clone(), t().shared.run_number)
}

/// The step that asks, and which of several of it: `Review terms, iteration 2`.
pub fn review_name(review: &ReviewRef) -> String {
    match &review.iteration {
        Some(Iteration::Round(at)) => (t().queue.iteration)(&review.name, u64::from(*at) + 1),
        Some(Iteration::Key(key)) => (t().queue.iteration_key)(&review.name, key),
        None => review.name.clone(),
    }
}

/// The run of the review that comes after a decision, with its address: the same that "approve and next" opens.
pub fn next_review(desk: Desk, queue: Queue) -> Option<(String, String)> {
    let entry = target(desk, queue, Direction::AfterDecision)?;
    // Some lists do not say at which step: it is known once the queue beside this page has read the run.
    Some((entry.name(), page_of(&entry.connection, &entry.run, entry.review_id()).href()))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Next,
    Previous,
    /// On, and not back here before everything else was seen.
    Skip,
    /// On, past the end from the start again, to what nobody here has skipped or decided.
    AfterDecision,
}

/// Everything in the queue's order, beginning with the rows as they are shown.
fn ordered(queue: Queue) -> Vec<Arc<Entry>> {
    let mut keys = queue.rows.get();
    queue.fitting.with(|fitting| {
        let further: Vec<String> = fitting.iter().filter(|key| !keys.contains(key)).cloned().collect();
        keys.extend(further);
    });
    keys.iter().filter_map(|key| queue.entry(key)).filter(|entry| entry.decides()).collect()
}

fn target(desk: Desk, queue: Queue, direction: Direction) -> Option<Arc<Entry>> {
    let places = ordered(queue);
    let (here, key) = (desk.address(), desk.key());
    // A run whose reviews are not known yet stands for them.
    let is_run = |entry: &Arc<Entry>| entry.review.is_none() && entry.connection.id == here.connection && entry.run.id == here.run;
    let at = places.iter().position(|entry| entry.key() == key).or_else(|| places.iter().position(is_run));
    // A row that left at once leaves its place: what stood behind it stands there now.
    let at = match at {
        Some(at) => Some(at).inspect(|at| queue.here.set_value(Some(*at))),
        None => queue.here.get_value().and_then(|at| if direction == Direction::Previous { Some(at) } else { at.checked_sub(1) }),
    };
    let waits = |entry: &Arc<Entry>| entry.departed.is_none() && !entry.unread();
    let open = |entry: &Arc<Entry>| {
        let case = entry.key();
        waits(entry) && queue.globals.deciding.of(&case).is_none() && !queue.globals.waiting.is_elsewhere(&case)
    };
    let round = matches!(direction, Direction::Skip | Direction::AfterDecision);
    if !round {
        return step(&places, at, direction == Direction::Previous, round, &waits).and_then(|at| places.get(at).cloned());
    }
    let passes = |entry: &Arc<Entry>, taken: bool| open(entry) && !is_skipped(&entry.key()) && (taken || !queue.taken(entry));
    // What somebody else has open comes only when nothing else is left, and after that what was skipped, the longest ago first.
    let skipped = || {
        let others = places.iter().enumerate().filter(|(other, entry)| Some(*other) != at && open(entry));
        others.filter_map(|(at, entry)| Some((skipped_at(&entry.key())?, at))).min().map(|(_, at)| at)
    };
    step(&places, at, false, round, &|entry| passes(entry, false))
        .or_else(|| step(&places, at, false, round, &|entry| passes(entry, true)))
        .or_else(skipped)
        .and_then(|at| places.get(at).cloned())
}

/// Its review; where that is not known, the first of the run that nobody decided.
async fn review_of(queue: Queue, entry: &Entry, scope: &Scope) -> Option<String> {
    if let Some(review) = entry.review_id() {
        return Some(review.clone());
    }
    queue.detail_cache().read(&entry.connection, &entry.run, scope).await.reviews.into_iter().next().map(|review| review.id)
}

pub fn arriving() -> Option<Direction> {
    ReviewSession::get().arriving.take()
}

/// Opens another review; drafts stay where they are.
pub fn go(desk: Desk, queue: Queue, direction: Direction) {
    if direction == Direction::Skip {
        skip(&desk.key());
    }
    let Some(entry) = untrack(|| target(desk, queue, direction)) else {
        let words = t().queue;
        let none = match direction {
            Direction::Next => words.no_next,
            Direction::Previous => words.no_previous,
            Direction::Skip | Direction::AfterDecision => words.nothing_else,
        };
        return desk.globals.toasts.say(none);
    };
    if entry.review.is_none() {
        // Its run has to be read first: the press is not lost meanwhile.
        desk.globals.toasts.say((t().queue.opening)(&entry.name()));
    }
    let place = router::place();
    leptos::task::spawn_local(async move {
        let review = review_of(queue, &entry, &Scope::new()).await;
        // Whoever has gone elsewhere meanwhile is not fetched back.
        if router::place() != place {
            return;
        }
        ReviewSession::get().arriving.set(review.is_some().then_some(direction));
        router::go(&page_of(&entry.connection, &entry.run, review.as_ref()).href());
    });
}

/// A prefetched review.
pub struct Prefetched {
    case: String,
    pub review: Arc<Review>,
    pub run: Option<Arc<RunDetail>>,
}

/// Takes the prefetched review, if it is this one.
pub fn prefetched(case: &str) -> Option<Prefetched> {
    ReviewSession::get().prefetched.take().filter(|ahead| ahead.case == case)
}

/// Reads the next review while this one is details at: once, and no longer than this one is open.
pub fn prefetch(desk: Desk, queue: Queue) {
    let next = Memo::new(move |_| target(desk, queue, Direction::AfterDecision).map(|entry| entry.key()));
    Effect::new(move |_| {
        if desk.read.with(Option::is_none) {
            return;
        }
        let Some(key) = next.get() else { return };
        let Some(entry) = queue.entries.with_untracked(|entries| entries.get(&key).cloned()) else { return };
        // The queue is reading it: this comes again when its reviews are known.
        if entry.review.is_none() && queue.rows.with_untracked(|rows| rows.contains(&key)) {
            return;
        }
        let scope = Scope::of_view();
        leptos::task::spawn_local(async move {
            let (connection, run) = (&entry.connection, &entry.run);
            let Some(review) = review_of(queue, &entry, &scope).await.filter(|_| !scope.ended()) else { return };
            let case = case_id(&connection.id, &run.id, &review);
            if ReviewSession::get().prefetched.borrow().as_ref().is_some_and(|known| known.case == case) {
                return;
            }
            let reference = RunRef { id: run.id.clone(), flow: Some(run.flow.clone()) };
            let adapter = connection.dialect.run_adapter();
            let Ok(review) = net::read(&connection.id, adapter.get_review(&reference, &review), &scope).await else { return };
            if review.state != ReviewState::Open {
                return;
            }
            let run = net::read(&connection.id, adapter.get_run(&reference), &scope).await.ok().map(Arc::new);
            if !scope.ended() {
                ReviewSession::get().prefetched.replace(Some(Prefetched { case, review: Arc::new(review), run }));
            }
        });
    });
}
