//! The run-number ledger: gives every run of every flow a number that never moves again.
//!
//! A walker reads each flow's history in the background, politely, and numbers it by creation time, ties by id. A run that appears
//! later with an earlier time gets the next free number and says so; a run that is deleted leaves a gap. All that it knows is in the
//! store, so that it goes on where it was stopped, in whichever replica.

mod book;
mod flow;
mod http;
mod walker;

use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::runtime::Handle;
use tokio::sync::watch;

pub use http::{number, numbers, progress};

use crate::app::App;

/// What the configuration says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Whether histories are read in the background.
    pub walk: bool,
    /// The most that one connection is asked.
    pub requests_per_second: u32,
    /// After so long a history is read again, for runs that appeared far back.
    pub again_hours: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { walk: true, requests_per_second: 20, again_hours: 24 }
    }
}

/// A walk in the background; it ends when this is dropped.
#[derive(Debug)]
pub struct Walking {
    stop: watch::Sender<()>,
    thread: Option<JoinHandle<()>>,
}

/// Begins to walk. Of several replicas on one database one walks.
pub fn start(app: &Arc<App>, settings: Settings) -> Option<Walking> {
    if !settings.walk {
        return None;
    }
    let (app, runtime) = (Arc::clone(app), Handle::current());
    let (stop, mut stopped) = watch::channel(());
    // An operation stays on one thread.
    let thread = std::thread::Builder::new().name("ledger".into()).spawn(move || {
        runtime.block_on(async move {
            tokio::select! {
                _ = stopped.changed() => {}
                () = walker::walk(&app, settings) => {}
            }
        });
    });
    match thread {
        Ok(thread) => Some(Walking { stop, thread: Some(thread) }),
        Err(error) => {
            tracing::error!(%error, "runs are not numbered: the system gives no thread");
            None
        }
    }
}

impl Drop for Walking {
    fn drop(&mut self) {
        self.stop.send_replace(());
        if let Some(thread) = self.thread.take() {
            // It ends where it waits next; a panic of its own was logged by the thread.
            let _ = thread.join();
        }
    }
}
