use super::facts::{fact_rows, other_rows};
use super::state::RunState;
use crate::prelude::*;
use crate::strings::t;

/// Metadata, further documented fields, and fields that no document names.
#[component]
pub fn Details(state: RunState) -> Html {
    let words = t().run;
    let part = move |title: &'static str, rows: Vec<Html>, none: Option<&'static str>| {
        let body = if rows.is_empty() {
            none.map(|none| view! { <p class="sl-sm sl-2">{none}</p> })
        } else {
            Some(view! { <dl class="sl-facts sl-facts--rows">{rows}</dl> })
        };
        body.map(|body| view! { <h2>{title}</h2>{body} })
    };
    let shown = state.part(|before, now| {
        let same = before.run.metadata == now.run.metadata && before.facts == now.facts;
        same && before.attempts == now.attempts && before.other == now.other
    });
    live(move || {
        shown.get().map(|detail| {
            let attempts: Vec<_> = detail.attempts.iter().flat_map(|attempt| other_rows(&attempt.other)).collect();
            view! {
                <div class="sl-panel__body sl-panel__body--top sl-stack">
                    {part(words.metadata, other_rows(&detail.run.metadata), Some(words.no_metadata))}
                    {part(words.facts, fact_rows(&detail.facts), None)}
                    {part(words.attempts, attempts, None)}
                    {part(words.other_fields, other_rows(&detail.other), None)}
                </div>
            }
        })
    })
}
