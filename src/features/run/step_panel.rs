use super::facts::{fact_rows, other_rows, row};
use super::state::RunState;
use crate::prelude::*;
use crate::routes::Page;
use crate::strings::t;
use crate::ui::{Code, Glyph, Icon, Moment, StatusLabel, copy_address, output_prose, prose};
use runs::model::status::Tone;
use runs::model::{RunDetail, Step};
use runs::{Json, StatusKind, Timestamp};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Payload {
    Input,
    Output,
}

/// The step that the address names: its times, its input, output and error.
#[component]
pub fn StepPanel(state: RunState) -> Html {
    let words = t().run;
    let chosen = Memo::new(move |_| {
        let detail = state.live.value.get()?;
        // Unless the address names one, the step that the run waits at or failed at says most.
        let found = match state.step.get() {
            Some(wanted) => detail.steps.iter().find(|step| step.id == wanted),
            None => detail.steps.iter().find(|step| step.status.kind.tone() == Tone::Wait).or_else(|| detail.failed_step()),
        };
        found.map(|step| (step.clone(), review_page(state, &detail, step)))
    });
    view! {
        <aside aria-label=words.step_panel>
            {move || match chosen.get() {
                Some((step, review)) => view! { <Selected state=state step=step review=review /> },
                None => view! { <p class="sl-panel__body sl-panel__body--top sl-sm sl-2">{words.choose_step}</p> },
            }}
        </aside>
    }
}

#[component]
fn Selected(state: RunState, step: Step, review: Option<String>) -> Html {
    let words = t().run;
    let shows = RwSignal::new(if step.output.is_some() { Payload::Output } else { Payload::Input });
    let review = review.map(|href| view! { <a class="sl-btn" href=href>{words.review_now}</a> });
    let choice = move |what: Payload, name: &'static str| {
        view! { <button type="button" aria-pressed=move || (shows.get() == what).to_string() on:click=move |_| shows.set(what)>{name}</button> }
    };
    let error = step.error.clone().map(|error| {
        let text = [Some(error.message), error.details, error.stack].into_iter().flatten().collect::<Vec<_>>().join("\n\n");
        view! { <Code value=Json::String(text) label=words.error /> }
    });
    let (input, output, formatted) = (step.input.clone(), step.output.clone(), output_prose(&step));
    let data = move || match shows.get() {
        Payload::Input => payload(input.clone(), words.input, (words.no_input)(state.vendor())),
        Payload::Output => match formatted.clone() {
            Some(blocks) => prose(blocks, words.output),
            None => payload(output.clone(), words.output, words.no_output.to_owned()),
        },
    };
    view! {
        <div class="sl-panel__head">
            <h3><bdi title=step.name.clone()>{step.name.clone()}</bdi></h3>
            <StatusLabel status=step.status.clone() badge=true />
            <span class="sl-push"></span>
            <button
                type="button"
                class="sl-btn sl-btn--icon sl-btn--quiet sl-btn--sm"
                aria-label=words.copy_step_link
                title=words.copy_step_link
                on:click=|_| copy_address()
            >
                <Glyph icon=Icon::Link />
            </button>
        </div>
        <div class="sl-panel__body sl-stack">
            <dl class="sl-facts sl-facts--rows">{rows(&step)}</dl>
            {error}
            <div class="sl-seg" role="group" aria-label=words.step_panel>{choice(Payload::Input, words.input)}{choice(Payload::Output, words.output)}</div>
            {data}
            {review}
        </div>
    }
}

fn payload(value: Option<Json>, label: &'static str, none: String) -> Html {
    match value {
        Some(value) => view! { <Code value=value label=label /> },
        None => view! { <p class="sl-sm sl-2">{none}</p> },
    }
}

fn rows(step: &Step) -> Vec<Html> {
    let words = t().run;
    let mut rows = Vec::new();
    let mut moment = |name: &str, at: Option<Timestamp>| {
        if let Some(at) = at {
            rows.push(row(name.to_owned(), view! { <Moment at=at /> }));
        }
    };
    moment(words.started, step.started_at);
    moment(words.finished, step.finished_at);
    if let Some(lasted) = step.duration_ms {
        rows.push(row(words.duration.into(), (t().shared.duration)(lasted).view()));
    }
    if let Some(kind) = &step.kind {
        rows.push(row(words.column_kind.into(), view! { <bdi>{kind.clone()}</bdi> }));
    }
    if step.attempt > 1 {
        rows.push(row(words.column_try.into(), step.attempt.view()));
    }
    rows.push(row(words.step_id.into(), view! { <bdi class="sl-mono sl-wrap">{step.id.clone()}</bdi> }));
    rows.extend(fact_rows(&step.facts));
    rows.extend(other_rows(&step.other));
    rows
}

/// Where a step that waits is reviewed.
fn review_page(state: RunState, detail: &RunDetail, step: &Step) -> Option<String> {
    if step.status.kind != StatusKind::Waiting {
        return None;
    }
    let review =
        detail.reviews.iter().find(|review| review.id == step.node || review.id == step.id).or(match detail.reviews.as_slice() {
            [only] => Some(only),
            _ => None,
        })?;
    let page = Page::Review {
        connection: state.connection().id,
        run: detail.run.id.clone(),
        review: review.id.clone(),
        flow: Some(detail.run.flow.clone()),
    };
    Some(page.href())
}
