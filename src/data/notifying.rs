//! Being told of new reviews by the browser: chosen by the person, remembered, off at first.

use crate::features::review::{page_of, run_name};
use crate::platform::notify::{self, Permission};
use crate::platform::{page, storage};
use crate::router;
use crate::routes::Page;
use crate::state::globals;
use crate::strings::t;
use leptos::prelude::*;
use runs::model::Run;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use super::{Connection, NOTIFY};

/// More new ones at once than this are told as a number.
const EACH: usize = 3;

thread_local! {
    static BEGUN: Cell<bool> = const { Cell::new(false) };
    /// Runs that were waiting when it was looked last; `None` before the first full look.
    static KNOWN: RefCell<Option<BTreeSet<(String, String)>>> = const { RefCell::new(None) };
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
            let now: Vec<(Connection, Run)> =
                waiting.of.with(|of| of.iter().flat_map(|of| of.runs.iter().map(|run| (of.connection.clone(), run.clone()))).collect());
            let keys = now.iter().map(|(connection, run)| (connection.id.clone(), run.id.clone())).collect();
            let before = KNOWN.replace(Some(keys));
            if let Some(before) = before.filter(|_| on()) {
                let new = |(connection, run): &(Connection, Run)| !before.contains(&(connection.id.clone(), run.id.clone()));
                tell(now.into_iter().filter(new).collect());
            }
        });
    });
    // It lives as long as the page.
    std::mem::forget(owner);
}

fn tell(new: Vec<(Connection, Run)>) {
    let words = t().presence;
    if new.len() > EACH {
        let href = Page::Reviews(Default::default()).href();
        return notify::show(&(words.new_reviews)(new.len()), "", "sluice-reviews", move || {
            page::come_forward();
            router::go(&href)
        });
    }
    for (connection, run) in new {
        let flow = run.flow_name.clone().unwrap_or_else(|| run.flow.clone());
        let title = (words.new_review)(&flow, &run_name(globals(), &connection, &run));
        let href = page_of(&connection, &run, run.waiting_on.first()).href();
        let tag = format!("sluice-{}-{}", connection.id, run.id);
        notify::show(&title, &(words.new_review_at)(&connection.label), &tag, move || {
            page::come_forward();
            router::go(&href)
        });
    }
}
