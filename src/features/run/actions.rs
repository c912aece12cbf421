use super::state::RunState;
use crate::features::review::review_name;
use crate::net::{self, Scope};
use crate::platform::{clock, page};
use crate::prelude::*;
use crate::routes::{self, Page};
use crate::state::{Toast, globals};
use crate::strings::t;
use crate::ui::{Confirm, Glyph, Icon, copy_address};
use runs::ApiError;
use runs::adapters::capability::{Deletion, Rerun};
use runs::deciding::bulk::{Verb, found};
use runs::model::{ActionOutcome, Run, RunDetail};

/// When a run that was asked to start again is looked at, in milliseconds after each other.
const LOOKS: [u32; 7] = [1_000, 2_000, 3_000, 5_000, 10_000, 20_000, 30_000];

/// What can be done with the run, drawn from what the vendor can do.
#[component]
pub fn Actions(state: RunState) -> Html {
    let words = t().run;
    let capabilities = state.connection().dialect.adapter().capabilities();
    let verb = RwSignal::new(Verb::Cancel);
    let asking = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let is_final = state.is_final();
    let manages = state.manages();
    let waiting = state.part(|before, now| before.reviews == now.reviews);
    let ask = move |what: Verb| {
        verb.set(what);
        asking.set(true);
    };
    let button = move |what: Verb, name: &'static str, icon: Icon, class: &'static str| {
        view! {
            <button type="button" class=class aria-disabled=move || busy.get().then_some("true") on:click=move |_| if !busy.get_untracked() { ask(what) }>
                <Glyph icon=icon />
                {name}
            </button>
        }
    };
    let question = move || {
        let name = state.name();
        match verb.get() {
            Verb::Cancel => (words.cancel_question)(&name),
            Verb::Rerun => (words.rerun_question)(&name),
            Verb::Delete => (words.delete_question)(&name),
        }
    };
    let consequence = move || match (verb.get(), capabilities.rerun) {
        (Verb::Cancel, _) => words.cancel_consequence.to_owned(),
        (Verb::Rerun, Rerun::SameRun) => words.rerun_same.to_owned(),
        (Verb::Rerun, _) => words.rerun_new.to_owned(),
        (Verb::Delete, _) => words.delete_consequence.to_owned(),
    };
    let name = move || {
        let name = match verb.get() {
            Verb::Cancel => words.cancel,
            Verb::Rerun => words.rerun,
            Verb::Delete => words.delete,
        };
        name.trim_end_matches('…').to_owned()
    };
    let confirmed = Callback::new(move |()| act(state, verb.get_untracked(), busy));
    view! {
        <span class="sl-row sl-row--wrap sl-actions">
            {move || waiting.get().map(|detail| reviews(state, &detail))}
            {move || (manages.get() && capabilities.rerun != Rerun::None && is_final.get()).then(|| button(Verb::Rerun, words.rerun, Icon::Redo, "sl-btn"))}
            {move || (manages.get() && capabilities.cancel && !is_final.get()).then(|| button(Verb::Cancel, words.cancel, Icon::Close, "sl-btn sl-btn--danger"))}
            {move || (manages.get() && capabilities.delete != Deletion::None && is_final.get()).then(|| button(Verb::Delete, words.delete, Icon::Trash, "sl-btn sl-btn--danger"))}
            {move || (!manages.get()).then(|| view! { <span class="sl-xs sl-2">{words.not_managed}</span> })}
            {open_outside(state)}
            <button type="button" class="sl-btn sl-btn--icon" aria-label=words.copy_link title=words.copy_link on:click=|_| copy_address()>
                <Glyph icon=Icon::Link />
            </button>
            <Confirm
                open=asking
                question=Signal::derive(question)
                consequence=Signal::derive(consequence)
                safe=words.rerun_cancel
                verb=Signal::derive(name)
                confirmed=confirmed
            />
        </span>
    }
}

