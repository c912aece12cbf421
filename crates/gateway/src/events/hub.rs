//! Who watches what: equal reads of people who see the same are watched as one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use runs::reading::live::Pace;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};

use super::ask::Watch;
use super::poll;
use crate::app::App;
use crate::auth::{Flows, Person, Role};
use crate::metrics::metrics;
use crate::problem::Problem;
use crate::server::most_connections;

/// Reads that are watched at one time.
const MOST_READS: usize = 2_000;
/// Streams of one person who is signed in: windows that can be seen.
const OF_ONE: usize = 32;
/// When a browser that found no room may try again, in seconds.
const RETRY: u64 = 60;

/// Which watched reads are equal: those of people who get the same answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub connection: String,
    pub target: String,
    pub flows: Flows,
}

/// What the last question for a read came to.
#[derive(Clone, Debug, Default)]
pub struct Told {
    pub at: Option<Instant>,
    /// What its answer is known by; none: there is none that could be watched, and who watches has to ask.
    pub tag: Option<Arc<str>>,
}

/// One read, for all who watch it.
#[derive(Debug, Default)]
pub struct Watched {
    pub told: watch::Sender<Told>,
    /// Somebody came who may need a newer word than the last.
    pub joined: Notify,
    /// How many watch it at each pace.
    paces: Mutex<[usize; Pace::ALL.len()]>,
}

impl Watched {
    fn paces(&self) -> MutexGuard<'_, [usize; Pace::ALL.len()]> {
        self.paces.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The fastest that somebody wants.
    pub fn pace(&self) -> Pace {
        let paces = self.paces();
        Pace::ALL.into_iter().find(|pace| paces[*pace as usize] > 0).unwrap_or(Pace::Count)
    }
}

/// One browser's view of a watched read.
#[derive(Debug)]
pub struct Watcher {
    pub told: watch::Receiver<Told>,
    watched: Arc<Watched>,
    pace: Pace,
}

impl Watcher {
    fn new(watched: &Arc<Watched>, pace: Pace) -> Self {
        watched.paces()[pace as usize] += 1;
        let mut told = watched.told.subscribe();
        let old = told.borrow_and_update().at.is_none_or(|at| at.elapsed() > Duration::from_millis(pace.base() as u64));
        if old {
            watched.joined.notify_one();
        } else {
            told.mark_changed();
        }
        Self { told, watched: Arc::clone(watched), pace }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let mut paces = self.watched.paces();
        paces[self.pace as usize] = paces[self.pace as usize].saturating_sub(1);
    }
}

type People = Arc<Mutex<HashMap<String, usize>>>;

#[derive(Debug)]
pub struct Hub {
    watched: Mutex<HashMap<Key, Arc<Watched>>>,
    seats: Arc<Semaphore>,
    people: People,
    closed: watch::Sender<bool>,
}

/// One stream's place.
#[derive(Debug)]
pub struct Seat {
    _seat: OwnedSemaphorePermit,
    people: People,
    name: Option<String>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        metrics().event_streams.dec();
        let Some(name) = &self.name else { return };
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = people.get_mut(name) {
            *count -= 1;
            if *count == 0 {
                people.remove(name);
            }
        }
    }
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            watched: Mutex::default(),
            // Each holds a connection: the other half is for all else.
            seats: Arc::new(Semaphore::new(most_connections() / 2)),
            people: Arc::default(),
            closed: watch::Sender::new(false),
        }
    }
}

impl Hub {
    fn watched(&self) -> MutexGuard<'_, HashMap<Key, Arc<Watched>>> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for one more stream.
    pub fn sit(&self, person: &Person) -> Result<Seat, Problem> {
        let seat = Arc::clone(&self.seats).try_acquire_owned().map_err(|_| full("Too many browsers are told what changes already."))?;
        let name = person.name().map(str::to_owned);
        if let Some(name) = &name {
            let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
            let count = people.entry(name.clone()).or_default();
            if *count >= OF_ONE {
                return Err(full("Too many of your browsers are told what changes already."));
            }
            *count += 1;
        }
        metrics().event_streams.inc();
        Ok(Seat { _seat: seat, people: Arc::clone(&self.people), name })
    }

    /// Watches a read for somebody; nothing where there is no such connection, or none for them.
    pub fn watch(&self, app: &Arc<App>, person: &Person, watch: &Watch) -> Result<Option<Watcher>, Problem> {
        if app.connection(&watch.connection).is_none() || !person.sees(&watch.connection) {
            return Ok(None);
        }
        let flows = person.flows(&watch.connection, Role::Viewer);
        let key = Key { connection: watch.connection.clone(), target: watch.target.clone(), flows };
        let mut all = self.watched();
        if let Some(watched) = all.get(&key) {
            return Ok(Some(Watcher::new(watched, watch.pace)));
        }
        if all.len() >= MOST_READS {
            return Err(full("Too many reads are watched already."));
        }
        let watched = Arc::new(Watched::default());
        let watcher = Watcher::new(&watched, watch.pace);
        all.insert(key.clone(), Arc::clone(&watched));
        metrics().watched_reads.inc();
        tokio::spawn(poll::follow(Arc::clone(app), key, watched));
        Ok(Some(watcher))
    }

    /// Whether nobody watches it any more; then it is forgotten.
    pub fn abandoned(&self, key: &Key, watched: &Watched) -> bool {
        let mut all = self.watched();
        let abandoned = watched.told.receiver_count() == 0;
        if abandoned && all.remove(key).is_some() {
            metrics().watched_reads.dec();
        }
        abandoned
    }

    /// Ends all streams.
    pub fn close(&self) {
        self.closed.send_replace(true);
    }

    pub fn closed(&self) -> watch::Receiver<bool> {
        self.closed.subscribe()
    }
}

fn full(detail: &str) -> Problem {
    Problem { retry_after: Some(RETRY), ..Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail) }
}
