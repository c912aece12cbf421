//! Keyboard shortcuts. The main module only passes presses on (`app::keys`): the table, the rules and the sheet come with the
//! pages that most of them are for.

mod answers;
mod beside;
mod choice;
mod palette;
mod sheet;

pub use answers::answer;

use crate::platform::press::Press;
use crate::platform::storage;
use crate::router::go;
use crate::routes::Page;
use crate::state::{globals, page_wide};
use crate::strings::t;
use console::keys::{Action, Chord, Keymap, Match, Stroke, Where};
use leptos::prelude::*;
use runs::reading::address::HistoryAddress;
use std::cell::Cell;

pub const KEPT: &str = "keys";
/// After so many milliseconds a first key alone means nothing any more.
const PREFIX_LASTS: f64 = 2_000.0;

/// What the main module passes on.
pub enum KeyRequest {
    /// With where the focus was, and whether a dialog was open a moment ago.
    Press(Press, Where, bool),
    Sheet,
    Palette,
}

/// The shortcuts of this page.
struct Shortcuts {
    map: ArcRwSignal<Keymap>,
    /// The first of two keys, and when it was pressed.
    prefix: Cell<Option<(Stroke, f64)>>,
}

impl Default for Shortcuts {
    fn default() -> Self {
        Self { map: ArcRwSignal::new(Keymap::read(&storage::get(KEPT).unwrap_or_default())), prefix: Cell::new(None) }
    }
}

/// Which keys do what.
pub fn keymap() -> ArcRwSignal<Keymap> {
    page_wide::<Shortcuts>().map.clone()
}

/// Keeps another choice of keys in this browser.
fn keep(map: Keymap) {
    let text = map.write();
    if text.is_empty() {
        storage::remove(KEPT);
    } else {
        storage::set(KEPT, &text);
    }
    keymap().set(map);
}

pub fn run(request: &KeyRequest) {
    match request {
        KeyRequest::Press(pressed, at, quiet) => press(pressed, *at, *quiet),
        KeyRequest::Sheet => sheet::open(),
        KeyRequest::Palette => palette::open(""),
    }
}

fn press(press: &Press, at: Where, quiet: bool) {
    let Some(stroke) = press.stroke() else { return };
    let shortcuts = page_wide::<Shortcuts>();
    let prefix = shortcuts.prefix.take().filter(|(_, at)| press.at() - at < PREFIX_LASTS).map(|(stroke, _)| stroke);
    let (meant, found) = shortcuts.map.with_untracked(|map| {
        let meant = map.resolve(prefix.as_ref().filter(|_| !quiet), &stroke, at);
        (meant, if quiet { map.resolve_quietly(&stroke, at) } else { meant })
    });
    if quiet && matches!(meant, Match::Action(action) if action.decides()) {
        return globals().toasts.say(t().keys.too_soon);
    }
    if !quiet && found == Match::Prefix {
        shortcuts.prefix.set(Some((stroke, press.at())));
    }
    let Match::Action(action) = found else { return };
    // A key that is held down moves between fields; it decides nothing and leaves nothing.
    if (!press.repeats() || action.repeats()) && act(action) {
        press.take();
    }
}

fn act(action: Action) -> bool {
    match action {
        Action::Runs => go(&Page::Runs(HistoryAddress::default()).href()),
        Action::Reviews => go(&Page::Reviews(Default::default()).href()),
        Action::Sheet => sheet::open(),
        Action::Palette => palette::open(""),
        Action::Undo => {
            if !globals().deciding.undo() {
                globals().toasts.say(t().decide.nothing_to_undo);
            }
        }
        // Where there is no list to jump in, the palette takes the number.
        Action::Jump => {
            if !answers::answered(action) {
                palette::open("#");
            }
        }
        _ => return answers::answered(action),
    }
    true
}

/// A shortcut as it is printed on keys: `Ctrl` `↵`.
pub fn caps(chord: &Chord) -> Vec<Vec<String>> {
    let one = |stroke: &Stroke| {
        let modifiers = [(stroke.ctrl, "Ctrl"), (stroke.alt, "Alt"), (stroke.shift, "Shift")];
        let mut caps: Vec<String> = modifiers.iter().filter(|(on, _)| *on).map(|(_, name)| (*name).to_owned()).collect();
        caps.push(match (t().keys.key)(&stroke.key) {
            Some(name) => name.to_owned(),
            None => stroke.key.to_uppercase(),
        });
        caps
    };
    chord.strokes().iter().map(one).collect()
}

/// The keys of an action in one line, following the choice: `Ctrl ↵`, `G R`.
pub fn words(action: Action) -> Option<String> {
    let chord = keymap().with(|map| map.chord(action).filter(|chord| works(map, chord)).cloned())?;
    Some(caps(&chord).concat().join(" "))
}

fn works(map: &Keymap, chord: &Chord) -> bool {
    map.characters || !chord.strokes().iter().any(Stroke::is_character)
}

/// As `aria-keyshortcuts` wants it: `Control+Enter`; a prefix it cannot say.
pub fn aria(actions: &[Action]) -> Option<String> {
    let one = |action: &Action| {
        let chord = keymap().with(|map| map.chord(*action).filter(|chord| works(map, chord)).cloned())?;
        (chord.strokes().len() == 1).then(|| chord.to_string().replace("Ctrl+", "Control+"))
    };
    let all: Vec<String> = actions.iter().filter_map(one).collect();
    (!all.is_empty()).then(|| all.join(" "))
}
