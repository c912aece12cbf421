use crate::app::{Part, part};
use crate::features::history::list::state::capabilities;
use crate::features::history::menu::menu;
use crate::features::history::state::HistoryState;
use crate::prelude::*;
use crate::router;
use crate::strings::t;
use crate::ui::{Glyph, Icon, searchable};
use runs::adapters::filter::{Created, Filter};

/// The field that `/` leads to.
pub const SEARCH: &str = "search";

/// Opens the first page of the list narrowed down anew.
pub fn apply_filter(history: HistoryState, change: impl FnOnce(&mut Filter)) {
    let before = history.address.with_untracked(|address| address.filter.clone());
    let mut filter = before.clone();
    change(&mut filter);
    if filter != before {
        router::go(&history.list.first_page_href(|address| address.filter = filter));
    }
}

pub fn chosen<T>(history: HistoryState, read: impl Fn(&Filter) -> T) -> T {
    history.address.with(|address| read(&address.filter))
}

/// Whether the duration is bounded.
pub fn is_long_or_short(history: HistoryState) -> bool {
    chosen(history, |filter| filter.at_least_ms.is_some() || filter.at_most_ms.is_some())
}

#[component]
pub fn Search(history: HistoryState) -> Html {
    let words = t().filter;
    // Of all connections, some tell names.
    let texts = Memo::new(move |_| history.connection.with(|of| capabilities(of.as_ref()).is_none_or(|can| can.listed.texts)));
    let apply = move |event: &web_sys::Event| {
        let text = event_target_value(event);
        if searchable(&text) {
            apply_filter(history, |filter| filter.text = text.trim().into());
        }
    };
    view! {
        <span class="sl-search">
            <Glyph icon=Icon::Search />
            <input
                id=SEARCH
                type="search"
                class="sl-input"
                aria-label=move || if texts.get() { words.search } else { words.search_id }
                placeholder=move || if texts.get() { words.search_hint } else { words.search_id_hint }
                prop:value=move || chosen(history, |filter| filter.text.clone())
                on:change=move |event| apply(&event)
                // Emptied by Escape and typed in once more, it holds what it held when it changed last: browsers see no change.
                on:keydown=move |press| {
                    if press.key() == "Enter" {
                        apply(press.event());
                    }
                }
                on:input=move |event| {
                    // Escape and the field's own cross empty it without a change: an empty field filters nothing.
                    if event_target_value(&event).is_empty() {
                        apply_filter(history, |filter| filter.text.clear());
                    }
                }
            />
        </span>
    }
}

#[component]
pub fn TriggerMenu(history: HistoryState) -> Html {
    let words = t().filter;
    let summary = move || {
        chosen(history, |filter| match filter.triggers.as_slice() {
            [] => words.trigger_any.to_owned(),
            [one] => (t().shared.trigger)(*one).to_owned(),
            several => (words.trigger_many)(several.len()),
        })
    };
    let on = move || chosen(history, |filter| !filter.triggers.is_empty());
    menu("sl-menu f-fine", words.trigger_legend, summary, on, move || part(Part::Trigger(history)))
}

#[component]
pub fn CreatedMenu(history: HistoryState) -> Html {
    let words = t().filter;
    let summary = move || {
        chosen(history, |filter| match filter.created {
            Created::Any => words.created_any.to_owned(),
            Created::Last(minutes) => (words.last)(minutes),
            Created::Between(..) => words.between.to_owned(),
        })
    };
    let on = move || chosen(history, |filter| filter.created != Created::Any);
    menu("sl-menu f-fine", words.created_legend, summary, on, move || part(Part::Created(history)))
}

#[component]
pub fn DurationMenu(history: HistoryState) -> Html {
    let words = t().filter;
    let summary = move || if is_long_or_short(history) { words.duration_set } else { words.duration_any }.to_owned();
    menu("sl-menu f-fine", words.duration_legend, summary, move || is_long_or_short(history), move || part(Part::Duration(history)))
}
