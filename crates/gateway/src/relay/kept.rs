//! Equal reads are one read: those that come while it is under way wait for it, those that come within a moment get the same answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{HeaderMap, Response};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use tokio::sync::watch;

use super::answer::Answer;
use crate::problem::Problem;

/// What is kept of one connection at most, in bytes; an answer that would be larger is not kept.
const MOST: usize = 16 * 1024 * 1024;

/// Which reads are equal. Whoever asks, the vendor hears the same key: what a caller may not see is taken out of its copy afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Path and query.
    pub target: String,
    /// What else the vendor hears: `accept: …`.
    pub headers: Vec<(String, Vec<u8>)>,
}

impl Key {
    pub fn new(target: &str, sent: &HeaderMap) -> Self {
        let mut headers: Vec<_> = sent.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect();
        headers.sort_unstable();
        Self { target: target.to_owned(), headers }
    }

    fn size(&self) -> usize {
        self.target.len() + self.headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>()
    }
}

/// What became of a read.
#[derive(Clone, Debug)]
pub enum Fetched {
    Whole(Arc<Answer>),
    /// Too large to be held, or meant to be read as it comes: the first who waited takes it, the others ask themselves.
    Streamed(Arc<Mutex<Option<Response<Body>>>>),
}

pub type Outcome = Result<Fetched, Problem>;
type Reading = Shared<BoxFuture<'static, Outcome>>;

/// Where an answer came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Vendor,
    /// Another caller's read that was under way.
    Shared,
    Kept,
}

