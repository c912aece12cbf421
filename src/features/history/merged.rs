//! The history of all connections, merged: drawn below the filters when the address says `c=*`.

mod engine;
mod footer;
mod notes;
pub mod requests;
mod state;
mod watch;

use crate::features::history::filters::filter_bar::cleared;
use crate::features::history::list::table::{RowsOutline, RunsTable};
use crate::features::history::state::HistoryState;
use crate::prelude::*;
use crate::strings::t;
use engine::MergedList;
use footer::{MergedPager, MergedSearch};
use notes::{Lost, Notes};
use runs::reading::merge::PageState;

/// What stands below the filters; a refresh never goes back to the outline.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Body {
    Outline,
    NothingRead,
    Empty,
    Rows,
}

pub fn all_runs(history: HistoryState) -> Html {
    let list = MergedList::begin(history);
    let none = Memo::new(move |_| history.list.live.value.with(|loaded| loaded.as_ref().map(|loaded| loaded.page.items.is_empty())));
    let shown = Memo::new(move |_| match none.get() {
        None => Body::Outline,
        Some(false) => Body::Rows,
        Some(true) => match list.footer.get().state {
            // The rows that were loaded are none of those wanted, but older ones may be.
            PageState::Cut | PageState::Full => Body::Rows,
            PageState::Reading if list.footer.get().searching => Body::Rows,
            PageState::Reading => Body::Outline,
            PageState::Ended if list.notices.with(|said| said.iter().all(|said| said.missing.error.is_some())) => Body::NothingRead,
            PageState::Ended => Body::Empty,
        },
    });
    let body = move || match shown.get() {
        Body::Outline => view! { <RowsOutline /> },
        Body::NothingRead => view! {
            <div class="sl-empty"><h2>{t().merged.nothing_read}</h2><p>{t().merged.nothing_read_next}</p></div>
        },
        Body::Empty => view! { <Empty history=history /> },
        Body::Rows => view! { <RunsTable history=history /><MergedSearch list=list /><MergedPager list=list /> },
    };
    view! {
        <Lost list=list />
        <Notes list=list />
        {body}
    }
}

/// No rows: nothing exists yet, or the filters hide everything.
#[component]
fn Empty(history: HistoryState) -> Html {
    let words = t().history;
    let address = history.address.get();
    if address.statuses.is_empty() && address.filter.is_empty() {
        return view! { <div class="sl-empty"><h2>{words.empty}</h2><p>{t().merged.empty_next}</p></div> };
    }
    let next = if address.statuses.is_empty() {
        t().filter.empty.to_owned()
    } else {
        (words.filtered_empty_next)(&(words.status_filter_words)(&address.statuses))
    };
    view! {
        <div class="sl-empty">
            <h2>{words.filtered_empty}</h2>
            <p>{next}</p>
            <a class="sl-btn sl-btn--primary" href=move || cleared(history)>{words.clear_filters}</a>
        </div>
    }
}
