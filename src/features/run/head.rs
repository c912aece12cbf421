use super::actions::Actions;
use super::attempts::Attempts;
use super::state::RunState;
use crate::platform::page;
use crate::prelude::*;
use crate::routes::AuditAddress;
use crate::routes::Page;
use crate::state::globals;
use crate::strings::t;
use crate::ui::{Fresh, Glyph, Icon, Moment, StatusLabel, copy, sandbox_mark};
use runs::model::{Run, TriggerKind};
use runs::reading::address::HistoryAddress;
use runs::reading::timeline::Spent;

/// Which run, where it stands, when and how long, and what can be done with it.
#[component]
pub fn Head(state: RunState) -> Html {
    let words = t().run;
    let connection = state.connection();
    let history = move |run: &Run| {
        let address = HistoryAddress { connection: Some(state.connection().id), flow: Some(run.flow.clone()), ..HistoryAddress::default() };
        Page::Runs(address).href()
    };
    let of = state.part(|before, now| before.run.flow == now.run.flow && before.run.flow_name == now.run.flow_name);
    let crumbs = move || {
        of.get().map(|detail| {
            let flow = state.flow_label(&detail.run);
            view! { <a class="sl-cut" href=history(&detail.run) title=flow.clone()><bdi>{flow}</bdi></a><span aria-hidden="true" class="sl-not-c">"/"</span> }
        })
    };
    let all = Page::Runs(HistoryAddress { connection: Some(connection.id.clone()), ..HistoryAddress::default() }).href();
    let standing = state.part(|before, now| before.run.status == now.run.status);
    let badge = move || {
        standing.get().map(|detail| {
            let status = detail.run.status.clone();
            let word = (!status.raw.is_empty()).then(|| (words.vendor_word)(state.vendor(), &status.raw));
            let slug = status.kind.slug();
            view! { <span title=word data-status=slug><StatusLabel status=status badge=true /></span> }
        })
    };
    let derived = connection.dialect.adapter().capabilities().numbers_move();
    let (of_flow, vendor) = (connection.id.clone(), connection.dialect.vendor());
    let number_unknown = move || {
        let kept = globals().numbers.keeps(&of_flow, &of.get()?.run.flow);
        let why = match (kept, derived) {
            (true, _) => t().shared.number_coming.to_owned(),
            (false, true) => words.number_unknown.to_owned(),
            (false, false) => (words.no_number)(vendor),
        };
        state.number.get().is_none().then(|| view! { <p class="sl-xs sl-2">{why}</p> })
    };
    let drawn = state.part(|before, now| {
        let (before, now) = (&before.run, &now.run);
        let times = |run: &Run| (run.started_at, run.created_at, run.finished_at, run.status.kind.is_final());
        let flow = before.flow == now.flow && before.flow_name == now.flow_name && before.flow_version == now.flow_version;
        flow && before.id == now.id && before.trigger == now.trigger && times(before) == times(now)
    });
    view! {
        <header class="sl-runhead">
            <nav class="sl-row sl-sm sl-2" aria-label=words.breadcrumb>
                <a href=all>{t().history.title}</a>
                <span aria-hidden="true">"/"</span>
                {crumbs}
                <bdi class="sl-cut sl-not-c" aria-current="page" title=move || state.name()>{move || state.name()}</bdi>
                <span class="sl-push"></span>
                <Fresh live=state.live />
            </nav>
            <div class="sl-pagehead">
                <h1 translate="no" title=move || state.run_id()>{move || (words.title)(&state.name())}</h1>
                {badge}
                <Attempts state=state />
                <span class="sl-push"></span>
                <Actions state=state />
            </div>
            {number_unknown}
            {move || drawn.get().map(|detail| facts(state, &detail.run, history(&detail.run)))}
        </header>
    }
}

