use crate::net;
use crate::platform::page;
use crate::prelude::*;
use crate::state::{LONGEST_NAME, globals};
use crate::strings::t;
use crate::ui::{error_toast, follow_open};
use leptos::html::{Dialog, Input};

/// Asks once who decides; the name stays in this browser.
#[component]
pub fn NameDialog() -> Html {
    let identity = globals().identity;
    if identity.signed_in {
        return signed_in();
    }
    let words = t().who;
    let dialog = NodeRef::<Dialog>::new();
    let input = NodeRef::<Input>::new();
    let wrong = RwSignal::new(false);
    let begin = move || {
        wrong.set(false);
        if let Some(input) = input.get_untracked() {
            input.set_value(&identity.name.get_untracked().unwrap_or_default());
        }
    };
    follow_open(dialog, move || identity.asking.get(), begin);
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
                <h2 id="name-title" class="sl-dialog__title">{words.title}</h2>
                <div class="sl-field">
                    <label for="name">{words.label}</label>
                    <input node_ref=input id="name" class="sl-input" autocomplete="name" aria-describedby="name-help name-wrong" aria-invalid=move || wrong.get().then_some("true") on:input=move |_| wrong.set(false) />
                    <p id="name-wrong" class="sl-field__x err" role="alert">{move || wrong.get().then(|| (words.too_long)(LONGEST_NAME))}</p>
                </div>
                <p id="name-help" class="sl-xs sl-2">{words.help}</p>
                <div class="sl-dialog__act">
                    <button type="button" class="sl-btn" on:click=move |_| identity.asking.set(false)>{words.cancel}</button>
                    <button type="submit" class="sl-btn sl-btn--primary">{words.save}</button>
                </div>
            </form>
        </dialog>
    }
}

/// Who is signed in, and the way out.
fn signed_in() -> Html {
    let (identity, words) = (globals().identity, t().who);
    let person = globals().session.person();
    let name = person.as_ref().map(|person| person.name.clone()).unwrap_or_default();
    let dialog = NodeRef::<Dialog>::new();
    follow_open(dialog, move || identity.asking.get(), || {});
    let leave = move |_| {
        leptos::task::spawn_local(async move {
            match net::sign_out().await {
                Ok(to) => page::leave_for(&to),
                Err(error) => globals().toasts.show(error_toast(&error, t().shell.product)),
            }
        });
    };
    let out = person.is_some_and(|person| person.sign_out).then(|| {
        view! { <button type="button" class="sl-btn" on:click=leave>{words.sign_out}</button> }
    });
    view! {
        <dialog node_ref=dialog class="sl-dialog" aria-labelledby="name-title" on:close=move |_| identity.asking.set(false)>
            <div class="sl-stack">
                <h2 id="name-title" class="sl-dialog__title sl-wrap">{(t().shell.signed_in)(&name)}</h2>
                <p class="sl-sm sl-2">{words.signed_in_help}</p>
                <div class="sl-dialog__act">
                    {out}
                    <button type="button" class="sl-btn sl-btn--primary" autofocus=true on:click=move |_| identity.asking.set(false)>{words.signed_in_close}</button>
                </div>
            </div>
        </dialog>
    }
}
