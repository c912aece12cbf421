//! Search in a document.

use super::icon_button::icon_button;
use crate::platform::press::Press;
use crate::platform::{clock, page};
use crate::prelude::*;
use crate::strings::t;
use crate::ui::Icon;
use console::places::{Span, search};
use send_wrapper::SendWrapper;
use std::ops::Range;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// After typing has paused so long, it is looked for.
const PAUSE: u32 = 150;
/// Places that are told: a letter stands everywhere.
const MOST: usize = 500;

/// What somebody looks for in a document.
#[derive(Clone, Copy)]
pub struct Search {
    typed: RwSignal<String>,
    sought: RwSignal<String>,
    /// The text of the document, as far as it was read.
    pub pieces: RwSignal<Arc<Vec<String>>>,
    hits: Memo<Arc<Vec<Span>>>,
    at: RwSignal<usize>,
    /// Counts up when the place that is meant should be seen.
    pub seek: RwSignal<u32>,
    /// The document's own part of the page.
    home: StoredValue<Option<SendWrapper<Element>>>,
}

impl Search {
    pub fn new() -> Self {
        let (sought, pieces) = (RwSignal::new(String::new()), RwSignal::new(Arc::<Vec<String>>::default()));
        let hits = Memo::new(move |_| {
            let found = sought.with(|sought| pieces.with(|pieces| search(sought, pieces, &page::compatible, MOST)));
            Arc::new(found)
        });
        let finding = Self {
            typed: RwSignal::new(String::new()),
            sought,
            pieces,
            hits,
            at: RwSignal::new(0),
            seek: RwSignal::new(0),
            home: StoredValue::new(None),
        };
        Effect::new(move |_| {
            finding.seek.track();
            finding.reveal();
        });
        finding
    }

    /// The place that is meant.
    pub fn current(self) -> Option<Span> {
        self.hits.with(|hits| hits.get(self.at.get()).copied())
    }

    /// The places in these pieces, and whether one is meant; reads everything that it depends on.
    pub fn hits(self, pieces: Range<usize>) -> Vec<(Span, bool)> {
        let at = self.at.get();
        let here = |(index, place): (usize, &Span)| pieces.contains(&place.piece).then_some((*place, index == at));
        self.hits.with(|hits| hits.iter().enumerate().filter_map(here).collect())
    }

    fn go_to(self, at: usize) {
        self.at.set(at);
        self.seek.update(|seek| *seek += 1);
    }

    fn step(self, back: bool) {
        let count = self.hits.with_untracked(|hits| hits.len());
        if count > 0 {
            let at = self.at.get_untracked();
            self.go_to(if back { at.checked_sub(1).unwrap_or(count - 1) } else { (at + 1) % count });
        }
    }

    fn reveal(self) {
        request_animation_frame(move || {
            let Some(home) = self.home.try_get_value().flatten() else { return };
            if let Ok(Some(hit)) = home.query_selector("[data-hit]") {
                page::reveal(&hit, &home);
            }
        });
    }

    fn typing(self, text: String) {
        self.typed.set(text.clone());
        leptos::task::spawn_local(async move {
            clock::sleep(PAUSE).await;
            if self.typed.try_get_untracked().as_ref() == Some(&text) && self.sought.try_set(text).is_none() {
                self.go_to(0);
            }
        });
    }

    fn pressed(self, press: &Press) {
        match press.key() {
            "Enter" if press.is_plain() => self.step(press.shift()),
            "Escape" if press.is_plain() && !self.typed.with_untracked(String::is_empty) => {
                self.typed.set(String::new());
                self.sought.set(String::new());
            }
            _ => return,
        }
        press.take();
    }

    /// The field, how many places there are, and the way from one to the next; nothing where there is no text.
    pub fn strip(self) -> impl Fn() -> Option<Html> + Copy + 'static {
        let words = t().preview;
        let readable = Memo::new(move |_| self.pieces.with(|pieces| pieces.iter().any(|piece| !piece.trim().is_empty())));
        let told = move || {
            let count = self.hits.with(|hits| hits.len());
            let sought = self.sought.with(|sought| !sought.trim().is_empty());
            sought.then(|| (words.found)(self.at.get() + 1, count, count >= MOST))
        };
        let none = move || self.hits.with(|hits| hits.is_empty());
        move || {
            readable.get().then(|| {
                view! {
                    <span class="sl-row sl-preview__find">
                        <input
                            type="search"
                            class="sl-input"
                            aria-label=words.find
                            placeholder=words.find
                            autocomplete="off"
                            prop:value=move || self.typed.get()
                            on:input=move |event| {
                                let home = event.target().and_then(|target| target.dyn_into::<Element>().ok());
                                let home = home.and_then(|field| field.closest(".sl-preview").ok().flatten());
                                self.home.set_value(home.map(SendWrapper::new));
                                self.typing(event_target_value(&event));
                            }
                            on:keydown=move |press| self.pressed(&press)
                        />
                        <span class="sl-xs sl-2 sl-nw" role="status">{told}</span>
                        {icon_button(Icon::Left, words.previous_found, none, move || self.step(true))}
                        {icon_button(Icon::Right, words.next_found, none, move || self.step(false))}
                    </span>
                }
            })
        }
    }
}