fn facts(state: RunState, run: &Run, history: String) -> Html {
    let words = t().run;
    let connection = state.connection();
    let connection_id = connection.id.clone();
    let flow = state.flow_label(run);
    let version = run.flow_version.as_ref().map(|version| view! { <span class="sl-2">" v"{version.clone()}</span> });
    let trigger = run.trigger.as_ref().map(|trigger| {
        let kind = match trigger.kind {
            TriggerKind::Unknown => trigger.raw.clone(),
            kind => (t().shared.trigger)(kind).to_owned(),
        };
        let detail = trigger.detail.as_ref().map(|detail| view! { <bdi class="sl-2">" "{detail.clone()}</bdi> });
        view! { <div><dt>{words.trigger}</dt><dd>{kind}{detail}</dd></div> }
    });
    let started = match (run.started_at, run.created_at) {
        (Some(at), _) => Some((words.started, at)),
        (None, Some(at)) => Some((words.created, at)),
        (None, None) => None,
    };
    let finished = match (run.finished_at, run.status.kind.is_final()) {
        (Some(at), _) => Some(view! { <Moment at=at /> }),
        (None, false) => Some(view! { <span class="sl-2">{words.not_yet}</span> }),
        // Finished, but the vendor does not say when.
        (None, true) => None,
    };
    view! {
        <dl class="sl-facts">
            <div><dt>{words.flow}</dt><dd><a href=history><bdi class="sl-clamp" title=flow.clone()>{flow}</bdi></a>{version}</dd></div>
            <div>
                <dt>{words.connection}</dt>
                <dd><bdi>{connection.label}</bdi>" "{sandbox_mark(connection.sandbox)}</dd>
            </div>
            {trigger}
            {started.map(|(name, at)| view! { <div><dt>{name}</dt><dd><Moment at=at /></dd></div> })}
            {finished.map(|at| view! { <div><dt>{words.finished}</dt><dd>{at}</dd></div> })}
            <div><dt>{t().jump.in_list}</dt><dd>{in_list(&connection_id, run)}</dd></div>
            {decisions(state, run)}
            <div><dt>{words.run_id}</dt><dd class="sl-mono"><bdi>{run.id.clone()}</bdi></dd></div>
            {duration(state)}
        </dl>
    }
}

/// The list of its flow at this run, to open or to hand on.
fn in_list(connection: &str, run: &Run) -> Html {
    let words = t().jump;
    let address = HistoryAddress {
        connection: Some(connection.into()),
        flow: Some(run.flow.clone()),
        run: Some(run.id.clone()),
        ..HistoryAddress::default()
    };
    let href = Page::Runs(address).href();
    let link = href.clone();
    let copied = move |_| copy(page::absolute(&link), words.copied);
    view! {
        <a href=href>{words.open_list}</a>
        <button
            type="button"
            class="sl-btn sl-btn--quiet sl-btn--icon sl-btn--sm"
            aria-label=words.copy
            title=words.copy
            on:click=copied
        >
            <Glyph icon=Icon::Copy small=true />
        </button>
    }
}

/// What was decided about this run, where its vendor has decisions.
fn decisions(state: RunState, run: &Run) -> Option<Html> {
    let connection = state.connection();
    let decides = connection.dialect.adapter().capabilities().review.decides();
    decides.then(|| {
        let address = AuditAddress { connection: Some(connection.id), run: Some(run.id.clone()), ..AuditAddress::default() };
        let page = Page::Audit(address.write());
        view! { <div><dt>{t().audit.title}</dt><dd><a href=page.href()>{t().audit.of_this}</a></dd></div> }
    })
}

/// The whole time, split into working and waiting for a person: words and widths go on while the rest stays.
fn duration(state: RunState) -> Html {
    let words = t().run;
    let spent = state.spent();
    let backwards =
        Memo::new(move |_| state.live.value.with(|detail| detail.as_ref().is_some_and(|detail| detail.run.ends_before_it_starts())));
    let known = Memo::new(move |_| spent.with(Option::is_some));
    let splits = Memo::new(move |_| spent.get().is_some_and(|spent| spent.waiting_ms > 0));
    let times = move || spent.get().unwrap_or(Spent { all_ms: 0, working_ms: 0, waiting_ms: 0 });
    let all = move || (t().shared.duration)(times().all_ms);
    let split = move || (words.split)(&(t().shared.duration)(times().working_ms), &(t().shared.duration)(times().waiting_ms));
    let share = move || match times() {
        Spent { waiting_ms: 0, .. } => 0.0,
        Spent { working_ms, waiting_ms, .. } => waiting_ms as f64 / (working_ms + waiting_ms) as f64 * 100.0,
    };
    live(move || {
        if backwards.get() {
            return Some(view! { <div><dt>{words.duration}</dt><dd>{t().shared.backwards_hint}</dd></div> });
        }
        known.get().then(|| {
            view! {
                <div class="sl-facts__wide">
                    <dt>{words.duration}</dt>
                    <dd>
                        <b class="sl-b">{all}</b>
                        " "
                        {move || splits.get().then(|| view! { <span class="sl-2">{split}</span> })}
                        <span class="sl-bar" aria-hidden="true">
                            <i style:--w=move || format!("{:.1}%", 100.0 - share())></i>
                            <i class="wait" style:--w=move || format!("{:.1}%", share())></i>
                        </span>
                    </dd>
                </div>
            }
        })
    })
}
