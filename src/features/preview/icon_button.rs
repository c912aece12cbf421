//! A small button with an icon.

use crate::prelude::*;
use crate::ui::{Glyph, Icon};

/// A small button with an icon and an accessible name.
pub fn icon_button(icon: Icon, label: &'static str, off: impl Fn() -> bool + Copy + 'static, act: impl Fn() + 'static) -> Html {
    view! {
        <button
            type="button"
            class="sl-btn sl-btn--icon sl-btn--quiet sl-btn--sm"
            aria-label=label
            title=label
            aria-disabled=move || off().then_some("true")
            on:click=move |_| act()
        >
            <Glyph icon=icon />
        </button>
    }
}
