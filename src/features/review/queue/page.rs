//! The page of the queue.

use super::bulk::{Bulk, BulkDialog, bulk_bar};
use super::filters::{SEARCH, filters};
use super::list::Queue;
use super::notifying::notifying;
use super::row::row;
use super::{active_row, list};
use crate::app::enter_page;
use crate::data::{Connection, WaitingOf};
use crate::dom::{KeyedRow, keyed};
use crate::features::keys;
use crate::platform::{clock, page};
use crate::prelude::*;
use crate::router;
use crate::routes::Page;
use crate::state::Globals;
use crate::strings::t;
use crate::ui::{ErrorSource, FailureNote, Glyph, Icon, Notice, sandbox_mark, waiting_badge};
use console::keys::Action;
use console::queue::{QueueAddress, step};
use runs::adapters::capability::ReviewStyle;
use runs::model::status::Tone;
use runs::reading::address::HistoryAddress;
use runs::{ApiError, StatusKind, Timestamp};
use std::sync::Arc;
use wasm_bindgen::JsCast;

/// What waits for a person over all connections: one list, oldest first.
#[component]
pub fn QueuePage() -> Html {
    let words = t().queue;
    let queue = Queue::new();
    let globals = queue.globals;
    let bulk = Bulk::new(queue);
    enter_page(|| t().review.title.into());
    globals.waiting.only_first_pages();
    globals.waiting.try_again();
    let address = router::own(|entry| if let Page::Reviews(query) = &entry.page { Some(QueueAddress::read(query)) } else { None });
    Effect::new(move |_| queue.address.set(address.get()));
    keys::answer(move |action| answer(queue, action));
    view! {
        <main id="main" class="sl-main" tabindex="-1" data-page="reviews">
            <div class="sl-pagehead">
                <h1>{words.title}</h1>
                {move || count(globals)}
                {sandbox_mark(globals.session.only_sandboxes())}
                <span class="sl-push"></span>
                <span class="sl-row sl-nw">
                    <a href=Page::Figures(Default::default()).href()>{t().audit.figures}</a>
                    <a href=Page::Audit(Default::default()).href()>{t().audit.title}</a>
                </span>
                {fresh(globals)}
                <button
                    type="button"
                    class="sl-btn sl-btn--icon"
                    aria-label=t().shell.refresh
                    title=t().shell.refresh
                    on:click=move |_| globals.waiting.try_again()
                >
                    <Glyph icon=Icon::Refresh />
                </button>
            </div>
            {notifying()}
            {failures(globals)}
            <section class="sl-panel" aria-label=words.title>
                {filters(queue)}
                <div
                    on:mouseover=move |_| elsewhere(queue)
                    on:mouseleave=move |_| elsewhere(queue)
                    on:focusin=move |_| elsewhere(queue)
                    on:focusout=move |_| elsewhere(queue)
                >
                    {move || body(queue, bulk)}
                </div>
                {bulk_bar(bulk)}
                <p class="sl-panel__foot sl-xs sl-2">{small_print(globals)}</p>
            </section>
            <BulkDialog bulk=bulk />
        </main>
    }
}

/// What stayed in place for the pointer or the focus may go once they are elsewhere.
pub fn elsewhere(queue: Queue) {
    let unsettled = queue.rows.with_untracked(|rows| {
        queue.entries.with_untracked(|entries| rows.iter().any(|key| entries.get(key).is_some_and(|entry| entry.departed.is_some())))
            || queue.fitting.with_untracked(|fitting| !rows.iter().eq(fitting.iter().take(queue.limit.get_untracked())))
    });
    if unsettled {
        // After the event: where the pointer is now, the browser knows then.
        request_animation_frame(move || {
            queue.moved.try_update(|moved| *moved += 1);
        });
    }
}

fn count(globals: Globals) -> Option<Html> {
    globals.waiting.count().map(|(count, more)| waiting_badge(count, more))
}

fn fresh(globals: Globals) -> Html {
    let read_at = RwSignal::new(None::<Timestamp>);
    Effect::new(move |_| {
        globals.waiting.of.track();
        if globals.waiting.complete.get() {
            read_at.set(Some(clock::now()));
        }
    });
    let failed = move || globals.waiting.of.with(|of| of.iter().any(|of| of.failed()));
    let text = move || match read_at.get() {
        Some(at) if failed() => (t().shell.stale)(&(t().shared.ago)(globals.tick.since(at))),
        Some(at) => (t().shell.live)(&(t().shared.ago)(globals.tick.since(at))),
        None => t().shell.reading.to_owned(),
    };
    view! {
        <span class="sl-fresh" data-state=move || if failed() { "stale" } else { "live" }>
            <span class="sl-fresh__dot" aria-hidden="true"></span><span>{text}</span>
        </span>
    }
}

