use crate::prelude::*;
use crate::state::{LONGEST_NAME, globals};
use crate::strings::t;
use leptos::html::{Dialog, Input};

/// Asks once who decides; the name stays in this browser.
#[component]
pub fn NameDialog() -> Html {
    let identity = globals().identity;
    let words = t().shell;
    let dialog = NodeRef::<Dialog>::new();
    let input = NodeRef::<Input>::new();
    let wrong = RwSignal::new(false);
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        wrong.set(false);
        if identity.asking.get() {
            if let Some(input) = input.get_untracked() {
                input.set_value(&identity.name.get_untracked().unwrap_or_default());
            }
            dialog.show_modal().ok();
        } else if dialog.open() {
            dialog.close();
        }
    });
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(input) = input.get_untracked() else { return };
        if identity.set(&input.value()) {
            identity.asking.set(false);
        } else {
            wrong.set(true);
            input.focus().ok();
        }
    };
    view! {
        <dialog node_ref=dialog class="sl-dialog" aria-labelledby="name-title" on:close=move |_| identity.asking.set(false)>
            <form class="sl-stack" on:submit=save>
                <h2 id="name-title" class="sl-dialog__title">{words.name_title}</h2>
                <div class="sl-field">
                    <label for="name">{words.name_label}</label>
                    <input node_ref=input id="name" class="sl-input" autocomplete="name" aria-describedby="name-help name-wrong" aria-invalid=move || wrong.get().then_some("true") on:input=move |_| wrong.set(false) />
                    <p id="name-wrong" class="sl-field__x err" role="alert">{move || wrong.get().then(|| (words.name_long)(LONGEST_NAME))}</p>
                </div>
                <p id="name-help" class="sl-xs sl-2">{words.name_help}</p>
                <div class="sl-dialog__act">
                    <button type="button" class="sl-btn" on:click=move |_| identity.asking.set(false)>{words.name_cancel}</button>
                    <button type="submit" class="sl-btn sl-btn--primary">{words.name_save}</button>
                </div>
            </form>
        </dialog>
    }
}
