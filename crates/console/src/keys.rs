//! Keyboard shortcuts: what a press is called, which action it means, and when it means none.

mod action;
mod guard;
mod stroke;

pub use action::{Action, Group};
pub use guard::{Control, Guard, composes};
pub use stroke::{Pressed, Stroke};

use std::fmt;

/// One press, or a prefix and a press: `a`, `Ctrl+Enter`, `g r`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chord(Vec<Stroke>);

impl Chord {
    pub fn new(prefix: Option<Stroke>, stroke: Stroke) -> Self {
        Self(prefix.into_iter().chain([stroke]).collect())
    }

    pub fn read(text: &str) -> Option<Self> {
        let strokes: Option<Vec<Stroke>> = text.split(' ').map(Stroke::read).collect();
        strokes.filter(|strokes| (1..=2).contains(&strokes.len())).map(Self)
    }

    pub fn strokes(&self) -> &[Stroke] {
        &self.0
    }

    /// The one cannot be pressed without the other being matched.
    fn clashes(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0) || other.0.starts_with(&self.0)
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, stroke) in self.0.iter().enumerate() {
            if at > 0 {
                out.write_str(" ")?;
            }
            write!(out, "{stroke}")?;
        }
        Ok(())
    }
}

/// Where the focus is when a key is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    Page,
    /// A control that takes text, or chooses by letters.
    Typing,
    /// A dialog has its own keys.
    Dialog,
}

/// What a press means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    Action(Action),
    /// The first of two.
    Prefix,
    Nothing,
}

/// Why a choice of keys was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    Taken(Action),
    /// The browser or the page needs it.
    Reserved,
}

/// Which keys do what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keymap {
    /// By the place in [`Action::ALL`]; `None`: without keys.
    chords: Vec<Option<Chord>>,
    /// Shortcuts that are a character alone are on.
    pub characters: bool,
}

impl Default for Keymap {
    fn default() -> Self {
        Self { chords: Action::ALL.iter().map(|action| Chord::read(action.usual())).collect(), characters: true }
    }
}

impl Keymap {
    /// Reads what [`Keymap::write`] wrote. What is not understood, reserved or taken keeps its usual keys.
    pub fn read(text: &str) -> Self {
        let mut map = Self::default();
        let lines: Vec<(&str, &str)> = text.lines().filter_map(|line| line.split_once('=')).collect();
        map.characters = !lines.contains(&("characters", "off"));
        let chosen: Vec<(Action, Option<Chord>)> = lines
            .iter()
            .filter_map(|(id, chord)| {
                let action = Action::ALL.into_iter().find(|action| action.id() == *id)?;
                Some((action, if chord.is_empty() { None } else { Some(Chord::read(chord)?) }))
            })
            .collect();
        // Two that changed places must not be in each other's way.
        for (action, _) in &chosen {
            map.chords[*action as usize] = None;
        }
        for (action, chord) in chosen {
            if chord.is_some_and(|chord| map.set(action, Some(chord)).is_err()) {
                map.chords[action as usize] = Chord::read(action.usual()).filter(|usual| map.taken(action, usual).is_none());
            }
        }
        map
    }

    /// Only what differs from the usual: a line each.
    pub fn write(&self) -> String {
        let mut lines: Vec<String> = Vec::new();
        if !self.characters {
            lines.push("characters=off".into());
        }
        for action in Action::ALL {
            let chord = self.chord(action).map(Chord::to_string).unwrap_or_default();
            if chord != action.usual() {
                lines.push(format!("{}={chord}", action.id()));
            }
        }
        lines.join("\n")
    }

    pub fn chord(&self, action: Action) -> Option<&Chord> {
        self.chords[action as usize].as_ref()
    }

    /// Gives an action other keys, or none.
    pub fn set(&mut self, action: Action, chord: Option<Chord>) -> Result<(), Refused> {
        if let Some(chord) = &chord {
            if chord.0.iter().any(Stroke::is_reserved) {
                return Err(Refused::Reserved);
            }
            if let Some(other) = self.taken(action, chord) {
                return Err(Refused::Taken(other));
            }
        }
        self.chords[action as usize] = chord;
        Ok(())
    }

    fn taken(&self, action: Action, chord: &Chord) -> Option<Action> {
        Action::ALL.into_iter().find(|other| *other != action && self.chord(*other).is_some_and(|known| known.clashes(chord)))
    }

    /// What a press means here, after the prefix that was pressed before it.
    pub fn resolve(&self, before: Option<&Stroke>, stroke: &Stroke, at: Where) -> Match {
        if !self.enabled(stroke, at) {
            return Match::Nothing;
        }
        let pressed: Vec<&Stroke> = before.into_iter().chain([stroke]).collect();
        let mut found = Match::Nothing;
        for action in Action::ALL {
            let Some(chord) = self.chord(action) else { continue };
            if chord.0.iter().eq(pressed.iter().copied()) {
                return Match::Action(action);
            }
            if before.is_none() && chord.0.len() > 1 && chord.0.first() == Some(stroke) {
                found = Match::Prefix;
            }
        }
        found
    }

    /// The same right after a dialog, or in the middle of what somebody types although it is closed.
    pub fn resolve_quietly(&self, stroke: &Stroke, at: Where) -> Match {
        match self.resolve(None, stroke, at) {
            Match::Action(action) if !stroke.is_character() && action.is_harmless() => Match::Action(action),
            _ => Match::Nothing,
        }
    }

    fn enabled(&self, stroke: &Stroke, at: Where) -> bool {
        match at {
            Where::Dialog => false,
            Where::Typing if stroke.edits_text() => false,
            Where::Typing => stroke.ctrl || stroke.is_function_key() || (stroke.alt && stroke.key.chars().count() > 1),
            Where::Page => self.characters || !stroke.is_character(),
        }
    }
}
