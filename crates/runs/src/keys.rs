//! Keyboard shortcuts: what a press is called, which action it means, and when it means none.

use std::fmt;

/// What a shortcut does. The order is that of the cheat sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    Next,
    Previous,
    Skip,
    Approve,
    ApproveNext,
    Reject,
    Undo,
    FirstField,
    NextField,
    PreviousField,
    NextPlace,
    PreviousPlace,
    Choose,
    Search,
    Jump,
    Newer,
    Older,
    Runs,
    Reviews,
    Palette,
    Sheet,
}

/// Where an action means something: a section of the cheat sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Reviews,
    Lists,
    Everywhere,
}

impl Action {
    pub const ALL: [Self; 21] = [
        Self::Next,
        Self::Previous,
        Self::Skip,
        Self::Approve,
        Self::ApproveNext,
        Self::Reject,
        Self::Undo,
        Self::FirstField,
        Self::NextField,
        Self::PreviousField,
        Self::NextPlace,
        Self::PreviousPlace,
        Self::Choose,
        Self::Search,
        Self::Jump,
        Self::Newer,
        Self::Older,
        Self::Runs,
        Self::Reviews,
        Self::Palette,
        Self::Sheet,
    ];

    /// Its name where the choice of keys is kept.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Previous => "previous",
            Self::Skip => "skip",
            Self::Approve => "approve",
            Self::ApproveNext => "approve-next",
            Self::Reject => "reject",
            Self::Undo => "undo",
            Self::FirstField => "first-field",
            Self::NextField => "next-field",
            Self::PreviousField => "previous-field",
            Self::NextPlace => "next-place",
            Self::PreviousPlace => "previous-place",
            Self::Choose => "choose",
            Self::Search => "search",
            Self::Jump => "jump",
            Self::Newer => "newer",
            Self::Older => "older",
            Self::Runs => "runs",
            Self::Reviews => "reviews",
            Self::Palette => "palette",
            Self::Sheet => "sheet",
        }
    }

    /// The keys it has until somebody chooses others.
    pub const fn usual(self) -> &'static str {
        match self {
            Self::Next => "j",
            Self::Previous => "k",
            Self::Skip => "s",
            Self::Approve => "a",
            Self::ApproveNext => "Ctrl+Enter",
            Self::Reject => "r",
            Self::Undo => "z",
            Self::FirstField => "e",
            Self::NextField => "Alt+ArrowDown",
            Self::PreviousField => "Alt+ArrowUp",
            Self::NextPlace => "F2",
            Self::PreviousPlace => "Shift+F2",
            Self::Choose => "x",
            Self::Search => "/",
            Self::Jump => "g n",
            Self::Newer => "[",
            Self::Older => "]",
            Self::Runs => "g r",
            Self::Reviews => "g v",
            Self::Palette => "Ctrl+k",
            Self::Sheet => "?",
        }
    }

    pub const fn group(self) -> Group {
        match self {
            Self::Next | Self::Previous | Self::Choose | Self::Search | Self::Jump | Self::Newer | Self::Older => Group::Lists,
            Self::Runs | Self::Reviews | Self::Palette | Self::Sheet => Group::Everywhere,
            _ => Group::Reviews,
        }
    }
}

/// One press.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stroke {
    /// Ctrl, or the command key of a Mac.
    pub ctrl: bool,
    pub alt: bool,
    /// Of letters and named keys; other characters are what they are because of it.
    pub shift: bool,
    /// A character in lower case, or the name that browsers give a key: `Enter`, `ArrowDown`.
    pub key: String,
}

impl Stroke {
    /// A press as the browser tells it; `None` for a modifier alone and for what is no key yet.
    pub fn pressed(key: &str, ctrl: bool, alt: bool, shift: bool) -> Option<Self> {
        if key.is_empty()
            || matches!(
                key,
                "Control" | "Shift" | "Alt" | "AltGraph" | "Meta" | "CapsLock" | "NumLock" | "Fn" | "Dead" | "Process" | "Unidentified"
            )
        {
            return None;
        }
        let key = if key == " " { "Space" } else { key };
        let mut characters = key.chars();
        let single = characters.next().filter(|_| characters.next().is_none());
        Some(Self {
            ctrl,
            alt,
            shift: shift && single.is_none_or(char::is_alphabetic),
            key: single.map_or_else(|| key.to_owned(), |character| character.to_ascii_lowercase().to_string()),
        })
    }

    fn read(text: &str) -> Option<Self> {
        let (mut ctrl, mut alt, mut shift) = (false, false, false);
        let mut rest = text;
        loop {
            let (modifier, after) = match rest.split_once('+') {
                Some((modifier, after)) if !after.is_empty() => (modifier, after),
                _ => break,
            };
            match modifier {
                "Ctrl" => ctrl = true,
                "Alt" => alt = true,
                "Shift" => shift = true,
                _ => return None,
            }
            rest = after;
        }
        let named = rest.len() > 1 && rest.chars().all(|character| character.is_ascii_alphanumeric());
        (named || rest.chars().count() == 1).then(|| Self::pressed(rest, ctrl, alt, shift))?
    }

    /// A character by itself, as in typing.
    pub fn is_character(&self) -> bool {
        !self.ctrl && !self.alt && self.key.chars().count() == 1
    }

    fn is_function_key(&self) -> bool {
        self.key.strip_prefix('F').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit()))
    }

    /// Whether browser, page or text fields need it for themselves.
    fn is_reserved(&self) -> bool {
        let named = self.key.chars().count() > 1;
        match self.key.as_str() {
            "Escape" | "Tab" | "Backspace" | "Delete" | "ContextMenu" | "F5" | "F11" | "F12" => true,
            "ArrowLeft" | "ArrowRight" | "Home" if self.alt => true,
            // Keys that a focused control, a text field or the page answers.
            _ if named && !self.is_function_key() => !self.ctrl && !self.alt,
            // Copy, paste, find, close … The palette's keys are a search field's in some browsers, who leave them to pages.
            _ => self.ctrl && (self.alt || self.shift || self.key != "k"),
        }
    }
}

impl fmt::Display for Stroke {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (on, name) in [(self.ctrl, "Ctrl+"), (self.alt, "Alt+"), (self.shift, "Shift+")] {
            if on {
                out.write_str(name)?;
            }
        }
        out.write_str(&self.key)
    }
}

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

    /// The one cannot be pressed without the other being met.
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
pub enum Met {
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
    pub fn meet(&self, before: Option<&Stroke>, stroke: &Stroke, at: Where) -> Met {
        if !self.heard(stroke, at) {
            return Met::Nothing;
        }
        let pressed: Vec<&Stroke> = before.into_iter().chain([stroke]).collect();
        let mut met = Met::Nothing;
        for action in Action::ALL {
            let Some(chord) = self.chord(action) else { continue };
            if chord.0.iter().eq(pressed.iter().copied()) {
                return Met::Action(action);
            }
            if before.is_none() && chord.0.len() > 1 && chord.0.first() == Some(stroke) {
                met = Met::Prefix;
            }
        }
        met
    }

    fn heard(&self, stroke: &Stroke, at: Where) -> bool {
        match at {
            Where::Dialog => false,
            Where::Typing => stroke.ctrl || stroke.is_function_key() || (stroke.alt && stroke.key.chars().count() > 1),
            Where::Page => self.characters || !stroke.is_character(),
        }
    }
}
