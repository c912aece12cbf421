use crate::platform::clock;
use crate::prelude::*;
use crate::state::globals;
use crate::strings::t;
use runs::Timestamp;

/// A moment as `12 s ago`, following the clock; ISO 8601 on hover.
#[component]
pub fn Ago(at: Timestamp) -> Html {
    let tick = globals().tick;
    let iso = clock::iso_local(at);
    view! { <time datetime=iso.clone() title=iso>{move || (t().shared.ago)(tick.since(at))}</time> }
}

/// A moment as `Today, 10:48:12`; ISO 8601 on hover.
#[component]
pub fn Moment(at: Timestamp) -> Html {
    let iso = clock::iso_local(at);
    view! { <time datetime=iso.clone() title=iso>{move || moment_words(at)}</time> }
}

/// The same as words; "today" ends at midnight.
pub fn moment_words(at: Timestamp) -> String {
    let tick = globals().tick;
    // Read, not only tracked: a memo that nobody has read yet follows nothing.
    tick.day.get();
    // By the clock that the day follows: another might turn it unseen.
    (t().shared.moment)(clock::local(at), clock::local(tick.now.get_untracked()))
}
