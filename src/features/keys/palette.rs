//! The command palette: pages, connections, flows, and runs by number or id, by keyboard alone.

mod items;
mod recent;

use super::beside::Beside;
use super::sheet;
use crate::data::flows::{self, Flows};
use crate::features::jump::{Target, look};
use crate::net::Scope;
use crate::platform::press::Press;
use crate::platform::{clock, page};
use crate::prelude::*;
use crate::router::go;
use crate::state::globals;
use crate::strings::t;
use crate::ui::{Glyph, Icon, cut, sign_in, too_long};
use items::{Act, Here, Item, fitting};
use runs::ApiError;

const LIST: &str = "palette-list";
/// Typing rests so many milliseconds before a vendor is asked for more flows.
const PAUSE: u32 = 250;

#[derive(Clone, Copy)]
struct Palette {
    beside: Beside,
    typed: RwSignal<String>,
    /// The option that Enter takes.
    at: RwSignal<usize>,
    /// What is being looked for, or why it was not found.
    said: RwSignal<String>,
    /// What kept a run from being looked for.
    refused: RwSignal<Option<ApiError>>,
    here: StoredValue<Here>,
    flows: RwSignal<Flows>,
    /// Ends what was begun for an earlier choice or text.
    looking: StoredValue<Option<Scope>>,
    searching: StoredValue<Option<Scope>>,
}

pub fn open(typed: &str) {
    let typed = typed.to_owned();
    Beside::open(move |beside| {
        let here = Here::now();
        let palette = Palette {
            beside,
            typed: RwSignal::new(typed),
            at: RwSignal::new(0),
            said: RwSignal::new(String::new()),
            refused: RwSignal::new(None),
            flows: globals().flows.of(here.connection.as_ref().map_or("", |connection| &connection.id)),
            here: StoredValue::new(here),
            looking: StoredValue::new(None),
            searching: StoredValue::new(None),
        };
        palette.read_flows();
        on_cleanup(move || {
            end(palette.looking);
            end(palette.searching);
        });
        draw(palette)
    });
}

fn end(scope: StoredValue<Option<Scope>>) {
    if let Some(scope) = scope.try_update_value(Option::take).flatten() {
        scope.end();
    }
}

impl Palette {
    /// The first flows are looked through again once they are here.
    fn read_flows(self) {
        let Some(connection) = self.here.with_value(|here| here.connection.clone()) else { return };
        globals().flows.read(&connection);
        Effect::new(move |_| {
            if self.flows.with(|flows| !flows.reading && !flows.complete) {
                self.search_flows();
            }
        });
    }

    fn read_flows_again(self) {
        if let Some(connection) = self.here.with_value(|here| here.connection.clone()) {
            globals().flows.read_again(&connection);
        }
    }

    /// Flows beyond those that were read, for what is typed now.
    fn search_flows(self) {
        let Some(connection) = self.here.with_value(|here| here.connection.clone()) else { return };
        end(self.searching);
        let scope = Scope::new();
        self.searching.set_value(Some(scope.clone()));
        leptos::task::spawn_local(async move {
            clock::sleep(PAUSE).await;
            if !scope.ended() {
                let text = self.typed.get_untracked();
                flows::search(&connection, self.flows, &text, &scope).await;
            }
        });
    }

    fn type_in(self, text: String) {
        self.typed.set(text);
        self.at.set(0);
        self.said.set(String::new());
        self.refused.set(None);
        end(self.looking);
        if self.flows.with_untracked(|flows| !flows.complete) && self.typed.with_untracked(|typed| too_long(typed).is_none()) {
            self.search_flows();
        }
    }

    fn choose(self, item: Item) {
        match item.act {
            Act::Go(href) => {
                recent::keep(&href, &item.label, &item.hint);
                self.beside.close();
                go(&href);
            }
            Act::Sheet => {
                self.beside.close();
                sheet::open();
            }
            Act::Run(wish) => {
                let Some(target) = self.target() else { return };
                self.refused.set(None);
                end(self.looking);
                let scope = Scope::new();
                self.looking.set_value(Some(scope.clone()));
                leptos::task::spawn_local(async move {
                    let found = look(&target, wish, &scope, &|text| drop(self.said.try_set(text))).await;
                    if scope.ended() {
                        return;
                    }
                    match found {
                        Ok(goal) => {
                            recent::keep(&goal.href(), &item.label, &item.hint);
                            self.beside.close();
                            goal.open();
                        }
                        Err(missed) => {
                            self.said.try_set(missed.words);
                            self.refused.try_set(missed.error);
                        }
                    }
                });
            }
        }
    }