/// What could not be read: of a connection, or of single flows of it.
#[derive(Clone, PartialEq)]
struct Missing {
    connection: Connection,
    flow: Option<String>,
    error: ApiError,
}

fn missing(of: &WaitingOf) -> Vec<Missing> {
    let of_flow = |flow: Option<&String>, error: &ApiError| Missing {
        connection: of.connection.clone(),
        flow: flow.map(|flow| of.flow_name(flow).to_owned()),
        error: error.clone(),
    };
    let lists: Vec<Missing> = of.lists.iter().filter_map(|list| Some(of_flow(list.flow.as_ref(), list.error.as_ref()?))).collect();
    // Where nothing of it came, it is the connection that is missing.
    let first = of.error.as_ref().or_else(|| of.lists.first()?.error.as_ref().filter(|_| lists.len() == of.lists.len()));
    first.map_or(lists, |error| vec![of_flow(None, error)])
}

fn failures(globals: Globals) -> Html {
    let waiting = globals.waiting;
    let failed = Memo::new(move |_| waiting.of.with(|of| of.iter().flat_map(|of| missing(of)).collect::<Vec<_>>()));
    let retry = move || Callback::new(move |()| waiting.try_again());
    let note = move |Missing { connection, flow, error }: Missing| {
        let words = t().review;
        let still = flow.map_or_else(|| (words.connection_failed)(&connection.label), |flow| (words.flow_failed)(&flow, &connection.label));
        view! { <FailureNote error=error source=connection.dialect still=still retry=retry() /> }
    };
    let notes = live(move || {
        let failed = failed.get();
        // What stands before the gateway is said once for all of them.
        let connections = failed.iter().filter(|missing| missing.flow.is_none()).count();
        let everybody = connections == waiting.of.with_untracked(|of| of.len());
        match failed.first().filter(|_| everybody && failed.iter().all(|missing| missing.error.before_gateway())) {
            Some(missing) => vec![view! { <FailureNote error=missing.error.clone() source=ErrorSource::product() retry=retry() /> }],
            None => failed.into_iter().map(note).collect::<Vec<_>>(),
        }
    });
    view! { {notes}{unread(globals)} }
}

