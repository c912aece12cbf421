//! Earlier decisions, outputs of earlier steps and inputs of the run.

use crate::features::preview::{DocumentText, Marked, MarkedProse, Marking, SHOWN};
use crate::features::review::desk::Desk;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{FailureNote, Moment, StatusLabel, output_prose};
use console::places::Text;
use console::prose::{self, Block};
use console::text::readable::readable;
use runs::model::{FactName, FactValue, File, Step};
use runs::{Json, StatusKind};
use std::sync::Arc;

/// Steps shown with their outputs; the run's page has them all.
const STEPS: usize = 20;

/// Earlier decisions, the outputs of earlier steps, newest first, and what the run started with; values are marked in all of them.
pub fn steps(desk: Desk, files: Memo<Vec<File>>, can: bool) -> Html {
    let words = t().review;
    let body = move || {
        let (run, failure) = desk.evidence.run.handle(
            || (None, None),
            |error, retry| (None, Some(view! { <FailureNote error=error.clone() source=desk.dialect() retry=retry /> })),
            |run| (Some(Arc::clone(run)), None),
        );
        let steps = desk.read.with(|read| read.as_ref().map(|read| read.evidence.clone())).unwrap_or_default();
        let steps = match (&run, steps.is_empty()) {
            (Some(run), true) => run.steps.clone(),
            _ => steps,
        };
        let mut blocks = Blocks { marking: desk.evidence.marking, pieces: Vec::new() };
        let mut parts: Vec<Html> = decisions(&steps).into_iter().collect();
        let told = steps.iter().rev().filter(|step| step.output.is_some() || step.error.is_some()).take(STEPS);
        parts.extend(told.map(|step| blocks.step(step)));
        for (label, value) in run.iter().flat_map(|run| &run.inputs) {
            let name = if label.is_empty() { words.input.to_owned() } else { format!("{}: {label}", words.input) };
            parts.push(blocks.block(name.clone(), name, value, None));
        }
        if parts.is_empty() && failure.is_none() && files.with(Vec::is_empty) {
            let none = if run.is_some() { words.no_evidence } else { t().shared.loading };
            parts.push(view! { <p class="sl-sm sl-2">{none}</p> });
        }
        parts.extend(failure);
        let pieces = Arc::new(blocks.pieces);
        desk.evidence.marking.file.set(None);
        desk.evidence.marking.text.set(if pieces.is_empty() { DocumentText::Closed } else { DocumentText::Read { pieces, cut: false } });
        parts
    };
    // Where the bytes cannot be had, the names still tell what there was.
    let names = move || {
        let names: Vec<Html> = files.with(|files| files.iter().map(|file| view! { <li><bdi>{file.name.clone()}</bdi></li> }).collect());
        (!can && !names.is_empty()).then(|| {
            let none = (t().preview.none)(desk.vendor());
            view! { <div class="sl-stack sl-stack--2"><h3>{t().run.files}</h3><ul class="sl-sm">{names}</ul><p class="sl-xs sl-2">{none}</p></div> }
        })
    };
    view! {
        <div class="sl-doc sl-scroll" tabindex="0" role="region" aria-label=words.evidence_region>
            <div class="sl-paper sl-stack">{names}{body}</div>
        </div>
    }
}

/// Values shown one after the other, and searched as one document.
struct Blocks {
    marking: Marking,
    pieces: Vec<String>,
}

impl Blocks {
    fn block(&mut self, title: String, label: String, value: &Json, more: Option<Html>) -> Html {
        let base = self.pieces.len();
        self.pieces.extend(Text::of(value, SHOWN).pieces());
        let (marking, value) = (self.marking, value.clone());
        titled(title, more, view! { <Marked value=value label=label marking=Some(marking) base=base /> })
    }

    fn prose(&mut self, title: String, label: String, blocks: Vec<Block>, more: Option<Html>) -> Html {
        let base = self.pieces.len();
        self.pieces.extend(prose::pieces(&blocks));
        let marking = self.marking;
        titled(title, more, view! { <MarkedProse blocks=blocks label=label marking=Some(marking) base=base /> })
    }

    fn step(&mut self, step: &Step) -> Html {
        let error = step.error.as_ref().map(|error| view! { <p class="sl-sm"><bdi>{readable(&error.message)}</bdi></p> });
        let unusual = step.status.kind != StatusKind::Completed;
        let status = unusual.then(|| view! { <StatusLabel status=step.status.clone() /> });
        let more = view! { {status}{error} };
        let label = (t().review.output_of)(&step.name);
        match (&step.output, output_prose(step)) {
            (Some(_), Some(blocks)) => self.prose(step.name.clone(), label, blocks, Some(more)),
            (Some(output), None) => self.block(step.name.clone(), label, output, Some(more)),
            (None, _) => {
                view! { <div class="sl-stack sl-stack--2"><h3><bdi title=step.name.clone()>{step.name.clone()}</bdi></h3>{more}</div> }
            }
        }
    }
}

fn titled(title: String, more: Option<Html>, value: Html) -> Html {
    view! { <div class="sl-stack sl-stack--2"><h3><bdi title=title.clone()>{title}</bdi></h3>{more}{value}</div> }
}

/// What people decided before in this run: what, when, by whom and why, as far as the vendor says.
fn decisions(steps: &[Step]) -> Option<Html> {
    let fact = |step: &Step, name: FactName| step.facts.iter().find(|fact| fact.name == name).map(|fact| fact.value.clone());
    let decided = |step: &&Step| {
        matches!(step.status.kind, StatusKind::Approved | StatusKind::Rejected)
            || matches!(fact(step, FactName::ReviewApproved), Some(FactValue::Flag(_)))
    };
    let text = |step: &Step, name: FactName| match fact(step, name) {
        Some(FactValue::Text(text)) if !text.is_empty() => Some(text),
        _ => None,
    };
    let one = |step: &Step| {
        let at = match fact(step, FactName::ReviewedAt) {
            Some(FactValue::Time(at)) => Some(at),
            _ => step.finished_at,
        };
        let when = at.map(|at| view! { " "<span class="sl-sm sl-2"><Moment at=at /></span> });
        let by = text(step, FactName::ReviewedBy).map(|by| view! { " "<bdi class="sl-sm sl-2">{(t().sources.decided_by)(&by)}</bdi> });
        let why = text(step, FactName::Reason).map(|why| view! { <p class="sl-sm"><bdi>{why}</bdi></p> });
        view! { <li><bdi>{step.name.clone()}</bdi>" "<StatusLabel status=step.status.clone() />{when}{by}{why}</li> }
    };
    let all: Vec<Html> = steps.iter().filter(decided).map(one).collect();
    (!all.is_empty()).then(|| {
        view! { <div class="sl-stack sl-stack--2"><h3>{t().sources.decisions}</h3><ul class="sl-sources__decisions">{all}</ul></div> }
    })
}
