//! The history of all connections, merged: drawn below the filters when the address says `c=*`.

mod engine;
mod foot;
mod notes;
mod state;
mod watch;

use crate::features::history::filters::filter_bar::cleared;
use crate::features::history::list::table::{RowsOutline, RunsTable};
use crate::features::history::state::View;
use crate::prelude::*;
use crate::strings::t;
use engine::All;
use foot::{Further, PagerOfAll};
use notes::{Lost, Notes};
use runs::reading::merge::Stand;

/// What stands below the filters; a refresh never goes back to the outline.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shows {
    Outline,
    NothingRead,
    Empty,
    Rows,
}

pub fn all_runs(view: View) -> Html {
    let all = All::begin(view);
    let none = Memo::new(move |_| view.live.value.with(|listing| listing.as_ref().map(|listing| listing.page.items.is_empty())));
    let shows = Memo::new(move |_| match none.get() {
        None => Shows::Outline,
        Some(false) => Shows::Rows,
        Some(true) => match all.foot.get().stand {
            // The rows that were loaded are none of those wanted, but older ones may be.
            Stand::Cut | Stand::Full => Shows::Rows,
            Stand::Reading if all.foot.get().searching => Shows::Rows,
            Stand::Reading => Shows::Outline,
            Stand::Ended if all.said.with(|said| said.iter().all(|said| said.lack.error.is_some())) => Shows::NothingRead,
            Stand::Ended => Shows::Empty,
        },
    });
    let body = move || match shows.get() {
        Shows::Outline => view! { <RowsOutline /> },
        Shows::NothingRead => view! {
            <div class="sl-empty"><h2>{t().merged.nothing_read}</h2><p>{t().merged.nothing_read_next}</p></div>
        },
        Shows::Empty => view! { <Empty view=view /> },
        Shows::Rows => view! { <RunsTable view=view /><Further all=all /><PagerOfAll all=all /> },
    };
    view! {
        <Lost all=all />
        <Notes all=all />
        {body}
    }
}

/// No rows: nothing exists yet, or the filters hide everything.
#[component]
fn Empty(view: View) -> Html {
    let words = t().history;
    let address = view.address.get();
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
            <a class="sl-btn sl-btn--primary" href=move || cleared(view)>{words.clear_filters}</a>
        </div>
    }
}
