use crate::platform::{page, storage};
use crate::prelude::*;
use crate::strings::t;
use console::file::sheet::Separator;

const KEPT: &str = "separator";

/// The one chosen last; else what the spreadsheets of the browser's language most likely expect.
pub fn usual_separator() -> Separator {
    let kept = storage::get(KEPT).and_then(|word| Separator::of_word(&word));
    kept.unwrap_or(if page::decimal_comma() { Separator::Semicolon } else { Separator::Comma })
}

/// What stands between the cells of a file for spreadsheets.
#[component]
pub fn SeparatorChoice(chosen: RwSignal<Separator>) -> Html {
    let words = t().export;
    let option = |separator: Separator| {
        let selected = chosen.get_untracked() == separator;
        view! { <option value=separator.word() selected=selected>{(words.separator_name)(separator)}</option> }
    };
    let choose = move |event| {
        if let Some(separator) = Separator::of_word(&event_target_value(&event)) {
            storage::set(KEPT, separator.word());
            chosen.set(separator);
        }
    };
    view! {
        <label class="sl-when">
            <span>{words.separator}</span>
            <select class="sl-input sl-select" on:change=choose>{Separator::ALL.into_iter().map(option).collect::<Vec<_>>()}</select>
        </label>
    }
}
