use super::desk::Desk;
use super::editor;
use crate::platform::page;
use crate::strings::t;
use leptos::prelude::*;
use runs::form::Problem;
use runs::review::{Intent, ReviewState};

/// Problems that stand in the way of approving.
pub fn blocking(desk: Desk) -> Vec<Problem> {
    desk.problems.with(|problems| problems.iter().filter(|problem| problem.blocks()).cloned().collect())
}

/// Approves, if nothing is wrong; otherwise shows where.
pub fn approve(desk: Desk) {
    if !ready(desk) {
        return;
    }
    desk.all.set(true);
    match untrack(|| blocking(desk)).first() {
        Some(first) => editor::go_to(desk, &first.path),
        None => named(desk, true),
    }
}

/// Rejects, or marks as incorrect; the question was answered.
pub fn reject(desk: Desk) {
    if ready(desk) {
        named(desk, false);
    }
}

fn ready(desk: Desk) -> bool {
    let open = desk.read.with_untracked(|read| read.as_ref().is_some_and(|read| read.state == ReviewState::Open));
    open && !desk.case.get_untracked().is_some_and(|case| case.under_way() || case.ended())
}

/// Goes on once there is a name to decide under.
fn named(desk: Desk, approve: bool) {
    let identity = desk.globals.identity;
    if identity.name.get_untracked().is_none() {
        desk.wanted.set_value(Some(approve));
        identity.asking.set(true);
    } else {
        send(desk, approve);
    }
}

/// Takes up a decision that waited for the name.
pub fn when_named(desk: Desk) {
    let identity = desk.globals.identity;
    Effect::new(move |_| {
        if identity.asking.get() {
            return;
        }
        let Some(approve) = desk.wanted.try_update_value(Option::take).flatten() else { return };
        if identity.name.get_untracked().is_some() {
            send(desk, approve);
        } else {
            desk.globals.toasts.say(t().review.no_name);
        }
    });
}

fn send(desk: Desk, approve: bool) {
    let Some(read) = desk.read.get_untracked() else { return };
    let edited = if approve { desk.draft.with_untracked(|draft| draft.edited()) } else { None };
    // The same intent keeps its key, however often it has to be sent.
    let earlier = desk
        .case
        .get_untracked()
        .filter(|case| case.intent.approve == approve && case.intent.edited == edited && case.read.pin == read.pin);
    let key = earlier.map_or_else(page::random_key, |case| case.intent.key.clone());
    let run = desk.run.get_untracked();
    desk.told.set(Vec::new());
    desk.save();
    desk.globals.deciding.decide(desk.connection(), read, Intent { key, approve, edited, reason: None }, run.as_deref(), 0);
    desk.globals.toasts.announce(t().review.sending);
}
