use super::desk::Desk;
use super::editor;
use crate::features::keys;
use crate::platform::{clock, page};
use crate::state::{Taken, preferences};
use crate::strings::t;
use leptos::prelude::*;
use runs::deciding::Kept;
use runs::form::Problem;
use runs::keys::Action;
use runs::review::{Intent, ReviewState};

/// Problems that stand in the way of approving.
pub fn blocking(desk: Desk) -> Vec<Problem> {
    desk.problems.with(|problems| problems.iter().filter(|problem| problem.blocks()).cloned().collect())
}

/// What the person wants, until there is a name to decide under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub approve: bool,
    pub reason: Option<String>,
}

/// Approves, if nothing is wrong; otherwise shows where.
pub fn approve(desk: Desk) {
    if !ready(desk) {
        return;
    }
    desk.all.set(true);
    match untrack(|| blocking(desk)).first() {
        Some(first) => editor::go_to(desk, &first.path),
        None => named(desk, Wanted { approve: true, reason: None }),
    }
}

/// Rejects, or marks as incorrect; the question was answered.
pub fn reject(desk: Desk, reason: Option<String>) {
    if ready(desk) {
        named(desk, Wanted { approve: false, reason });
    }
}

/// The same once more, after it could not be sent.
pub fn again(desk: Desk, intent: &Intent) {
    if intent.approve { approve(desk) } else { reject(desk, intent.reason.clone()) }
}

fn ready(desk: Desk) -> bool {
    let open = desk.read.with_untracked(|read| read.as_ref().is_some_and(|read| read.state == ReviewState::Open));
    open && !desk.case.get_untracked().is_some_and(|case| case.under_way() || case.ended())
}

/// Goes on once there is a name to decide under.
fn named(desk: Desk, wanted: Wanted) {
    let identity = desk.globals.identity;
    if identity.name.get_untracked().is_none() {
        desk.wanted.set_value(Some(wanted));
        identity.asking.set(true);
    } else {
        hand_over(desk, wanted);
    }
}

/// Takes up a decision that waited for the name.
pub fn when_named(desk: Desk) {
    let identity = desk.globals.identity;
    Effect::new(move |_| {
        if identity.asking.get() {
            return;
        }
        let Some(wanted) = desk.wanted.try_update_value(Option::take).flatten() else { return };
        if identity.name.get_untracked().is_some() {
            hand_over(desk, wanted);
        } else {
            desk.globals.toasts.say(t().review.no_name);
        }
    });
}

fn hand_over(desk: Desk, wanted: Wanted) {
    let Some(read) = desk.read.get_untracked() else { return };
    let Wanted { approve, reason } = wanted;
    let edited = if approve { desk.draft.with_untracked(|draft| draft.edited()) } else { None };
    // The same intent keeps its key, however often it has to be sent.
    let earlier = desk.case.get_untracked().and_then(|case| case.key_of(&read, approve, edited.as_ref(), reason.as_deref()));
    let intent = Intent { key: earlier.unwrap_or_else(page::random_key), approve, edited, reason };
    desk.told.set(Vec::new());
    desk.save();
    let draft = Some(desk.draft.with_untracked(|draft| Kept::of(draft, None, clock::now())));
    let (before, window) = (desk.run.get_untracked(), preferences::undo_seconds() * 1_000);
    desk.globals.toasts.announce(t().review.sending);
    let undo_keys = untrack(|| keys::words(Action::Undo));
    desk.globals.deciding.decide(Taken { connection: desk.connection(), read, intent, before, draft, window, undo_keys });
}
