//! Shortcuts: what a press means, where it means nothing, and which choices of keys are refused.
#![allow(clippy::unwrap_used, clippy::panic)]

use console::keys::{Action, Chord, Control, Guard, Keymap, Match, Pressed, Refused, Stroke, Where, composes};
use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};

fn pressed(text: &str) -> Stroke {
    Chord::read(text).unwrap().strokes()[0].clone()
}

fn resolve(map: &Keymap, text: &str, at: Where) -> Match {
    map.resolve(None, &pressed(text), at)
}

#[test]
fn chords_read_as_they_are_written() {
    for text in ["j", "?", "+", "Ctrl++", "Ctrl+Enter", "Alt+ArrowDown", "Shift+a", "g r", "Ctrl+Alt+Shift+F2", "Space", "ß"] {
        assert_eq!(Chord::read(text).unwrap().to_string(), text);
    }
    for text in ["", " ", "Ctrl+", "Strg+a", "a b c", "g  r", "Not a key", "Control"] {
        assert_eq!(Chord::read(text), None, "{text:?}");
    }
    for action in Action::ALL {
        assert_eq!(Chord::read(action.usual()).unwrap().to_string(), action.usual());
    }
}

#[test]
fn a_press_is_named_by_what_it_types() {
    assert_eq!(Stroke::pressed("A", false, false, false), Stroke::pressed("a", false, false, false));
    // The question mark is typed with Shift on some keyboards and without on others.
    assert_eq!(Stroke::pressed("?", false, false, true), Stroke::pressed("?", false, false, false));
    assert_ne!(Stroke::pressed("A", false, false, true), Stroke::pressed("a", false, false, false));
    for modifier in ["Shift", "Control", "Alt", "Meta", "Dead", "Unidentified", ""] {
        assert_eq!(Stroke::pressed(modifier, false, false, false), None);
    }
}

