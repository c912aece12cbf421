use super::job::{Job, Stage, current, dismiss, go};
use super::lists::lists;
use crate::platform::page;
use crate::prelude::*;
use crate::state::globals;
use crate::strings::t;
use crate::ui::follow_open;
use leptos::html::Dialog;
use runs::deciding::bulk::Verb;
use std::rc::Rc;

/// What would be done and what it means, then how it goes.
#[component]
pub fn BulkDialog(open: RwSignal<bool>) -> Html {
    let dialog = NodeRef::<Dialog>::new();
    follow_open(dialog, move || open.get(), || {});
    let closed = move |_| {
        open.set(false);
        leave();
    };
    on_cleanup(leave);
    let inside = move || if open.get() { current().map(|job| content(job, open)) } else { None };
    view! {
        <dialog node_ref=dialog class="sl-dialog sl-dialog--wide sl-several" aria-labelledby="bulk-runs-title" on:close=closed>{inside}</dialog>
    }
}

/// What was only asked about is forgotten; so is what came to its end as it should.
fn leave() {
    let Some(job) = untrack(current) else { return };
    job.watched.set(false);
    let tally = job.tally.get_untracked();
    match job.stage.get_untracked() {
        Stage::Asking => dismiss(),
        Stage::Ended if tally.done == tally.all => dismiss(),
        Stage::Going | Stage::Ended => {}
    }
}

fn content(job: Rc<Job>, open: RwSignal<bool>) -> Html {
    let asking = Memo::new({
        let stage = job.stage.clone();
        move |_| stage.get() == Stage::Asking
    });
    live(move || if asking.get() { question(&job, open) } else { progress(&job, open) })
}

fn question(job: &Rc<Job>, open: RwSignal<bool>) -> Html {
    let words = t().bulk;
    let (verb, count) = (job.verb, job.items.len());
    let effects: Vec<Html> = job
        .vendors()
        .into_iter()
        .map(|(connection, count)| {
            let can = connection.dialect.adapter().capabilities();
            view! { <p>{(words.effect)(verb, connection.dialect.vendor(), &can, count)}</p> }
        })
        .collect();
    let class = if verb == Verb::Rerun { "sl-btn sl-btn--primary" } else { "sl-btn sl-btn--danger-solid" };
    let sent = Rc::clone(job);
    let title = if count == 0 { (words.nothing)(verb) } else { (words.question)(verb, count) };
    view! {
        <h2 id="bulk-runs-title" class="sl-dialog__title">{title}</h2>
        {effects}
        {(count > 0).then(|| view! { <p class="sl-sm">{words.checked_first}</p> })}
        <div class="sl-several__scroll" tabindex="0" role="group" aria-label=words.region>{lists(job, true)}</div>
        <div class="sl-dialog__act">
            <button type="button" class="sl-btn" autofocus=true on:click=move |_| open.set(false)>
                {if count == 0 { words.close } else { (words.keep)(verb) }}
            </button>
            {(count > 0).then(|| view! { <button type="button" class=class on:click=move |_| go(&sent)>{(words.send)(verb, count)}</button> })}
        </div>
    }
}

fn progress(job: &Rc<Job>, open: RwSignal<bool>) -> Html {
    let words = t().bulk;
    let (verb, all) = (job.verb, job.items.len());
    page::focus_soon("bulk-runs-title");
    let (tally, bar, stage, paused) = (job.tally.clone(), job.tally.clone(), job.stage.clone(), job.paused.clone());
    let going = Memo::new(move |_| stage.get() == Stage::Going);
    let (stopping, again) = (Rc::clone(job), Rc::clone(job));
    let to_stop = {
        let tally = job.tally.clone();
        Memo::new(move |_| tally.with(|tally| tally.unsent))
    };
    let failed = {
        let job = Rc::clone(job);
        move || {
            job.tally.track();
            if going.get() { 0 } else { job.failed() }
        }
    };
    let tick = globals().tick.now;
    let pause = move || {
        let until = paused.get()?;
        let left = until.since(tick.get());
        (left > 0).then(|| view! { <p role="status">{(words.paused)(&(t().shared.duration)(left.div_ceil(1_000) * 1_000))}</p> })
    };
    view! {
        <h2 id="bulk-runs-title" class="sl-dialog__title" tabindex="-1">{(words.title)(verb, all)}</h2>
        <progress class="sl-progress" max=all.to_string() value=move || bar.with(|tally| tally.ended().to_string()) aria-label=(words.title)(verb, all)></progress>
        <p role="status">{move || tally.with(|tally| (words.progress)(verb, tally))}</p>
        {pause}
        {move || going.get().then(|| view! { <p class="sl-sm">{words.goes_on}</p> })}
        <div class="sl-several__scroll" tabindex="0" role="group" aria-label=words.results>{lists(job, false)}</div>
        <div class="sl-dialog__act">
            <button type="button" class="sl-btn" autofocus=true on:click=move |_| open.set(false)>{words.close}</button>
            {move || (going.get() && to_stop.get() > 0).then(|| {
                let job = Rc::clone(&stopping);
                view! { <button type="button" class="sl-btn" on:click=move |_| job.stop()>{move || (words.stop_sending)(to_stop.get())}</button> }
            })}
            {move || {
                let count = failed();
                let job = Rc::clone(&again);
                (count > 0).then(|| view! { <button type="button" class="sl-btn sl-btn--primary" on:click=move |_| go(&job)>{(words.retry)(count)}</button> })
            }}
        </div>
    }
}
