use crate::prelude::*;
use crate::ui::{Glyph, Icon};
use leptos::html::Details;

/// A filter as a menu: its summary says what is chosen, Escape closes it.
pub fn menu(
    class: &'static str,
    legend: &'static str,
    summary: impl Fn() -> String + 'static,
    on: impl Fn() -> bool + 'static,
    inside: Html,
) -> Html {
    let details = NodeRef::<Details>::new();
    view! {
        <details
            class=class
            node_ref=details
            data-on=move || on().then_some("")
            on:keydown=move |event| {
                if event.key() == "Escape" && let Some(details) = details.get_untracked() {
                    details.set_open(false);
                }
            }
        >
            <summary class="sl-btn">{summary}" "<Glyph icon=Icon::Down small=true /></summary>
            <div class="sl-menu__pop" role="group" aria-label=legend>{inside}</div>
        </details>
    }
}
