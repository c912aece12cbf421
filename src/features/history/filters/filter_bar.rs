use crate::app::{Part, part};
use crate::data::Connection;
use crate::features::history::filters::filter_menus::{CreatedMenu, DurationMenu, Search, TriggerMenu};
use crate::features::history::menu::{later_menu, menu};
use crate::features::history::state::View;
use crate::platform::clock;
use crate::prelude::*;
use crate::state::globals;
use crate::strings::t;
use crate::ui::{Glyph, Icon, StatusLabel};
use runs::adapters::filter::{Created, Filter};
use runs::model::Quota;
use runs::{Status, StatusKind};

/// What narrows the list down; all of it is in the address.
#[component]
pub fn Filters(view: View) -> Html {
    let words = t().history;
    let count = Memo::new(move |_| {
        view.address.with(|address| {
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
            <Search view=view />
            {move || {
                let (offered, many) = statuses(view);
                view! { <StatusMenu view=view offered=offered many=many /> }
            }}
            <TriggerMenu view=view />
            <CreatedMenu view=view />
            <DurationMenu view=view />
            <button
                type="button"
                class="sl-btn sl-only-c"
                aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {t().filter.more}
                {move || (count.get() > 0).then(|| view! { " "<span class="sl-count">{count.get()}</span> })}
            </button>
            {move || (count.get() > 0).then(|| view! { <a class="sl-btn sl-btn--quiet" href=cleared(view)>{words.clear}</a> })}
            <div class="sl-tools">
            {move || view.live.value.with(|listing| listing.as_ref().and_then(|listing| listing.page.quota)).map(|quota| {
                view! { <span class="sl-xs sl-2">{left(quota, view.live.pause.get())}</span> }
            })}
            {later_menu(view, Icon::Bookmark, t().overview.views, Part::Views)}
            {later_menu(view, Icon::Columns, t().overview.columns, Part::Columns)}
            {move || export(view)}
            <label class="sl-vh" for="size">{words.size}</label>
            <select
                id="size"
                class="sl-input sl-select sl-size"
                on:change=move |event| view.go(&view.with(|address| address.size = event_target_value(&event).parse().ok()))
            >
                {move || sizes(view)}
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
fn export(view: View) -> Html {
    let open = RwSignal::new(false);
    let name = t().select.export;
    view! {
        <button type="button" class="sl-btn sl-btn--icon sl-btn--quiet" aria-label=name title=name on:click=move |_| open.set(true)>
            <Glyph icon=Icon::Download />
        </button>
        {move || open.get().then(|| part(Part::Export(view, open)))}
    }
}

/// Everything that narrows the list down is taken away.
pub fn cleared(view: View) -> String {
    view.with(|address| {
        address.statuses.clear();
        address.filter = Filter::default();
    })
}

fn sizes(view: View) -> Vec<Html> {
    let chosen = view.size();
    view.sizes()
        .iter()
        .map(|size| view! { <option value=*size selected=*size == chosen>{(t().history.size_option)(*size)}</option> })
        .collect()
}

/// The statuses that can be asked for, and whether several at once. Of all connections: whatever one of them filters by.
pub fn statuses(view: View) -> (Vec<StatusKind>, bool) {
    let filter = |of: &Connection| of.dialect.adapter().capabilities().status_filter;
    match view.connection.get() {
        Some(of) => (filter(&of).to_vec(), of.dialect.adapter().capabilities().status_filter_many),
        None => {
            let all = globals().session.connections();
            (StatusKind::ALL.into_iter().filter(|kind| all.iter().any(|of| filter(of).contains(kind))).collect(), true)
        }
    }
}

#[component]
fn StatusMenu(view: View, offered: Vec<StatusKind>, many: bool) -> Html {
    let words = t().history;
    let chosen = move || view.address.with(|address| address.statuses.clone());
    let summary = move || match chosen().as_slice() {
        [] => words.status_any.to_owned(),
        [one] => (words.status_one)((t().shared.status)(*one)),
        several => (words.status_many)(several.len()),
    };
    let toggle = move |kind: StatusKind| {
        view.go(&view.with(|address| {
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
        let hint = (!many).then(|| view! { <p class="sl-xs sl-2">{(words.status_single_hint)(&view.vendor())}</p> });
        view! { {offered.iter().copied().map(option).collect::<Vec<_>>()}{hint} }
    };
    menu("sl-menu", words.status_legend, summary, move || !chosen().is_empty(), inside)
}
