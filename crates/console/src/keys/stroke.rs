use std::fmt;

/// A press as the browser tells it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pressed<'a> {
    /// What it types in the layout that is set, or the key's name.
    pub key: &'a str,
    /// Which key of the keyboard it is, named by what it types in the US layout.
    pub code: &'a str,
    pub ctrl: bool,
    /// The command key of a Mac.
    pub meta: bool,
    pub alt: bool,
    pub shift: bool,
    /// AltGr reaches a key's further characters. Some systems report it as Ctrl and Alt as well.
    pub alt_graph: bool,
    /// On a Mac, Control with a letter is a text field's: Ctrl+K deletes the rest of the line, Ctrl+Y brings it back.
    pub mac: bool,
}

impl Pressed<'_> {
    /// The key's name, the same in every layout: where it types no Latin letter, what stands there in the US layout.
    pub fn name(&self) -> String {
        match only(self.key).filter(|typed| is_foreign(*typed)).and_then(|_| us_layout(self.code, self.shift)) {
            Some(latin) if self.shift => latin.to_ascii_uppercase().to_string(),
            Some(latin) => latin.to_string(),
            None => self.key.to_owned(),
        }
    }

    /// Ctrl, or the command key of a Mac, is held to mean something else than typing.
    pub fn held(&self) -> bool {
        self.meta || (self.ctrl && !self.alt_graph && !self.edits())
    }

    /// Without Ctrl, Alt and their like.
    pub const fn is_plain(&self) -> bool {
        !(self.meta || self.alt() || self.ctrl && !self.alt_graph)
    }

    fn edits(&self) -> bool {
        self.mac && self.ctrl && !self.meta && only(self.key).is_some()
    }

    pub const fn alt(&self) -> bool {
        self.alt && !self.alt_graph
    }

    pub fn stroke(&self) -> Option<Stroke> {
        let name = self.name();
        // A letter or digit needs no AltGr: with it, the key was to type something that this layout does not have.
        let nothing = self.alt_graph && only(&name).is_some_and(|typed| typed.is_ascii_alphanumeric());
        Stroke::pressed(&name, self.held(), self.alt(), self.shift).filter(|_| !self.edits() && !nothing)
    }
}

fn only(text: &str) -> Option<char> {
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}

/// A letter of another script, or a full-width form.
fn is_foreign(letter: char) -> bool {
    match letter {
        '\u{1E00}'..='\u{1EFF}' | '\u{2000}'..='\u{2BFF}' | '\u{2C60}'..='\u{2C7F}' | '\u{A720}'..='\u{A7FF}' => false,
        '\u{FF01}'..='\u{FF5E}' => true,
        letter => letter >= '\u{370}' && letter.is_alphabetic(),
    }
}

/// What a key types in the US layout; of digits only without Shift, as other layouts have other signs above them.
fn us_layout(code: &str, shift: bool) -> Option<char> {
    if let Some(letter) = code.strip_prefix("Key") {
        return only(letter).map(|letter| letter.to_ascii_lowercase());
    }
    if let Some(digit) = code.strip_prefix("Digit") {
        return only(digit).filter(|_| !shift);
    }
    let (plain, shifted) = match code {
        "BracketLeft" => ('[', '{'),
        "BracketRight" => (']', '}'),
        "Slash" => ('/', '?'),
        "Semicolon" => (';', ':'),
        "Quote" => ('\'', '"'),
        "Comma" => (',', '<'),
        "Period" => ('.', '>'),
        "Backquote" => ('`', '~'),
        "Minus" => ('-', '_'),
        "Equal" => ('=', '+'),
        "Backslash" => ('\\', '|'),
        _ => return None,
    };
    Some(if shift { shifted } else { plain })
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
        let single = only(key);
        Some(Self {
            ctrl,
            alt,
            shift: shift && single.is_none_or(char::is_alphabetic),
            key: single.map_or_else(|| key.to_owned(), |character| character.to_ascii_lowercase().to_string()),
        })
    }

    pub(super) fn read(text: &str) -> Option<Self> {
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

    pub(super) fn is_function_key(&self) -> bool {
        self.key.strip_prefix('F').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit()))
    }

    /// Moves, selects, deletes or pastes in a text field: while one has the focus, the key is the platform's.
    pub(super) fn edits_text(&self) -> bool {
        let edge =
            matches!(self.key.as_str(), "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" | "Home" | "End" | "PageUp" | "PageDown");
        match self.key.as_str() {
            "Backspace" | "Delete" | "Insert" => true,
            _ => edge && (self.ctrl || self.shift),
        }
    }

    /// Whether browser, page or text fields need it for themselves.
    pub(super) fn is_reserved(&self) -> bool {
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
