use crate::prelude::*;
use crate::state::globals;
use crate::ui::{Glyph, Icon};

/// One message at a time, and the live region for screen readers.
#[component]
pub fn ToastRegion() -> Html {
    let toasts = globals().toasts;
    view! {
        <p class="sl-vh" role="status">{move || toasts.said.get()}</p>
        <div
            class="sl-toasts"
            on:mouseenter=move |_| toasts.held.set(true)
            on:mouseleave=move |_| toasts.held.set(false)
            on:focusin=move |_| toasts.held.set(true)
            on:focusout=move |_| toasts.held.set(false)
        >
            {move || {
                toasts.shown.get().map(|toast| {
                    let icon = if toast.alert { Icon::Warn } else { Icon::Check };
                    view! {
                        <div class="sl-toast">
                            <Glyph icon=icon />
                            <span>{toast.text}</span>
                            {toast.link.map(|(words, href)| view! { <a class="sl-btn sl-btn--sm" href=href>{words}</a> })}
                        </div>
                    }
                })
            }}
        </div>
    }
}
