//! The choice of shortcuts.

use super::{caps, keep, keymap};
use crate::platform::page;
use crate::platform::press::Press;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon};
use console::keys::{Action, Chord, Refused, Stroke};

/// Choosing the keys of one action: the next press is taken for it.
#[derive(Clone, Copy)]
pub struct Choosing {
    of: RwSignal<Option<Action>>,
    /// The first of two keys.
    prefix: RwSignal<Option<Stroke>>,
    pub said: RwSignal<String>,
    pub wrong: RwSignal<bool>,
}

impl Choosing {
    pub fn new() -> Self {
        Self { of: RwSignal::new(None), prefix: RwSignal::new(None), said: RwSignal::new(String::new()), wrong: RwSignal::new(false) }
    }

    fn start(self, action: Action) {
        self.of.set(Some(action));
        self.prefix.set(None);
        self.say(t().keys.press.to_owned(), false);
    }

    pub fn stop(self, said: String, wrong: bool) {
        self.of.set(None);
        self.prefix.set(None);
        self.say(said, wrong);
    }

    fn say(self, said: String, wrong: bool) {
        self.said.set(said);
        self.wrong.set(wrong);
    }

    fn take(self, action: Action, chord: Option<Chord>) {
        let words = t().keys;
        let mut map = keymap().get_untracked();
        match map.set(action, chord.clone()) {
            Ok(()) => {
                keep(map);
                let keys = chord.map_or_else(|| words.none.to_owned(), |chord| caps(&chord).concat().join(" "));
                self.stop((words.changed)((words.action)(action), &keys), false);
            }
            Err(Refused::Reserved) => self.say(words.reserved.to_owned(), true),
            Err(Refused::Taken(other)) => self.say((words.taken)((words.action)(other)), true),
        }
    }

    fn pressed(self, action: Action, press: &Press) {
        if self.of.get_untracked() != Some(action) || press.key() == "Tab" {
            return;
        }
        press.keep();
        if press.key() == "Escape" {
            return self.stop(String::new(), false);
        }
        let Some(stroke) = press.stroke() else { return };
        let prefix = self.prefix.get_untracked();
        // What others begin with waits for its second key.
        let begins = |other: Action| {
            keymap().with_untracked(|map| map.chord(other).is_some_and(|chord| chord.strokes().len() > 1 && chord.strokes()[0] == stroke))
        };
        if prefix.is_none() && Action::ALL.into_iter().any(begins) {
            self.say((t().keys.press_next)(&stroke.to_string().to_uppercase()), false);
            self.prefix.set(Some(stroke));
            return;
        }
        self.prefix.set(None);
        self.take(action, Some(Chord::new(prefix, stroke)));
    }
}

/// The buttons beside the keys of an action.
pub fn chooser(choosing: Choosing, action: Action) -> Html {
    let words = t().keys;
    let name = (words.action)(action);
    let id = format!("keys-{}", action.id());
    let on = move || choosing.of.get() == Some(action);
    let focus = id.clone();
    view! {
        <button
            type="button"
            id=id
            class="sl-btn sl-btn--sm"
            aria-label=(words.change)(name)
            aria-pressed=move || on().to_string()
            on:click=move |_| if on() { choosing.stop(String::new(), false) } else { choosing.start(action) }
            on:keydown=move |press| choosing.pressed(action, &press)
            on:blur=move |_| if on() { choosing.stop(String::new(), false) }
        >
            {words.change_short}
        </button>
        <button
            type="button"
            class="sl-btn sl-btn--quiet sl-btn--icon sl-btn--sm"
            aria-label=(words.remove)(name)
            title=(words.remove)(name)
            on:click=move |_| {
                choosing.take(action, None);
                page::focus(&focus);
            }
        >
            <Glyph icon=Icon::Close small=true />
        </button>
    }
}
