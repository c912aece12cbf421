use crate::platform::clock;
use crate::prelude::*;
use crate::routes;
use crate::state::globals;
use crate::strings::t;
use crate::ui::{Glyph, Icon};

/// One message at a time, and the live region for screen readers.
#[component]
pub fn ToastRegion() -> Html {
    let toasts = globals().toasts;
    view! {
        <p class="sl-vh" role="status">{move || toasts.said.get()}</p>
        <div
            class="sl-toasts"
            role=move || any().then_some("region")
            aria-label=move || any().then_some(t().shell.messages)
            on:mouseenter=move |_| toasts.held.set(true)
            on:mouseleave=move |_| toasts.held.set(false)
            on:focusin=move |_| toasts.held.set(true)
            on:focusout=move |_| toasts.held.set(false)
        >
            {held}
            {move || {
                toasts.shown.get().map(|toast| {
                    let icon = if toast.alert { Icon::Warn } else { Icon::Check };
                    view! {
                        <div class="sl-toast">
                            <Glyph icon=icon />
                            <span>{toast.text}</span>
                            {toast.link.map(|(words, href)| {
                                // Leads to a sign-in that stands in front of this page: there, this page would be lost.
                                let aside = (href == routes::here()).then_some("_blank");
                                view! { <a class="sl-btn sl-btn--sm" href=href target=aside>{words}</a> }
                            })}
                        </div>
                    }
                })
            }}
        </div>
    }
}

/// A landmark only while there is something in it.
fn any() -> bool {
    let globals = globals();
    globals.toasts.shown.with(Option::is_some) || globals.deciding.held.with(|held| !held.is_empty())
}

/// What can still be taken back. The line shrinks by itself; drawn anew, it goes on where it was.
fn held() -> Vec<Html> {
    let now = clock::now();
    let draw = |held: crate::state::Held| {
        let left = u32::try_from(held.until.since(now)).unwrap_or(0);
        let undo = held.undo;
        let key = held.keys.map(|keys| view! { " "<kbd class="sl-kbd">{keys}</kbd> });
        view! {
            <div class="sl-toast sl-toast--held" data-held=held.id>
                <Glyph icon=Icon::Clock />
                <span>{held.text}</span>
                <button type="button" class="sl-btn sl-btn--sm" on:click=move |_| undo.run(())>{held.undo_words}{key}</button>
                <i class="sl-toast__line" aria-hidden="true" style:--window=millis(held.window) style:--gone=millis(held.window.saturating_sub(left))></i>
            </div>
        }
    };
    globals().deciding.held.get().into_iter().map(draw).collect()
}

fn millis(count: u32) -> String {
    let mut text = count.to_string();
    text.push_str("ms");
    text
}
