//! What the history has the second module do.

use super::module::send;
use super::request::Request;
use crate::features::history::{self, HistoryState};
use crate::features::{jump, review};
use crate::net::Scope;
use crate::prelude::*;
use crate::strings::t;
use std::future::Future;
use std::pin::Pin;

pub enum LazyAction {
    /// To the run that was typed; the notice says what comes of it.
    Jump(HistoryState, String, RwSignal<String>),
    /// To the page of the list that holds the run of the address.
    OpenAt(HistoryState),
    /// Reads runs that the list does not hold any more.
    LookUp(HistoryState, Scope),
    /// Reads how many reviews waiting runs have, where their list does not tell.
    LookIntoWaiting(Scope),
}

/// Runs in the second module.
pub fn run(action: LazyAction) {
    match action {
        LazyAction::Jump(history, text, notice) => jump::from_field(history, &text, notice),
        LazyAction::OpenAt(history) => jump::open_at(history),
        LazyAction::LookUp(history, scope) => history::look_up(history, scope),
        LazyAction::LookIntoWaiting(scope) => review::look_into_waiting(scope),
    }
}

/// Runs it as soon as the module is here; if it does not arrive, the notice says so.
pub fn lazy_action(action: LazyAction, notice: RwSignal<String>) {
    leptos::task::spawn_local(async move {
        if send(Request::Action(action)).await.is_err() {
            notice.try_set(t().shell.part_missing_next.into());
        }
    });
}

/// Fetches the dialects that come late. Whoever asks goes on either way, and says what is missing.
pub fn fetch_dialects() -> Pin<Box<dyn Future<Output = ()>>> {
    Box::pin(async {
        send(Request::Dialects).await.ok();
    })
}

/// The count of what waits goes on without it: nothing is said if the module does not arrive.
pub fn look_into_waiting(scope: Scope) {
    leptos::task::spawn_local(async move {
        send(Request::Action(LazyAction::LookIntoWaiting(scope))).await.ok();
    });
}
