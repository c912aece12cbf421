//! Words between the tabs of this browser that show Sluice.

use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, MessageEvent};

thread_local! {
    static TAB: String = super::storage::of_tab("tab", super::page::random_key);
}

/// This tab among all. It outlives a reload, or the page before it would seem to be another window until it is forgotten.
pub fn own() -> String {
    TAB.with(Clone::clone)
}

/// An end of the line: what one end says, all others hear, in this tab and in others.
pub struct Line {
    channel: Option<BroadcastChannel>,
    _hear: Closure<dyn FnMut(MessageEvent)>,
}

impl Line {
    /// `name`: what is talked about.
    pub fn open(name: &str, mut hear: impl FnMut(String) + 'static) -> Self {
        let channel = BroadcastChannel::new(name).ok();
        let hear = Closure::new(move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                hear(text);
            }
        });
        if let Some(channel) = &channel {
            channel.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        }
        Self { channel, _hear: hear }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some(channel) = &self.channel {
            channel.set_onmessage(None);
            channel.close();
        }
    }
}

impl Line {
    /// Tells the others.
    pub fn say(&self, text: &str) {
        if let Some(channel) = &self.channel {
            channel.post_message(&text.into()).ok();
        }
    }
}
