use crate::app::{Part, part};
use crate::features::history::menu::menu;
use crate::features::history::state::View;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon, searchable};
use runs::adapters::filter::{Created, Filter};

/// The field that `/` leads to.
pub const SEARCH: &str = "search";

/// Opens the first page of the list narrowed down anew.
pub fn narrow(view: View, change: impl FnOnce(&mut Filter)) {
    let before = view.address.with_untracked(|address| address.filter.clone());
    let mut filter = before.clone();
    change(&mut filter);
    if filter != before {
        view.go(&view.with(|address| address.filter = filter));
    }
}

pub fn chosen<T>(view: View, read: impl Fn(&Filter) -> T) -> T {
    view.address.with(|address| read(&address.filter))
}

/// Whether the duration is bounded.
pub fn is_long_or_short(view: View) -> bool {
    chosen(view, |filter| filter.at_least_ms.is_some() || filter.at_most_ms.is_some())
}

#[component]
pub fn Search(view: View) -> Html {
    let words = t().filter;
    view! {
        <span class="sl-search">
            <Glyph icon=Icon::Search />
            <input
                id=SEARCH
                type="search"
                class="sl-input"
                aria-label=words.search
                placeholder=words.search_hint
                prop:value=move || chosen(view, |filter| filter.text.clone())
                on:change=move |event| {
                    let text = event_target_value(&event);
                    if searchable(&text) {
                        narrow(view, |filter| filter.text = text.trim().into());
                    }
                }
                on:input=move |event| {
                    // Escape and the field's own cross empty it without a change: an empty field filters nothing.
                    if event_target_value(&event).is_empty() {
                        narrow(view, |filter| filter.text.clear());
                    }
                }
            />
        </span>
    }
}

#[component]
pub fn TriggerMenu(view: View) -> Html {
    let words = t().filter;
    let summary = move || {
        chosen(view, |filter| match filter.triggers.as_slice() {
            [] => words.trigger_any.to_owned(),
            [one] => (t().shared.trigger)(*one).to_owned(),
            several => (words.trigger_many)(several.len()),
        })
    };
    let on = move || chosen(view, |filter| !filter.triggers.is_empty());
    menu("sl-menu f-fine", words.trigger_legend, summary, on, move || part(Part::Trigger(view)))
}

#[component]
pub fn CreatedMenu(view: View) -> Html {
    let words = t().filter;
    let summary = move || {
        chosen(view, |filter| match filter.created {
            Created::Any => words.created_any.to_owned(),
            Created::Last(minutes) => (words.last)(minutes),
            Created::Between(..) => words.between.to_owned(),
        })
    };
    let on = move || chosen(view, |filter| filter.created != Created::Any);
    menu("sl-menu f-fine", words.created_legend, summary, on, move || part(Part::Created(view)))
}

#[component]
pub fn DurationMenu(view: View) -> Html {
    let words = t().filter;
    let summary = move || if is_long_or_short(view) { words.duration_set } else { words.duration_any }.to_owned();
    menu("sl-menu f-fine", words.duration_legend, summary, move || is_long_or_short(view), move || part(Part::Duration(view)))
}
