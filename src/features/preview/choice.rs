//! Choices of encoding and separator.

use crate::prelude::*;
use crate::strings::t;
use console::file::charset::{CHOICES, Encoding, Why};

/// In what a text is encoded, and what says so; another may be chosen.
pub fn encoding(found: &Encoding, chosen: RwSignal<Option<Encoding>>) -> Html {
    let words = t().preview;
    let own = (!CHOICES.contains(&found.label.as_str())).then(|| found.label.clone());
    let option = |label: String| {
        let selected = label == found.label;
        view! { <option value=label.clone() selected=selected>{label}</option> }
    };
    let options: Vec<Html> = own.into_iter().chain(CHOICES.map(str::to_owned)).map(option).collect();
    let choose = move |event| chosen.set(Some(Encoding { label: event_target_value(&event), why: Why::Chosen }));
    view! {
        <label class="sl-row sl-preview__choice">
            <span class="sl-xs sl-2">{words.encoding}</span>
            <select class="sl-input sl-select" on:change=choose>{options}</select>
            <span class="sl-xs sl-2">{(words.encoding_why)(found.why)}</span>
        </label>
    }
}

/// What separates the cells of a table; another sign may be chosen.
pub fn separator(found: char, chosen: RwSignal<Option<char>>) -> Html {
    let words = t().preview;
    let own = (!console::file::cells::SEPARATORS.contains(&found)).then_some(found);
    let option = |sign: char| view! { <option value=sign.to_string() selected=sign == found>{(words.separator_name)(sign)}</option> };
    let options: Vec<Html> = own.into_iter().chain(console::file::cells::SEPARATORS).map(option).collect();
    let choose = move |event| chosen.set(event_target_value(&event).chars().next());
    view! {
        <label class="sl-row sl-preview__choice">
            <span class="sl-xs sl-2">{words.separator}</span>
            <select class="sl-input sl-select" on:change=choose>{options}</select>
        </label>
    }
}