#[test]
fn every_action_answers_its_usual_keys() {
    let map = Keymap::default();
    for action in Action::ALL {
        let chord = map.chord(action).unwrap();
        let found = match chord.strokes() {
            [one] => map.resolve(None, one, Where::Page),
            [prefix, one] => {
                assert_eq!(map.resolve(None, prefix, Where::Page), Match::Prefix);
                map.resolve(Some(prefix), one, Where::Page)
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(found, Match::Action(action));
    }
    assert_eq!(resolve(&map, "y", Where::Page), Match::Nothing);
    assert_eq!(map.resolve(Some(&pressed("g")), &pressed("a"), Where::Page), Match::Nothing, "not what the second key means alone");
}

#[test]
fn characters_are_silent_while_typing_and_everything_is_in_a_dialog() {
    let map = Keymap::default();
    for text in ["a", "j", "?", "g", "Shift+a"] {
        assert_eq!(resolve(&map, text, Where::Typing), Match::Nothing, "{text}");
    }
    assert_eq!(resolve(&map, "Ctrl+Enter", Where::Typing), Match::Action(Action::ApproveNext));
    assert_eq!(resolve(&map, "F8", Where::Typing), Match::Action(Action::NextField));
    for text in ["a", "Ctrl+Enter", "F8", "?"] {
        assert_eq!(resolve(&map, text, Where::Dialog), Match::Nothing, "{text}");
    }
}

#[test]
fn what_types_with_alt_is_silent_while_typing() {
    let mut map = Keymap::default();
    map.set(Action::Approve, Chord::read("Alt+a")).unwrap();
    assert_eq!(resolve(&map, "Alt+a", Where::Typing), Match::Nothing);
    assert_eq!(resolve(&map, "Alt+a", Where::Page), Match::Action(Action::Approve));
}

#[test]
fn single_characters_can_be_turned_off() {
    let mut map = Keymap::default();
    map.characters = false;
    assert_eq!(resolve(&map, "a", Where::Page), Match::Nothing);
    assert_eq!(resolve(&map, "g", Where::Page), Match::Nothing);
    assert_eq!(resolve(&map, "Ctrl+Enter", Where::Page), Match::Action(Action::ApproveNext));
}

#[test]
fn keys_that_are_taken_or_needed_are_refused() {
    let mut map = Keymap::default();
    let mut set = |action, text: &str| map.set(action, Some(Chord::read(text).unwrap()));
    assert_eq!(set(Action::Skip, "a"), Err(Refused::Taken(Action::Approve)));
    assert_eq!(set(Action::Skip, "s"), Ok(()), "its own");
    // Neither a prefix alone nor what begins with a whole shortcut can be told apart.
    assert_eq!(set(Action::Skip, "g"), Err(Refused::Taken(Action::Jump)));
    assert_eq!(set(Action::Skip, "a x"), Err(Refused::Taken(Action::Approve)));
    for text in ["Escape", "Tab", "Enter", "Space", "ArrowDown", "Ctrl+c", "Ctrl+w", "F5", "Alt+ArrowLeft", "y Escape"] {
        assert_eq!(set(Action::Skip, text), Err(Refused::Reserved), "{text}");
    }
    for text in ["y", "F3", "Ctrl+ArrowDown", "Alt+s", "Shift+a", "g s"] {
        assert_eq!(set(Action::Skip, text), Ok(()), "{text}");
    }
}

#[test]
fn a_choice_of_keys_is_kept() {
    let mut map = Keymap::default();
    assert_eq!(map.write(), "");
    map.set(Action::Undo, None).unwrap();
    map.set(Action::Skip, Chord::read("z")).unwrap();
    map.characters = false;
    assert_eq!(Keymap::read(&map.write()), map);
    // Two that changed places.
    let mut swapped = Keymap::default();
    swapped.set(Action::Next, None).unwrap();
    swapped.set(Action::Previous, Chord::read("j")).unwrap();
    swapped.set(Action::Next, Chord::read("k")).unwrap();
    assert_eq!(Keymap::read(&swapped.write()), swapped);
}

#[test]
fn what_cannot_be_read_keeps_its_usual_keys() {
    assert_eq!(Keymap::read("approve=Tab\nskip=\u{0}\u{0}\nnobody=x\n=\nreject"), Keymap::default());
    // Both want the same: one of them gets it, and no two ever share.
    let map = Keymap::read("next=y\nprevious=y");
    assert_eq!(map.chord(Action::Next).unwrap().to_string(), "y");
    assert_eq!(map.chord(Action::Previous).unwrap().to_string(), "k");
}

#[test]
fn the_physical_key_counts_where_a_layout_types_no_latin_letter() {
    let name = |key: &str, code: &str| Pressed { key, code, ..Pressed::default() }.stroke().map(|stroke| stroke.key);
    for (key, code, is) in [
        ("\u{444}", "KeyA", "a"),
        ("\u{41e}", "KeyJ", "j"),
        ("\u{3b1}", "KeyA", "a"),
        ("\u{445}", "BracketLeft", "["),
        ("\u{5e9}", "KeyA", "a"),
        ("\u{627}", "KeyH", "h"),
        ("\u{ff4a}", "KeyJ", "j"),
    ] {
        assert_eq!(name(key, code).as_deref(), Some(is), "{key}");
    }
    // What a Latin layout types counts, wherever it has it.
    for (key, code) in
        [("q", "KeyA"), ("z", "KeyY"), ("\u{f6}", "Semicolon"), ("\u{15b}", "KeyS"), ("\u{1ebd}", "KeyE"), ("/", "KeyQ"), ("?", "Digit7")]
    {
        assert_eq!(name(key, code).as_deref(), Some(key));
    }
    let undo = Pressed { key: "\u{44f}", code: "KeyZ", ctrl: true, ..Pressed::default() };
    assert_eq!(undo.stroke().unwrap(), pressed("Ctrl+z"));
    let help = Pressed { key: "\u{3a8}", code: "Slash", shift: true, ..Pressed::default() };
    assert_eq!(help.stroke().unwrap(), pressed("?"));
}

#[test]
fn altgr_is_not_ctrl_and_alt() {
    let bracket = Pressed { key: "[", code: "Digit8", ctrl: true, alt: true, alt_graph: true, ..Pressed::default() };
    assert_eq!(bracket.stroke().unwrap(), pressed("["));
    assert!(!bracket.held());
    let plain = Pressed { key: "a", code: "KeyA", alt_graph: true, ..Pressed::default() };
    assert_eq!(plain.stroke(), None, "where the layout has nothing further, AltGr and a letter is no shortcut");
    let control = Pressed { key: "Enter", code: "Enter", ctrl: true, ..Pressed::default() };
    assert!(control.held());
}

#[test]
fn control_with_a_letter_is_a_text_fields_on_a_mac() {
    let kill = Pressed { key: "k", code: "KeyK", ctrl: true, mac: true, ..Pressed::default() };
    assert_eq!(kill.stroke(), None);
    // Nobody takes it for the palette, nor Ctrl+Y for a redo; and it is no plain letter either.
    assert!(!kill.held() && !kill.is_plain());
    assert!(Pressed { ctrl: false, meta: true, ..kill }.held() && Pressed { mac: false, ..kill }.held());
    assert!(Pressed { key: "Enter", code: "Enter", ..kill }.held(), "Enter edits nothing");
    assert_eq!(Pressed { ctrl: false, meta: true, ..kill }.stroke().unwrap(), pressed("Ctrl+k"));
    assert_eq!(Pressed { mac: false, ..kill }.stroke().unwrap(), pressed("Ctrl+k"));
    assert_eq!(Pressed { key: "Enter", code: "Enter", ..kill }.stroke().unwrap(), pressed("Ctrl+Enter"));
}

#[test]
fn keys_that_edit_text_are_a_text_fields_own() {
    let edits = [
        "Backspace",
        "Delete",
        "Ctrl+Backspace",
        "Ctrl+Delete",
        "Alt+Backspace",
        "Alt+Delete",
        "Shift+Delete",
        "Shift+Insert",
        "Ctrl+ArrowLeft",
        "Ctrl+Shift+ArrowUp",
        "Shift+Home",
        "Ctrl+End",
    ];
    let mut map = Keymap::default();
    for text in edits {
        if map.set(Action::RemoveLine, Chord::read(text)).is_ok() {
            assert_eq!(resolve(&map, text, Where::Typing), Match::Nothing, "{text}");
        }
    }
    for action in [Action::LineUp, Action::LineDown, Action::RemoveLine, Action::Revert] {
        let map = Keymap::default();
        assert_eq!(resolve(&map, action.usual(), Where::Typing), Match::Action(action), "they are for who is in a field");
    }
}

#[test]
fn right_after_a_dialog_nothing_is_decided_and_no_character_is_heard() {
    let map = Keymap::default();
    for text in ["a", "j", "x", "?", "g", "Ctrl+Enter", "Alt+End", "F9"] {
        assert_eq!(map.resolve_quietly(&pressed(text), Where::Page), Match::Nothing, "{text}");
    }
    assert_eq!(map.resolve_quietly(&pressed("Ctrl+k"), Where::Page), Match::Action(Action::Palette));
    let mut guard = Guard::<u8>::default();
    assert!(!guard.quiet(10.0, true));
    guard.under_dialog(1_000.0);
    assert!(guard.quiet(1_600.0, false));
    assert!(!guard.quiet(1_700.0, true));
    // Who goes on typing means no shortcut by any of it.
    guard.under_dialog(2_000.0);
    for at in [2_200.0, 2_700.0, 3_300.0] {
        assert!(guard.quiet(at, true), "{at}");
    }
    assert!(!guard.quiet(4_000.0, true));
}

#[test]
fn a_key_that_is_typed_on_after_a_dialog_presses_no_button() {
    let mut guard = Guard::<u8>::default();
    assert!(!guard.holds_back(0.0, "Enter", Control::Button, false), "no dialog yet");
    guard.under_dialog(1_000.0);
    assert!(guard.holds_back(1_100.0, "Enter", Control::Button, false));
    assert!(guard.holds_back(1_600.0, " ", Control::Button, false));
    assert!(guard.holds_back(2_200.0, " ", Control::Button, false), "a space keeps the page deaf");
    assert!(!guard.holds_back(2_300.0, "Tab", Control::Button, false));
    assert!(!guard.holds_back(2_300.0, "Enter", Control::Text, false), "a new line is no press");
    assert!(!guard.holds_back(2_900.0, "Enter", Control::Button, false));
}

#[test]
fn a_dialog_that_opens_under_typing_hands_is_not_confirmed_by_them() {
    let mut guard = Guard::<u8>::default();
    assert!(!guard.holds_back(0.0, " ", Control::Button, true), "open since before anybody looked");
    guard.opened(1_000.0);
    assert!(guard.is_unread(1_600.0));
    assert!(guard.holds_back(1_100.0, " ", Control::Button, true));
    assert!(guard.holds_back(1_600.0, "Enter", Control::Button, true));
    assert!(!guard.holds_back(1_600.0, " ", Control::Text, true), "its own text field takes what is typed");
    assert!(!guard.holds_back(1_700.0, "Enter", Control::Button, true));
}

#[test]
fn a_press_belongs_to_where_it_began() {
    let mut guard = Guard::default();
    assert!(guard.pressed(" ", "Space", false, "text", Control::Text));
    assert!(!guard.released(" ", "Space", &"button", Control::Button), "a dialog has come between");
    assert!(guard.pressed(" ", "Space", false, "button", Control::Button));
    assert!(guard.released(" ", "Space", &"button", Control::Button));
    // Enter presses a button before it goes up again.
    assert!(guard.pressed("Enter", "Enter", false, "field", Control::Line));
    assert!(!guard.typed("Enter", &"button"));
    assert!(guard.typed("Enter", &"field"));
    assert!(guard.typed("", &"field"), "a character of an input tool");
}

#[test]
fn a_key_that_is_held_down_presses_once_and_types_only_where_it_began() {
    let mut guard = Guard::default();
    guard.pressed("Enter", "Enter", false, "button", Control::Button);
    assert!(!guard.pressed("Enter", "Enter", true, "button", Control::Button));
    guard.pressed("r", "KeyR", false, "page", Control::Other);
    assert!(!guard.pressed("r", "KeyR", true, "reason", Control::Text));
    guard.pressed("x", "KeyX", false, "reason", Control::Text);
    assert!(guard.pressed("x", "KeyX", true, "reason", Control::Text));
    // Moving about goes on.
    guard.pressed("ArrowDown", "ArrowDown", false, "cell", Control::Line);
    assert!(guard.pressed("ArrowDown", "ArrowDown", true, "next cell", Control::Line));
}

#[test]
fn what_an_input_method_uses_is_no_press() {
    assert!(composes(true, 27));
    assert!(composes(false, 229));
    assert!(!composes(false, 27));
}

/// Files of the app beside the one that makes presses out of the browser's events.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("platform/press.rs") {
            found.push(path);
        }
    }
}

#[test]
fn no_file_listens_to_keys_past_the_guard() {
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src"), &mut found);
    assert!(found.len() > 100, "the app's sources moved");
    for path in found {
        let text = fs::read_to_string(&path).unwrap();
        for raw in ["KeyboardEvent", "\"keydown\"", "\"keyup\"", "\"keypress\"", "ev::key", "set_onkey"] {
            assert!(!text.contains(raw), "{} has {raw}: presses come from platform::press", path.display());
        }
    }
}

proptest! {
    #[test]
    fn no_text_gives_two_actions_the_same_keys(text in "((next|skip|approve|undo|runs)=(a|j|g|g r|x|Ctrl\\+Enter|)\n){0,6}") {
        let map = Keymap::read(&text);
        for one in Action::ALL {
            for other in Action::ALL.into_iter().filter(|other| *other != one) {
                if let (Some(left), Some(right)) = (map.chord(one), map.chord(other)) {
                    prop_assert!(!left.strokes().starts_with(right.strokes()), "{one:?} {other:?} {text:?}");
                }
            }
        }
        prop_assert_eq!(Keymap::read(&map.write()), map);
    }
}
