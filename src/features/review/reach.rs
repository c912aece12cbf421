//! Reaching fields by keys: the first to check, and from one to the next.

use super::decide::blocking;
use super::desk::{Desk, field_id};
use super::editor;
use crate::platform::page;
use crate::strings::t;
use leptos::prelude::*;
use runs::queue::step;

/// Fields that want a look, in form order: what is wrong with them is known.
fn to_check(desk: Desk) -> Vec<String> {
    let told: Vec<String> = desk.told.with_untracked(|told| told.iter().map(|(path, _)| path.clone()).collect());
    let mut wrong: Vec<String> = untrack(|| blocking(desk)).into_iter().map(|problem| problem.path).chain(told).collect();
    let places = leaves(desk);
    let place = |path: &String| places.iter().position(|leaf| leaf == path).unwrap_or(places.len());
    wrong.sort_by_key(place);
    wrong.dedup();
    wrong
}

fn leaves(desk: Desk) -> Vec<String> {
    desk.draft.with_untracked(|draft| draft.form().leaves().iter().filter(|node| !node.read_only).map(|node| node.path.clone()).collect())
}

/// The first field to check, or the first of all.
pub fn first(desk: Desk) {
    if let Some(path) = to_check(desk).first().or(leaves(desk).first()) {
        editor::go_to(desk, path);
    }
}

/// The first field to check; without one the form itself, so that single keys go on working.
pub fn arrive(desk: Desk) {
    match to_check(desk).into_iter().next() {
        Some(path) => page::focus_soon(field_id(&path)),
        None => page::focus_soon(FORM),
    }
}

/// The heading of the form, which takes the focus where no field needs it.
pub const FORM: &str = "form-title";

pub fn next(desk: Desk, back: bool) {
    let wanted = to_check(desk);
    let focused = page::document().and_then(|document| document.active_element()).and_then(|element| element.get_attribute("data-path"));
    let places = leaves(desk);
    // From a field that needs no look it goes to the next one that does.
    let here = focused.and_then(|path| places.iter().position(|leaf| *leaf == path));
    match step(&places, here, back, true, &|path| wanted.contains(path)) {
        Some(at) => editor::go_to(desk, &places[at]),
        None => match wanted.first() {
            Some(path) => editor::go_to(desk, path),
            None => desk.globals.toasts.announce(t().queue.no_fields),
        },
    }
}
