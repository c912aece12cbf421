use crate::app::{Part, part};
use crate::features::history::state::HistoryState;
use crate::platform::page;
use crate::prelude::*;
use crate::ui::{Glyph, Icon};
use leptos::html::{Details, Input};

/// A filter as a menu: its summary says what is chosen, Escape closes it. What is inside is built when it is opened first.
pub fn menu(
    class: &'static str,
    legend: &'static str,
    summary: impl Fn() -> String + 'static,
    on: impl Fn() -> bool + 'static,
    inside: impl Fn() -> Html + 'static,
) -> Html {
    let details = NodeRef::<Details>::new();
    let opened = RwSignal::new(false);
    view! {
        <details
            class=class
            node_ref=details
            data-on=move || on().then_some("")
            on:toggle=move |_| {
                if !opened.get_untracked() {
                    opened.set(true);
                }
            }
            on:keydown=move |press| {
                if press.key() == "Escape" {
                    close(details);
                }
            }
        >
            <summary class="sl-btn">{summary}" "<Glyph icon=Icon::Down small=true /></summary>
            <div class="sl-menu__pop" role="group" aria-label=legend>{move || opened.get().then(|| untrack(&inside))}</div>
        </details>
    }
}

/// Closes a menu, and leaves the focus on what opens it: what had it inside is hidden.
pub fn close(details: NodeRef<Details>) {
    let Some(details) = details.get_untracked() else { return };
    details.set_open(false);
    if let Ok(Some(summary)) = details.query_selector("summary") {
        page::focus_in_place(summary);
    }
}

/// A menu whose contents are drawn when it is opened.
pub fn later_menu(history: HistoryState, icon: Icon, label: &'static str, contents: fn(HistoryState) -> Part) -> Html {
    let details = NodeRef::<Details>::new();
    let open = RwSignal::new(false);
    view! {
        <details
            class="sl-menu sl-menu--end sl-menu--tool"
            node_ref=details
            on:toggle=move |_| open.set(details.get_untracked().is_some_and(|details| details.open()))
            on:keydown=move |press| {
                if press.key() == "Escape" {
                    close(details);
                }
            }
        >
            <summary class="sl-btn sl-btn--quiet" title=label>
                <Glyph icon=icon /><span class="sl-menu__word">{label}</span>
            </summary>
            <div class="sl-menu__pop" role="group" aria-label=label>{move || open.get().then(|| part(contents(history)))}</div>
        </details>
    }
}

/// One line of text and its button, as a menu asks for a name.
pub fn line_form(
    id: &'static str,
    label: &'static str,
    hint: &'static str,
    input: NodeRef<Input>,
    button: Html,
    submit: impl Fn() + 'static,
) -> Html {
    view! {
        <form
            class="sl-menu__form"
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            <label for=id>{label}</label>
            <input id=id class="sl-input" type="text" autocomplete="off" placeholder=hint node_ref=input />
            {button}
        </form>
    }
}
