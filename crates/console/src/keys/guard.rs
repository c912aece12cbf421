//! What keeps a press from meaning something that nobody asked for: it belongs to where it began, and right after a dialog the page
//! hears nothing that is typed.

/// After a dialog so many milliseconds without a character have to pass until characters are shortcuts again.
const QUIET: f64 = 700.0;
/// Input methods report this code for the keys that they use themselves.
const PROCESSED: u32 = 229;

/// Whether a press is an input method's: it composes a text, or is about to end that.
pub const fn composes(composing: bool, key_code: u32) -> bool {
    composing || key_code == PROCESSED
}

/// What a press meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// Enter begins a new line.
    Text,
    /// Text of one line: Enter sends its form.
    Line,
    /// Enter, Space or both press it.
    Button,
    Other,
}

/// The keys that are down, each with the element that it was pressed on, and when the page was last under a dialog.
#[derive(Debug)]
pub struct Guard<E> {
    down: Vec<(String, E)>,
    dialog: Option<f64>,
    opened: Option<f64>,
}

impl<E> Default for Guard<E> {
    fn default() -> Self {
        Self { down: Vec::new(), dialog: None, opened: None }
    }
}

impl<E: PartialEq> Guard<E> {
    /// A key went down, or is held down. Whether the press may do anything here.
    pub fn pressed(&mut self, key: &str, code: &str, repeat: bool, at: E, control: Control) -> bool {
        if !repeat {
            self.down.retain(|(other, _)| other != code);
            self.down.push((code.to_owned(), at));
            return true;
        }
        let activates = match control {
            Control::Button => matches!(key, "Enter" | " "),
            Control::Line => key == "Enter",
            Control::Text | Control::Other => false,
        };
        !activates && (self.is_at(code, &at) || !does(key))
    }

    /// It types or presses something between going down and up. Of what was not seen going down (a character of an input tool)
    /// nobody knows where that was.
    pub fn typed(&self, code: &str, at: &E) -> bool {
        self.is_at(code, at) || !self.down.iter().any(|(other, _)| other == code)
    }

    /// A key went up. Whether it may press what has the focus now.
    pub fn released(&mut self, key: &str, code: &str, at: &E, control: Control) -> bool {
        let here = self.is_at(code, at);
        self.down.retain(|(other, _)| other != code);
        here || key != " " || control != Control::Button
    }

    fn is_at(&self, code: &str, at: &E) -> bool {
        self.down.iter().any(|(other, began)| other == code && began == at)
    }
}

impl<E> Guard<E> {
    /// A dialog is open now, or was until now. Times are in milliseconds.
    pub fn under_dialog(&mut self, now: f64) {
        self.dialog = Some(now);
    }

    /// A dialog opened.
    pub fn opened(&mut self, now: f64) {
        self.opened = Some(now);
    }

    /// Whether a dialog opened a moment ago, under hands that were doing something else and before it could be read.
    pub fn is_unread(&self, now: f64) -> bool {
        self.opened.is_some_and(|at| now - at < QUIET)
    }

    /// Whether a dialog was open a moment ago. Who goes on typing keeps it quiet.
    pub fn quiet(&mut self, now: f64, character: bool) -> bool {
        let quiet = self.dialog.is_some_and(|at| now - at < QUIET);
        if quiet && character {
            self.dialog = Some(now);
        }
        quiet
    }

    /// Right after a dialog no key presses what the focus came back to: somebody may still be typing for the dialog. Nor what the focus
    /// went to in one that has just opened: they may be typing for the page.
    pub fn holds_back(&mut self, now: f64, key: &str, control: Control, under_dialog: bool) -> bool {
        let presses = control == Control::Button && matches!(key, "Enter" | " ");
        presses && if under_dialog { self.is_unread(now) } else { self.quiet(now, key == " ") }
    }
}

/// It types, deletes or presses: what another element must not get of it. The others move about.
fn does(key: &str) -> bool {
    key.chars().count() == 1 || matches!(key, "Enter" | "Backspace" | "Delete")
}
