//! The run history of one flow, or of all flows where the vendor can list them, page by page in the vendor's own style.

mod bulk;
mod completing_page;
mod export;
mod filters;
mod key_actions;
mod list;
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
pub use filters::client_filter::FurtherNote;
use filters::filter_bar::{Filters, cleared};
use filters::pickers::Pickers;
pub use list::absent_runs::look_up;
pub use list::columns_menu::columns_menu;
pub use list::linked_run::AtRunNote;
pub use list::page_trail::Carry;
use list::pager::Pager;
use list::table::{RowsOutline, RunsTable};
pub use merged::all_runs;
use runs::ErrorKind;
pub use saved::menu::views_menu;
use saved::tabs::SavedViews;
pub use state::View;
use summary::section::SummaryFold;
pub use summary::summary;

#[component]
pub fn HistoryPage() -> Html {
    let view = View::new();
    enter_page(move || view.title());
    let waiting = globals().waiting;
    let answered = Memo::new(move |_| view.live.value.with(Option::is_some) || view.live.error.with(Option::is_some));
    key_actions::answer(view);
    list::restore::follow(view);
    let seen = untrack(router::again);
    Effect::new(move |_| {
        if router::again() != seen {
            view.reload();
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
    let known = Memo::new(move |_| view.all.get() || view.connection.with(Option::is_some));
    live(move || {
        if known.get() {
            view! {
                <main id="main" class="sl-main" tabindex="-1" data-page="history">
                    <Head view=view />
                    <SummaryFold view=view />
                    <Panel view=view />
                </main>
            }
        } else {
            let id = view.address.with_untracked(|address| address.connection.clone().unwrap_or_default());
            view! { <UnknownConnection id=id /> }
        }
    })
}

#[component]
fn Head(view: View) -> Html {
    let words = t().history;
    let live = view.live;
    let start = move || {
        let flow = view.flow.get();
        view.connection.get().map(|connection| Page::Start { connection: connection.id, flow }.href())
    };
    view! {
        <div class="sl-pagehead">
            <h1 class="sl-vh">{words.title}</h1>
            <Pickers view=view />
            <NewRuns view=view head=true />
            <span class="sl-push"></span>
            <Fresh live=live />
            <button
                type="button"
                class="sl-btn sl-btn--icon sl-btn--quiet"
                aria-label=t().shell.refresh
                title=t().shell.refresh
                on:click=move |_| view.reload()
            >
                <Glyph icon=Icon::Refresh />
            </button>
            {move || if view.all.get() {
                view! {
                    <button type="button" class="sl-btn" aria-label=words.start_run aria-disabled="true" title=t().all.start_where>
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

/// "12 new runs": they are shown when asked for, never by themselves.
#[component]
fn NewRuns(view: View, #[prop(optional)] head: bool) -> Html {
    let count = Memo::new(move |_| {
        let filter = view.filter();
        view.live.value.with(|listing| {
            let Some(listing) = listing else { return (0, false) };
            (listing.fresh.iter().filter(|run| filter.matches(run, &page::normal_form)).count() as u64, listing.more_fresh)
        })
    });
    let class = if head { "sl-newpill sl-newpill--head" } else { "sl-newpill sl-newpill--over" };
    live(move || {
        let (count, more) = count.get();
        (count > 0 && view.first_page.get()).then(|| {
            view! {
                <span class=class>
                    <button type="button" class="sl-btn" on:click=move |_| view.show_new()>
                        <Glyph icon=Icon::Newest />
                        {(t().history.new_runs)(count, more)}
                    </button>
                </span>
            }
        })
    })
}

#[component]
fn Panel(view: View) -> Html {
    let selection = globals().selection;
    let chosen = Memo::new(move |_| selection.picked.with(|picked| !picked.is_empty()) || selection.job.get() > 0);
    view! {
        <section class="sl-panel" aria-label=t().history.title>
            <SavedViews view=view />
            <Filters view=view />
            {move || view.at_run.run.with(Option::is_some).then(|| part(Part::AtRun(view)))}
            <NewRuns view=view />
            {move || view.stale_error().map(|error| {
                view! {
                    <FailureNote
                        error=error
                        vendor=view.vendor()
                        still=t().history.stale_rows
                        retry=Callback::new(move |()| view.live.refresh())
                    />
                }
            })}
            {move || if view.all.get() { part(Part::AllRuns(view)) } else { view! { <Body view=view /> } }}
            {move || chosen.get().then(|| part(Part::BulkBar(view)))}
        </section>
    }
}

/// What of the filter is left to this page, if anything is.
fn further_note(view: View) -> Html {
    let wanted = Memo::new(move |_| view.here.with(|here| here.any()) || view.untold.with(|untold| untold.any()));
    live(move || wanted.get().then(|| part(Part::Further(view))))
}

/// What the panel shows; a refresh never goes back to the outline.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shows {
    Outline,
    Failure,
    PastTheEnd,
    Empty,
    Rows,
}

#[component]
fn Body(view: View) -> Html {
    let shows = Memo::new(move |_| {
        view.live.value.with(|listing| match listing {
            Some(listing) if listing.page.items.is_empty() => Shows::Empty,
            Some(_) => Shows::Rows,
            None => match view.live.error.with(|error| error.as_ref().map(|error| error.kind)) {
                // A link can name a place that the vendor does not know, or no longer.
                Some(ErrorKind::NotFound | ErrorKind::Invalid) if !view.first_page.get() => Shows::PastTheEnd,
                Some(_) => Shows::Failure,
                None => Shows::Outline,
            },
        })
    });
    live(move || match shows.get() {
        Shows::Outline => view! { <RowsOutline /> },
        Shows::Failure => view
            .live
            .error
            .get()
            .map(|error| {
                view! {
                    <Failure
                        what=t().history.load_failed
                        error=error
                        vendor=view.vendor()
                        retry=Callback::new(move |()| view.live.refresh())
                    />
                }
            })
            .view(),
        Shows::PastTheEnd => past_the_end(view),
        Shows::Empty => view! { <Empty view=view /> },
        Shows::Rows => {
            // Other columns are another table.
            view.columns.track();
            view! { <RunsTable view=view />{further_note(view)}<Pager view=view /> }
        }
    })
}

/// No rows: nothing exists yet, the filters hide everything, or the link points past the end.
#[component]
fn Empty(view: View) -> Html {
    let words = t().history;
    let address = view.address.get();
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
                <a class="sl-btn sl-btn--primary" href=move || cleared(view)>{words.clear_filters}</a>
            </div>
        };
    }
    if !view.first_page.get() {
        return past_the_end(view);
    }
    if let Some(flow) = view.unknown_flow() {
        return view! {
            <div class="sl-empty">
                <h2>{words.unknown_flow}</h2>
                <p>{(words.unknown_flow_next)(&view.vendor(), &flow)}</p>
            </div>
        };
    }
    let start = view.connection.get().map(|connection| Page::Start { connection: connection.id, flow: view.flow.get() }.href());
    view! {
        <div class="sl-empty">
            <h2>{words.empty}</h2>
            <p>{(words.empty_next)(&view.flow_label())}</p>
            <a class="sl-btn sl-btn--primary" href=start><Glyph icon=Icon::Play />{words.start_run}</a>
        </div>
    }
}

fn past_the_end(view: View) -> Html {
    let words = t().history;
    view! {
        <div class="sl-empty">
            <h2>{words.past_the_end}</h2>
            <p>{words.past_the_end_next}</p>
            <a class="sl-btn sl-btn--primary" href=view.with(|_| ())>{words.newest}</a>
        </div>
    }
}
