//! The menu of saved views: save, rename, order, share, delete with undo, export and import.

use super::opened::opened;
use super::transfer::transfer;
use crate::features::history::list::columns_menu::icon_button;
use crate::features::history::menu::line_form;
use crate::features::history::state::HistoryState;
use crate::platform::page;
use crate::prelude::*;
use crate::routes::Page;
use crate::strings::t;
use crate::ui::{Glyph, Icon, copy};
use console::views;
use console::views::{LONGEST_NAME, MOST, SavedView, name_of};
use leptos::html::Input;
use runs::reading::address::HistoryAddress;

/// What the menu says of its last action; what was deleted can be taken back.
#[derive(Clone, Copy)]
pub struct Menu {
    pub history: HistoryState,
    pub said: RwSignal<String>,
    /// What the views were before one was deleted, as it is kept.
    before: RwSignal<Option<String>>,
}

impl Menu {
    pub fn say(self, words: String) {
        self.before.set(None);
        self.said.set(words);
    }

    /// Keeps other views, and says what was done.
    pub fn change(self, all: &[SavedView], done: String) {
        self.told(self.history.saved.keep(all), done);
    }

    /// Says that it was done, or that this browser keeps nothing.
    fn told(self, kept: bool, done: String) {
        self.say(if kept { done } else { t().overview.not_kept.into() });
    }
}

pub fn views_menu(history: HistoryState) -> Html {
    let words = t().views;
    let menu = Menu { history, said: RwSignal::new(String::new()), before: RwSignal::new(None) };
    if history.saved.text.with_untracked(|text| views::read(text).is_none()) {
        return view! { <p>{words.later}</p> };
    }
    let list = move || {
        let all = history.saved.views();
        if all.is_empty() {
            return view! { <p>{words.none}</p> };
        }
        let count = all.len();
        let rows: Vec<Html> = all.into_iter().enumerate().map(|(at, saved)| row(menu, at, count, saved)).collect();
        view! { <ul class="sl-cols sl-menu__list">{rows}</ul> }
    };
    view! {
        <div class="sl-menu__long">
            {save_form(menu)}
            <div class="sl-menu__act">
                {save_changes(menu)}
                <button type="button" class="sl-btn sl-btn--sm" on:click=move |_| share(&history.kept_address())>
                    <Glyph icon=Icon::Link small=true />{words.share_this}
                </button>
            </div>
            <h2 class="sl-menu__h">{words.yours}</h2>
            {list}
            <p class="sl-xs sl-2" role="status">{move || menu.said.get()}</p>
            {move || menu.before.get().map(|before| undo(menu, before))}
            {transfer(menu)}
            <p class="sl-xs sl-2">{words.kept_here}</p>
        </div>
    }
}

/// The link is the view's own address, where this page came from.
fn share(address: &HistoryAddress) {
    copy(page::absolute(&Page::Runs(address.clone()).href()), t().views.link_copied);
}

fn save_form(menu: Menu) -> Html {
    let words = t().views;
    let input = NodeRef::<Input>::new();
    let save = move || {
        let Some(field) = input.get_untracked() else { return };
        let mut all = menu.history.saved.views();
        match name_of(&field.value()) {
            None => menu.say((words.bad_name)(LONGEST_NAME)),
            Some(name) if all.iter().any(|saved| saved.name == name) => menu.say((words.taken)(&name)),
            Some(_) if all.len() >= MOST => menu.say((words.full)(MOST)),
            Some(name) => {
                field.set_value("");
                let done = (words.saved)(&name);
                all.push(SavedView { name, query: views::query_of(&menu.history.kept_address()) });
                menu.change(&all, done);
                return;
            }
        }
        field.focus().ok();
    };
    let button = view! { <button type="submit" class="sl-btn sl-btn--primary">{words.save}</button> };
    line_form("view-name", words.save_as, words.save_as_hint, input, button, save)
}

/// Puts what is shown in place of the view that it began with.
fn save_changes(menu: Menu) -> Html {
    let history = menu.history;
    let opened = opened(history);
    let changed = move || {
        let query = views::query_of(&history.kept_address());
        opened.get().filter(|name| history.saved.views().iter().any(|saved| saved.name == *name && saved.query != query))
    };
    live(move || {
        changed().map(|name| {
            let save = {
                let name = name.clone();
                move |_| menu.told(history.saved.save_over(&name, &history.kept_address()), (t().views.saved)(&name))
            };
            view! { <button type="button" class="sl-btn sl-btn--sm" on:click=save>{(t().views.save_changes)(&name)}</button> }
        })
    })
}

fn button_id(at: usize, which: &str) -> String {
    format!("view-{which}-{at}")
}

fn row(menu: Menu, at: usize, count: usize, own: SavedView) -> Html {
    let words = t().views;
    let SavedView { name, query } = own;
    let address = StoredValue::new(HistoryAddress::read(&query));
    let title = name.clone();
    let step = {
        let name = name.clone();
        move |back: bool| {
            let mut all = menu.history.saved.views();
            let to = if back { at.saturating_sub(1) } else { at + 1 };
            if at < all.len() && to < all.len() {
                all.swap(at, to);
            }
            menu.change(&all, (t().columns.now_at)(&name, to + 1, count));
            let end = if back { to == 0 } else { to + 1 == count };
            page::focus_soon(button_id(to, if back != end { "up" } else { "down" }));
        }
    };
    let rename = {
        let name = name.clone();
        move |event: web_sys::Event| {
            let typed = event_target_value(&event);
            let mut all = menu.history.saved.views();
            match name_of(&typed) {
                Some(new) if new == name => {}
                None => menu.say((words.bad_name)(LONGEST_NAME)),
                Some(new) if all.iter().any(|other| other.name == new) => menu.say((words.taken)(&new)),
                Some(new) => {
                    if let Some(known) = all.get_mut(at) {
                        known.name.clone_from(&new);
                    }
                    menu.change(&all, (words.renamed)(&new));
                    return;
                }
            }
            // What cannot be a name does not stand there as if it were one.
            menu.history.saved.text.notify();
        }
    };
    let delete = {
        let name = name.clone();
        move |_| {
            let before = menu.history.saved.text.get_untracked();
            let mut all = menu.history.saved.views();
            all.retain(|other| other.name != name);
            menu.change(&all, (words.deleted)(&name));
            menu.before.set(Some(before));
            page::focus_soon("view-undo");
        }
    };
    let (up, down) = (step.clone(), step);
    view! {
        <li>
            <input
                class="sl-input"
                type="text"
                autocomplete="off"
                aria-label=(words.name_of)(&title)
                prop:value=title.clone()
                on:change=rename
            />
            {icon_button(button_id(at, "up"), Icon::Newest, (words.up)(&title), at == 0, move |_| up(true))}
            {icon_button(button_id(at, "down"), Icon::Down, (words.down)(&title), at + 1 == count, move |_| down(false))}
            {icon_button(button_id(at, "share"), Icon::Link, (words.share)(&title), false, move |_| share(&address.get_value()))}
            {icon_button(button_id(at, "delete"), Icon::Trash, (words.delete)(&title), false, delete)}
        </li>
    }
}

fn undo(menu: Menu, before: String) -> Html {
    let back = move |_| {
        let Some(all) = views::read(&before) else { return };
        let gone = all.iter().find(|one| !menu.history.saved.views().contains(one)).map(|one| one.name.clone()).unwrap_or_default();
        menu.change(&all, (t().views.undone)(&gone));
        page::focus_soon("view-name");
    };
    view! { <button type="button" id="view-undo" class="sl-btn sl-btn--sm" on:click=back>{t().views.undo}</button> }
}
