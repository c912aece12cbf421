//! Polling: an answer that stays current while its view is open.

use crate::net::{self, Scope};
use crate::platform::{Effect, clock, page};
use leptos::prelude::*;
use runs::model::Quota;
use runs::reading::live::{Backoff, Pace};
use runs::{ApiError, ErrorKind, Operation, Timestamp};
use std::sync::Arc;

/// A request to one connection. Requests with the same key are the same one repeated: the old answer stays until the new one is there.
pub struct Asking<T> {
    pub connection: String,
    pub key: String,
    pub operation: Operation<T>,
}

/// How polling goes on after an answer.
pub struct Rules<T: 'static> {
    /// After the last answer, or before the first.
    pub pace: fn(Option<&T>) -> Pace,
    /// Merges an answer into what is known (an older one must not replace a newer one); `true` if anything changed.
    pub settle: fn(Option<&T>, T) -> (T, bool),
    /// Whether an answer that changed carries no news: then the back-off grows all the same.
    pub same: fn(&T, &T) -> bool,
    /// Nothing more will change by itself: polling stops.
    pub finished: fn(&T) -> bool,
    /// The rest of the answer is to be fetched at once.
    pub partial: fn(&T) -> bool,
    pub quota: fn(&T) -> Option<Quota>,
}

/// An answer that stays current while its view is open: polled with back-off, paused while the tab is hidden, ended with the view.
pub struct Live<T: Send + Sync + 'static> {
    pub value: RwSignal<Option<Arc<T>>>,
    /// The error of the last request; `value` is then from before.
    pub error: RwSignal<Option<ApiError>>,
    pub read_at: RwSignal<Option<Timestamp>>,
    pub busy: RwSignal<bool>,
    /// Polling has stopped: the run is finished.
    pub finished: RwSignal<bool>,
    /// The key of the request that `value` answers.
    pub answered: RwSignal<String>,
    /// The next answer replaces what is known instead of being merged into it.
    force: RwSignal<bool>,
    /// Counts up to fetch again now.
    refetch: RwSignal<u32>,
    /// Until the next request, in milliseconds.
    pub pause: RwSignal<u32>,
    /// From when on a request is allowed when the tab becomes visible, though none is due: `None` while one is under way.
    resume_after: StoredValue<Option<f64>>,
}

impl<T: Send + Sync + 'static> Clone for Live<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Live<T> {}

