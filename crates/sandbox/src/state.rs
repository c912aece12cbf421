//! State shared by all handlers.

use std::{net::SocketAddr, sync::Arc};

use tokio::sync::Notify;

use crate::engine::model::Dialect;
use crate::engine::store::{Database, Store};
use crate::faults::Faults;

/// Runs of the long history unless told otherwise.
pub const DEFAULT_RUNS: u64 = 10_240;

/// How the sandbox is started.
#[derive(Debug, Clone)]
pub struct Config {
    /// A loopback address; port 0 picks a free one.
    pub listen: SocketAddr,
    pub db: Database,
    /// Runs of the long history in each dialect, or in `dialect` alone. Only read when the database is new.
    pub runs: u64,
    /// The one dialect that gets `runs`; the others then have as many as by default.
    pub dialect: Option<Dialect>,
    /// No scheduled flow, so that nothing moves by itself.
    pub quiet: bool,
    /// Requests an hour that the FlowStack dialect allows.
    pub flowstack_limit: u32,
    /// The key that every dialect accepts.
    pub key: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8601)),
            db: Database::Memory,
            runs: DEFAULT_RUNS,
            dialect: None,
            quiet: false,
            flowstack_limit: 5_000,
            key: "sandbox".to_owned(),
        }
    }
}

/// Shared by all handlers; cheap to clone.
#[derive(Debug, Clone)]
pub struct AppState {
    pub store: Store,
    pub config: Arc<Config>,
    /// Wakes the executor after a change that it should take up.
    pub wake: Arc<Notify>,
    pub(crate) faults: Faults,
}

impl AppState {
    /// Tells the executor that a run was created, decided, cancelled or executed.
    pub fn nudge(&self) {
        self.wake.notify_one();
    }
}
