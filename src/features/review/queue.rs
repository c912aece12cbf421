use super::next::{page_of, run_name};
use crate::app::enter_page;
use crate::data::{Connection, WaitingOf};
use crate::net::{self, Scope};
use crate::platform::clock;
use crate::prelude::*;
use crate::routes;
use crate::state::{Globals, globals};
use crate::strings::t;
use crate::ui::{FailureNote, Glyph, Icon};
use runs::Timestamp;
use runs::adapter::{FlowQuery, RunRef};
use runs::capability::ReviewStyle;
use runs::model::{Run, RunDetail};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Runs that are read one by one for what the lists leave out: the oldest come first.
const LOOKED_AT: usize = 25;
/// Rows drawn; the rest is told.
const SHOWN: usize = 200;

/// By connection and run.
type Details = RwSignal<BTreeMap<(String, String), Option<Arc<RunDetail>>>>;
/// Names of flows by connection and flow.
type Names = RwSignal<BTreeMap<(String, String), String>>;

/// What waits for a person over all connections: one list, oldest first.
#[component]
pub fn QueuePage() -> Html {
    let words = t().review;
    let globals = globals();
    enter_page(|| t().review.title.into());
    globals.waiting.refresh();
    let details: Details = RwSignal::new(BTreeMap::new());
    let names: Names = RwSignal::new(BTreeMap::new());
    let read_at = RwSignal::new(None::<Timestamp>);
    look(globals, details);
    name_flows(globals, names);
    Effect::new(move |_| {
        globals.waiting.of.track();
        if globals.waiting.complete.get() {
            read_at.set(Some(clock::now()));
        }
    });
    let fresh = move || match read_at.get() {
        Some(at) => (t().shell.live)(&(t().shared.ago)(globals.tick.since(at))),
        None => t().shell.reading.to_owned(),
    };
    view! {
        <main id="main" class="sl-main" tabindex="-1" data-page="reviews">
            <div class="sl-pagehead">
                <h1>{words.waiting_title}</h1>
                <span class="sl-push"></span>
                <span class="sl-fresh" data-state="live"><span class="sl-fresh__dot" aria-hidden="true"></span><span>{fresh}</span></span>
                <button
                    type="button"
                    class="sl-btn sl-btn--icon"
                    aria-label=t().shell.refresh
                    title=t().shell.refresh
                    on:click=move |_| globals.waiting.refresh()
                >
                    <Glyph icon=Icon::Refresh />
                </button>
            </div>
            {move || failures(globals)}
            <section class="sl-panel" aria-label=words.waiting_title>
                {move || rows(globals, details, names)}
                <p class="sl-panel__foot sl-xs sl-2">{small_print(globals)}</p>
            </section>
        </main>
    }
}

/// Reads the oldest waiting runs for where and since when they wait.
fn look(globals: Globals, details: Details) {
    Effect::new(move |_| {
        let wanted: Vec<(Connection, Run)> = all(globals)
            .into_iter()
            .map(|(of, run)| (of.connection.clone(), run))
            .filter(|(connection, run)| connection.dialect.adapter().capabilities().review.decides() || run.waiting_since.is_none())
            .take(LOOKED_AT)
            .collect();
        let scope = Scope::of_view();
        leptos::task::spawn_local(async move {
            for (connection, run) in wanted {
                let key = (connection.id.clone(), run.id.clone());
                if details.try_with_untracked(|details| details.contains_key(&key)).unwrap_or(true) {
                    continue;
                }
                let reference = RunRef { id: run.id, flow: Some(run.flow) };
                let found = net::read(&connection.id, connection.dialect.run_adapter().get_run(&reference), &scope).await;
                if scope.ended() {
                    return;
                }
                // One that cannot be read is not asked for again on this visit: its row still leads to it.
                details.try_update(|details| details.insert(key, found.ok().map(Arc::new)));
            }
        });
    });
}

/// Some lists give flows by their ids only: their names are read once a connection.
fn name_flows(globals: Globals, names: Names) {
    let scope = Scope::of_view();
    leptos::task::spawn_local(async move {
        for connection in globals.session.connections() {
            let adapter = connection.dialect.adapter();
            if adapter.capabilities().review == ReviewStyle::None {
                continue;
            }
            if let Ok(page) = net::read(&connection.id, adapter.list_flows(&FlowQuery::default()), &scope).await {
                let id = &connection.id;
                names.try_update(|names| names.extend(page.items.into_iter().map(|flow| ((id.clone(), flow.id), flow.name))));
            }
        }
    });
}

/// Every waiting run with its connection, oldest first.
fn all(globals: Globals) -> Vec<(Arc<WaitingOf>, Run)> {
    let mut found: Vec<(Arc<WaitingOf>, Run)> =
        globals.waiting.of.with(|of| of.iter().flat_map(|of| of.runs.iter().map(|run| (Arc::clone(of), run.clone()))).collect());
    found.sort_by_key(|(_, run)| run.created_at);
    found
}

fn failures(globals: Globals) -> Vec<Html> {
    let note = |of: &Arc<WaitingOf>| {
        let error = of.error.clone()?;
        let still = (t().review.connection_failed)(&of.connection.label);
        let retry = Callback::new(move |()| globals.waiting.refresh());
        Some(view! { <FailureNote error=error vendor=of.connection.dialect.vendor() still=still retry=retry /> })
    };
    globals.waiting.of.with(|of| of.iter().filter_map(note).collect())
}

