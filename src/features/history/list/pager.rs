use crate::features::history::list::jump_field::JumpField;
use crate::features::history::state::HistoryState;
use crate::platform::clock;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon};
use runs::model::Place;

/// Newer and Older in the vendor's own style; each is a link that can be opened elsewhere.
#[component]
pub fn Pager(history: HistoryState) -> Html {
    let words = t().history;
    view! {
        <nav class="sl-pager" aria-label=words.pager>
            <span>{move || range(history)}</span>
            {move || shifted(history).then(|| view! { <span class="sl-xs sl-2">{words.may_have_shifted}</span> })}
            <span class="sl-push sl-not-c"></span>
            <JumpField history=history />
            <span class="sl-row">{move || newer(history)}{move || older(history)}</span>
        </nav>
    }
}

/// How long a press waits for the numbers that the older pages go on with: so many times so many milliseconds.
const WAITS: u32 = 40;
const WAIT: u32 = 50;

/// To the page of an older or newer key; whether there is one.
pub fn turn(history: HistoryState, older: bool) -> bool {
    if older && history.all.get_untracked() && !history.merged.older.get_untracked() {
        return false;
    }
    let to = if older { history.list.older() } else { history.list.newer().map(|(place, trail, _)| (place, trail)) };
    if let Some((place, trail)) = to {
        history.list.open_page(place, &trail);
        return true;
    }
    let waits = older && history.list.numbers_coming();
    if waits {
        leptos::task::spawn_local(turn_soon(history));
    }
    waits
}

/// A press in the moment before the numbers are there counts, unless one has gone elsewhere meanwhile.
async fn turn_soon(history: HistoryState) {
    let Some(pressed_at) = history.address.try_get_untracked() else { return };
    for _ in 0..WAITS {
        clock::sleep(WAIT).await;
        if history.address.try_get_untracked().as_ref() != Some(&pressed_at) {
            return;
        }
        if let Some((place, trail)) = untrack(|| history.list.older()) {
            return history.list.open_page(place, &trail);
        }
    }
}

fn newer(history: HistoryState) -> Html {
    let words = t().history;
    let Some((place, trail, newest)) = history.list.newer() else {
        return view! {
            <button type="button" class="sl-btn" aria-disabled="true"><Glyph icon=Icon::Left flip=true />{words.newer}</button>
        };
    };
    let href = history.list.page_href(place.clone());
    let go = move |event: web_sys::MouseEvent| {
        if plain_click(&event) {
            history.list.open_page(place.clone(), &trail);
        }
    };
    view! {
        <a class="sl-btn" href=href rel="prev" on:click=go>
            <Glyph icon=Icon::Left flip=true />
            {if newest { words.newest } else { words.newer }}
        </a>
    }
}

fn older(history: HistoryState) -> Html {
    let words = t().history;
    let Some((place, trail)) = history.list.older() else {
        return view! {
            <button type="button" class="sl-btn" aria-disabled="true">{words.older}<Glyph icon=Icon::Right flip=true /></button>
        };
    };
    let href = history.list.page_href(place.clone());
    let go = move |event: web_sys::MouseEvent| {
        if plain_click(&event) {
            history.list.open_page(place.clone(), &trail);
        }
    };
    view! { <a class="sl-btn" href=href rel="next" on:click=go>{words.older}<Glyph icon=Icon::Right flip=true /></a> }
}

/// A click that stays in this tab; it is handled here because the browser's history carries more than the address.
fn plain_click(event: &web_sys::MouseEvent) -> bool {
    let plain = event.button() == 0 && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
    if plain {
        event.prevent_default();
    }
    plain
}

/// Which part of the list this is, as far as that is known.
fn range(history: HistoryState) -> String {
    let words = t().history;
    // Of what is filtered here the note above says how much there is.
    if history.filters.client.get().any() || history.filters.unsupported.get().any() {
        return String::new();
    }
    let before = history.list.before.get();
    history.list.live.value.with(|loaded| {
        let Some(page) = loaded.as_ref().map(|loaded| &loaded.page) else { return String::new() };
        let here = page.items.len() as u64;
        match before {
            Some(before) if here > 0 => (words.range)(before + 1, before + here, page.total),
            _ => (words.on_page)(page.items.len()),
        }
    })
}

/// Pages by place, not by id, move when runs start, and without a total nobody can say how far.
fn shifted(history: HistoryState) -> bool {
    let by_place = history.address.with(|address| matches!(address.place, Place::Number(_)));
    by_place && history.list.live.value.with(|loaded| loaded.as_ref().is_some_and(|loaded| loaded.page.total.is_none()))
}
