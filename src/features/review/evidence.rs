use super::desk::Desk;
use crate::features::preview::Preview;
use crate::prelude::*;
use crate::routes::Page;
use crate::strings::t;
use crate::ui::{Code, Glyph, Icon, StatusLabel};
use runs::model::{File, Step};
use runs::{Json, StatusKind};
use wasm_bindgen::JsCast;

/// Steps shown with their outputs; the run's page has them all.
const SHOWN: usize = 20;

/// What the run has brought so far: the outputs of earlier steps, newest first, and what it started with.
pub fn evidence(desk: Desk) -> Html {
    let words = t().review;
    // What is open stays open while the rest is read.
    let documents = Memo::new(move |_| desk.run.with(|run| run.as_ref().map(|run| run.files.clone()).unwrap_or_default()));
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
        }
        if parts.is_empty() && documents.with(Vec::is_empty) {
            let none = if run.is_some() { words.no_evidence } else { t().shared.loading };
            parts.push(view! { <p class="sl-sm sl-2">{none}</p> });
        }
        parts
    };
    view! {
        <section class="sl-review__d" aria-label=words.evidence>
            <div class="sl-review__bar"><Glyph icon=Icon::File /><h2 class="sl-cut">{words.evidence}</h2></div>
            <div class="sl-doc sl-scroll" tabindex="0" role="region" aria-label=words.evidence_region>
                <div class="sl-paper sl-stack">{move || files(desk, &documents.get())}{body}</div>
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

/// The run's files, each to be opened where it stands.
fn files(desk: Desk, files: &[File]) -> Option<Html> {
    let connection = desk.connection();
    let has = connection.dialect.adapter().capabilities().files;
    let one = |file: &File| {
        let shown = if has {
            let (id, file, vendor) = (connection.id.clone(), file.clone(), desk.vendor());
            let open = RwSignal::new(false);
            let toggle = move |event: web_sys::Event| {
                let details = event.target().and_then(|at| at.dyn_into::<web_sys::HtmlDetailsElement>().ok());
                open.set(details.is_some_and(|details| details.open()));
            };
            let name = file.name.clone();
            view! {
                <details class="sl-preview__file" on:toggle=toggle>
                    <summary><Glyph icon=Icon::File small=true />" "<bdi>{name}</bdi></summary>
                    {move || open.get().then(|| view! { <Preview connection=id.clone() vendor=vendor file=file.clone() /> })}
                </details>
            }
        } else {
            view! { <p class="sl-sm"><bdi>{file.name.clone()}</bdi></p> }
        };
        view! { <li>{shown}</li> }
    };
    let names: Vec<Html> = files.iter().map(one).collect();
    let none = (!has).then(|| view! { <p class="sl-xs sl-2">{(t().preview.none)(desk.vendor())}</p> });
    (!names.is_empty()).then(|| {
        view! { <div class="sl-stack sl-stack--2"><h3>{t().run.files}</h3><ul class="sl-sm sl-preview__files">{names}</ul>{none}</div> }
    })
}

/// Where the run's own page is.
pub fn run_page(desk: Desk) -> String {
    let place = desk.place();
    let flow = desk.read.with(|read| read.as_ref().map(|read| read.flow.clone())).or(place.flow);
    Page::Run { connection: place.connection, run: place.run, flow }.href()
}
