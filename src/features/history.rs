//! The run history of one flow, or of all flows where the vendor can list them, page by page in the vendor's own style.

mod bulk;
mod completing_page;
mod export;
mod filters;
mod key_actions;
mod list;
mod memory;
mod menu;
mod merged;
mod saved;
mod state;
mod summary;

use crate::app::{Part, UnknownConnection, enter_page, part};
use crate::platform::page;
use crate::prelude::*;
use crate::router;
use crate::routes::Page;
use crate::state::globals;
use crate::strings::t;
use crate::ui::{Failure, FailureNote, Fresh, Glyph, Icon};
pub use bulk::BulkBar;
pub use completing_page::CompletingPage;
pub use export::{ExportDialog, What};
pub use filters::choices::{created_choices, duration_choices, trigger_choices};
pub use filters::client_search::ClientSearchNote;
use filters::filter_bar::{FilterBar, cleared};
use filters::pickers::Pickers;
pub use list::absent_runs::look_up;
pub use list::columns_menu::columns_menu;
pub use list::linked_run::LinkedRunNote;
pub use list::page_trail::PageTrail;
use list::pager::Pager;
use list::table::{RowsOutline, RunsTable};
pub use merged::all_runs;
use runs::ErrorKind;
pub use saved::menu::views_menu;
use saved::tabs::SavedTabs;
pub use state::HistoryState;
use summary::section::SummarySection;
pub use summary::summary;

#[component]
pub fn HistoryPage() -> Html {
    let history = HistoryState::new();
    enter_page(move || history.title());
    let waiting = globals().waiting;
    let answered = Memo::new(move |_| history.list.live.value.with(Option::is_some) || history.list.live.error.with(Option::is_some));
    key_actions::answer(history);
    list::restore::follow(history);
    let seen = untrack(router::again);
    Effect::new(move |_| {
        if router::again() != seen {
            history.reload();
        }
    });
    Effect::new(move |_| {
        if answered.get() {
            // Answers that come while the rows are drawn would hold up their first frame.
            leptos::task::spawn_local(async move {
                page::drawn().await;
                waiting.begin();
            });
        }
    });
    let known = Memo::new(move |_| history.all.get() || history.connection.with(Option::is_some));
    live(move || {
        if known.get() {
            view! {
                <main id="main" class="sl-main" tabindex="-1" data-page="history">
                    <Head history=history />
                    <SummarySection history=history />
                    <Panel history=history />
                </main>
            }
        } else {
            let id = history.address.with_untracked(|address| address.connection.clone().unwrap_or_default());
            view! { <UnknownConnection id=id /> }
        }
    })
}

#[component]
fn Head(history: HistoryState) -> Html {
    let words = t().history;
    let live = history.list.live;
    let start = move || {
        let flow = history.flow.get();
        history.connection.get().map(|connection| Page::Start { connection: connection.id, flow }.href())
    };
    view! {
        <div class="sl-pagehead">
            <h1 class="sl-vh">{words.title}</h1>
            <Pickers history=history />
            <NewRuns history=history head=true />
            <span class="sl-push"></span>
            <Fresh live=live />
            <button
                type="button"
                class="sl-btn sl-btn--icon sl-btn--quiet"
                aria-label=t().shell.refresh
                title=t().shell.refresh
                on:click=move |_| history.reload()
            >
                <Glyph icon=Icon::Refresh />
            </button>
            {move || if history.all.get() || !may_start(history) {
                let why = if history.all.get() { t().all.start_where } else { words.start_not_allowed };
                view! {
                    <button type="button" class="sl-btn" aria-label=words.start_run aria-disabled="true" title=why>
                        <Glyph icon=Icon::Play /><span class="sl-not-m">{words.start_run}</span>
                    </button>
                }
            } else {
                view! {
                    <a class="sl-btn" aria-label=words.start_run href=start>
                        <Glyph icon=Icon::Play /><span class="sl-not-m">{words.start_run}</span>
                    </a>
                }
            }}
        </div>
    }
}

/// Whether whoever is signed in starts runs of this flow; without one, of any.
fn may_start(history: HistoryState) -> bool {
    history.connection.get().is_none_or(|connection| match history.flow.get() {
        Some(flow) => connection.may_manage(&flow),
        None => connection.manages.is_none_or(|flows| !flows.is_empty()),
    })
}

/// "12 new runs": they are shown when asked for, never by themselves.
#[component]
fn NewRuns(history: HistoryState, #[prop(optional)] head: bool) -> Html {
    let count = Memo::new(move |_| {
        let filter = history.filters.applied();
        history.list.live.value.with(|loaded| {
            let Some(loaded) = loaded else { return (0, false) };
            (loaded.fresh.iter().filter(|run| filter.matches(run, &page::normal_form)).count() as u64, loaded.more_fresh)
        })
    });
    let class = if head { "sl-newpill sl-newpill--head" } else { "sl-newpill sl-newpill--over" };
    live(move || {
        let (count, more) = count.get();
        (count > 0 && history.list.first_page.get()).then(|| {
            view! {
                <span class=class>
                    <button type="button" class="sl-btn" on:click=move |_| history.show_new()>
                        <Glyph icon=Icon::Newest />
                        {(t().history.new_runs)(count, more)}
                    </button>
                </span>
            }
        })
    })
}

