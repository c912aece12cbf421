use super::conflict::{decision_facts, how};
use super::desk::Desk;
use super::evidence::{evidence, run_page};
use super::notices;
use super::outcome::{HEADING, trail, ways_on};
use super::queue::Queue;
use crate::prelude::*;
use crate::routes;
use crate::strings::t;
use crate::ui::{Code, Glyph, Icon, StatusLabel};
use runs::adapters::capability::ReviewStyle;
use runs::model::review::{Review, ReviewState};
use runs::{StatusKind, Timestamp};

/// A review that takes no decision any more: what was decided, and the data as it was looked at.
pub fn closed(desk: Desk, queue: Queue, review: &Review) -> Html {
    let words = t().review;
    let (title, facts) = match &review.state {
        ReviewState::Decided(decision) => (
            (words.decided_by)(how(desk, decision), decision.by.as_deref()),
            // The data of a decided step may be the edited one already: what was edited cannot be told.
            Some(decision_facts(desk, decision, Timestamp(0), false, None)),
        ),
        ReviewState::Open | ReviewState::Gone => (words.not_waiting.to_owned(), None),
    };
    let data = match &review.state {
        ReviewState::Decided(decision) => decision.data.clone().unwrap_or_else(|| review.data.clone()),
        _ => review.data.clone(),
    };
    view! {
        <div class="sl-main sl-narrow">
            {trail(desk)}
            {move || notices::of_case(desk)}
            <section class="sl-panel" aria-labelledby=HEADING>
                <div class="sl-conflict__h">
                    <Glyph icon=Icon::Info />
                    <div><h1 id=HEADING tabindex="-1">{title}</h1><p class="sl-2">{words.closed_next}" "<StatusLabel status=review.run_status.clone() /></p></div>
                </div>
                {facts}
                <div class="sl-panel__body"><Code value=data label=words.data /></div>
            </section>
            {move || ways_on(desk, queue)}
        </div>
    }
}

/// A vendor without a call to decide: what it waits with is shown, and why there is no form.
pub fn unsupported(desk: Desk) -> Html {
    let words = t().review;
    let connection = desk.connection();
    let why = match connection.dialect.adapter().capabilities().review {
        ReviewStyle::None => words.no_paused_state,
        _ => words.read_only_because,
    };
    let outside = connection
        .open_url
        .as_ref()
        .and_then(|template| routes::outside(template, &desk.place().run, &desk.place().flow.unwrap_or_default()))
        .map(|href| {
            view! {
                <a class="sl-btn sl-btn--sm" href=href target="_blank" rel="noopener noreferrer external">
                    {(t().shared.open_in)(desk.vendor())}<Glyph icon=Icon::External small=true />
                </a>
            }
        });
    // Why it waits, in the vendor's words.
    let reason = move || {
        let waits = |event: &&runs::model::StatusEvent| event.status.kind == StatusKind::Waiting;
        let why = desk.run.handle(|| None, |_, _| None, |run| run.history.iter().rfind(waits)?.why.clone())?;
        Some(
            view! { <section class="sl-note" data-tone="wait"><Glyph icon=Icon::Waiting /><p><strong>{words.why}</strong>" "<bdi>{why}</bdi></p><span></span></section> },
        )
    };
    let outputs = move || {
        // That the run could not be read stands in the evidence.
        let one = |(label, value): &(String, runs::Json)| view! { <Code value=value.clone() label=(words.output_of)(label) /> };
        desk.run.handle(Vec::new, |_, _| Vec::new(), |run| run.outputs.iter().map(one).collect())
    };
    view! {
        {evidence(desk)}
        <section class="sl-review__f" aria-label=words.form>
            <div class="sl-review__bar"><h2 class="sl-cut" title=desk.run_name()>{(words.of_run)(&desk.run_name())}</h2></div>
            <div class="sl-scroll sl-formscroll" tabindex="0" role="region" aria-label=words.form_region>
                <div class="sl-form">
                    <section class="sl-note" data-tone="idle">
                        <Glyph icon=Icon::Lock />
                        <p><strong>{words.read_only_review}</strong>" "{(why)(desk.vendor())}</p>
                        <span class="sl-row sl-row--wrap">{outside}<a class="sl-btn sl-btn--sm" href=run_page(desk)>{(words.open_run)(&desk.run_name())}</a></span>
                    </section>
                    {reason}
                    {outputs}
                </div>
            </div>
        </section>
    }
}