/// The reads of one connection, under way and kept.
#[derive(Debug)]
pub struct Kept {
    keep: Duration,
    inner: Mutex<Inner>,
    /// Counts how often it was emptied.
    emptied: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Inner {
    slots: HashMap<Key, Slot>,
    bytes: usize,
    last: u64,
}

#[derive(Debug)]
struct Slot {
    number: u64,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Weak, so that a read for which nobody waits any more ends.
    UnderWay(WeakShared<BoxFuture<'static, Outcome>>),
    Here {
        since: Instant,
        answer: Arc<Answer>,
        size: usize,
    },
}

impl Kept {
    pub fn new(keep: Duration) -> Arc<Self> {
        Arc::new(Self { keep, inner: Mutex::default(), emptied: watch::Sender::new(0) })
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer to a read; `fetch` asks the vendor, if it has to be asked. `fresh`: what others asked before does not do.
    pub async fn read(self: &Arc<Self>, key: Key, fresh: bool, fetch: impl FnOnce() -> BoxFuture<'static, Outcome>) -> (Outcome, Source) {
        let (reading, source) = match self.begin(key, fresh, fetch) {
            Ok(answer) => return (Ok(Fetched::Whole(answer)), Source::Kept),
            Err(begun) => begun,
        };
        (reading.await, source)
    }

    fn begin(
        self: &Arc<Self>,
        key: Key,
        fresh: bool,
        fetch: impl FnOnce() -> BoxFuture<'static, Outcome>,
    ) -> Result<Arc<Answer>, (Reading, Source)> {
        let mut inner = self.inner();
        match inner.slots.get(&key).map(|slot| &slot.state).filter(|_| !fresh) {
            Some(State::Here { since, answer, .. }) if since.elapsed() < self.keep => return Ok(Arc::clone(answer)),
            Some(State::UnderWay(reading)) => {
                if let Some(reading) = reading.upgrade() {
                    return Err((reading, Source::Shared));
                }
            }
            _ => {}
        }
        inner.last += 1;
        let (number, since) = (inner.last, Instant::now());
        let (this, of, fetching) = (Arc::downgrade(self), key.clone(), fetch());
        let reading = async move {
            let outcome = fetching.await;
            if let Some(this) = this.upgrade() {
                this.end(&of, number, since, &outcome);
            }
            outcome
        };
        let reading = reading.boxed().shared();
        if let Some(weak) = reading.downgrade() {
            inner.remove(&key);
            inner.slots.insert(key, Slot { number, state: State::UnderWay(weak) });
            inner.forget_the_abandoned();
        }
        Err((reading, Source::Vendor))
    }

    /// Keeps what a read came to, unless something was written meanwhile or somebody asked anew.
    fn end(self: &Arc<Self>, key: &Key, number: u64, since: Instant, outcome: &Outcome) {
        let mut inner = self.inner();
        if inner.slots.get(key).is_none_or(|slot| slot.number != number) {
            return;
        }
        inner.remove(key);
        let Ok(Fetched::Whole(answer)) = outcome else { return };
        let left = self.keep.saturating_sub(since.elapsed());
        // Its compressed forms come on top.
        let size = 2 * (answer.size() + key.size());
        if left.is_zero() || !answer.may_be_kept() || size > MOST {
            return;
        }
        while inner.bytes + size > MOST && inner.remove_oldest() {}
        inner.bytes += size;
        inner.slots.insert(key.clone(), Slot { number, state: State::Here { since, answer: Arc::clone(answer), size } });
        tokio::spawn(forget(Arc::downgrade(self), key.clone(), number, left));
    }

    /// Nothing that was read until now is handed out again: something was written, here or by another gateway.
    pub fn empty(&self) {
        let mut inner = self.inner();
        inner.slots.clear();
        inner.bytes = 0;
        drop(inner);
        self.emptied.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Changes when something was written: who watches a read asks anew.
    pub fn emptied(&self) -> watch::Receiver<u64> {
        self.emptied.subscribe()
    }

    /// Answers kept, and their bytes.
    pub fn size(&self) -> (usize, usize) {
        let inner = self.inner();
        let here = inner.slots.values().filter(|slot| matches!(slot.state, State::Here { .. })).count();
        (here, inner.bytes)
    }
}

async fn forget(kept: Weak<Kept>, key: Key, number: u64, left: Duration) {
    tokio::time::sleep(left).await;
    if let Some(kept) = kept.upgrade() {
        let mut inner = kept.inner();
        if inner.slots.get(&key).is_some_and(|slot| slot.number == number) {
            inner.remove(&key);
        }
    }
}

impl Inner {
    fn remove(&mut self, key: &Key) {
        if let Some(Slot { state: State::Here { size, .. }, .. }) = self.slots.remove(key) {
            self.bytes -= size;
        }
    }

    fn remove_oldest(&mut self) -> bool {
        let age = |slot: &Slot| match slot.state {
            State::Here { since, .. } => Some(since),
            State::UnderWay(_) => None,
        };
        let oldest = self.slots.iter().filter_map(|(key, slot)| Some((age(slot)?, key))).min_by_key(|(since, _)| *since);
        let Some(key) = oldest.map(|(_, key)| key.clone()) else { return false };
        self.remove(&key);
        true
    }

    /// Reads whose callers all left before the end.
    fn forget_the_abandoned(&mut self) {
        const MANY: usize = 256;
        if self.slots.len() > MANY && self.last.is_multiple_of(64) {
            self.slots.retain(|_, slot| match &slot.state {
                State::UnderWay(reading) => reading.upgrade().is_some(),
                State::Here { .. } => true,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use axum::http::StatusCode;

    use super::*;

    fn key(target: &str) -> Key {
        Key::new(target, &HeaderMap::new())
    }

    async fn put(kept: &Arc<Kept>, target: &str, bytes: usize) {
        let answer = Answer::new(StatusCode::OK, HeaderMap::new(), vec![b'x'; bytes].into());
        kept.read(key(target), true, || async move { Ok(Fetched::Whole(Arc::new(answer))) }.boxed()).await.0.unwrap();
    }

    #[tokio::test]
    async fn what_is_kept_has_a_bound_and_the_oldest_goes_first() {
        let kept = Kept::new(Duration::from_secs(60));
        for at in 0..40 {
            put(&kept, &at.to_string(), 1_000_000).await;
        }
        let (count, bytes) = kept.size();
        assert!(count > 5 && bytes <= MOST, "{count} {bytes}");
        let again = kept.read(key("39"), false, || unreachable!()).await.1;
        assert_eq!(again, Source::Kept);
        put(&kept, "huge", MOST).await;
        assert_eq!(kept.size(), (count, bytes));
        kept.empty();
        assert_eq!(kept.size(), (0, 0));
    }

    #[tokio::test]
    async fn it_is_gone_by_itself() {
        let kept = Kept::new(Duration::from_millis(20));
        put(&kept, "a", 10).await;
        assert_eq!(kept.size().0, 1);
        tokio::time::sleep(Duration::from_millis(60)).await;
        assert_eq!(kept.size(), (0, 0));
    }

    #[tokio::test]
    async fn reads_that_nobody_waits_for_end_and_leave_no_trace() {
        let kept = Kept::new(Duration::from_secs(60));
        for at in 0..2_000 {
            let never = kept.read(key(&at.to_string()), false, || std::future::pending().boxed());
            assert!(never.now_or_never().is_none());
        }
        assert!(kept.inner().slots.len() < 400, "{}", kept.inner().slots.len());
        put(&kept, "0", 10).await;
    }
}
