use super::state::RunState;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::Code;

/// The vendor's answers as they came.
#[component]
pub fn Raw(state: RunState) -> Html {
    let raw = state.part(|before, now| before.raw == now.raw);
    live(move || {
        raw.get().map(|detail| {
            let answers: Vec<_> = detail
                .raw
                .iter()
                .map(|(call, answer)| view! { <h3 class="sl-mono"><bdi>{call.clone()}</bdi></h3><Code value=answer.clone() label=call.clone() /> })
                .collect();
            view! {
                <div class="sl-panel__body sl-panel__body--top sl-stack">
                    <p class="sl-sm sl-2">{(t().run.raw_help)(state.vendor())}</p>
                    {answers}
                </div>
            }
        })
    })
}
