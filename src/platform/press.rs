//! Presses of keys. Whatever in the app answers to a key gets it from here, as a [`Press`]: what an input method uses itself never
//! becomes one, and the browser's own use of a key that went down elsewhere is prevented.
//!
//! No other file listens to keys; `crates/console/tests/keys.rs` looks for that.

use super::{BROWSER, page};
use console::keys::{Control, Guard, Pressed, Stroke, Where, composes};
use leptos::prelude::{WindowListenerHandle, window_event_listener_untyped};
use std::cell::{Cell, OnceCell, RefCell};
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, EventTarget, HtmlInputElement, KeyboardEvent, UiEvent};

/// A key that was pressed, and not for an input method.
pub struct Press {
    event: KeyboardEvent,
    /// The key's name, the same in every layout.
    key: String,
}

impl Press {
    /// `None`: the press is an input method's.
    pub(crate) fn of(event: Event) -> Option<Self> {
        let event = event.dyn_into::<KeyboardEvent>().ok()?;
        if composes(event.is_composing(), event.key_code()) {
            return None;
        }
        let key = with(&event, |pressed| pressed.name());
        Some(Self { event, key })
    }

    pub fn key(&self) -> &str {
        &self.key
    }

    /// Ctrl, or the command key of a Mac.
    pub fn held(&self) -> bool {
        with(&self.event, |pressed| pressed.held())
    }

    pub fn alt(&self) -> bool {
        with(&self.event, |pressed| pressed.alt())
    }

    pub fn shift(&self) -> bool {
        self.event.shift_key()
    }

    /// Without Ctrl, Alt and their like.
    pub fn is_plain(&self) -> bool {
        with(&self.event, |pressed| pressed.is_plain())
    }

    pub fn stroke(&self) -> Option<Stroke> {
        with(&self.event, |pressed| pressed.stroke())
    }

    /// The key is held down.
    pub fn repeats(&self) -> bool {
        self.event.repeat()
    }

    pub fn at(&self) -> f64 {
        self.event.time_stamp()
    }

    pub fn target(&self) -> Option<EventTarget> {
        self.event.target()
    }

    pub fn event(&self) -> &Event {
        &self.event
    }

    /// Somebody has answered it.
    pub fn is_taken(&self) -> bool {
        self.event.default_prevented()
    }

    /// It is answered here: the browser does nothing of its own.
    pub fn take(&self) {
        self.event.prevent_default();
    }

    /// The same, and nothing around hears of it.
    pub fn keep(&self) {
        self.event.prevent_default();
        self.event.stop_propagation();
    }

    /// Where the focus was.
    pub fn place(&self) -> Where {
        match self.target().and_then(|target| target.dyn_into::<Element>().ok()) {
            _ if dialog_is_open() => Where::Dialog,
            Some(target) if takes_text(&target) => Where::Typing,
            _ => Where::Page,
        }
    }

    /// A dialog was open a moment ago, and perhaps somebody is still typing for it.
    pub fn is_after_dialog(&self) -> bool {
        // Without the strokes' rules, which come with the second module.
        let character = self.is_plain() && self.key.chars().count() == 1;
        guarded(|guard| guard.quiet(self.at(), character))
    }
}

fn with<T>(event: &KeyboardEvent, read: impl FnOnce(&Pressed) -> T) -> T {
    let (key, code) = (event.key(), event.code());
    read(&Pressed {
        key: &key,
        code: &code,
        ctrl: event.ctrl_key(),
        meta: event.meta_key(),
        alt: event.alt_key(),
        shift: event.shift_key(),
        alt_graph: event.get_modifier_state("AltGraph"),
        mac: BROWSER.with(|browser| *browser.presses.mac.get_or_init(is_mac)),
    })
}

fn is_mac() -> bool {
    page::window().and_then(|window| window.navigator().platform().ok()).is_some_and(|platform| platform.starts_with("Mac"))
}

/// Whether a control takes characters: as text, or to choose by them.
fn takes_text(element: &Element) -> bool {
    if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
        return !is_pressed(input);
    }
    matches("textarea, select, [contenteditable]:not([contenteditable=false]), [role=textbox], [role=combobox], [role=listbox]", element)
}

fn is_pressed(input: &HtmlInputElement) -> bool {
    matches!(input.type_().as_str(), "checkbox" | "radio" | "button" | "submit" | "reset" | "file" | "image" | "color" | "range")
}

