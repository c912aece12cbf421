//! Whether the second module has arrived, as a signal.

use super::module::{fetch, is_loaded, send};
use super::request::Request;
use crate::prelude::*;
use futures_util::FutureExt;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    Waiting,
    Here,
    Missing,
}

/// Whether the module is here, and what fetches it; fetching has begun unless it is.
pub fn arriving() -> (RwSignal<Arrival>, impl Fn() + Copy + 'static) {
    let arrival = RwSignal::new(if is_loaded() { Arrival::Here } else { Arrival::Waiting });
    let fetch = move || {
        arrival.set(Arrival::Waiting);
        leptos::task::spawn_local(async move {
            arrival.try_set(if fetch().await.is_ok() { Arrival::Here } else { Arrival::Missing });
        });
    };
    if arrival.get_untracked() == Arrival::Waiting {
        fetch();
    }
    (arrival, fetch)
}

/// Draws with the module once it is here.
pub fn drawn(request: Request) -> Html {
    send(request).now_or_never().and_then(Result::ok).view()
}
