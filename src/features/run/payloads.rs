use super::view::View;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::Code;
use runs::Json;

/// The data that the run started with and the data that it ended with.
#[component]
pub fn Payloads(view: View) -> Html {
    let words = t().run;
    let payloads = view.part(|before, now| before.inputs == now.inputs && before.outputs == now.outputs);
    live(move || {
        payloads.get().map(|detail| {
            view! {
                <div class="sl-panel__body sl-panel__body--top sl-stack" data-part="payloads">
                    <h2>{words.outputs}</h2>
                    {values(&detail.outputs, words.outputs, words.no_outputs)}
                    <h2>{words.inputs}</h2>
                    {values(&detail.inputs, words.inputs, words.no_inputs)}
                </div>
            }
        })
    })
}

fn values(values: &[(String, Json)], name: &'static str, none: &'static str) -> Html {
    if values.is_empty() {
        return view! { <p class="sl-sm sl-2">{none}</p> };
    }
    values
        .iter()
        .map(|(label, value)| {
            let title = (!label.is_empty()).then(|| view! { <h3><bdi title=label.clone()>{label.clone()}</bdi></h3> });
            view! { {title}<Code value=value.clone() label=format!("{name} {label}") /> }
        })
        .collect::<Vec<_>>()
        .view()
}
