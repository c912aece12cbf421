//! The evidence and the form side by side.

use super::decision::{bar, claim, preferences, unread, versions};
use super::desk::Desk;
use super::evidence::pane::{evidence, run_page};
use super::evidence::sources;
use super::form::{carried, editor, events, fields, focus, json, pasting, summary, validation};
use super::queue::Queue;
use super::{notices, presence};
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{FailureNote, Fresh, moment_words, sandbox_mark};
use runs::model::review::ReviewState;

/// A wait that ends within so many milliseconds stands out.
const SOON: u64 = 5 * 60_000;

pub fn skeleton() -> Html {
    view! {
        <div class="sl-main">
            <p class="sl-vh" role="status">{t().shared.loading}</p>
            <section class="sl-panel" aria-hidden="true">
                <div class="sl-panel__body sl-panel__body--top sl-stack">{(0..6).map(|_| view! { <i class="sl-skel"></i> }).collect::<Vec<_>>()}</div>
            </section>
        </div>
    }
}

/// The evidence beside the form.
pub fn workspace(desk: Desk, queue: Queue) -> Html {
    let words = t().review;
    let reason = move || desk.read.get().and_then(|read| notices::of_reason(&read, desk.dialect().adapter().capabilities().markdown));
    let versions = move || desk.read.get().and_then(|read| versions::versions(&read));
    let stale = move || {
        desk.live.error.get().map(|error| {
            view! { <FailureNote error=error source=desk.dialect() retry=Callback::new(move |()| desk.live.refresh()) /> }
        })
    };
    let since = move || {
        let since = desk.read.with(|read| read.as_ref().and_then(|read| read.since))?;
        Some((words.waiting_for)(&(t().shared.duration)(desk.globals.tick.since(since))))
    };
    let until = move || {
        let until = desk.read.with(|read| read.as_ref().filter(|read| read.state == ReviewState::Open).and_then(|read| read.until))?;
        let (left, at) = (desk.globals.tick.until(until), moment_words(until));
        let text = if left > 0 { (words.ends_in)(&(t().shared.duration)(left), &at) } else { (words.has_ended)(&at) };
        Some(view! { <span class="sl-until" data-soon=(left < SOON).then_some("")>" · "{text}</span> })
    };
    let panel = move || format!("panel-{}", desk.form.tab.get());
    let tab = move || format!("tab-{}", desk.form.tab.get());
    view! {
        <h1 class="sl-vh">{move || (words.page_title)(&desk.name(), &desk.run_name())}</h1>
        {evidence(desk)}
        <section class="sl-review__f" aria-label=words.form>
            <div class="sl-review__bar">
                <h2 id=focus::FORM class="sl-cut sl-formtitle" tabindex="-1" title=move || format!("{} {}", desk.run_name(), desk.name())><a href=move || run_page(desk)><bdi>{move || desk.run_name()}</bdi></a>" "<bdi>{move || desk.name()}</bdi></h2>
                <span class="sl-push"></span>
                {move || notices::saved(desk)}
                {preferences::preferences(desk)}
            </div>
            <div class="sl-review__bar sl-review__bar--sub">
                <span class="sl-xs sl-2">{since}{until}</span>
                {mark(desk)}
                <span class="sl-push"></span>
                {claim::start(desk)}
                <span class="sl-xs"><Fresh live=desk.live /></span>
            </div>
            {editor::tools(desk)}
            <div class="sl-scroll sl-formscroll" tabindex="0" role="region" aria-label=words.form_region>
                <form
                    class="sl-form"
                    novalidate=true
                    aria-label=words.form_name
                    on:submit=|event| event.prevent_default()
                    on:input=move |event| events::typed(desk, &event)
                    on:focusin=move |event| sources::focused(desk, event.target())
                    on:focusout=move |event| events::left(desk, event.target())
                    on:click=move |event| events::pressed(desk, event.target())
                    on:keydown=move |press| events::key(desk, &press)
                    on:paste=move |event| pasting::pasted(desk, &event)
                    on:drop=move |event| pasting::dropped(desk, &event)
                >
                    {presence::notice(desk)}
                    {move || notices::of_case(desk)}
                    {move || validation::notice(desk)}
                    {move || unread::notice(desk)}
                    {move || notices::of_change(desk)}
                    {move || notices::of_meanwhile(desk)}
                    {move || notices::of_elsewhere(desk)}
                    {move || notices::of_draft(desk)}
                    {move || carried::notice(desk)}
                    {stale}
                    {reason}
                    {claim::held(desk)}
                    {versions}
                    {summary::inferred(desk)}
                    {summary::other_types(desk)}
                    {summary::summary(desk.form)}
                    {summary::pasted(desk.form)}
                    {json::notice(desk)}
                    <div role="tabpanel" id=panel aria-labelledby=tab>
                    <fieldset class="sl-stack" disabled=move || desk.locked()>
                        {move || {
                            if desk.form.tab.get() == editor::JSON {
                                return json::json_tab(desk);
                            }
                            desk.form.redraws.track();
                            fields::form(desk.form)
                        }}
                    </fieldset>
                    </div>
                </form>
            </div>
            {bar::bar(desk, queue)}
            {pasting::dialog(desk)}
        </section>
    }
}

fn mark(desk: Desk) -> Option<Html> {
    let connection = desk.connection();
    let label = connection.label;
    Some(view! { <span class="sl-xs sl-2 sl-cut" title=label.clone()><bdi>{label}</bdi></span>{sandbox_mark(connection.sandbox)} })
}
