//! Messages between the tabs of this browser that show Sluice.

use super::{BROWSER, page, storage};
use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, MessageEvent};

/// This tab among all. It outlives a reload, or the page before it would seem to be another window until it is forgotten.
pub fn own() -> String {
    BROWSER.with(|browser| browser.tab.get_or_init(|| storage::of_tab("tab", page::random_key)).clone())
}

/// A broadcast channel: what is sent reaches all others of the same name, in this tab and in others.
pub struct Channel {
    channel: Option<BroadcastChannel>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Channel {
    pub fn open(name: &str, mut receive: impl FnMut(String) + 'static) -> Self {
        let channel = BroadcastChannel::new(name).ok();
        let on_message = Closure::new(move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                receive(text);
            }
        });
        if let Some(channel) = &channel {
            channel.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        }
        Self { channel, _on_message: on_message }
    }

    pub fn broadcast(&self, text: &str) {
        if let Some(channel) = &self.channel {
            channel.post_message(&text.into()).ok();
        }
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        if let Some(channel) = &self.channel {
            channel.set_onmessage(None);
            channel.close();
        }
    }
}