fn rows(globals: Globals, details: Details, names: Names) -> Html {
    let words = t().review;
    let waiting = all(globals);
    if waiting.is_empty() {
        let failed = globals.waiting.of.with(|of| of.iter().any(|of| of.error.is_some()));
        return match (globals.waiting.complete.get(), failed) {
            (false, _) => view! {
                <p class="sl-vh" role="status">{t().shared.loading}</p>
                <div class="sl-panel__body sl-panel__body--top sl-stack" aria-hidden="true">{(0..5).map(|_| view! { <i class="sl-skel"></i> }).collect::<Vec<_>>()}</div>
            },
            (true, true) => view! { <div class="sl-empty"><h2>{words.nothing_read}</h2><p>{words.nothing_read_next}</p></div> },
            (true, false) => {
                view! { <div class="sl-empty"><Glyph icon=Icon::Check /><h2>{words.empty}</h2><p>{words.empty_next}</p></div> }
            }
        };
    }
    let hidden = waiting.len().saturating_sub(SHOWN);
    let more: u64 = globals.waiting.of.with(|of| of.iter().map(|of| of.more).sum::<u64>()) + hidden as u64;
    let rows: Vec<Html> = details.with(|details| {
        let one = |(of, run): &(Arc<WaitingOf>, Run)| {
            let detail = details.get(&(of.connection.id.clone(), run.id.clone())).cloned().flatten();
            row(globals, &of.connection, run, detail.as_deref(), names)
        };
        waiting.iter().take(SHOWN).map(one).collect()
    });
    view! {
        <table class="sl-grid sl-grid--stack" aria-label=words.waiting_title>
            <thead>
                <tr>
                    <th scope="col">{words.column_run}</th>
                    <th scope="col">{words.column_flow}</th>
                    <th scope="col">{words.column_connection}</th>
                    <th scope="col">{words.column_review}</th>
                    <th scope="col">{words.column_waiting}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        {(more > 0).then(|| view! { <p class="sl-panel__body sl-panel__body--top sl-sm sl-2">{(words.more)(more)}</p> })}
    }
}

fn row(globals: Globals, connection: &Connection, run: &Run, detail: Option<&RunDetail>, names: Names) -> Html {
    let words = t().review;
    let name = run_name(globals, connection, run);
    let named = || names.with(|names| names.get(&(connection.id.clone(), run.flow.clone())).cloned());
    let flow = run.flow_name.clone().or_else(named).unwrap_or_else(|| run.flow.clone());
    let since = run.waiting_since.or(detail.and_then(|detail| detail.run.waiting_since));
    let (at, exact) = (since.or(run.created_at), since.is_some());
    let waited = at.map(|at| {
        let iso = clock::iso_local(at);
        view! { <time datetime=iso.clone() title=iso>{move || if exact { (t().shared.duration)(globals.tick.since(at)) } else { (words.created_for)(&(t().shared.duration)(globals.tick.since(at))) }}</time> }
    });
    let sandbox = connection.sandbox.then(|| view! { " "<span class="sl-mark" title=t().shell.sandbox_hint>{t().shell.sandbox}</span> });
    view! {
        <tr data-run=run.id.clone()>
            <td data-l=words.column_run><a href=page_of(connection, run, None).href() title=run.id.clone()>{name.clone()}</a></td>
            <td data-l=words.column_flow><bdi>{flow}</bdi></td>
            <td data-l=words.column_connection>{connection.label.clone()}{sandbox}</td>
            <td data-l=words.column_review>{reviews(connection, run, detail, &name)}</td>
            <td data-l=words.column_waiting>{waited}</td>
        </tr>
    }
}

fn reviews(connection: &Connection, run: &Run, detail: Option<&RunDetail>, name: &str) -> Html {
    let words = t().review;
    if connection.dialect.adapter().capabilities().review == ReviewStyle::ReadOnly {
        let vendor = connection.dialect.vendor();
        let outside = connection.open_url.as_ref().and_then(|template| routes::outside(template, &run.id, &run.flow));
        let link = outside.map(|href| {
            view! { " "<a href=href target="_blank" rel="noopener noreferrer external">{(t().shared.open_in)(vendor)}<Glyph icon=Icon::External small=true /></a> }
        });
        return view! { <span class="sl-status" data-tone="idle" title=(t().run.review_read_only)(vendor)><Glyph icon=Icon::Lock small=true /><span>{words.read_only_row}</span></span>{link} };
    }
    let mut open: Vec<(String, String)> = run.waiting_on.iter().map(|node| (node.clone(), node.clone())).collect();
    if let Some(detail) = detail {
        open = detail.reviews.iter().map(|review| (review.id.clone(), review.name.clone())).collect();
    }
    let link = |page: routes::Page, step: String| {
        view! { <a href=page.href()><span class="sl-vh">{(words.review_of)(name)}" "</span><bdi>{step}</bdi></a>" " }
    };
    if open.is_empty() {
        return link(page_of(connection, run, None), words.see_run.to_owned());
    }
    open.into_iter().map(|(id, step)| link(page_of(connection, run, Some(&id)), step)).collect::<Vec<_>>().view()
}

/// What the list cannot show, and why.
fn small_print(globals: Globals) -> Vec<String> {
    let words = t().review;
    let mut told = vec![words.order.to_owned()];
    for connection in globals.session.connections() {
        let vendor = connection.dialect.vendor();
        match connection.dialect.adapter().capabilities().review {
            ReviewStyle::None => told.push(format!(" {}", (words.no_paused_state)(vendor))),
            ReviewStyle::ReadOnly => told.push(format!(" {}", (words.read_only_because)(vendor))),
            ReviewStyle::ApproveReject | ReviewStyle::Complete => {}
        }
    }
    told
}