impl<T: Send + Sync + 'static> Live<T> {
    /// Polls what `ask` returns, and starts again whenever the signals that it reads change.
    pub fn new(rules: Rules<T>, ask: impl Fn() -> Option<Asking<T>> + 'static) -> Self {
        let live = Self {
            value: RwSignal::new(None),
            error: RwSignal::new(None),
            read_at: RwSignal::new(None),
            busy: RwSignal::new(false),
            finished: RwSignal::new(false),
            answered: RwSignal::new(String::new()),
            force: RwSignal::new(false),
            refetch: RwSignal::new(0),
            pause: RwSignal::new(0),
            resume_after: StoredValue::new(None),
        };
        // A tab that becomes visible fetches at once, unless the vendor's back-off forbids it.
        let handle = window_event_listener_untyped("visibilitychange", move |_| {
            let allowed = live.resume_after.try_get_value().flatten().is_some_and(|at| clock::running() >= at);
            if allowed && !page::is_hidden() {
                live.refresh();
            }
        });
        on_cleanup(move || handle.remove());
        let rules = Arc::new(rules);
        let ask = std::rc::Rc::new(ask);
        Effect::new(move |_| {
            live.refetch.track();
            let scope = Scope::of_view();
            match ask() {
                Some(first) => {
                    let (ask, rules) = (std::rc::Rc::clone(&ask), Arc::clone(&rules));
                    leptos::task::spawn_local(async move { live.follow(first, move || untrack(|| ask()), &rules, &scope).await });
                }
                None => live.clear(),
            }
        });
        live
    }

    /// Fetches again now.
    pub fn refresh(self) {
        self.refetch.update(|count| *count += 1);
    }

    /// Fetches again now and replaces what is known by the answer; after an error it stays.
    pub fn reload(self) {
        self.force.set(true);
        self.refresh();
    }

    /// Shows an answer from before, until the next one is merged into it.
    pub fn restore(self, key: String, answer: Arc<T>, read_at: Option<Timestamp>) {
        self.value.set(Some(answer));
        self.answered.set(key);
        self.error.set(None);
        self.read_at.set(read_at);
    }

    fn clear(self) {
        self.value.set(None);
        self.error.set(None);
        self.read_at.set(None);
        self.busy.set(false);
        self.answered.set(String::new());
    }

    async fn follow(self, first: Asking<T>, ask: impl Fn() -> Option<Asking<T>>, rules: &Rules<T>, scope: &Scope) {
        let mut asking = first;
        // Whoever asks again now wants what the vendor says now.
        let mut fresh = self.refetch.get_untracked() > 0;
        let mut pace = (rules.pace)(self.value.get_untracked().as_deref());
        let mut backoff = Backoff::new(pace);
        loop {
            self.resume_after.try_set_value(None);
            self.busy.try_set(true);
            let asking_of = asking.connection.clone();
            let scope_now = if std::mem::take(&mut fresh) { &scope.fresh() } else { scope };
            let started = clock::running();
            let result = net::read(&asking.connection, asking.operation, scope_now).await;
            if scope.ended() {
                return;
            }
            self.busy.try_set(false);
            let (mut quota, mut failure) = (None, None);
            match result {
                Ok(answer) => {
                    quota = (rules.quota)(&answer);
                    let same = self.answered.get_untracked() == asking.key && !self.force.get_untracked();
                    self.force.set(false);
                    let known = if same { self.value.get_untracked() } else { None };
                    let (answer, changed) = (rules.settle)(known.as_deref(), answer);
                    let (finished, partial) = ((rules.finished)(&answer), (rules.partial)(&answer));
                    let news = changed && known.is_none_or(|known| !(rules.same)(&known, &answer));
                    if changed || !same {
                        self.value.set(Some(Arc::new(answer)));
                        self.answered.set(asking.key);
                    }
                    // An answer that says the same sets no signal but the time.
                    put(self.error, None);
                    self.read_at.set(Some(clock::now()));
                    put(self.finished, finished);
                    backoff.answered(news);
                    pace = self.value.with_untracked(|known| (rules.pace)(known.as_deref()));
                    backoff.keep(pace);
                    backoff.finished(finished);
                    if partial && let Some(rest) = ask() {
                        asking = rest;
                        continue;
                    }
                }
                Err(error) if error.kind == ErrorKind::Cancelled => return,
                Err(error) => {
                    if self.answered.get_untracked() != asking.key {
                        self.value.set(None);
                        self.answered.set(asking.key);
                    }
                    backoff.failed(&error);
                    failure = Some(error);
                }
            }
            // The quota is the key's: a page that does not tell it shares it with the others.
            let quota = quota.or_else(|| net::quota(&asking_of));
            let delay = backoff.delay(clock::now(), quota, js_sys::Math::random());
            let known = failure.is_none();
            if let Some(error) = failure {
                let next_try = delay.map(|delay| clock::now().plus(u64::from(delay)));
                self.error.set(Some(ApiError { next_try, ..error }));
            }
            let Some(delay) = delay else { return };
            let eager = backoff.eager(clock::now(), quota).map(|soonest| clock::running() + f64::from(soonest));
            self.pause.try_set(delay);
            self.resume_after.try_set_value(eager);
            scope.next(delay, pace as u8, started, known).await;
            self.resume_after.try_set_value(None);
            page::until_visible().await;
            if scope.ended() {
                return;
            }
            match ask() {
                Some(next) => asking = next,
                None => return,
            }
        }
    }
}

/// Sets a signal only if the value is different.
fn put<V: PartialEq + Send + Sync + 'static>(signal: RwSignal<V>, value: V) {
    if signal.with_untracked(|known| *known != value) {
        signal.set(value);
    }
}
