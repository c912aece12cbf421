use super::dialog::BulkDialog;
use super::job::{Stage, allowed_here, current, dismiss, prepare};
use super::matching::{Matching, matching};
use crate::data::Connection;
use crate::features::history::export::{ExportDialog, What};
use crate::features::history::list::select::forget;
use crate::features::history::state::HistoryState;
use crate::platform::press::Press;
use crate::prelude::*;
use crate::routes::Page;
use crate::state::globals;
use crate::strings::t;
use crate::ui::{Glyph, Icon};
use runs::deciding::bulk::{Exclusion, Verb};

/// How many runs are chosen and what can be done with them; while something is done, how it goes.
#[component]
pub fn BulkBar(history: HistoryState) -> Html {
    let words = t().bulk;
    let selection = globals().selection;
    let count = Memo::new(move |_| selection.picked.with(Vec::len));
    // Apart from the count: one more run chosen takes the focus from nothing.
    let any = Memo::new(move |_| count.get() > 0);
    let open = RwSignal::new(false);
    let exporting = RwSignal::new(false);
    let walking = Matching::new();
    follow(history);
    let keys = move |press: Press| {
        if press.key() == "Escape" && !open.get_untracked() && !exporting.get_untracked() {
            forget();
        }
    };
    view! {
        <div class="sl-bulk" role="region" aria-label=words.region on:keydown=keys>
            {move || under_way(open)}
            {move || any.get().then(|| view! {
                <strong role="status">{move || (words.selected)(count.get())}</strong>
                {(!history.all.get_untracked()).then(|| matching(history, walking))}
                <span class="sl-push sl-not-c"></span>
                {move || verbs(history, open)}
                <button type="button" class="sl-btn sl-btn--sm" on:click=move |_| exporting.set(true)><Glyph icon=Icon::Download />{words.export}</button>
                <button type="button" class="sl-btn sl-btn--sm sl-btn--quiet" on:click=|_| forget()>{words.clear}</button>
            })}
            <BulkDialog open=open />
            {move || exporting.get().then(|| view! { <ExportDialog history=history open=exporting what=What::Chosen /> })}
        </div>
    }
}

/// The list is read again when something came to its end: deleted runs go, others show what became of them.
fn follow(history: HistoryState) {
    Effect::new(move |before: Option<Option<Stage>>| {
        let job = current();
        let stage = job.as_ref().map(|job| job.stage.get());
        if stage == Some(Stage::Ended) && before.is_some_and(|before| before == Some(Stage::Going)) {
            // Over all connections what changed comes with the next answers.
            if job.is_some_and(|job| job.verb == Verb::Delete) {
                history.reload();
            } else if !history.all.get_untracked() {
                history.list.live.refresh();
            }
        }
        stage
    });
}

/// What was begun and is not looked at.
fn under_way(open: RwSignal<bool>) -> Option<Html> {
    let words = t().bulk;
    let job = current().filter(|job| job.stage.get() != Stage::Asking)?;
    let (verb, tally, ended) = (job.verb, job.tally.clone(), job.stage.get() == Stage::Ended);
    let show = move |_| {
        job.watched.set(true);
        open.set(true);
    };
    Some(view! {
        <span role="status">{move || tally.with(|tally| (words.progress)(verb, tally))}</span>
        <button type="button" class="sl-btn sl-btn--sm" on:click=show>{words.show}</button>
        {ended.then(|| view! { <button type="button" class="sl-btn sl-btn--sm sl-btn--quiet" on:click=|_| dismiss()>{words.dismiss}</button> })}
    })
}

/// One button for each thing that the vendors of the chosen runs can do, and what they cannot.
fn verbs(history: HistoryState, open: RwSignal<bool>) -> Html {
    let words = t().bulk;
    let connections = connections();
    let vendors: Vec<&str> = connections.iter().map(|connection| connection.dialect.vendor()).collect();
    let vendors = vendors.join(", ");
    let mut buttons = Vec::new();
    let mut no_call = Vec::new();
    for verb in Verb::ALL {
        let (able, out) = able(verb, &connections);
        if able == 0 && out == Some(Exclusion::NoCall) {
            no_call.push(verb);
        } else {
            buttons.push(button(history, open, verb, able, (able == 0).then(|| (words.none_can)(verb, &vendors, out))));
        }
    }
    view! {
        {(!no_call.is_empty()).then(|| view! { <span class="sl-xs sl-2 sl-bulk__why">{(words.no_call)(&vendors, &no_call)}</span> })}
        {buttons}
    }
}

fn button(history: HistoryState, open: RwSignal<bool>, verb: Verb, able: usize, why: Option<String>) -> Html {
    let icon = match verb {
        Verb::Cancel => Icon::Close,
        Verb::Rerun => Icon::Redo,
        Verb::Delete => Icon::Trash,
    };
    let (off, title) = (why.as_ref().map(|_| "true"), why.clone());
    let press = move |_| match &why {
        // A title is not seen on a touch screen.
        Some(why) => globals().toasts.say(why.clone()),
        None if prepare(verb, Page::Runs(history.address.get_untracked()).href()) => open.set(true),
        None => globals().toasts.say(t().bulk.busy),
    };
    view! {
        <button type="button" class="sl-btn sl-btn--sm" aria-disabled=off title=title on:click=press>
            <Glyph icon=icon />{(t().bulk.verb)(verb, able)}
        </button>
    }
}

/// The connections of the chosen runs.
fn connections() -> Vec<Connection> {
    let mut ids: Vec<String> = Vec::new();
    globals().selection.picked.with(|picked| {
        for picked in picked {
            if !ids.contains(&picked.connection) {
                ids.push(picked.connection.clone());
            }
        }
    });
    ids.iter().filter_map(|id| globals().session.connection(id)).collect()
}

/// How many of the chosen runs can, and why others cannot: what all of those say, else the last of them.
fn able(verb: Verb, connections: &[Connection]) -> (usize, Option<Exclusion>) {
    let (mut able, mut why) = (0, None);
    globals().selection.picked.with(|picked| {
        for picked in picked {
            let Some(connection) = connections.iter().find(|connection| connection.id == picked.connection) else { continue };
            match allowed_here(verb, connection, &picked.run) {
                Ok(()) => able += 1,
                Err(out) if why.is_none() || out != Exclusion::NoCall => why = Some(out),
                Err(_) => {}
            }
        }
    });
    (able, why)
}
