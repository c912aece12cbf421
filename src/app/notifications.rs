//! Notifications of new reviews that were switched on at an earlier visit.

use super::lazy::{Request, send};
use crate::features::notifications::KEPT;
use crate::platform::storage;
use crate::prelude::*;
use crate::state::globals;

/// Shows them if they are wanted; their code is in the second module.
pub fn notify_if_wanted() {
    if storage::get(KEPT).is_some() {
        globals().waiting.while_hidden.set(true);
        leptos::task::spawn_local(async {
            // Without the module there are no notifications on this visit; the Reviews page says what is switched on.
            send(Request::Notify).await.ok();
        });
    }
}
