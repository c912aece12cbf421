//! Presence: tells others that this review is open here, and shows who else has it open.

use super::desk::Desk;
use crate::prelude::*;
use crate::state::presence::{Here, attend};
use crate::strings::t;
use crate::ui::{Icon, Notice, moment_words};
use runs::model::status::Tone;

/// Tells others that this review is open here, and says who else has it open.
pub fn notice(desk: Desk) -> Html {
    let place = desk.address();
    let others = attend(place.connection, place.run, place.review);
    let declared = if desk.globals.identity.signed_in { "" } else { t().who.names_self_declared };
    let advisory = [t().presence.advisory, declared].join(" ");
    let note = move || {
        let others = others.get();
        let since = moment_words(others.first()?.since);
        let fact = (t().presence.open_elsewhere)(&names(&others), &since);
        Some(view! { <div role="status" data-presence=""><Notice tone=Tone::Idle icon=Icon::User fact=fact next=advisory.clone() /></div> })
    };
    live(note)
}

/// Each name once.
pub fn names(here: &[Here]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for one in here {
        let name = if one.who.is_empty() { t().presence.unnamed } else { &one.who };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}
