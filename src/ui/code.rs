use super::{Glyph, Icon, copy};
use crate::prelude::*;
use crate::strings::t;
use console::places::Text;
use runs::Json;
use runs::value::json::first_flaw;

/// Characters shown of one value: a vendor's answer may have megabytes.
const SHOWN: usize = 60_000;

/// A JSON value, or plain text, as people read it; long ones are cut in sight. Copied is all of it, as it came.
#[component]
pub fn Code(value: Json, #[prop(into)] label: String) -> Html {
    let text = match &value {
        Json::String(text) => text.clone(),
        other => format!("{other:#}"),
    };
    let flaw = first_flaw(&value).map(|(path, found)| (t().shared.not_valid_at)(&path, found));
    let all = text.chars().count();
    let shown = Text::of(&value, SHOWN).text;
    let copy = move |_| copy(text.clone(), t().shared.copied);
    view! {
        <div class="sl-codebox">
            <code class="sl-code" tabindex="0" role="region" aria-label=label>{shown}</code>
            <button type="button" class="sl-btn sl-btn--sm sl-btn--quiet sl-btn--icon" aria-label=t().run.copy title=t().run.copy on:click=copy>
                <Glyph icon=Icon::Copy />
            </button>
            {flaw.map(|flaw| view! { <p class="sl-xs sl-2">{flaw}</p> })}
            {(all > SHOWN).then(|| view! { <p class="sl-xs sl-2">{(t().shared.shortened)(SHOWN, all)}</p> })}
        </div>
    }
}
