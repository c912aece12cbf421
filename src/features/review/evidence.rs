use super::desk::Desk;
use crate::prelude::*;
use crate::routes::Page;
use crate::strings::t;
use crate::ui::{Code, Glyph, Icon, StatusLabel};
use runs::model::{RunDetail, Step};
use runs::{Json, StatusKind};

/// Steps shown with their outputs; the run's page has them all.
const SHOWN: usize = 20;

/// What the run has brought so far: the outputs of earlier steps, newest first, and what it started with.
pub fn evidence(desk: Desk) -> Html {
    let words = t().review;
    let body = move || {
        let run = desk.run.get();
        let steps = desk.read.with(|read| read.as_ref().map(|read| read.evidence.clone())).unwrap_or_default();
        let steps = match (&run, steps.is_empty()) {
            (Some(run), true) => run.steps.clone(),
            _ => steps,
        };
        let mut parts: Vec<Html> =
            steps.iter().rev().filter(|step| step.output.is_some() || step.error.is_some()).take(SHOWN).map(part).collect();
        if let Some(run) = &run {
            parts.extend(data(words.input, &run.inputs));
            parts.extend(files(run));
        }
        if parts.is_empty() {
            let none = if run.is_some() { words.no_evidence } else { t().shared.loading };
            parts.push(view! { <p class="sl-sm sl-2">{none}</p> });
        }
        parts
    };
    view! {
        <section class="sl-review__d" aria-label=words.evidence>
            <div class="sl-review__bar"><Glyph icon=Icon::File /><h2 class="sl-cut">{words.evidence}</h2></div>
            <div class="sl-doc sl-scroll" tabindex="0" role="region" aria-label=words.evidence_region>
                <div class="sl-paper sl-stack">{body}</div>
            </div>
        </section>
    }
}

fn part(step: &Step) -> Html {
    let words = t().review;
    let output = step.output.clone().map(|value| {
        let label = (words.output_of)(&step.name);
        view! { <Code value=value label=label /> }
    });
    let error = step.error.as_ref().map(|error| view! { <p class="sl-sm"><bdi>{error.message.clone()}</bdi></p> });
    let unusual = step.status.kind != StatusKind::Completed;
    let status = unusual.then(|| view! { <StatusLabel status=step.status.clone() /> });
    view! { <div class="sl-stack sl-stack--2"><h3><bdi>{step.name.clone()}</bdi></h3>{status}{error}{output}</div> }
}

fn data(title: &'static str, values: &[(String, Json)]) -> Vec<Html> {
    let one = |(label, value): &(String, Json)| {
        let name = if label.is_empty() { title.to_owned() } else { format!("{title}: {label}") };
        view! { <div class="sl-stack sl-stack--2"><h3><bdi>{name.clone()}</bdi></h3><Code value=value.clone() label=name /></div> }
    };
    values.iter().map(one).collect()
}

fn files(run: &RunDetail) -> Option<Html> {
    let names: Vec<Html> = run.files.iter().map(|file| view! { <li><bdi>{file.name.clone()}</bdi></li> }).collect();
    (!names.is_empty()).then(|| view! { <div class="sl-stack sl-stack--2"><h3>{t().run.files}</h3><ul class="sl-sm">{names}</ul></div> })
}

/// Where the run's own page is.
pub fn run_page(desk: Desk) -> String {
    let place = desk.place();
    let flow = desk.read.with(|read| read.as_ref().map(|read| read.flow.clone())).or(place.flow);
    Page::Run { connection: place.connection, run: place.run, flow }.href()
}
