use crate::data::Live;
use crate::prelude::*;
use crate::state::globals;
use crate::strings::t;

/// How old what is shown is: live, not current, or finished.
#[component]
pub fn Fresh<T: Send + Sync + 'static>(live: Live<T>) -> Html {
    let tick = globals().tick;
    let stale = move || live.error.get().is_some();
    let text = move || {
        let words = t().shell;
        let Some(at) = live.read_at.get() else { return if stale() { words.not_read } else { words.reading }.to_owned() };
        let ago = (t().shared.ago)(tick.since(at));
        if stale() {
            (words.stale)(&ago)
        } else if live.finished.get() {
            (words.finished)(&ago)
        } else {
            (words.live)(&ago)
        }
    };
    // The text changes every second: only the change of state is announced.
    let state = move || match (stale(), live.read_at.get()) {
        (false, _) => String::new(),
        (true, None) => t().shell.not_read.to_owned(),
        (true, Some(_)) => (t().shell.stale)(""),
    };
    view! {
        <span class="sl-fresh" data-state=move || if stale() { "stale" } else { "live" }>
            <span class="sl-fresh__dot" aria-hidden="true"></span>
            <span>{text}</span>
            <span class="sl-vh" role="status">{state}</span>
        </span>
    }
}
