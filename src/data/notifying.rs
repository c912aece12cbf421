//! Being told of new reviews by the browser: chosen by the person, remembered, off at first.

use crate::features::review::{page_of, review_name, run_name};
use crate::platform::notify::{self, Permission};
use crate::platform::{page, storage};
use crate::router;
use crate::routes::Page;
use crate::state::{case_id, globals};
use crate::strings::t;
use leptos::prelude::*;
use runs::model::{ReviewRef, Run};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Connection, NOTIFY, Waiting};

/// More new ones at once than this are told as a number.
const EACH: usize = 3;

thread_local! {
    static BEGUN: Cell<bool> = const { Cell::new(false) };
    /// What was waiting when it was looked last; `None` before the first full look.
    static KNOWN: RefCell<Option<BTreeSet<String>>> = const { RefCell::new(None) };
}

/// Whether notifications are wanted, and can be shown.
pub fn on() -> bool {
    storage::get(NOTIFY).is_some() && notify::permission() == Permission::Granted
}

/// Switches them on, asking for the permission; whether they are on now.
pub async fn switch_on() -> Permission {
    let permission = notify::ask().await;
    if permission == Permission::Granted {
        storage::set(NOTIFY, "on");
        globals().waiting.while_hidden.set(true);
        begin();
    }
    permission
}

pub fn switch_off() {
    storage::remove(NOTIFY);
    globals().waiting.while_hidden.set(false);
}

/// Tells of what begins to wait from now on; once a page load.
pub fn begin() {
    if BEGUN.replace(true) {
        return;
    }
    let waiting = globals().waiting;
    let owner = Owner::new();
    owner.with(|| {
        Effect::new(move |_| {
            if !waiting.complete.get() {
                return;
            }
            let now = all(waiting);
            let before = KNOWN.replace(Some(now.iter().map(Waits::key).collect()));
            if let Some(before) = before.filter(|_| on()) {
                // Of a run that was known to wait, one learns at how many steps: that is no news of today.
                let known = |waits: &Waits| before.contains(&waits.key()) || before.contains(&waits.run_key());
                tell(now.into_iter().filter(|waits| !known(waits)).collect());
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
