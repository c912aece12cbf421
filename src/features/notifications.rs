//! Browser notifications of new reviews: opt-in, kept in this browser.

use crate::data::{Connection, Waiting, case_id};
use crate::features::review::{page_of, review_name, run_name};
use crate::platform::notify::{self, Permission};
use crate::platform::{Effect, clock, page, storage};
use crate::router;
use crate::routes::Page;
use crate::state::{globals, page_wide};
use crate::strings::t;
use leptos::prelude::*;
use runs::model::{ReviewRef, Run};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The storage key of the choice.
pub const KEPT: &str = "notify";

/// More new ones at once than this are told as a number.
const EACH: usize = 3;
/// A run whose reviews are not known is looked into; it is told as one after so many milliseconds without them.
const UNNAMED: f64 = 20_000.0;

#[derive(Default)]
struct Notifications {
    begun: Cell<bool>,
    /// What was waiting at the last count; `None` before the first complete one.
    known: RefCell<Option<BTreeSet<String>>>,
    /// New runs whose reviews are being looked for, and since when.
    unnamed: RefCell<BTreeMap<String, f64>>,
}

impl Notifications {
    /// What of all that waits is to be told now.
    fn new_ones(&self, now: Vec<Waits>) -> Vec<Waits> {
        let keys: BTreeSet<String> = now.iter().map(Waits::key).collect();
        let Some(before) = self.known.take() else {
            self.known.replace(Some(keys));
            return Vec::new();
        };
        // A run that was known to wait may tell its steps later: those are not new.
        let known = |waits: &Waits| before.contains(&waits.key()) || before.contains(&waits.run_key());
        let new = now.into_iter().filter(|waits| !known(waits));
        let mut unnamed = self.unnamed.borrow_mut();
        unnamed.retain(|key, _| keys.contains(key));
        let (told, held): (Vec<_>, Vec<_>) = new.partition(|waits| {
            waits.review.is_some() || clock::running() - *unnamed.entry(waits.key()).or_insert_with(clock::running) >= UNNAMED
        });
        let held: BTreeSet<String> = held.iter().map(Waits::key).collect();
        self.known.replace(Some(&keys - &held));
        told
    }
}

/// Whether notifications are wanted, and can be shown.
pub fn on() -> bool {
    storage::get(KEPT).is_some() && notify::permission() == Permission::Granted
}

/// Switches them on, asking for the permission; whether they are on now.
pub async fn switch_on() -> Permission {
    let permission = notify::ask().await;
    if permission == Permission::Granted {
        storage::set(KEPT, "on");
        globals().waiting.while_hidden.set(true);
        begin();
    }
    permission
}

pub fn switch_off() {
    storage::remove(KEPT);
    globals().waiting.while_hidden.set(false);
}

/// Notifies of what begins to wait from now on; once a page load.
pub fn begin() {
    let notifications = page_wide::<Notifications>();
    if notifications.begun.replace(true) {
        return;
    }
    let waiting = globals().waiting;
    let owner = Owner::new();
    owner.with(|| {
        Effect::new(move |_| {
            if !waiting.complete.get() {
                return;
            }
            let new = notifications.new_ones(all(waiting));
            if on() {
                tell(new);
            }
        });
    });
    // It lives as long as the page.
    std::mem::forget(owner);
}

/// A review that waits; of a run that does not tell its reviews, the run.
struct Waits {
    connection: Connection,
    run: Arc<Run>,
    review: Option<ReviewRef>,
}

impl Waits {
    fn run_key(&self) -> String {
        case_id(&self.connection.id, &self.run.id, "")
    }

    fn key(&self) -> String {
        self.review.as_ref().map_or_else(|| self.run_key(), |review| case_id(&self.connection.id, &self.run.id, &review.id))
    }
}

fn all(waiting: Waiting) -> Vec<Waits> {
    let of = |connection: &Connection, run: &Arc<Run>| -> Vec<Waits> {
        let waits = |review| Waits { connection: connection.clone(), run: Arc::clone(run), review };
        match run.reviews.as_ref().filter(|reviews| !reviews.is_empty()) {
            Some(reviews) => reviews.iter().map(|review| waits(Some(review.clone()))).collect(),
            None => vec![waits(None)],
        }
    };
    waiting.of.with(|all| all.iter().flat_map(|one| one.runs().flat_map(|run| of(&one.connection, run)).collect::<Vec<_>>()).collect())
}

fn tell(new: Vec<Waits>) {
    let words = t().presence;
    if new.len() > EACH {
        let href = Page::Reviews(Default::default()).href();
        return notify::show(&(words.new_reviews)(new.len()), "", "sluice-reviews", move || {
            page::come_forward();
            router::go(&href)
        });
    }
    for waits in new {
        let Waits { connection, run, review } = &waits;
        let flow = run.flow_name.clone().unwrap_or_else(|| run.flow.clone());
        let title = (words.new_review)(&flow, &run_name(globals(), connection, run));
        let step = review.as_ref().map(review_name);
        let href = page_of(connection, run, review.as_ref().map(|review| &review.id)).href();
        notify::show(&title, &(words.new_review_at)(&connection.label, step.as_deref()), &format!("sluice-{}", waits.key()), move || {
            page::come_forward();
            router::go(&href)
        });
    }
}
