//! What this browser's user chose about deciding. Read where it is needed: nothing on a first visit asks for it.

use super::Session;
use crate::platform::storage;

const WINDOW: &str = "undo-seconds";
const SHARED: &str = "shared-device";

/// Seconds of the undo window.
pub const WINDOW_MOST: u32 = 15;
const WINDOW_USUAL: u32 = 8;

/// How many seconds a decision is held before it is sent; 0: not at all.
pub fn undo_seconds() -> u32 {
    storage::get(WINDOW).and_then(|text| text.parse().ok()).map_or(WINDOW_USUAL, |seconds: u32| seconds.min(WINDOW_MOST))
}

pub fn set_undo_seconds(seconds: u32) {
    storage::set(WINDOW, &seconds.min(WINDOW_MOST).to_string());
}

/// Whether nothing of a review may stay in this browser: said here, or for everybody in the gateway's configuration.
pub fn shared_device(session: Session) -> bool {
    session.shared_device() || storage::get(SHARED).is_some()
}

pub fn set_shared_device(on: bool) {
    if on {
        storage::set(SHARED, "1");
    } else {
        storage::remove(SHARED);
    }
}