    fn vendor(self) -> &'static str {
        self.here.with_value(|here| here.connection.as_ref().map_or("", |connection| connection.dialect.vendor()))
    }

    fn target(self) -> Option<Target> {
        self.here.with_value(|here| Some(Target { connection: here.connection.clone()?, flow: here.flow.clone(), size: here.size }))
    }
}

fn option_id(at: usize) -> String {
    format!("palette-{at}")
}

fn draw(palette: Palette) -> Html {
    let words = t().palette;
    let input = NodeRef::<leptos::html::Input>::new();
    let items = Memo::new(move |_| palette.here.with_value(|here| palette.flows.with(|flows| fitting(here, flows, &palette.typed.get()))));
    let count = Memo::new(move |_| items.with(Vec::len));
    let move_to = move |at: usize| {
        palette.at.set(at);
        request_animation_frame(move || {
            if let Some(option) = page::by_id(&option_id(at)) {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                option.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    };
    let keys = move |press: Press| {
        let (count, at) = (count.get_untracked(), palette.at.get_untracked());
        match press.key() {
            "ArrowDown" if count > 0 => move_to((at + 1) % count),
            "ArrowUp" if count > 0 => move_to((at + count - 1) % count),
            "PageDown" if count > 0 => move_to((at + 8).min(count - 1)),
            "PageUp" => move_to(at.saturating_sub(8)),
            "Enter" => {
                if let Some(item) = items.with_untracked(|items| items.get(at).cloned()) {
                    palette.choose(item);
                }
            }
            "k" if press.held() => palette.beside.close(),
            _ => return,
        }
        press.keep();
    };
    let active = move || (count.get() > 0).then(|| option_id(palette.at.get()));
    let options = move || {
        let chosen = palette.at.get();
        items.get().into_iter().enumerate().map(|(at, item)| option(palette, at, at == chosen, item)).collect::<Vec<_>>()
    };
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            input.focus().ok();
        }
    });
    view! {
        <dialog node_ref=palette.beside.dialog class="sl-dialog sl-palette" aria-label=words.title on:close=move |_| palette.beside.closed()>
            <div class="sl-palette__in">
                <Glyph icon=Icon::Search />
                <input
                    node_ref=input
                    class="sl-input"
                    type="text"
                    role="combobox"
                    autofocus=true
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    aria-label=words.title
                    aria-autocomplete="list"
                    aria-expanded="true"
                    aria-controls=LIST
                    aria-activedescendant=active
                    placeholder=words.hint
                    prop:value=palette.typed.get_untracked()
                    on:input=move |event| palette.type_in(event_target_value(&event))
                    on:keydown=keys
                />
                <button type="button" class="sl-btn sl-btn--quiet sl-btn--icon" aria-label=words.close title=words.close on:click=move |_| palette.beside.close()>
                    <Glyph icon=Icon::Close />
                </button>
            </div>
            <ul id=LIST class="sl-palette__list" role="listbox" aria-label=words.results>{options}</ul>
            {move || (count.get() == 0).then(|| view! { <p class="sl-palette__none">{words.none}</p> })}
            <div class="sl-palette__said">
                <p role="status">{move || said(palette, count.get())}</p>
                {move || palette.refused.with(|error| error.as_ref().and_then(sign_in))}
                {move || palette.flows.with(|flows| flows.error.clone()).map(|error| view! {
                    <p>
                        {(t().history.flows_failed)(&(t().shared.error_line)(&error, palette.vendor()))}" "
                        {sign_in(&error)}" "
                        <button type="button" class="sl-btn sl-btn--sm" on:click=move |_| palette.read_flows_again()>{t().shared.try_again}</button>
                    </p>
                })}
            </div>
            <p class="sl-palette__keys sl-xs sl-2 sl-not-c">{words.keys}</p>
        </dialog>
    }
}

/// What is being done, else how many fit.
fn said(palette: Palette, count: usize) -> String {
    let words = t().palette;
    let said = palette.typed.with(|typed| too_long(typed)).unwrap_or_else(|| palette.said.get());
    if !said.is_empty() {
        return said;
    }
    let reading = palette.flows.with(|flows| flows.error.is_none() && (flows.searching || (flows.flows.is_empty() && !flows.complete)));
    let reading = reading && palette.here.with_value(|here| here.connection.is_some());
    (words.found)(count, reading)
}

fn option(palette: Palette, at: usize, chosen: bool, item: Item) -> Html {
    let (icon, label, hint) = (item.icon, item.label.clone(), item.hint.clone());
    view! {
        <li
            id=option_id(at)
            class="sl-palette__opt"
            role="option"
            aria-selected=chosen.to_string()
            on:click=move |_| palette.choose(item.clone())
        >
            <Glyph icon=icon />
            {cut(label)}
            <span class="sl-xs sl-2 sl-cut" title=hint.clone()>{hint}</span>
        </li>
    }
}
