use super::state::COLUMNS;
use crate::features::history::menu::line_form;
use crate::features::history::state::HistoryState;
use crate::platform::{page, storage};
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon, cut};
use console::columns;
use console::columns::{Column, MOST, OFFERED, USUAL, key_of, moved, with};
use leptos::html::Input;

/// Chooses columns and their order; kept in this browser.
pub fn columns_menu(history: HistoryState) -> Html {
    let words = t().columns;
    let said = RwSignal::new(String::new());
    let chosen = move || history.list.columns.with(|text| columns::read(text));
    let list = move || {
        let chosen = chosen();
        if chosen.is_empty() {
            return view! { <p class="sl-sm sl-2">{words.none}</p> };
        }
        let all = chosen.len();
        let rows: Vec<Html> = chosen.into_iter().enumerate().map(|(at, column)| shown(history, said, at, all, &column)).collect();
        view! { <ol class="sl-cols">{rows}</ol> }
    };
    let others = move || {
        let chosen = chosen();
        if chosen.len() >= MOST {
            return view! { <p>{(words.full)(MOST)}</p> };
        }
        let rest: Vec<Html> =
            OFFERED.into_iter().filter(|column| !chosen.contains(column)).map(|column| offered(history, said, column)).collect();
        view! {
            {(!rest.is_empty()).then(|| view! { <div class="sl-cols__more" role="group" aria-label=words.more>{rest}</div> })}
            {key_form(history, said)}
        }
    };
    let reset = move || {
        let usual = history.list.columns.with(|text| columns::read(text) == USUAL);
        (!usual).then(|| {
            view! {
                <button type="button" class="sl-btn sl-btn--sm" on:click=move |_| choose(history, said, &USUAL, words.is_reset.into())>
                    {words.reset}
                </button>
            }
        })
    };
    view! {
        <div class="sl-menu__long">
            <h2 class="sl-menu__h">{words.shown}</h2>
            {list}
            <p class="sl-xs sl-2">{words.shown_hint}</p>
            <h2 class="sl-menu__h">{words.more}</h2>
            {others}
            <div class="sl-menu__act">{reset}</div>
            <p class="sl-xs sl-2" role="status">{move || said.get()}</p>
        </div>
    }
}

fn choose(history: HistoryState, said: RwSignal<String>, columns: &[Column], done: String) {
    let text = columns::write(columns);
    let kept = if text.is_empty() {
        storage::remove(COLUMNS);
        true
    } else {
        storage::set(COLUMNS, &text)
    };
    history.list.columns.set(text);
    if columns.len() >= MOST {
        // What adds columns is gone; the menu is left from where the focus is.
        page::focus_soon(button_id(columns.len() - 1, "remove"));
    }
    said.set(if kept { done } else { t().overview.not_kept.into() });
}

fn button_id(at: usize, which: &str) -> String {
    format!("column-{which}-{at}")
}

fn shown(history: HistoryState, said: RwSignal<String>, at: usize, all: usize, column: &Column) -> Html {
    let words = t().columns;
    let name = (t().overview.column)(column);
    let column = StoredValue::new(column.clone());
    let step = move |back: bool| {
        let columns = history.list.columns.with_untracked(|text| columns::read(text));
        let to = if back { at.saturating_sub(1) } else { at + 1 };
        let name = column.with_value(t().overview.column);
        choose(history, said, &moved(columns, at, back), (words.now_at)(&name, to + 1, all));
        // The focus stays with the column; at an end, with its other button.
        let end = if back { to == 0 } else { to + 1 == all };
        page::focus_soon(button_id(to, if back != end { "up" } else { "down" }));
    };
    let remove = move |_| {
        let mut columns = history.list.columns.with_untracked(|text| columns::read(text));
        columns.retain(|other| column.with_value(|column| other != column));
        choose(history, said, &columns, (words.is_gone)(&column.with_value(t().overview.column)));
        page::focus_soon(button_id(at.min(all.saturating_sub(2)), "remove"));
    };
    view! {
        <li>
            {cut(name.clone())}
            {icon_button(button_id(at, "up"), Icon::Newest, (words.up)(&name), at == 0, move |_| step(true))}
            {icon_button(button_id(at, "down"), Icon::Down, (words.down)(&name), at + 1 == all, move |_| step(false))}
            {icon_button(button_id(at, "remove"), Icon::Close, (words.remove)(&name), false, remove)}
        </li>
    }
}

pub fn icon_button(id: String, icon: Icon, label: String, off: bool, act: impl Fn(web_sys::MouseEvent) + 'static) -> Html {
    view! {
        <button
            type="button"
            id=id
            class="sl-btn sl-btn--quiet sl-btn--icon sl-btn--sm"
            aria-label=label.clone()
            title=label
            disabled=off
            on:click=act
        >
            <Glyph icon=icon small=true />
        </button>
    }
}

fn offered(history: HistoryState, said: RwSignal<String>, column: Column) -> Html {
    let words = t().columns;
    let name = (t().overview.column)(&column);
    let label = (words.add)(&name);
    let add = {
        let name = name.clone();
        move |_| {
            choose(
                history,
                said,
                &with(history.list.columns.with_untracked(|text| columns::read(text)), column.clone()),
                (words.is_added)(&name),
            )
        }
    };
    view! { <button type="button" class="sl-btn sl-btn--sm" aria-label=label on:click=add>{name}</button> }
}

/// A key of metadata as a column.
fn key_form(history: HistoryState, said: RwSignal<String>) -> Html {
    let words = t().columns;
    let input = NodeRef::<Input>::new();
    let add = move || {
        let Some(field) = input.get_untracked() else { return };
        match key_of(&field.value()) {
            Some(key) => {
                field.set_value("");
                let done = (words.is_added)(&key);
                choose(history, said, &with(history.list.columns.with_untracked(|text| columns::read(text)), Column::Metadata(key)), done);
            }
            None => {
                said.set(words.bad_key.into());
                field.focus().ok();
            }
        }
    };
    let button = view! { <button type="submit" class="sl-btn">{words.add_key}</button> };
    line_form("column-key", words.key, words.key_hint, input, button, add)
}
