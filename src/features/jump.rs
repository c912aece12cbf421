//! Going to one run: to its place in the list by its number, to its page by its id, and to the page of the list that holds it.
//! What the history's field, a link and the palette want is the same; it comes with the second module.

mod find;

pub use find::{Goal, Target, look};

use crate::features::history::HistoryState;
use crate::net;
use crate::prelude::*;
use crate::router;
use crate::routes::Page;
use crate::state::globals;
use crate::strings::t;
use runs::adapters::RunRef;
use runs::adapters::query::RunQuery;
use runs::reading::address::HistoryAddress;
use runs::reading::jump::{Landed, Wish, to_run};

/// From the field under the list; what comes of it is said beside the field.
pub fn from_field(history: HistoryState, text: &str, said: RwSignal<String>) {
    let Some(wish) = Wish::read(text) else {
        said.set(t().jump.not_understood.into());
        return;
    };
    let Some(connection) = history.connection.get_untracked() else { return };
    let scope = history.linked_run.begin();
    let target = Target { connection, flow: history.flow.get_untracked(), size: history.size() };
    let place = router::place();
    leptos::task::spawn_local(async move {
        let found = look(&target, wish, &scope, &|text| drop(said.try_set(text))).await;
        if scope.ended() {
            return;
        }
        // Whoever has turned to another list meanwhile is not fetched back.
        if router::place() != place {
            said.try_set(String::new());
            return;
        }
        match found {
            Ok(goal) => {
                said.try_set(String::new());
                if let Some(run) = &goal.marks {
                    history.linked_run.tried.try_set(run.clone());
                    // Already there: the address does not change, and the row gets the focus all the same.
                    if history.linked_run.run.with_untracked(|marked| marked.as_ref() == Some(run)) {
                        history.list.window.focus(run);
                    }
                }
                goal.open();
            }
            Err(missed) => {
                said.try_set(missed.words);
                history.linked_run.refused.try_set(missed.error);
            }
        }
    });
}

/// Finds the page that holds the run which the address names, and puts its place into the address.
pub fn open_at(history: HistoryState) {
    let words = t().jump;
    let linked_run = history.linked_run;
    let address = history.address.get_untracked();
    let (Some(connection), Some(id)) = (history.connection.get_untracked(), address.run.clone()) else { return };
    let said = linked_run.said;
    // A second time nothing is looked for by itself: lists that move faster than they are read would never rest.
    if linked_run.tried.with_untracked(|tried| *tried == id) {
        said.set(words.moved.into());
        return;
    }
    if !address.statuses.is_empty() || !address.filter.is_empty() {
        linked_run.tried.set(id);
        said.set(words.filtered.into());
        return;
    }
    let scope = linked_run.begin();
    let size = history.size();
    leptos::task::spawn_local(async move {
        let reference = RunRef { id: id.clone(), flow: address.flow.clone() };
        let run = net::read(&connection.id, connection.dialect.run_adapter().get_run(&reference), &scope).await;
        let found = match run {
            Ok(detail) => {
                let query = RunQuery { flow: address.flow.clone(), limit: size, ..RunQuery::default() };
                net::read(&connection.id, to_run(connection.dialect.adapter(), &query, &detail.run), &scope).await
            }
            Err(error) => Err(error),
        };
        // Whoever went on meanwhile is not fetched back.
        if scope.ended() || history.address.with_untracked(|now| *now != address) {
            return;
        }
        linked_run.tried.try_set(id.clone());
        let vendor = connection.dialect.vendor();
        match found {
            Ok(Landed::At(landing)) => {
                let address = HistoryAddress { place: landing.place.clone(), run: Some(landing.run.clone()), ..address };
                router::go_with(&Page::Runs(address).href(), &find::trail_of(&landing).write(), true);
            }
            Ok(Landed::Missed(miss)) => drop(said.try_set((words.missed)(&(words.run)(&id), vendor, miss))),
            Err(error) => {
                said.try_set((words.failed)(&(words.run)(&id), &error, vendor));
                linked_run.refused.try_set(Some(error));
            }
        }
    });
}

/// Says where a run was found, if that is not where it was looked for first.
pub fn say_where(goal: &Goal) {
    if let Some(elsewhere) = &goal.elsewhere {
        globals().toasts.say((t().jump.found_in)(elsewhere));
    }
}
