use super::state::RunState;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, status_icon};

/// The run's attempts, where there was more than one.
#[component]
pub fn Attempts(state: RunState) -> Html {
    let words = t().run;
    let attempts = state.part(|before, now| before.attempts == now.attempts && before.run.attempt == now.run.attempt);
    live(move || {
        let detail = attempts.get()?;
        let current = detail.run.attempt;
        if detail.attempts.len() < 2 {
            return current.filter(|attempt| *attempt > 1).map(|attempt| view! { <span class="sl-tag">{(words.attempt)(attempt)}</span> });
        }
        let one = |attempt: &runs::model::Attempt| {
            let icon = attempt.status.as_ref().map(|status| view! { <Glyph icon=status_icon(status.kind) small=true /> });
            let here = (Some(attempt.number) == current).then_some("true");
            view! { <li class="sl-tag" aria-current=here>{icon}{(words.attempt)(attempt.number)}</li> }
        };
        Some(
            view! { <ol class="sl-row sl-row--tight" aria-label=words.attempts>{detail.attempts.iter().map(one).collect::<Vec<_>>()}</ol> },
        )
    })
}
