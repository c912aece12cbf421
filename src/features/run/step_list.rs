use super::state::RunState;
use crate::prelude::*;
use crate::routes;
use crate::strings::t;
use crate::ui::StatusLabel;
use runs::model::Step;

/// Rows drawn at once; the rest comes on request.
const ROWS: usize = 100;

/// Every step, try and iteration in the vendor's order.
#[component]
pub fn StepList(state: RunState) -> Html {
    let words = t().run;
    let shown = RwSignal::new(ROWS);
    let steps = state.part(|before, now| before.steps == now.steps);
    live(move || {
        let detail = steps.get()?;
        if detail.steps.is_empty() {
            return Some(view! { <p class="sl-panel__body sl-panel__body--top sl-sm sl-2">{words.no_steps}</p> });
        }
        let rows: Vec<_> = detail.steps.iter().take(shown.get()).map(|step| row(state, step)).collect();
        let cut = detail.steps_cut.then(|| view! { <p class="sl-panel__foot sl-xs sl-2">{(words.steps_cut)(detail.steps.len())}"."</p> });
        let more = detail.steps.len().saturating_sub(shown.get());
        Some(view! {
            <table class="sl-grid sl-grid--stack">
                <thead>
                    <tr>
                        <th scope="col">{words.column_step}</th>
                        <th scope="col">{words.column_status}</th>
                        <th scope="col">{words.column_kind}</th>
                        <th scope="col" class="sl-num">{words.column_try}</th>
                        <th scope="col" class="sl-num">{words.column_lasted}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {cut}
            {(more > 0).then(|| view! {
                <p class="sl-panel__foot">
                    <button type="button" class="sl-btn" on:click=move |_| shown.update(|shown| *shown += ROWS)>{(words.show_more)(more.min(ROWS))}</button>
                </p>
            })}
        })
    })
}

fn row(state: RunState, step: &Step) -> Html {
    let words = t().run;
    let lasted = step.duration_ms.or_else(|| step.started_at?.until(step.finished_at?));
    let iteration = step.iteration.map(|at| view! { <small class="sl-2">" "{(words.iterations)(at + 1, at + 1)}</small> });
    view! {
        <tr>
            <td><a href=routes::step_fragment(&step.id) on:click=move |_| state.show_steps()><bdi>{step.name.clone()}</bdi></a>{iteration}</td>
            <td><StatusLabel status=step.status.clone() /></td>
            <td data-l=words.column_kind><bdi>{step.kind.clone()}</bdi></td>
            <td class="sl-num" data-l=words.column_try>{step.attempt}</td>
            <td class="sl-num" data-l=words.column_lasted>{lasted.map_or(t().shared.none.to_owned(), t().shared.duration)}</td>
        </tr>
    }
}
