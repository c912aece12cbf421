use super::desk::Desk;
use crate::data::presence::{Here, attend, everybody};
use crate::platform::clock;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon, Notice};
use runs::status::Tone;

/// Tells others that this review is open here, and says who else has it open.
pub fn beside(desk: Desk) -> Html {
    let place = desk.place();
    let others = attend(place.connection, place.run, place.review);
    let note = move || {
        let others = others.get();
        let since = others.first()?.since;
        let since = (t().shared.moment)(clock::local(since), clock::local(clock::now()));
        let fact = (t().presence.open_elsewhere)(&names(&others), &since);
        Some(
            view! { <div role="status" data-presence=""><Notice tone=Tone::Idle icon=Icon::User fact=fact next=t().presence.advisory /></div> },
        )
    };
    live(note)
}

/// Who has a review of this run open, for its row in the queue.
pub fn holder(connection: &str, run: &str) -> Html {
    let all = everybody();
    let (connection, run) = (connection.to_owned(), run.to_owned());
    let names = Memo::new(move |_| {
        let here: Vec<Here> = all.with(|all| all.iter().filter(|here| here.connection == connection && here.run == run).cloned().collect());
        (!here.is_empty()).then(|| names(&here))
    });
    live(move || {
        names.get().map(|names| {
            let words = (t().presence.held)(&names);
            view! { <span class="sl-status sl-xs" data-tone="idle" data-holder=""><Glyph icon=Icon::User small=true /><span>{words}</span></span> }
        })
    })
}

fn names(here: &[Here]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for one in here {
        let name = if one.who.is_empty() { t().presence.unnamed } else { &one.who };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}