/// Links to the reviews that are open in this run.
fn reviews(state: RunState, detail: &RunDetail) -> Html {
    let connection = state.connection().id;
    let several = detail.reviews.len() > 1;
    let link = |review: &runs::model::ReviewRef| {
        let page = Page::Review {
            connection: connection.clone(),
            run: detail.run.id.clone(),
            review: review.id.clone(),
            flow: Some(detail.run.flow.clone()),
        };
        let name = several.then(|| view! { <bdi>": "{review_name(review)}</bdi> });
        view! { <a class="sl-btn sl-btn--primary" href=page.href()>{t().run.review_now}{name}</a> }
    };
    detail.reviews.iter().map(link).collect::<Vec<_>>().view()
}

fn open_outside(state: RunState) -> Option<Html> {
    let run = state.reference();
    let href = routes::outside(state.connection().open_url.as_ref()?, &run.id, &run.flow.unwrap_or_default())?;
    Some(view! {
        <a class="sl-btn" href=href target="_blank" rel="noopener noreferrer external">
            {(t().shared.open_in)(state.vendor())}<Glyph icon=Icon::External small=true />
        </a>
    })
}

/// Sends a write and follows it to its outcome, even if the page is left.
fn act(state: RunState, verb: Verb, busy: RwSignal<bool>) {
    let connection = state.connection();
    let adapter = connection.dialect.run_adapter();
    let (run, key) = (state.reference(), page::random_key());
    let operation = verb.operation(adapter, &run, &key);
    let toasts = globals().toasts;
    let before = state.live.value.get_untracked();
    busy.set(true);
    leptos::task::spawn_local(async move {
        let result = net::write(&connection.id, operation, None).await;
        busy.try_set(false);
        let asked = verb == Verb::Rerun && matches!(result, Ok(ActionOutcome::Requested));
        let came = result.is_ok();
        if (verb, &result) == (Verb::Delete, &Ok(ActionOutcome::Done)) {
            globals().learned.deleted(&connection.id, &run.id);
        }
        toasts.show(tell(verb, &connection.id, connection.dialect.vendor(), result));
        state.live.refresh();
        if came {
            globals().waiting.refresh();
            if verb != Verb::Delete {
                // For the lists, also if this page was left meanwhile.
                globals().learned.look_up(&connection, &run, &Scope::new()).await;
            }
        }
        if let Some(before) = before.filter(|_| asked) {
            see_it_start(state, &before.run).await;
        }
    });
}

/// A run that was asked to start again may look finished for a while: it is read until it goes on.
async fn see_it_start(state: RunState, before: &Run) {
    for wait in LOOKS {
        clock::sleep(wait).await;
        // Nobody looks at it any more.
        let Some(now) = state.live.value.try_get_untracked() else { return };
        if now.is_some_and(|now| found(Verb::Rerun, before, &now.run).is_some()) {
            return;
        }
        state.live.refresh();
    }
    globals().toasts.warn(t().run.rerun_not_seen);
}

fn tell(verb: Verb, connection: &str, vendor: &str, result: Result<ActionOutcome, ApiError>) -> Toast {
    let words = t().run;
    let plain = |text: &str| Toast { text: text.into(), alert: false, link: None };
    match (result, verb) {
        (Ok(ActionOutcome::Requested), Verb::Cancel) => plain(words.cancel_requested),
        (Ok(ActionOutcome::Requested), _) => plain(words.rerun_requested),
        (Ok(ActionOutcome::Done), Verb::Cancel) => plain(words.cancel_done),
        (Ok(ActionOutcome::Done), Verb::Delete) => plain(words.deleted),
        (Ok(ActionOutcome::Done), Verb::Rerun) => plain(words.rerun_requested),
        (Ok(ActionOutcome::NewRun(id)), _) => {
            let page = Page::Run { connection: connection.into(), run: id.clone(), flow: None };
            Toast { text: words.rerun_started.into(), alert: false, link: Some(((words.title)(&id), page.href())) }
        }
        (Err(error), _) if error.outcome_unknown() => Toast { text: (words.not_confirmed)(&error), alert: true, link: None },
        (Err(error), _) => Toast { text: (t().shared.error_line)(&error, vendor), alert: true, link: None },
    }
}
