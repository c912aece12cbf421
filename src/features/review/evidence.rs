use super::desk::Desk;
use super::earlier;
use crate::features::preview::{Marking, PANE, Preview};
use crate::prelude::*;
use crate::routes::Page;
use crate::strings::t;
use crate::ui::{Glyph, Icon, cut};
use runs::model::{File, FileRole};
use std::cell::RefCell;

thread_local! {
    /// The field of the document that was opened last: the next review opens its own of the same field.
    static OPENED: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// What the run has brought so far: its documents, and the outputs of earlier steps with what it started with.
pub fn evidence(desk: Desk) -> Html {
    let words = t().sources;
    let connection = desk.connection();
    let can = connection.dialect.adapter().capabilities().files;
    // What is open stays open while the rest is read.
    let files = Memo::new(move |_| desk.run.with(|run| run.as_ref().map(|run| run.files.clone()).unwrap_or_default()));
    let readable = move || files.get().into_iter().filter(|file| file.role != FileRole::Drive).collect::<Vec<_>>();
    let documents = Memo::new(move |_| if can { readable() } else { Vec::new() });
    let open = RwSignal::new(None::<usize>);
    Effect::new(move |known: Option<bool>| {
        let known = known.unwrap_or(false);
        let again = documents.with(|documents| {
            OPENED.with_borrow(|field| documents.iter().position(|file| file.id.is_some() && Some(&file.field) == field.as_ref()))
        });
        // Only once, when they come: afterwards the person chooses.
        if !known && again.is_some() {
            open.set(again);
        }
        known || documents.with(|documents| !documents.is_empty())
    });
    let choose = move |at: Option<usize>| {
        OPENED.replace(at.and_then(|at| documents.with_untracked(|documents| documents.get(at).map(|file| file.field.clone()))));
        open.set(at);
    };
    let tab = move |at: Option<usize>, name: Html| {
        view! { <button type="button" aria-pressed=move || (open.get() == at).to_string() on:click=move |_| choose(at)>{name}</button> }
    };
    let tabs = move || {
        let all = documents.get();
        let named = |(at, file): (usize, &File)| {
            let name = view! { <Glyph icon=Icon::File small=true />{cut(file.name.clone())} };
            tab(Some(at), name)
        };
        (!all.is_empty()).then(|| {
            let files: Vec<Html> = all.iter().enumerate().map(named).collect();
            view! {
                <div class="sl-seg sl-sources__choice" role="group" aria-label=words.choice>{tab(None, words.steps.view())}{files}</div>
            }
        })
    };
    let (id, vendor, marking) = (connection.id, desk.vendor(), desk.marking);
    let shown = move || {
        let file = open.get().and_then(|at| documents.with(|documents| documents.get(at).cloned()));
        match file {
            Some(file) => document(&id, vendor, file, marking),
            None => earlier::earlier(desk, files, can),
        }
    };
    view! {
        <section class="sl-review__d" aria-label=t().review.evidence id=PANE data-document=move || open.get().is_some()>
            <div class="sl-review__bar"><h2 class="sl-cut sl-sources__title">{t().review.evidence}</h2>{tabs}</div>
            {marking.strip()}
            {shown}
        </section>
    }
}

fn document(connection: &str, vendor: &'static str, file: File, marking: Marking) -> Html {
    view! { <div class="sl-doc sl-doc--file"><Preview connection=connection vendor=vendor file=file marking=marking /></div> }
}

/// Where the run's own page is.
pub fn run_page(desk: Desk) -> String {
    let place = desk.place();
    let flow = desk.read.with(|read| read.as_ref().map(|read| read.flow.clone())).or(place.flow);
    Page::Run { connection: place.connection, run: place.run, flow }.href()
}