#[component]
fn Panel(history: HistoryState) -> Html {
    let selection = globals().selection;
    let chosen = Memo::new(move |_| selection.picked.with(|picked| !picked.is_empty()) || selection.job.get() > 0);
    view! {
        <section class="sl-panel" aria-label=t().history.title>
            <SavedTabs history=history />
            <FilterBar history=history />
            {move || history.linked_run.run.with(Option::is_some).then(|| part(Part::LinkedRun(history)))}
            <NewRuns history=history />
            {move || history.list.stale_error().map(|error| {
                view! {
                    <FailureNote
                        error=error
                        source=history.dialect()
                        still=t().history.stale_rows
                        retry=Callback::new(move |()| history.list.live.refresh())
                    />
                }
            })}
            {move || if history.all.get() { part(Part::AllRuns(history)) } else { view! { <Body history=history /> } }}
            {move || chosen.get().then(|| part(Part::BulkBar(history)))}
        </section>
    }
}

/// What of the filter is left to this page, if anything is.
fn further_note(history: HistoryState) -> Html {
    let wanted =
        Memo::new(move |_| history.filters.client.with(|here| here.any()) || history.filters.unsupported.with(|untold| untold.any()));
    live(move || wanted.get().then(|| part(Part::ClientSearch(history))))
}

/// What the panel shows; a refresh never goes back to the outline.
#[derive(Clone, Copy, PartialEq, Eq)]
enum BodyState {
    Outline,
    Failure,
    PastTheEnd,
    Empty,
    Rows,
}

#[component]
fn Body(history: HistoryState) -> Html {
    let shown = Memo::new(move |_| {
        history.list.live.value.with(|loaded| match loaded {
            Some(loaded) if loaded.page.items.is_empty() => BodyState::Empty,
            Some(_) => BodyState::Rows,
            None => match history.list.live.error.with(|error| error.as_ref().map(|error| error.kind)) {
                // A link can name a place that the vendor does not know, or no longer.
                Some(ErrorKind::NotFound | ErrorKind::Invalid) if !history.list.first_page.get() => BodyState::PastTheEnd,
                Some(_) => BodyState::Failure,
                None => BodyState::Outline,
            },
        })
    });
    live(move || match shown.get() {
        BodyState::Outline => view! { <RowsOutline /> },
        BodyState::Failure => history
            .list
            .live
            .error
            .get()
            .map(|error| {
                view! {
                    <Failure
                        what=t().history.load_failed
                        error=error
                        source=history.dialect()
                        retry=Callback::new(move |()| history.list.live.refresh())
                    />
                }
            })
            .view(),
        BodyState::PastTheEnd => past_the_end(history),
        // It says more once the flows are read.
        BodyState::Empty => live(move || empty(history)),
        BodyState::Rows => {
            // Other columns are another table.
            history.list.columns.track();
            view! { <RunsTable history=history />{further_note(history)}<Pager history=history /> }
        }
    })
}

/// No rows: nothing exists yet, the filters hide everything, or the link points past the end.
fn empty(history: HistoryState) -> Html {
    let words = t().history;
    let address = history.address.get();
    if !address.statuses.is_empty() || !address.filter.is_empty() {
        let next = if address.statuses.is_empty() {
            t().filter.empty.to_owned()
        } else {
            (words.filtered_empty_next)(&(words.status_filter_words)(&address.statuses))
        };
        return view! {
            <div class="sl-empty">
                <h2>{words.filtered_empty}</h2>
                <p>{next}</p>
                <a class="sl-btn sl-btn--primary" href=move || cleared(history)>{words.clear_filters}</a>
            </div>
        };
    }
    if !history.list.first_page.get() {
        return past_the_end(history);
    }
    if let Some((flow, all_read)) = history.unknown_flow() {
        return view! {
            <div class="sl-empty">
                <h2>{if all_read { words.unknown_flow } else { words.empty }}</h2>
                <p>{(words.unknown_flow_next)(&history.vendor(), &flow, all_read)}</p>
            </div>
        };
    }
    let start = history.connection.get().map(|connection| Page::Start { connection: connection.id, flow: history.flow.get() }.href());
    view! {
        <div class="sl-empty">
            <h2>{words.empty}</h2>
            <p>{(words.empty_next)(&history.flow_label())}</p>
            {may_start(history).then(|| view! { <a class="sl-btn sl-btn--primary" href=start><Glyph icon=Icon::Play />{words.start_run}</a> })}
        </div>
    }
}

fn past_the_end(history: HistoryState) -> Html {
    let words = t().history;
    view! {
        <div class="sl-empty">
            <h2>{words.past_the_end}</h2>
            <p>{words.past_the_end_next}</p>
            <a class="sl-btn sl-btn--primary" href=history.list.first_page_href(|_| ())>{words.newest}</a>
        </div>
    }
}
