use crate::platform::clock;
use leptos::prelude::*;

/// How long a message stays, in milliseconds.
const SHOWN_FOR: u32 = 6_000;

/// One message at the lower edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    pub text: String,
    pub alert: bool,
    /// Words and address of the one thing to do about it.
    pub link: Option<(String, String)>,
}

/// One message at a time, and the live region that says what changed.
#[derive(Clone, Copy)]
pub struct Toasts {
    pub shown: RwSignal<Option<Toast>>,
    /// Pointer or focus is on the message: it stays.
    pub held: RwSignal<bool>,
    pub said: RwSignal<String>,
    turn: StoredValue<u32>,
    pages: StoredValue<u32>,
}

impl Toasts {
    pub(super) fn new() -> Self {
        Self {
            shown: RwSignal::new(None),
            held: RwSignal::new(false),
            said: RwSignal::new(String::new()),
            turn: StoredValue::new(0),
            pages: StoredValue::new(0),
        }
    }

    pub fn say(self, text: impl Into<String>) {
        self.show(Toast { text: text.into(), alert: false, link: None });
    }

    pub fn warn(self, text: impl Into<String>) {
        self.show(Toast { text: text.into(), alert: true, link: None });
    }

    pub fn show(self, toast: Toast) {
        self.turn.update_value(|turn| *turn += 1);
        let turn = self.turn.get_value();
        self.said.set(toast.text.clone());
        self.shown.set(Some(toast));
        leptos::task::spawn_local(async move {
            clock::sleep(SHOWN_FOR).await;
            while self.held.get_untracked() {
                clock::sleep(1_000).await;
            }
            if self.turn.get_value() == turn {
                self.shown.set(None);
            }
        });
    }

    /// Counts a page; whether one was entered before in this visit.
    pub fn visited(self) -> bool {
        self.pages.update_value(|pages| *pages += 1);
        self.pages.get_value() > 1
    }

    /// For screen readers only.
    pub fn announce(self, text: impl Into<String>) {
        self.said.set(text.into());
    }
}
