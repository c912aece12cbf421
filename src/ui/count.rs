use crate::prelude::*;
use crate::strings::t;

/// How many wait, as a badge; `more` says that there are more than were counted.
pub fn waiting_badge(count: u64, more: bool) -> Html {
    let digits = (t().shared.count)(count);
    let digits = if more { format!("{digits}+") } else { digits };
    view! {
        <span class="sl-count sl-count--wait">
            <span class="sl-vh">{(t().shell.waiting_count)(count)}</span>
            <span aria-hidden="true">{digits}</span>
        </span>
    }
}
