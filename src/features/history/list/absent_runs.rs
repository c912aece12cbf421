//! Reads single runs that are no longer in their list, so that their rows show the current status.

use crate::data;
use crate::features::history::list::loaded_page::LoadedPage;
use crate::features::history::state::HistoryState;
use crate::net::{self, Scope};
use crate::platform::{clock, together};
use crate::state::{globals, page_wide};
use leptos::prelude::*;
use runs::Timestamp;
use runs::adapters::RunRef;
use runs::model::Run;
use std::cell::RefCell;

/// So many are read for one answer of the list, and so many of them at the same time.
const MOST: usize = 12;
const AT_ONCE: usize = 3;
/// A run that goes on, or could not be read, is read again after so many milliseconds: each time twice as many, up to the most.
const AGAIN: u64 = 5_000;
const AGAIN_AT_MOST: u64 = 60_000;
/// Attempts older than this, in milliseconds, are forgotten.
const FORGOTTEN: u64 = 600_000;

/// What was asked for lately.
struct Tried {
    connection: String,
    run: String,
    at: Timestamp,
    times: u32,
}

/// What was asked for lately, whichever page asked.
#[derive(Default)]
struct Attempts(RefCell<Vec<Tried>>);

pub fn look_up(history: HistoryState, scope: Scope) {
    let due = due(history);
    leptos::task::spawn_local(async move {
        for some in due.chunks(AT_ONCE) {
            if scope.ended() {
                return;
            }
            together(some.iter().map(|(connection, run)| globals().learned.look_up(connection, run, &scope))).await;
        }
        if !scope.ended() {
            say_unheard(history);
        }
    });
}

/// Of what could not be looked up, or was not because requests are scarce, the last known status is not said to be the present one.
fn say_unheard(history: HistoryState) {
    let Some(loaded) = history.list.live.value.try_get_untracked().flatten() else { return };
    let unheard = |(at, held): &(usize, Timestamp)| {
        let (connection, run) = row(history, &loaded, *at)?;
        let news = globals().learned.when(&connection.id, &run.id).is_some_and(|(at, _)| at > *held);
        (!news).then(|| format!("{}/{}", connection.id, run.id))
    };
    let runs: Vec<String> = loaded.absent.iter().filter_map(unheard).collect();
    if history.list.unheard.get_untracked() != runs {
        history.list.unheard.set(runs);
    }
}

fn row(history: HistoryState, loaded: &LoadedPage, at: usize) -> Option<(data::Connection, &Run)> {
    let run = loaded.page.items.get(at)?;
    let connection = match &loaded.merged {
        Some(merged) => merged.of.get(at).and_then(|id| globals().session.connection(id)),
        None => history.connection.get_untracked(),
    };
    Some((connection?, run))
}

/// The rows of which it is not known what became of their runs.
fn due(history: HistoryState) -> Vec<(data::Connection, RunRef)> {
    // By the time the module is here, the page may be gone.
    let Some(loaded) = history.list.live.value.try_get_untracked().flatten() else { return Vec::new() };
    let (now, mut due) = (clock::now(), Vec::new());
    let attempts = page_wide::<Attempts>();
    let tried = &mut *attempts.0.borrow_mut();
    {
        tried.retain(|tried| now.since(tried.at) < FORGOTTEN);
        for (at, held) in &loaded.absent {
            let Some((connection, run)) = row(history, &loaded, *at) else { continue };
            let known = globals().learned.when(&connection.id, &run.id);
            let settled = known.is_some_and(|(at, goes_on)| at > *held && !goes_on);
            let before = tried.iter().position(|tried| tried.connection == connection.id && tried.run == run.id);
            let early = |tried: &Tried| now.since(tried.at) < (AGAIN << tried.times.min(4)).min(AGAIN_AT_MOST);
            let scarce = || net::quota(&connection.id).is_some_and(|quota| runs::reading::live::pause(quota, now) > 0);
            if due.len() >= MOST || settled || before.is_some_and(|at| early(&tried[at])) || scarce() {
                continue;
            }
            let times = before.map_or(0, |at| tried.swap_remove(at).times + 1);
            tried.push(Tried { connection: connection.id.clone(), run: run.id.clone(), at: now, times });
            due.push((connection, RunRef { id: run.id.clone(), flow: Some(run.flow.clone()) }));
        }
    }
    due
}
