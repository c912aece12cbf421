//! Keeps the merged list current: one poller for the page, in which each connection has its own pace.

use super::engine::MergedList;
use super::state::with;
use crate::net::{self, Scope};
use crate::platform::{clock, page, together};
use runs::reading::live::{Backoff, Pace};
use runs::reading::merge::Watched;
use runs::{ErrorKind, Timestamp};

/// Pages of one connection that are read again at a time; the others have their turn next.
const AT_ONCE: usize = 2;
/// What is refused is asked for again after so many milliseconds at the earliest.
const REFUSED: u32 = 60_000;

impl MergedList {
    /// Begins to watch every connection, until the present scope ends.
    pub fn watch(self) {
        let Some((count, scope)) = with(|state| (state.of.len(), state.scope.clone())) else { return };
        for source in 0..count {
            leptos::task::spawn_local(self.follow(source, scope.clone()));
        }
    }

    async fn follow(self, source: usize, scope: Scope) {
        let mut backoff = Backoff::new(Pace::List);
        let mut turn = 0;
        loop {
            let quota = with(|state| state.of[source].quota).flatten();
            let pause = backoff.delay(clock::now(), quota, js_sys::Math::random()).unwrap_or(REFUSED);
            with(|state| state.of[source].pause = pause);
            clock::sleep(pause).await;
            page::until_visible().await;
            if scope.ended() {
                return;
            }
            // What failed since was told when it may be asked again.
            if with(|state| net::quiet(&state.of[source].connection.id)).unwrap_or(false) {
                continue;
            }
            let Some((watched, missing)) = with(|state| (state.watched(source), state.pages.merge.missing(source))) else { return };
            if let Some(error) = missing.error {
                backoff.failed(&error);
                if error.passing() {
                    self.retry(source);
                }
            }
            if watched.is_empty() {
                continue;
            }
            let begin = turn % watched.len();
            let now: Vec<Watched> = watched.iter().skip(begin).take(AT_ONCE).cloned().collect();
            // All of them have been read again since the turn began.
            let round = begin + now.len() >= watched.len();
            turn = if round { 0 } else { begin + now.len() };
            if self.read_again(source, now, round, &mut backoff, &scope).await {
                return;
            }
        }
    }

    /// `true`: the view is gone.
    async fn read_again(self, source: usize, pages: Vec<Watched>, round: bool, backoff: &mut Backoff, scope: &Scope) -> bool {
        let answers = together(pages.iter().map(|watched| async move {
            let (connection, query) = with(|state| state.question(watched.stream, watched.place.clone()))?;
            Some(net::read(&connection.id, connection.dialect.adapter().list_runs(&query), scope).await)
        }))
        .await;
        if scope.ended() {
            return true;
        }
        let mut changed = false;
        let mut failed = None;
        for (watched, answer) in pages.iter().zip(answers) {
            match answer {
                Some(Ok(page)) => {
                    changed |= with(|state| {
                        let of = &mut state.of[source];
                        of.quota = page.quota.or(of.quota);
                        state.pages.merge.again(watched, page, of.read_at.unwrap_or(Timestamp(0)))
                    })
                    .unwrap_or(false);
                }
                Some(Err(error)) if error.kind == ErrorKind::Cancelled => return true,
                Some(Err(error)) => failed = Some(error),
                None => return true,
            }
        }
        match &failed {
            Some(error) => backoff.failed(error),
            None => backoff.answered(changed),
        }
        with(|state| {
            if failed.is_none() && round {
                state.of[source].read_at = Some(clock::now());
            }
            state.of[source].stale = failed;
        });
        self.publish();
        false
    }

    /// Reads a connection's rows again now.
    pub fn again(self, source: usize) {
        leptos::task::spawn_local(async move {
            let Some((watched, scope)) = with(|state| (state.watched(source), state.scope.clone())) else { return };
            self.read_again(source, watched, true, &mut Backoff::new(Pace::List), &scope).await;
        });
    }
}
