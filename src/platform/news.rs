//! When it is time to read again.

use super::clock;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

#[wasm_bindgen]
extern "C" {
    /// `boot.js` fetches the module that listens to the gateway, which is in no first visit.
    #[wasm_bindgen(catch, js_name = sluiceNews)]
    async fn news(delay: u32, pace: u8, started: f64, reads: &str, signal: Option<&AbortSignal>) -> Result<JsValue, JsValue>;
}

/// Waits so many milliseconds; less if the gateway tells of a change to what was read, longer while it tells that there is none.
/// `reads`: a line for each, as [`crate::net::Scope`] notes them.
pub async fn wait(delay: u32, pace: u8, started: f64, reads: &str, signal: Option<&AbortSignal>) {
    if news(delay, pace, started, reads, signal).await.is_err() {
        clock::sleep(delay).await;
    }
}
