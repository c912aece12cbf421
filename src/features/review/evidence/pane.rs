//! The pane of the evidence: tabs of the documents and earlier steps.

use super::document_choice::{DocumentChoice, Shown};
use super::steps;
use crate::features::preview::{Marking, PANE, Preview};
use crate::features::review::desk::Desk;
use crate::net::Bytes;
use crate::prelude::*;
use crate::routes::Page;
use crate::strings::t;
use crate::ui::{Glyph, Icon, cut};
use runs::Dialect;
use runs::model::{File, FileRole};
use std::sync::Arc;

/// What the run has brought so far: its documents, and the outputs of earlier steps with what it started with.
pub fn evidence(desk: Desk) -> Html {
    let words = t().sources;
    let connection = desk.connection();
    let can = connection.dialect.adapter().capabilities().files;
    // What is open stays open while the rest is read.
    let files = Memo::new(move |_| desk.evidence.run.handle(Vec::new, |_, _| Vec::new(), |run| run.files.clone()));
    let readable = move || files.get().into_iter().filter(|file| file.role != FileRole::Drive).collect::<Vec<_>>();
    let documents = Memo::new(move |_| if can { readable() } else { Vec::new() });
    let choice = DocumentChoice::new(desk, documents);
    let open = choice.shown;
    let tab = move |at: Shown, name: Html| {
        view! { <button type="button" aria-pressed=move || (open.get() == at).to_string() on:click=move |_| choice.choose(at)>{name}</button> }
    };
    let tabs = move || {
        let all = documents.get();
        let named = |(at, file): (usize, &File)| {
            let name = view! { <Glyph icon=Icon::File small=true />{cut(file.name.clone())} };
            tab(Shown::Document(at), name)
        };
        (!all.is_empty()).then(|| {
            let files: Vec<Html> = all.iter().enumerate().map(named).collect();
            view! {
                <div class="sl-seg sl-sources__choice" role="group" aria-label=words.choice>{tab(Shown::Steps, words.steps.view())}{files}</div>
            }
        })
    };
    let (id, run, dialect, marking) = (connection.id, desk.address().run, desk.dialect(), desk.evidence.marking);
    let shown = move || {
        let Shown::Document(at) = open.get() else {
            return match open.get() {
                Shown::Comparing => view! { <p class="sl-sm sl-2 sl-sources__wait" role="status">{words.comparing}</p> },
                _ => steps::steps(desk, files, can),
            };
        };
        match documents.with(|documents| documents.get(at).cloned()) {
            Some(file) => document(&id, &run, dialect, choice.bytes(&file), file, marking),
            None => steps::steps(desk, files, can),
        }
    };
    view! {
        <section class="sl-review__d" aria-label=t().review.evidence id=PANE data-document=move || matches!(open.get(), Shown::Document(_))>
            <div class="sl-review__bar"><h2 class="sl-cut sl-sources__title">{t().review.evidence}</h2>{tabs}</div>
            {marking.strip()}
            {shown}
        </section>
    }
}

fn document(connection: &str, run: &str, dialect: Dialect, known: Option<Arc<Bytes>>, file: File, marking: Marking) -> Html {
    view! {
        <div class="sl-doc sl-doc--file"><Preview connection=connection run=run dialect=dialect file=file known=known marking=Some(marking) /></div>
    }
}

/// Where the run's own page is.
pub fn run_page(desk: Desk) -> String {
    let place = desk.address();
    let flow = desk.read.with(|read| read.as_ref().map(|read| read.flow.clone())).or(place.flow);
    Page::Run { connection: place.connection, run: place.run, flow }.href()
}
