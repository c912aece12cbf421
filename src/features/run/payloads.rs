use super::state::RunState;
use crate::prelude::*;
use crate::routes;
use crate::strings::t;
use crate::ui::Code;
use runs::Json;
use runs::model::RunDetail;

/// Steps named at once; the tab of steps has all of them.
const NAMED: usize = 20;

/// The data that the run started with and the data that it ended with.
#[component]
pub fn Payloads(state: RunState) -> Html {
    let words = t().run;
    let payloads = state.part(|before, now| before.inputs == now.inputs && before.outputs == now.outputs && before.steps == now.steps);
    live(move || {
        payloads.get().map(|detail| {
            let outputs = values(&detail.outputs, words.outputs).unwrap_or_else(|| in_steps(state, &detail));
            let inputs = values(&detail.inputs, words.inputs).unwrap_or_else(|| view! { <p class="sl-sm sl-2">{words.no_inputs}</p> });
            view! {
                <div class="sl-panel__body sl-panel__body--top sl-stack" data-part="payloads">
                    <h2>{words.outputs}</h2>
                    {outputs}
                    <h2>{words.inputs}</h2>
                    {inputs}
                </div>
            }
        })
    })
}

/// What the steps put out, where the run itself names no outputs.
fn in_steps(state: RunState, detail: &RunDetail) -> Html {
    let words = t().run;
    let with = || detail.steps.iter().filter(|step| step.output.is_some());
    let all = with().count();
    if all == 0 {
        return view! { <p class="sl-sm sl-2">{(words.no_outputs)(state.vendor())}</p> };
    }
    // What came last is most likely the result.
    let links = with().rev().take(NAMED).map(|step| {
        view! { <li><a href=routes::step_fragment(&step.id) on:click=move |_| state.show_steps()><bdi>{step.name.clone()}</bdi></a></li> }
    });
    let links: Vec<_> = links.collect();
    let more = all.saturating_sub(NAMED);
    view! {
        <p class="sl-sm">{(words.outputs_in_steps)(state.vendor(), all)}</p>
        <ul class="sl-sm">{links}</ul>
        {(more > 0).then(|| view! { <p class="sl-xs sl-2">{(words.more_steps)(more)}</p> })}
    }
}

fn values(values: &[(String, Json)], name: &'static str) -> Option<Html> {
    let one = |(label, value): &(String, Json)| {
        let title = (!label.is_empty()).then(|| view! { <h3><bdi title=label.clone()>{label.clone()}</bdi></h3> });
        view! { {title}<Code value=value.clone() label=format!("{name} {label}") /> }
    };
    (!values.is_empty()).then(|| values.iter().map(one).collect::<Vec<_>>().view())
}
