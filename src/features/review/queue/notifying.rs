//! The switch for notifications.

use crate::features::notifications::{on, switch_off, switch_on};
use crate::platform::notify::{self, Permission};
use crate::prelude::*;
use crate::strings::t;

/// The switch for notifications, and why there are none where the browser refuses.
pub fn notifying() -> Html {
    let words = t().presence;
    let told = RwSignal::new(match notify::permission() {
        Permission::Unsupported => words.notify_unsupported,
        Permission::Denied => words.notify_denied,
        Permission::Granted | Permission::Open => "",
    });
    let chosen = RwSignal::new(on());
    let switch = move |event: web_sys::Event| {
        if !event_target_checked(&event) {
            switch_off();
            chosen.set(false);
            return;
        }
        leptos::task::spawn_local(async move {
            let permission = switch_on().await;
            chosen.try_set(permission == Permission::Granted);
            // The box was ticked by the click: what came of it decides.
            chosen.notify();
            told.try_set(match permission {
                Permission::Granted => "",
                Permission::Denied => words.notify_denied,
                Permission::Open => words.notify_refused,
                Permission::Unsupported => words.notify_unsupported,
            });
        });
    };
    view! {
        <div class="sl-row sl-row--wrap sl-notify">
            <label class="sl-check">
                <input
                    type="checkbox"
                    prop:checked=move || chosen.get()
                    disabled=notify::permission() == Permission::Unsupported
                    on:change=switch
                />
                {words.notify}
            </label>
            <span class="sl-xs sl-2" role="status">{move || told.get()}</span>
        </div>
    }
}
