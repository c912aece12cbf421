//! An approval while evidence could not be read: asks before it is submitted.

use super::submit::{self, Approval};
use crate::features::review::desk::Desk;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Icon, Notice};
use runs::model::status::Tone;

pub fn ask(desk: Desk, approval: Approval) {
    desk.decision.unread.set(Some(approval));
    desk.globals.toasts.announce(t().decide.evidence_unread);
}

/// What is shown now needs no question.
pub fn follow(desk: Desk) {
    Effect::new(move |_| {
        if !desk.evidence.is_unread() {
            desk.decision.unread.set(None);
        }
    });
}

pub fn notice(desk: Desk) -> Option<Html> {
    let words = t().decide;
    let approval = desk.decision.unread.get()?;
    // The form may have been edited since it was asked: everything else is checked again.
    let all_the_same = move |_| submit::approve(desk, Approval { unseen: true, ..approval });
    let actions = view! {
        <button type="button" class="sl-btn sl-btn--sm" on:click=all_the_same>{words.approve_unread}</button>
    };
    Some(view! {
        <div role="alert">
            <Notice tone=Tone::Wait icon=Icon::Warn fact=words.evidence_unread next=words.evidence_unread_next actions=actions.view() />
        </div>
    })
}
