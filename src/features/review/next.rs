//! From one review to another: the order of the queue, what is skipped, and the next one read ahead.

use super::desk::Desk;
use super::queue::{Entry, Queue, is_skipped, skip, skipped_at};
use crate::data::Connection;
use crate::net::{self, Scope};
use crate::router;
use crate::routes::Page;
use crate::state::{Globals, case_id};
use crate::strings::t;
use leptos::prelude::*;
use runs::adapter::RunRef;
use runs::model::{Run, RunDetail};
use runs::queue::step;
use runs::review::{Review, ReviewState};
use std::cell::{Cell, RefCell};
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

/// The run of the review that comes after a decision, with its address: the same that "approve and next" opens.
pub fn next(desk: Desk, queue: Queue) -> Option<(String, String)> {
    let Place { entry, review } = target(desk, queue, Way::Decided)?;
    // Some lists do not say at which step: it is known once the queue beside this page has read the run.
    Some((entry.name(desk.globals), page_of(&entry.connection, &entry.run, review.as_ref()).href()))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    On,
    Back,
    /// On, and not back here before everything else was seen.
    Skip,
    /// On, past the end from the start again, to what nobody here has skipped or decided.
    Decided,
}

/// A review in the queue; `None`: the run's reviews are not known yet.
#[derive(Clone, PartialEq)]
struct Place {
    entry: Arc<Entry>,
    review: Option<String>,
}

impl Place {
    fn case(&self) -> Option<String> {
        self.review.as_ref().map(|review| case_id(&self.entry.connection.id, &self.entry.run.id, review))
    }
}

/// Every review in the queue's order, beginning with the rows as they are shown.
fn places(queue: Queue) -> Vec<Place> {
    let mut keys = queue.rows.get();
    queue.fitting.with(|fitting| {
        let further: Vec<String> = fitting.iter().filter(|key| !keys.contains(key)).cloned().collect();
        keys.extend(further);
    });
    let entries = keys.iter().filter_map(|key| queue.entry(key)).filter(|entry| entry.decides());
    entries
        .flat_map(|entry| {
            let reviews: Vec<Option<String>> = entry.reviews().into_iter().map(|review| Some(review.id)).collect();
            let reviews = if reviews.is_empty() { vec![None] } else { reviews };
            reviews.into_iter().map(move |review| Place { entry: Arc::clone(&entry), review })
        })
        .collect()
}

fn target(desk: Desk, queue: Queue, way: Way) -> Option<Place> {
    let places = places(queue);
    let (here, key) = (desk.place(), desk.key());
    let at = places.iter().position(|place| place.entry.key() == key && place.review.as_ref().is_none_or(|review| *review == here.review));
    let open = |place: &Place| place.entry.left.is_none() && place.case().is_none_or(|case| queue.globals.deciding.of(&case).is_none());
    let round = matches!(way, Way::Skip | Way::Decided);
    if !round {
        return step(&places, at, way == Way::Back, round, &|place| place.entry.left.is_none()).and_then(|at| places.get(at).cloned());
    }
    let passes = |place: &Place, taken: bool| open(place) && !is_skipped(&place.entry.key()) && (taken || !queue.taken(&place.entry));
    // What somebody else has open comes only when nothing else is left, and after that what was skipped, the longest ago first.
    let skipped = || {
        let others = places.iter().enumerate().filter(|(other, place)| Some(*other) != at && open(place));
        others.filter_map(|(at, place)| Some((skipped_at(&place.entry.key())?, at))).min().map(|(_, at)| at)
    };
    step(&places, at, false, round, &|place| passes(place, false))
        .or_else(|| step(&places, at, false, round, &|place| passes(place, true)))
        .or_else(skipped)
        .and_then(|at| places.get(at).cloned())
}

thread_local! {
    /// How the page that comes up next was come to: it says so, and puts the focus where the work is.
    static ARRIVING: Cell<Option<Way>> = const { Cell::new(None) };
    /// The next review, read while the one before it was looked at.
    static AHEAD: RefCell<Option<Ahead>> = const { RefCell::new(None) };
}

pub fn arriving() -> Option<Way> {
    ARRIVING.take()
}

/// Opens another review; drafts stay where they are.
pub fn go(desk: Desk, queue: Queue, way: Way) {
    if way == Way::Skip {
        skip(&desk.key());
    }
    let Some(place) = untrack(|| target(desk, queue, way)) else {
        let words = t().queue;
        let none = match way {
            Way::On => words.no_next,
            Way::Back => words.no_previous,
            Way::Skip | Way::Decided => words.nothing_else,
        };
        return desk.globals.toasts.say(none);
    };
    let (look, scope) = (queue.look(), Scope::new());
    if place.review.is_none() {
        // Its run has to be read first: the press is not lost meanwhile.
        desk.globals.toasts.say((t().queue.opening)(&place.entry.name(desk.globals)));
    }
    leptos::task::spawn_local(async move {
        let (connection, run) = (&place.entry.connection, &place.entry.run);
        let review = match place.review {
            Some(review) => Some(review),
            None => look.look(connection, run, &scope).await.reviews.into_iter().next().map(|review| review.id),
        };
        ARRIVING.set(review.is_some().then_some(way));
        router::go(&page_of(connection, run, review.as_ref()).href());
    });
}

/// What was read ahead of one review.
pub struct Ahead {
    case: String,
    pub review: Arc<Review>,
    pub run: Option<Arc<RunDetail>>,
}

/// What was read ahead of this one, once.
pub fn ahead_of(case: &str) -> Option<Ahead> {
    AHEAD.take().filter(|ahead| ahead.case == case)
}

/// Reads the next review while this one is looked at: once, and no longer than this one is open.
pub fn read_ahead(desk: Desk, queue: Queue) {
    let next = Memo::new(move |_| target(desk, queue, Way::Decided).map(|place| (place.entry.key(), place.review)));
    Effect::new(move |_| {
        if desk.read.with(Option::is_none) {
            return;
        }
        let Some((key, review)) = next.get() else { return };
        let Some(entry) = queue.entries.with_untracked(|entries| entries.get(&key).cloned()) else { return };
        // The queue is reading it: this comes again when its reviews are known.
        if review.is_none() && queue.rows.with_untracked(|rows| rows.contains(&key)) {
            return;
        }
        let (look, scope) = (queue.look(), Scope::of_view());
        leptos::task::spawn_local(async move {
            let (connection, run) = (&entry.connection, &entry.run);
            let review = match review {
                Some(review) => Some(review),
                None => look.look(connection, run, &scope).await.reviews.into_iter().next().map(|review| review.id),
            };
            let Some(review) = review.filter(|_| !scope.ended()) else { return };
            let case = case_id(&connection.id, &run.id, &review);
            if AHEAD.with_borrow(|ahead| ahead.as_ref().is_some_and(|ahead| ahead.case == case)) {
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
                AHEAD.set(Some(Ahead { case, review: Arc::new(review), run }));
            }
        });
    });
}
