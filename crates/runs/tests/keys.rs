//! Shortcuts: what a press means, where it means nothing, and which choices of keys are refused.
#![allow(clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;
use runs::keys::{Action, Chord, Keymap, Met, Refused, Stroke, Where};

fn pressed(text: &str) -> Stroke {
    Chord::read(text).unwrap().strokes()[0].clone()
}

fn meet(map: &Keymap, text: &str, at: Where) -> Met {
    map.meet(None, &pressed(text), at)
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
        let met = match chord.strokes() {
            [one] => map.meet(None, one, Where::Page),
            [prefix, one] => {
                assert_eq!(map.meet(None, prefix, Where::Page), Met::Prefix);
                map.meet(Some(prefix), one, Where::Page)
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(met, Met::Action(action));
    }
    assert_eq!(meet(&map, "y", Where::Page), Met::Nothing);
    assert_eq!(map.meet(Some(&pressed("g")), &pressed("a"), Where::Page), Met::Nothing, "not what the second key means alone");
}

#[test]
fn characters_are_silent_while_typing_and_everything_is_in_a_dialog() {
    let map = Keymap::default();
    for text in ["a", "j", "?", "g", "Shift+a"] {
        assert_eq!(meet(&map, text, Where::Typing), Met::Nothing, "{text}");
    }
    assert_eq!(meet(&map, "Ctrl+Enter", Where::Typing), Met::Action(Action::ApproveNext));
    assert_eq!(meet(&map, "Alt+ArrowDown", Where::Typing), Met::Action(Action::NextField));
    for text in ["a", "Ctrl+Enter", "Alt+ArrowDown", "?"] {
        assert_eq!(meet(&map, text, Where::Dialog), Met::Nothing, "{text}");
    }
}

#[test]
fn what_types_with_alt_is_silent_while_typing() {
    let mut map = Keymap::default();
    map.set(Action::Approve, Chord::read("Alt+a")).unwrap();
    assert_eq!(meet(&map, "Alt+a", Where::Typing), Met::Nothing);
    assert_eq!(meet(&map, "Alt+a", Where::Page), Met::Action(Action::Approve));
}

#[test]
fn single_characters_can_be_turned_off() {
    let mut map = Keymap::default();
    map.characters = false;
    assert_eq!(meet(&map, "a", Where::Page), Met::Nothing);
    assert_eq!(meet(&map, "g", Where::Page), Met::Nothing);
    assert_eq!(meet(&map, "Ctrl+Enter", Where::Page), Met::Action(Action::ApproveNext));
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
