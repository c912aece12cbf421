use super::desk::Desk;
use super::{checking, editor, gestures};
use crate::features::keys;
use crate::platform::page;
use crate::state::{Phase, Taken, preferences};
use crate::strings::t;
use console::keys::Action;
use leptos::prelude::*;
use runs::form::{Draft, Problem};
use runs::model::review::{Intent, ReviewState};
use std::sync::Arc;

/// Problems that stand in the way of approving.
pub fn blocking(desk: Desk) -> Vec<Problem> {
    desk.problems.with(|problems| problems.iter().filter(|problem| problem.blocks()).cloned().collect())
}

/// What the person wants, until there is a name to decide under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub approve: bool,
    pub reason: Option<String>,
    /// Once it is on its way, the next review is opened.
    pub then_next: bool,
}

/// Approves once the rules were checked, if nothing is wrong; otherwise shows where.
pub fn approve(desk: Desk, then_next: bool) {
    if ready(desk) {
        desk.all.set(true);
        gestures::find_halves(desk);
        checking::before_approving(desk, then_next);
    }
}

/// The rules were checked, or the person does without.
pub fn checked(desk: Desk, then_next: bool) {
    // Something else may have been begun meanwhile.
    if why_not(desk).is_some() || desk.rejecting.get_untracked() {
        return;
    }
    let wrong = untrack(|| blocking(desk));
    match wrong.first() {
        Some(first) => {
            desk.globals.toasts.announce((t().review.errors)(wrong.len()));
            editor::go_to(desk, &first.path);
        }
        None => named(desk, Wanted { approve: true, reason: None, then_next }),
    }
}

/// Rejects, or marks as incorrect; the question was answered.
pub fn reject(desk: Desk, reason: Option<String>) {
    if ready(desk) {
        named(desk, Wanted { approve: false, reason, then_next: false });
    }
}

/// The same once more, after it could not be sent.
pub fn again(desk: Desk, intent: &Intent) {
    if intent.approve { approve(desk, false) } else { reject(desk, intent.reason.clone()) }
}

/// Whether a decision can be taken; if not, that is said.
pub fn ready(desk: Desk) -> bool {
    let why = why_not(desk);
    if let Some(why) = why {
        desk.globals.toasts.say(why);
    }
    why.is_none()
}

fn why_not(desk: Desk) -> Option<&'static str> {
    let words = t().decide;
    match desk.case.get_untracked().map(|case| (case.under_way(), case.ended(), case.phase.clone())) {
        Some((.., Phase::Held { .. })) => return Some(words.is_held),
        Some((true, ..)) => return Some(words.is_under_way),
        Some((_, true, _)) => return Some(words.is_decided),
        _ => {}
    }
    if is_elsewhere(desk) {
        return Some(words.is_elsewhere);
    }
    let open = desk.read.with_untracked(|read| read.as_ref().is_some_and(|read| read.state == ReviewState::Open));
    (!open).then_some(words.is_decided)
}

/// Another tab of this browser has a decision on it on its way.
pub fn is_elsewhere(desk: Desk) -> bool {
    untrack(|| desk.globals.waiting.is_elsewhere(&desk.case_id()))
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
    let Wanted { approve, reason, then_next } = wanted;
    let edited = if approve { desk.draft.with_untracked(|draft| draft.edited()) } else { None };
    // The same intent keeps its key, however often it has to be sent.
    let earlier = desk.case.get_untracked().and_then(|case| case.key_of(&read, approve, edited.as_ref(), reason.as_deref()));
    let intent = Intent { key: earlier.unwrap_or_else(page::random_key), approve, edited, reason };
    desk.told.set(Vec::new());
    desk.save();
    let draft = Some(desk.kept());
    let before = untrack(|| desk.run.handle(|| None, |_, _| None, |run| Some(Arc::clone(run))));
    let window = preferences::undo_seconds() * 1_000;
    desk.globals.toasts.announce(t().review.sending);
    desk.then_next.set_value(then_next);
    let undo_keys = untrack(|| keys::words(Action::Undo));
    let changes = if approve { desk.draft.with_untracked(Draft::count) } else { 0 };
    let run_name = untrack(|| desk.run_name());
    desk.globals.deciding.decide(Taken {
        connection: desk.connection(),
        read,
        run_name,
        intent,
        changes,
        before,
        draft,
        window,
        undo_keys,
    });
}
