//! Preferences: the undo window, and whether drafts are kept on this device.

use crate::features::review::desk::Desk;
use crate::features::review::form::SaveState;
use crate::prelude::*;
use crate::state::{drafts, preferences};
use crate::strings::t;
use leptos::html::{Dialog, Input};

/// The way to the preferences about deciding, and their dialog.
pub fn preferences(desk: Desk) -> Html {
    let words = t().decide;
    let session = desk.globals.session;
    let fixed = session.shared_device();
    let dialog = NodeRef::<Dialog>::new();
    let seconds = NodeRef::<Input>::new();
    let shared = NodeRef::<Input>::new();
    let open = move |_| {
        if let (Some(dialog), Some(seconds), Some(shared)) = (dialog.get_untracked(), seconds.get_untracked(), shared.get_untracked()) {
            seconds.set_value(&preferences::undo_seconds().to_string());
            shared.set_checked(preferences::shared_device(session));
            dialog.show_modal().ok();
        }
    };
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let (Some(seconds), Some(shared)) = (seconds.get_untracked(), shared.get_untracked()) else { return };
        if let Ok(chosen) = seconds.value().trim().parse() {
            preferences::set_undo_seconds(chosen);
        }
        if !fixed {
            let (before, now) = (preferences::shared_device(session), shared.checked());
            preferences::set_shared_device(now);
            match (before, now) {
                (false, true) => {
                    desk.form.storage.state.set(SaveState::Off);
                    leptos::task::spawn_local(drafts::forget_all());
                }
                (true, false) => desk.resume_saving(),
                _ => {}
            }
        }
        close();
        desk.globals.toasts.say(words.preferences_kept);
    };
    view! {
        <button type="button" class="sl-btn sl-btn--quiet sl-btn--sm" aria-haspopup="dialog" on:click=open>{words.preferences}</button>
        <dialog node_ref=dialog class="sl-dialog" aria-labelledby="preferences-title">
            <form class="sl-stack" on:submit=save>
                <h2 id="preferences-title" class="sl-dialog__title">{words.preferences_title}</h2>
                <div class="sl-field">
                    <label for="undo-seconds">{words.undo_seconds}</label>
                    <input
                        node_ref=seconds
                        id="undo-seconds"
                        class="sl-input sl-input--short"
                        type="number"
                        min="0"
                        max=preferences::WINDOW_MOST
                        step="1"
                        required=true
                        aria-describedby="undo-help"
                    />
                    <p id="undo-help" class="sl-xs sl-2">{words.undo_help}</p>
                </div>
                <div class="sl-stack sl-stack--2">
                    <label class="sl-row"><input node_ref=shared type="checkbox" disabled=fixed aria-describedby="shared-help" />{words.shared_device}</label>
                    <p id="shared-help" class="sl-xs sl-2">{if fixed { words.shared_fixed } else { words.shared_help }}</p>
                </div>
                <div class="sl-dialog__act">
                    <button type="button" class="sl-btn" on:click=move |_| close()>{words.cancel}</button>
                    <button type="submit" class="sl-btn sl-btn--primary">{words.save}</button>
                </div>
            </form>
        </dialog>
    }
}
