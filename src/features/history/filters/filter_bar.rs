use crate::app::{Part, part};
use crate::data::Connection;
use crate::features::history::filters::filter_menus::{CreatedMenu, DurationMenu, Search, TriggerMenu};
use crate::features::history::menu::{later_menu, menu};
use crate::features::history::state::HistoryState;
use crate::platform::clock;
use crate::prelude::*;
use crate::router;
use crate::state::globals;
use crate::strings::t;
use crate::ui::{Glyph, Icon, StatusLabel};
use runs::adapters::filter::{Created, Filter};
use runs::model::Quota;
use runs::{Status, StatusKind};

/// What narrows the list down; all of it is in the address.
#[component]
pub fn FilterBar(history: HistoryState) -> Html {
    let words = t().history;
    let count = Memo::new(move |_| {
        history.address.with(|address| {
            let Filter { triggers, created, at_least_ms, at_most_ms, text, .. } = &address.filter;
            let parts = [
                !address.statuses.is_empty(),
                !triggers.is_empty(),
                *created != Created::Any,
                at_least_ms.is_some() || at_most_ms.is_some(),
                !text.is_empty(),
            ];
            parts.into_iter().filter(|on| *on).count()
        })
    });
    let open = RwSignal::new(false);
    view! {
        <div class="sl-filters sl-filters--fold" role="search" data-open=move || open.get().then_some("")>
            <Search history=history />
            {move || {
                let (offered, many) = statuses(history);
                view! { <StatusMenu history=history offered=offered many=many /> }
            }}
            <TriggerMenu history=history />
            <CreatedMenu history=history />
            <DurationMenu history=history />
            <button
                type="button"
                class="sl-btn sl-only-c"
                aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {t().filter.more}
                {move || (count.get() > 0).then(|| view! { " "<span class="sl-count">{count.get()}</span> })}
            </button>
            {move || (count.get() > 0).then(|| view! { <a class="sl-btn sl-btn--quiet" href=cleared(history)>{words.clear}</a> })}
            <div class="sl-tools">
            {move || history.list.live.value.with(|loaded| loaded.as_ref().and_then(|loaded| loaded.page.quota)).map(|quota| {
                view! { <span class="sl-xs sl-2">{left(quota, history.list.live.pause.get())}</span> }
            })}
            {later_menu(history, Icon::Bookmark, t().overview.views, Part::Views)}
            {later_menu(history, Icon::Columns, t().overview.columns, Part::Columns)}
            {move || export(history)}
            <label class="sl-vh" for="size">{words.size}</label>
            <select
                id="size"
                class="sl-input sl-select sl-size"
                on:change=move |event| router::go(&history.list.first_page_href(|address| address.size = event_target_value(&event).parse().ok()))
            >
                {move || sizes(history)}
            </select>
            </div>
        </div>
    }
}

/// What is left of a vendor's limit; `pause`, in milliseconds, is said where the limit is the reason for it.
pub fn left(quota: Quota, pause: u32) -> String {
    let now = clock::now();
    let hour = quota.resets_at.is_some_and(|at| (60_001..=3_600_000).contains(&at.since(now)));
    let every = runs::reading::live::scarce(quota, now).then_some(pause);
    (t().history.quota)(quota.remaining, quota.limit, hour, every)
}

/// The list as a file; what asks for it comes with the later pages.
fn export(history: HistoryState) -> Html {
    let open = RwSignal::new(false);
    let name = t().select.export;
    view! {
        <button type="button" class="sl-btn sl-btn--icon sl-btn--quiet" aria-label=name title=name on:click=move |_| open.set(true)>
            <Glyph icon=Icon::Download />
        </button>
        {move || open.get().then(|| part(Part::Export(history, open)))}
    }
}

/// Everything that narrows the list down is taken away.
pub fn cleared(history: HistoryState) -> String {
    history.list.first_page_href(|address| {
        address.statuses.clear();
        address.filter = Filter::default();
    })
}

fn sizes(history: HistoryState) -> Vec<Html> {
    let chosen = history.size();
    history
        .sizes()
        .iter()
        .map(|size| view! { <option value=*size selected=*size == chosen>{(t().history.size_option)(*size)}</option> })
        .collect()
}

/// The statuses that can be asked for, and whether several at once. Of all connections: whatever one of them filters by.
pub fn statuses(history: HistoryState) -> (Vec<StatusKind>, bool) {
    let filter = |of: &Connection| of.dialect.adapter().capabilities().status_filter;
    match history.connection.get() {
        Some(of) => (filter(&of).to_vec(), of.dialect.adapter().capabilities().status_filter_many),
        None => {
            let all = globals().session.connections();
            (StatusKind::ALL.into_iter().filter(|kind| all.iter().any(|of| filter(of).contains(kind))).collect(), true)
        }
    }
}

#[component]
fn StatusMenu(history: HistoryState, offered: Vec<StatusKind>, many: bool) -> Html {
    let words = t().history;
    let chosen = move || history.address.with(|address| address.statuses.clone());
    let summary = move || match chosen().as_slice() {
        [] => words.status_any.to_owned(),
        [one] => (words.status_one)((t().shared.status)(*one)),
        several => (words.status_many)(several.len()),
    };
    let toggle = move |kind: StatusKind| {
        router::go(&history.list.first_page_href(|address| {
            let on = address.statuses.contains(&kind);
            address.statuses.retain(|found| *found != kind);
            if !on {
                address.statuses.push(kind);
                runs::value::order::sort(&mut address.statuses, &|kind| (*kind as i64, 0));
            }
        }));
    };
    let option = move |kind: StatusKind| {
        view! {
            <label class="sl-opt">
                <input type="checkbox" prop:checked=move || chosen().contains(&kind) on:change=move |_| toggle(kind) />
                <StatusLabel status=Status::new(kind, "") />
            </label>
        }
    };
    let inside = move || {
        let hint = (!many).then(|| view! { <p class="sl-xs sl-2">{(words.status_single_hint)(&history.vendor())}</p> });
        view! { {offered.iter().copied().map(option).collect::<Vec<_>>()}{hint} }
    };
    menu("sl-menu", words.status_legend, summary, move || !chosen().is_empty(), inside)
}
