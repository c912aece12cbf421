use crate::data::audit::{Entry, Value};
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon};

/// Changes shown at once; the others unfold.
const SHOWN: usize = 3;

/// What was changed, field by field: before → after.
pub fn changes(entry: &Entry) -> Html {
    let words = t().audit;
    if entry.changes.is_empty() {
        return t().shared.none.view();
    }
    let lines: Vec<Html> = entry
        .changes
        .iter()
        .map(|change| {
            let path = change.path.clone();
            view! {
                <li>
                    <bdi class="sl-mono">{if path.is_empty() { words.everything.to_owned() } else { path }}</bdi>
                    " "{value(change.before.as_ref(), true)}
                    <span class="sl-vh">{words.became}</span><Glyph icon=Icon::Right small=true flip=true />
                    {value(change.after.as_ref(), false)}
                </li>
            }
        })
        .collect();
    let missing = entry.changes_total.saturating_sub(lines.len() as u64);
    let mut lines = lines.into_iter();
    let first: Vec<Html> = lines.by_ref().take(SHOWN).collect();
    let rest: Vec<Html> = lines.collect();
    let unfold = (!rest.is_empty()).then(|| {
        view! {
            <details class="sl-fold">
                <summary><Glyph icon=Icon::Right small=true />{(words.more_changes)(rest.len())}</summary>
                <ul class="sl-audit__ch">{rest}</ul>
            </details>
        }
    });
    view! {
        <ul class="sl-audit__ch">{first}</ul>
        {unfold}
        {(missing > 0).then(|| view! { <p class="sl-xs sl-2">{(words.in_export)(missing)}</p> })}
    }
}

fn value(value: Option<&Value>, before: bool) -> Html {
    let words = t().audit;
    let text = match value {
        None => return view! { <span class="sl-2">{words.absent}</span> },
        Some(value) if value.text.is_empty() => return view! { <span class="sl-2">{words.blank}</span> },
        Some(value) if value.cut => format!("{}…", value.text),
        Some(value) => value.text.clone(),
    };
    if before {
        view! { <del><bdi>{text}</bdi></del> }
    } else {
        view! { <ins><bdi>{text}</bdi></ins> }
    }
}
