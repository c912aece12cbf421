//! Checks whether a decision can be taken and submits it.

use super::unread;
use crate::features::keys;
use crate::features::review::desk::Desk;
use crate::features::review::form::{editor, events, validation};
use crate::platform::{Effect, clock, page};
use crate::state::{Phase, Taken, preferences};
use crate::strings::t;
use console::keys::Action;
use leptos::prelude::*;
use runs::Timestamp;
use runs::form::Draft;
use runs::model::review::{Intent, Review, ReviewState};
use std::sync::Arc;

/// A decision that waits for a name to decide under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingDecision {
    pub approve: bool,
    pub reason: Option<String>,
    /// Once it is on its way, the next review is opened.
    pub then_next: bool,
}

/// An approval that was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Approval {
    /// Once it is on its way, the next review is opened.
    pub then_next: bool,
    /// Also if evidence could not be read: that was asked and answered.
    pub unseen: bool,
}

/// Approves once the rules were checked, if nothing is wrong; otherwise shows where.
pub fn approve(desk: Desk, approval: Approval) {
    if can_decide(desk) {
        desk.form.show_all.set(true);
        events::find_halves(desk);
        validation::validate_then_approve(desk, approval);
    }
}

/// Submits an approval after the validation, or without it on request.
pub fn approve_validated(desk: Desk, approval: Approval) {
    // Something else may have been begun meanwhile.
    if !can_decide(desk) {
        return;
    }
    if desk.decision.rejecting.get_untracked() {
        return desk.globals.toasts.warn(t().decide.rejecting_meanwhile);
    }
    let wrong = untrack(|| desk.form.blocking());
    match wrong.first() {
        Some(first) => {
            desk.globals.toasts.announce((t().review.errors)(wrong.len()));
            editor::go_to(desk, &first.path);
        }
        None if !approval.unseen && untrack(|| desk.evidence.is_unread()) => unread::ask(desk, approval),
        None => {
            desk.decision.unread.set(None);
            require_name(desk, PendingDecision { approve: true, reason: None, then_next: approval.then_next });
        }
    }
}

/// Rejects, or marks as incorrect; the question was answered.
pub fn reject(desk: Desk, reason: Option<String>) {
    if can_decide(desk) {
        require_name(desk, PendingDecision { approve: false, reason, then_next: false });
    }
}

/// The same once more, after it could not be sent.
pub fn retry(desk: Desk, intent: &Intent) {
    if intent.approve { approve(desk, Approval::default()) } else { reject(desk, intent.reason.clone()) }
}

/// Whether a decision can be taken; if not, that is said.
pub fn can_decide(desk: Desk) -> bool {
    let why = why_not(desk);
    if let Some(why) = why {
        desk.globals.toasts.say(why);
    }
    why.is_none()
}

fn why_not(desk: Desk) -> Option<&'static str> {
    let words = t().decide;
    if !desk.may_decide() {
        return Some(words.not_allowed);
    }
    match desk.decision.case.get_untracked().map(|case| (case.under_way(), case.ended(), case.phase.clone())) {
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
fn require_name(desk: Desk, wanted: PendingDecision) {
    let identity = desk.globals.identity;
    if identity.name.get_untracked().is_none() {
        desk.decision.pending.set_value(Some(wanted));
        identity.asking.set(true);
    } else {
        submit(desk, wanted);
    }
}

/// Takes up a decision that waited for the name.
pub fn resume_when_named(desk: Desk) {
    let identity = desk.globals.identity;
    Effect::new(move |_| {
        if identity.asking.get() {
            return;
        }
        let Some(wanted) = desk.decision.pending.try_update_value(Option::take).flatten() else { return };
        if identity.name.get_untracked().is_some() {
            submit(desk, wanted);
        } else {
            desk.globals.toasts.say(t().review.no_name);
        }
    });
}

/// When a wait is old enough for its decision, where its vendor loses those that come sooner; `None` once it is, or where none is lost.
pub fn old_enough(desk: Desk, read: &Review) -> Option<Timestamp> {
    let hold = Some(desk.connection().hold_ms).filter(|hold| *hold > 0)?;
    Some(read.since?.plus(hold.into())).filter(|enough| *enough > clock::now())
}

fn submit(desk: Desk, wanted: PendingDecision) {
    let Some(read) = desk.read.get_untracked() else { return };
    let PendingDecision { approve, reason, then_next } = wanted;
    let edited = if approve { desk.form.draft.with_untracked(|draft| draft.edited()) } else { None };
    // The same intent keeps its key, however often it has to be sent.
    let earlier = desk.decision.case.get_untracked().and_then(|case| case.key_of(&read, approve, edited.as_ref(), reason.as_deref()));
    let intent = Intent { key: earlier.unwrap_or_else(page::random_key), approve, edited, reason };
    desk.form.vendor_messages.set(Vec::new());
    desk.save();
    let draft = Some(desk.snapshot());
    let before = untrack(|| desk.evidence.run.handle(|| None, |_, _| None, |run| Some(Arc::clone(run))));
    // The time that a decision is held for in any case is time to take it back.
    let young = old_enough(desk, &read).map_or(0, |enough| enough.since(clock::now()));
    let window = (preferences::undo_seconds() * 1_000).max(u32::try_from(young).unwrap_or(0));
    desk.globals.toasts.announce(t().review.sending);
    desk.decision.then_next.set_value(then_next);
    let undo_keys = untrack(|| keys::words(Action::Undo));
    let changes = if approve { desk.form.draft.with_untracked(Draft::count) } else { 0 };
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
