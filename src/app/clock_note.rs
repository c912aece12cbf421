use crate::platform::clock;
use crate::prelude::*;
use crate::state::globals;
use crate::strings::t;
use crate::ui::{Icon, Notice};
use runs::status::Tone;

/// Says that this computer's clock is off: whoever compares the times here with it should know.
#[component]
pub fn ClockNote() -> Html {
    let tick = globals().tick;
    let behind = Memo::new(move |_| {
        tick.now.track();
        clock::behind().map(|millis| (millis + 500).div_euclid(1_000) * 1_000)
    });
    let note = move || {
        let words = t().shell;
        behind
            .get()
            .map(|millis| view! { <Notice tone=Tone::Wait icon=Icon::Clock fact=(words.clock_off)(millis) next=words.clock_off_next /> })
    };
    view! { <div class="sl-topnote" role="status">{note}</div> }
}
