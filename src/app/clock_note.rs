use super::lazy::{Part, part};
use crate::platform::clock;
use crate::prelude::*;
use crate::state::globals;
use crate::strings::t;
use crate::ui::{Icon, Notice};
use runs::model::status::Tone;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60_000;

/// Says that this computer's clock is off: whoever compares the times here with it should know. How it is said comes with the second
/// module.
#[component]
pub fn ClockNote() -> Html {
    let tick = globals().tick;
    let behind = Memo::new(move |_| {
        tick.now.track();
        // It is measured anew with each answer: what is said does not change with every second.
        clock::behind().map(|millis| {
            let unit = if millis.abs() < MINUTE { SECOND } else { MINUTE };
            (millis + unit / 2).div_euclid(unit) * unit
        })
    });
    let note = move || behind.get().map(|millis| part(Part::ClockOff(millis)));
    view! { <div class="sl-topnote" role="status">{note}</div> }
}

/// By so many milliseconds; above zero it is behind.
#[component]
pub fn ClockOff(millis: i64) -> Html {
    let words = t().clock;
    view! { <Notice tone=Tone::Wait icon=Icon::Clock fact=(words.off)(millis) next=words.off_next /> }
}
