//! Moves the focus between fields: to the first with a problem, and to the next relevant one.

use super::editor;
use super::fields::field_id;
use crate::features::review::desk::Desk;
use crate::platform::{Effect, page};
use crate::strings::t;
use console::queue::step;
use leptos::prelude::*;
use runs::form::named_in;
use std::collections::BTreeSet;

/// Fields that want a look, in form order: what is wrong with them is known.
fn to_check(desk: Desk) -> Vec<String> {
    let told: Vec<String> = desk.form.vendor_messages.with_untracked(|told| told.iter().map(|(path, _)| path.clone()).collect());
    let mut wrong: Vec<String> = untrack(|| desk.form.blocking()).into_iter().map(|problem| problem.path).chain(told).collect();
    let places = leaves(desk);
    let place = |path: &String| places.iter().position(|leaf| leaf == path).unwrap_or(places.len());
    wrong.sort_by_key(place);
    wrong.dedup();
    wrong
}

/// Fields that the review is about: what is wrong with them is known, why a person is asked names them, or they were changed.
fn relevant(desk: Desk) -> BTreeSet<String> {
    let why = desk.read.with_untracked(|read| {
        let why = |read: &runs::model::review::Review| read.reason.iter().chain(&read.instructions).cloned().collect::<Vec<_>>().join("\n");
        read.as_deref().map(why).unwrap_or_default()
    });
    let mut all: BTreeSet<String> = to_check(desk).into_iter().collect();
    desk.form.draft.with_untracked(|draft| {
        all.extend(named_in(draft, &why));
        all.extend(draft.changed().map(str::to_owned));
    });
    all
}

fn leaves(desk: Desk) -> Vec<String> {
    desk.form
        .draft
        .with_untracked(|draft| draft.form().leaves().iter().filter(|node| !node.read_only).map(|node| node.path.clone()).collect())
}

/// The first field to check, or the first of all.
pub fn first(desk: Desk) {
    if let Some(path) = to_check(desk).first().or(leaves(desk).first()) {
        editor::go_to(desk, path);
    }
}

/// The first field to check; without one the form itself, so that single keys go on working.
pub fn arrive(desk: Desk) {
    page::focus_soon(FORM);
    let checked = Memo::new(move |_| desk.form.draft.with(|draft| desk.form.validation.is_current(draft)));
    Effect::new(move |done: Option<bool>| {
        let done = done == Some(true);
        if done || !checked.get() {
            return done;
        }
        // Whoever went somewhere else by then stays there.
        if let Some(path) = to_check(desk).into_iter().next() {
            request_animation_frame(move || {
                if page::has_focus(FORM) {
                    page::focus(&field_id(&path));
                }
            });
        }
        true
    });
}

/// The heading of the form, which takes the focus where no field needs it.
pub const FORM: &str = "form-title";

/// From the field that has the focus, or was left last, to the next one that the review is about.
pub fn next(desk: Desk, back: bool) {
    let wanted = relevant(desk);
    let focused = page::document().and_then(|document| document.active_element());
    let focused = focused.and_then(|element| element.get_attribute("data-path").or_else(|| element.get_attribute("data-of")));
    let places = leaves(desk);
    let here = focused.and_then(|path| places.iter().position(|leaf| *leaf == path));
    match step(&places, here, back, true, &|path| wanted.contains(path)) {
        Some(at) => editor::go_to(desk, &places[at]),
        None => match wanted.first() {
            Some(path) => editor::go_to(desk, path),
            None => desk.globals.toasts.say(t().queue.no_fields),
        },
    }
}
