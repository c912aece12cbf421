//! Secondary readings: what a page shows beside the thing it is about.

use crate::net::Scope;
use crate::platform::Effect;
use leptos::prelude::*;
use runs::{ApiError, ErrorKind};
use std::future::Future;
use std::sync::Arc;

enum State<T> {
    Loading,
    Failed(ApiError),
    Ready(Arc<T>),
}

/// One secondary reading. There is no way to its value but [`Reading::handle`], which takes what to do after an error too: an error
/// that is forgotten does not compile.
#[must_use]
pub struct Reading<T: Send + Sync + 'static> {
    state: RwSignal<State<T>>,
    /// Counts up to read again.
    refetch: RwSignal<u32>,
}

impl<T: Send + Sync + 'static> Clone for Reading<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Reading<T> {}

impl<T: Send + Sync + 'static> Reading<T> {
    /// Reads what `ask` returns, again whenever the signals that it reads change; what is ready stays until the next answer.
    pub fn new<F>(ask: impl Fn(Scope) -> F + 'static) -> Self
    where
        F: Future<Output = Result<T, ApiError>> + 'static,
    {
        Self::starting_with(None, ask)
    }

    /// The same, with a value that is shown until the first answer.
    pub fn starting_with<F>(known: Option<Arc<T>>, ask: impl Fn(Scope) -> F + 'static) -> Self
    where
        F: Future<Output = Result<T, ApiError>> + 'static,
    {
        let reading = Self { state: RwSignal::new(known.map_or(State::Loading, State::Ready)), refetch: RwSignal::new(0) };
        Effect::new(move |_| {
            reading.refetch.track();
            if reading.state.with_untracked(|state| matches!(state, State::Failed(_))) {
                reading.state.set(State::Loading);
            }
            let scope = Scope::of_view();
            let answer = ask(scope.clone());
            leptos::task::spawn_local(async move {
                let next = match answer.await {
                    Ok(value) => State::Ready(Arc::new(value)),
                    Err(error) if error.kind == ErrorKind::Cancelled => return,
                    Err(error) => State::Failed(error),
                };
                if !scope.ended() {
                    reading.state.try_set(next);
                }
            });
        });
        reading
    }

    /// One result for each state; `failed` gets the way to try again.
    pub fn handle<R>(
        self,
        loading: impl FnOnce() -> R,
        failed: impl FnOnce(&ApiError, Callback<()>) -> R,
        ready: impl FnOnce(&Arc<T>) -> R,
    ) -> R {
        self.state.with(|state| match state {
            State::Loading => loading(),
            State::Failed(error) => failed(error, Callback::new(move |()| self.refetch.update(|count| *count += 1))),
            State::Ready(value) => ready(value),
        })
    }
}
