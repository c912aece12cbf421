use super::state::RunState;
use crate::data::{Connection, RunActions};
use crate::features::review::review_name;
use crate::prelude::*;
use crate::routes::{self, Page};
use crate::state::{Toast, globals, page_wide};
use crate::strings::t;
use crate::ui::{Confirm, Glyph, Icon, copy_address, error_toast, error_toast_with, moment_words};
use runs::adapters::capability::{Deletion, Rerun};
use runs::deciding::bulk::{Case, Ended, Phase, Verb};
use runs::model::{ActionOutcome, RunDetail};

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
    let consequence = move || {
        // Read when the question is asked.
        let open = asking.get().then(|| page_wide::<RunActions>().unconfirmed(&state.connection(), verb.get(), &state.run_id())).flatten();
        if let Some((since, error)) = open {
            return (words.same_again)(&moment_words(since), error.as_ref(), state.vendor());
        }
        match (verb.get(), capabilities.rerun) {
            (Verb::Cancel, _) => words.cancel_consequence.to_owned(),
            (Verb::Rerun, Rerun::SameRun) => words.rerun_same.to_owned(),
            (Verb::Rerun, _) => words.rerun_new.to_owned(),
            (Verb::Delete, _) => words.delete_consequence.to_owned(),
        }
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

/// Does it and follows it to its outcome, even if the page is left.
fn act(state: RunState, verb: Verb, busy: RwSignal<bool>) {
    let Some(detail) = state.live.value.get_untracked() else { return };
    let action = page_wide::<RunActions>().of(&state.connection(), verb, &detail.run);
    if action.case.with_untracked(Case::is_under_way) {
        return globals().toasts.say(t().bulk.sending);
    }
    action.case.update(|case| {
        case.without_pauses();
        case.again();
        case.begin();
    });
    busy.set(true);
    leptos::task::spawn_local(async move {
        let (learned, toasts) = (globals().learned, globals().toasts);
        action.follow(learned, async || {}, |_| {}).await;
        busy.try_set(false);
        let came = action
            .case
            .with_untracked(|case| if let Phase::Ended(Ended::Came(outcome)) = &case.phase { Some(outcome.clone()) } else { None });
        toasts.show(action.case.with_untracked(|case| tell(case, &action.connection)));
        state.live.refresh();
        let Some(outcome) = came else { return };
        globals().waiting.refresh();
        let goes_on = action.learn(learned, || state.live.refresh()).await;
        let looked_at = state.live.value.try_get_untracked().is_some();
        if verb == Verb::Rerun && outcome == ActionOutcome::Requested && !goes_on && looked_at {
            toasts.warn(t().run.rerun_not_seen);
        }
    });
}

fn tell(case: &Case, connection: &Connection) -> Toast {
    let (words, vendor, verb) = (t().run, connection.dialect.vendor(), case.verb);
    let plain = |text: &str| Toast { text: text.into(), alert: false, link: None };
    let alert = |text: String| Toast { text, alert: true, link: None };
    let Phase::Ended(ended) = &case.phase else { return plain(t().bulk.sending) };
    match (ended, verb) {
        (Ended::Came(ActionOutcome::Requested), Verb::Cancel) => plain(words.cancel_requested),
        (Ended::Came(ActionOutcome::Done), Verb::Cancel) => plain(words.cancel_done),
        (Ended::Came(ActionOutcome::Done), Verb::Delete) => plain(words.deleted),
        (Ended::Came(ActionOutcome::NewRun(id)), _) => {
            let page = Page::Run { connection: connection.id.clone(), run: id.clone(), flow: None };
            Toast { text: words.rerun_started.into(), alert: false, link: Some(((words.title)(id), page.href())) }
        }
        (Ended::Came(_), _) => plain(words.rerun_requested),
        (Ended::Out(out), _) => alert((t().bulk.out)(*out, vendor, verb, case.status())),
        (Ended::Refused(error), _) => error_toast(error, vendor),
        (Ended::NotSent(error), _) => error_toast_with(error, (t().bulk.not_sent)(error, vendor)),
        (Ended::Unconfirmed, _) => alert((words.not_confirmed)(case.no_answer(), vendor)),
        (Ended::Stopped, _) => plain(t().bulk.stopped),
    }
}
