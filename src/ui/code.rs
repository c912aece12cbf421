use super::{Glyph, Icon};
use crate::platform::page;
use crate::prelude::*;
use crate::state::globals;
use crate::strings::t;
use runs::Json;

/// Characters shown of one value: a vendor's answer may have megabytes.
const SHOWN: usize = 60_000;

/// A JSON value, or plain text, as it came; long ones are cut in sight and copied whole.
#[component]
pub fn Code(value: Json, #[prop(into)] label: String) -> Html {
    let text = match &value {
        Json::String(text) => text.clone(),
        // Indenting cannot fail for a value that was parsed.
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    };
    let all = text.chars().count();
    let shown: String = if all > SHOWN { text.chars().take(SHOWN).collect() } else { text.clone() };
    let toasts = globals().toasts;
    let copy = move |_| {
        let text = text.clone();
        leptos::task::spawn_local(async move {
            if page::copy(&text).await { toasts.say(t().shared.copied) } else { toasts.warn(t().shared.not_copied) }
        });
    };
    view! {
        <div class="sl-codebox">
            <code class="sl-code" tabindex="0" role="region" aria-label=label>{shown}</code>
            <button type="button" class="sl-btn sl-btn--sm sl-btn--quiet sl-btn--icon" aria-label=t().run.copy title=t().run.copy on:click=copy>
                <Glyph icon=Icon::Copy />
            </button>
            {(all > SHOWN).then(|| view! { <p class="sl-xs sl-2">{(t().shared.shortened)(SHOWN, all)}</p> })}
        </div>
    }
}