fn matches(selectors: &str, element: &Element) -> bool {
    element.closest(selectors).is_ok_and(|found| found.is_some())
}

fn control(element: Option<&Element>) -> Control {
    let Some(element) = element else { return Control::Other };
    match element.dyn_ref::<HtmlInputElement>() {
        Some(input) if is_pressed(input) => Control::Button,
        Some(_) => Control::Line,
        None if takes_text(element) => Control::Text,
        None if matches("a, button, summary, [role=button], [role=option]", element) => Control::Button,
        None => Control::Other,
    }
}

/// An element, which may have been drawn anew meanwhile.
#[derive(Debug)]
struct Spot(Option<Element>);

impl PartialEq for Spot {
    fn eq(&self, other: &Self) -> bool {
        let id = |spot: &Self| spot.0.as_ref().map(Element::id).filter(|id| !id.is_empty());
        self.0 == other.0 || (id(self).is_some() && id(self) == id(other))
    }
}

/// What presses know of those before them.
#[derive(Default)]
pub(super) struct Presses {
    guard: RefCell<Guard<Spot>>,
    /// An input method is composing.
    composing: Cell<bool>,
    mac: OnceCell<bool>,
}

fn guarded<T>(act: impl FnOnce(&mut Guard<Spot>) -> T) -> T {
    BROWSER.with(|browser| act(&mut browser.presses.guard.borrow_mut()))
}

fn set_composing(composing: bool) {
    BROWSER.with(|browser| browser.presses.composing.set(composing));
}

fn dialog_is_open() -> bool {
    page::document().and_then(|document| document.query_selector("dialog[open]").ok().flatten()).is_some()
}

/// Hears every press that nobody in the page kept for itself.
pub fn listen(hear: impl Fn(Press) + 'static) -> WindowListenerHandle {
    window_event_listener_untyped("keydown", move |event| {
        if let Some(press) = Press::of(event) {
            hear(press);
        }
    })
}

/// Watches over all presses, before anything in the page hears of them; once, for as long as the page lives.
pub fn guard() {
    let Some(window) = page::window() else { return };
    let watch = Closure::<dyn FnMut(Event)>::new(|event: Event| {
        if !passes(&event) {
            event.prevent_default();
            event.stop_immediate_propagation();
        }
    });
    let names = [
        "keydown",
        "keypress",
        "keyup",
        "pointerdown",
        "click",
        "beforetoggle",
        "close",
        "popstate",
        "cancel",
        "compositionstart",
        "compositionend",
    ];
    for name in names {
        window.add_event_listener_with_callback_and_bool(name, watch.as_ref().unchecked_ref(), true).ok();
    }
    watch.forget();
}

fn passes(event: &Event) -> bool {
    let name = event.type_();
    if dialog_is_open() || name == "close" {
        guarded(|guard| guard.under_dialog(event.time_stamp()));
    }
    match name.as_str() {
        "beforetoggle" if !dialog_is_open() => guarded(|guard| guard.opened(event.time_stamp())),
        // The second click of two belongs to what stood there at the first.
        "click" if dialog_is_open() => {
            let second = event.dyn_ref::<UiEvent>().is_some_and(|click| click.detail() > 1);
            return !(second && guarded(|guard| guard.is_unread(event.time_stamp())));
        }
        "compositionstart" => set_composing(true),
        "compositionend" => set_composing(false),
        // Escape put the candidates away, and not the dialog.
        "cancel" => return !(event.cancelable() && BROWSER.with(|browser| browser.presses.composing.get())),
        _ => {}
    }
    let Some(press) = event.dyn_ref::<KeyboardEvent>() else { return true };
    let (key, code) = (press.key(), press.code());
    if composes(press.is_composing(), press.key_code()) {
        // Browsers leave these to the input method by themselves where they know that it used them.
        return !(name == "keydown" && press.is_composing() && matches!(key.as_str(), "Enter" | "Escape"));
    }
    set_composing(false);
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let control = control(target.as_ref());
    // A box that is ticked decides nothing and leaves nothing.
    let ticked = target.as_ref().is_some_and(|target| target.is_instance_of::<HtmlInputElement>());
    let at = Spot(target);
    guarded(|guard| match name.as_str() {
        "keydown" if !ticked && guard.holds_back(event.time_stamp(), &key, control, dialog_is_open()) => false,
        "keydown" => guard.pressed(&key, &code, press.repeat(), at, control),
        "keypress" => guard.typed(&code, &at),
        _ => guard.released(&key, &code, &at, control),
    })
}
