use super::state::RunState;
use crate::prelude::*;
use crate::routes;
use crate::strings::t;
use crate::ui::{Code, Glyph, Icon, copy, cut, vendor_told};
use runs::Json;
use runs::model::{RunDetail, RunError};

/// Why the run failed: in the vendor's words, with stage, code and stack, and the way to the step.
#[component]
pub fn Problem(state: RunState) -> Html {
    let failed = state.part(|before, now| before.run.error == now.run.error && before.steps == now.steps);
    live(move || failed.get().and_then(|detail| detail.run.error.clone().map(|error| problem(state, &detail, error))))
}

fn problem(state: RunState, detail: &RunDetail, error: RunError) -> Html {
    let words = t().run;
    // A selected step has a region for its own error.
    let label = format!("{}: {}", words.error, (words.title)(&state.name()));
    let failed = detail.failed_step();
    // An id that belongs to no step of the answer still says where to look.
    let step = failed.map(|step| &step.name).or(error.step_name.as_ref()).or(error.step.as_ref());
    let title =
        step.map(|step| view! { <strong><bdi class="sl-clamp" title=(words.error_in)(step)>{(words.error_in)(step)}</bdi></strong>" " });
    let tags: Vec<_> = error.stage.iter().map(|stage| (words.stage)(stage)).chain(error.code.clone()).collect();
    let text = [Some(error.message.as_str()), error.details.as_deref(), error.stack.as_deref()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("\n\n");
    let copy = move |_| copy(text.clone(), t().shared.copied);
    view! {
        <section class="sl-note" data-tone="fail" aria-label=label>
            <Glyph icon=Icon::Failed />
            <div class="sl-stack sl-stack--2">
                <p>{title}{vendor_told(error.message)}</p>
                {(!tags.is_empty()).then(|| view! {
                    <p class="sl-xs sl-row sl-row--wrap">{tags.into_iter().map(|tag| view! { <span class="sl-tag">{cut(tag)}</span> }).collect::<Vec<_>>()}</p>
                })}
                {error.details.map(|details| fold(words.details, details))}
                {error.stack.map(|stack| fold(words.stack, stack))}
            </div>
            <span class="sl-row">
                <button type="button" class="sl-btn sl-btn--sm sl-btn--quiet" on:click=copy><Glyph icon=Icon::Copy />{words.copy_error}</button>
                {failed.map(|step| view! { <a class="sl-btn sl-btn--sm" href=routes::step_fragment(&step.id) on:click=move |_| state.show_steps()>{words.go_to_step}</a> })}
            </span>
        </section>
    }
}

fn fold(name: &'static str, text: String) -> Html {
    view! {
        <details class="sl-fold">
            <summary><Glyph icon=Icon::Right small=true flip=true />{name}</summary>
            <Code value=Json::String(text) label=name />
        </details>
    }
}
