use super::view::View;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon, StatusLabel};
use leptos::html::Details;
use runs::{Status, StatusKind};

/// What narrows the list down; all of it is in the address.
#[component]
pub fn Filters(view: View) -> Html {
    let words = t().history;
    let filtered = move || view.address.with(|address| !address.statuses.is_empty());
    let clear = move || view.with(|address| address.statuses.clear());
    view! {
        <div class="sl-filters" role="search">
            {move || view.connection.get().map(|of| {
                let capabilities = of.dialect.adapter().capabilities();
                view! { <StatusMenu view=view offered=capabilities.status_filter many=capabilities.status_filter_many /> }
            })}
            {move || filtered().then(|| view! { <a class="sl-btn sl-btn--quiet" href=clear>{words.clear}</a> })}
            <span class="sl-push"></span>
            {move || view.live.value.with(|listing| listing.as_ref().and_then(|listing| listing.page.quota)).map(|quota| {
                view! { <span class="sl-xs sl-2">{(words.quota)(quota.remaining, quota.limit)}</span> }
            })}
            <label class="sl-vh" for="size">{words.size}</label>
            <select
                id="size"
                class="sl-input sl-select sl-size"
                on:change=move |event| view.go(&view.with(|address| address.size = event_target_value(&event).parse().ok()))
            >
                {move || sizes(view)}
            </select>
        </div>
    }
}

fn sizes(view: View) -> Vec<Html> {
    let chosen = view.size();
    let sizes = view.connection.with(|of| of.as_ref().map_or(&[][..], |of| of.dialect.adapter().capabilities().page_sizes));
    sizes.iter().map(|size| view! { <option value=*size selected=*size == chosen>{(t().history.size_option)(*size)}</option> }).collect()
}

#[component]
fn StatusMenu(view: View, offered: &'static [StatusKind], many: bool) -> Html {
    let words = t().history;
    let details = NodeRef::<Details>::new();
    let chosen = move || view.address.with(|address| address.statuses.clone());
    let summary = move || match chosen().as_slice() {
        [] => words.status_any.to_owned(),
        [one] => (words.status_one)((t().shared.status)(*one)),
        several => (words.status_many)(several.len()),
    };
    let toggle = move |kind: StatusKind| {
        view.go(&view.with(|address| {
            let on = address.statuses.contains(&kind);
            if !many {
                address.statuses.clear();
            }
            address.statuses.retain(|found| *found != kind);
            if !on {
                address.statuses.push(kind);
                runs::order::sort(&mut address.statuses, &|kind| (*kind as i64, 0));
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
    let hint = (!many).then(|| view! { <p class="sl-xs sl-2">{(words.status_single_hint)(&view.vendor())}</p> });
    view! {
        <details
            class="sl-menu"
            node_ref=details
            data-on=move || (!chosen().is_empty()).then_some("")
            on:keydown=move |event| {
                if event.key() == "Escape" && let Some(details) = details.get_untracked() {
                    details.set_open(false);
                }
            }
        >
            <summary class="sl-btn">{summary}" "<Glyph icon=Icon::Down small=true /></summary>
            <div class="sl-menu__pop" role="group" aria-label=words.status_legend>
                {offered.iter().map(|kind| option(*kind)).collect::<Vec<_>>()}
                {hint}
            </div>
        </details>
    }
}