/// Waiting runs that could not be read: they have no id to go to, but their list shows them.
fn unread(globals: Globals) -> Html {
    let count = |of: &WaitingOf| of.lists.iter().map(|list| list.unread).sum::<usize>();
    let some = Memo::new(move |_| {
        let of = |of: &Arc<WaitingOf>| Some((of.connection.clone(), count(of))).filter(|(_, count)| *count > 0);
        globals.waiting.of.with(|all| all.iter().filter_map(of).collect::<Vec<_>>())
    });
    let note = |(connection, count): (Connection, usize)| {
        let words = t().queue;
        let address =
            HistoryAddress { connection: Some(connection.id.clone()), statuses: vec![StatusKind::Waiting], ..HistoryAddress::default() };
        let actions = view! { <a class="sl-btn sl-btn--sm" href=Page::Runs(address).href()>{words.unread_see}</a> };
        view! { <Notice tone=Tone::Odd icon=Icon::Warn fact=(words.unread)(count, &connection.label) next=words.unread_next actions=actions /> }
    };
    live(move || some.get().into_iter().map(note).collect::<Vec<_>>())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ListState {
    Outline,
    NothingRead,
    Empty,
    NoMatch,
    Rows,
}

fn list_state(queue: Queue) -> ListState {
    let waiting = queue.globals.waiting;
    if queue.rows.with(|rows| !rows.is_empty()) {
        return ListState::Rows;
    }
    let failed = waiting.of.with(|of| of.iter().any(|of| of.failed()));
    match (waiting.complete.get(), queue.read.get() > 0) {
        (_, true) => ListState::NoMatch,
        (false, _) => ListState::Outline,
        (true, _) if failed => ListState::NothingRead,
        (true, _) => ListState::Empty,
    }
}

fn body(queue: Queue, bulk: Bulk) -> Html {
    let words = t().review;
    let shown = Memo::new(move |_| list_state(queue));
    live(move || match shown.get() {
        ListState::Outline => view! {
            <p class="sl-vh" role="status">{t().shared.loading}</p>
            <div class="sl-panel__body sl-panel__body--top sl-stack" aria-hidden="true">{(0..5).map(|_| view! { <i class="sl-skel"></i> }).collect::<Vec<_>>()}</div>
        },
        ListState::NothingRead => view! { <div class="sl-empty"><h2>{words.nothing_read}</h2><p>{words.nothing_read_next}</p></div> },
        ListState::Empty => view! { <div class="sl-empty"><Glyph icon=Icon::Check /><h2>{words.empty}</h2><p>{words.empty_next}</p></div> },
        ListState::NoMatch => {
            let all = move || (t().queue.no_match_next)(queue.read.get() as u64);
            view! {
                <div class="sl-empty">
                    <h2>{t().queue.no_match}</h2>
                    <p>{all}</p>
                    <button type="button" class="sl-btn sl-btn--primary" on:click=move |_| filter(queue, &mut |address| *address = QueueAddress::default())>
                        {t().queue.clear}
                    </button>
                </div>
                {more(queue)}
            }
        }
        ListState::Rows => table(queue, bulk),
    })
}

/// Changes the filters: they are in the address.
pub fn filter(queue: Queue, change: &mut dyn FnMut(&mut QueueAddress)) {
    let mut address = queue.address.get_untracked();
    change(&mut address);
    queue.limit.set(list::PAGE);
    router::replace(&Page::Reviews(address.write()).href());
}

fn table(queue: Queue, bulk: Bulk) -> Html {
    let words = t().review;
    let rows = keyed(Box::new(move || {
        let one = |key: String| -> KeyedRow {
            let id = key.clone();
            (key, Box::new(move || row(queue, bulk, &id)))
        };
        queue.rows.get().into_iter().map(one).collect()
    }));
    view! {
        <table class="sl-grid sl-wq" role="table" aria-label=t().queue.title>
            <thead role="rowgroup">
                <tr role="row">
                    <th role="columnheader" scope="col" class="c-sel"><span class="sl-vh">{t().queue.approve_selected}</span></th>
                    <th role="columnheader" scope="col">{words.column_run}</th>
                    <th role="columnheader" scope="col">{words.column_flow}</th>
                    <th role="columnheader" scope="col">{words.column_review}</th>
                    <th role="columnheader" scope="col">{words.column_connection}</th>
                    <th role="columnheader" scope="col" class="sl-num">{words.column_waiting}</th>
                </tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
        {more(queue)}
    }
}

fn more(queue: Queue) -> Html {
    let words = t().queue;
    let shown = move || queue.rows.with(Vec::len);
    let text = move || {
        let (all, open) = queue.globals.waiting.count().unwrap_or_default();
        let words = if queue.address.with(QueueAddress::is_filtered) { words.matching } else { words.shown };
        words(shown(), all, open)
    };
    // Rows that come while the button is pressed take nothing away from under the pointer.
    let further = Memo::new(move |_| queue.fitting.with(Vec::len) > queue.limit.get() || queue.goes_on());
    let unread = Memo::new(move |_| queue.address.with(QueueAddress::is_filtered) && queue.goes_on());
    view! {
        <div class="sl-pager sl-wq__more">
            <span role="status">{text}</span>
            {move || unread.get().then(|| view! { <span class="sl-xs">{words.not_all_read}</span> })}
            <span class="sl-push"></span>
            {move || further.get().then(|| view! {
                <button type="button" class="sl-btn" aria-disabled=move || queue.busy.get().then_some("true") on:click=move |_| queue.more()>
                    {move || if queue.busy.get() { words.reading_more } else { words.more }}
                </button>
            })}
        </div>
    }
}

/// J and K move between the rows, E begins: with the one that has the focus, else with the first. X chooses it.
fn answer(queue: Queue, action: Action) -> bool {
    let back = match action {
        Action::Next | Action::FirstField | Action::Choose => false,
        Action::Previous => true,
        Action::Search => return page::focus(SEARCH),
        _ => return false,
    };
    let rows = queue.rows.get_untracked();
    let row = |key: &String| page::by_id(&active_row::row_id(key));
    let here = rows.iter().position(|key| row(key).is_some_and(|row| row.matches(":focus-within").unwrap_or(false)));
    if action == Action::Choose {
        let checkbox = here.and_then(|at| row(&rows[at])?.query_selector("input[type=checkbox]").ok()?);
        let checkbox = checkbox.and_then(|checkbox| checkbox.dyn_into::<web_sys::HtmlElement>().ok());
        if let Some(checkbox) = &checkbox {
            checkbox.click();
        }
        return checkbox.is_some();
    }
    let link = active_row::link_id;
    if action == Action::FirstField {
        let rows = rows.iter().skip(here.unwrap_or(0));
        let open = rows.filter_map(|key| page::by_id(&link(key))?.dyn_into::<web_sys::HtmlElement>().ok()).next();
        if let Some(open) = &open {
            open.click();
        }
        return open.is_some();
    }
    match step(&rows, here, back, false, &|key| page::by_id(&link(key)).is_some()) {
        Some(at) => {
            page::focus(&link(&rows[at]));
        }
        None => queue.globals.toasts.announce(if back { t().queue.no_previous } else { t().queue.no_next }),
    }
    true
}

/// What the list cannot show, and why.
fn small_print(globals: Globals) -> Vec<String> {
    let words = t().review;
    let mut told = vec![words.order.to_owned(), t().claims.mine_means.to_owned()];
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
