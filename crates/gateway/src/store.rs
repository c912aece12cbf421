//! The gateway's own database: the audit log, presence, the run-number ledger. SQLite by default, PostgreSQL for several replicas.
//!
//! Both through `sqlx::Any`: one text of each statement (`$1` is understood by both), chosen when the gateway starts; a generic over
//! two pools would need a dozen bounds at every function.

mod lock;
mod migrate;
mod place;
mod statement;
mod words;

use std::path::Path;
use std::str::FromStr as _;
use std::time::Duration;

use runs::value::percent::encode;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions, install_default_drivers};
use sqlx::{Any, AnyConnection, AnyPool, ConnectOptions as _, Connection as _, Executor as _, Transaction};

pub use lock::Turn;
pub use place::{Location, PostgresUrl};
pub(crate) use statement::Statement;
pub(crate) use words::Words;

use lock::Locks;

/// Connections to PostgreSQL for reading and writing, and those that hold locks.
const CONNECTIONS: u32 = 10;
/// So long a statement waits for a free connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// A decision is only sent once its intent is on the disk, also if the machine loses power.
const SQLITE: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; \
    PRAGMA cache_size = -32768";
/// To look at it only.
const LOOK: &str = "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON";

/// A handle to the database; clones share the connections.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) read: AnyPool,
    pub(crate) write: AnyPool,
    /// What need not outlive the gateway: beside the file in memory, in PostgreSQL a table that is not logged.
    pub(crate) passing: AnyPool,
    locks: Locks,
    postgres: bool,
    /// Of PostgreSQL; it may hold a password.
    address: Option<PostgresUrl>,
}

impl Store {
    /// Opens or creates the database and brings its tables up to date; `Err` is one sentence.
    pub async fn open(place: &Location) -> Result<Self, String> {
        let store = Self::connect(place, true).await.map_err(|reason| {
            format!(
                "The store {place} for the audit log cannot be opened: {reason}. Name another one with --store or `store` under [server]."
            )
        })?;
        store.migrate().await.map_err(|reason| {
            format!("The store {place} cannot be used: {reason}. Name another one with --store or `store` under [server].")
        })?;
        Ok(store)
    }

    /// Opens a database as it is, to look at it; `Err` is one sentence.
    pub async fn look(place: &Location) -> Result<Self, String> {
        if let Location::File(path) = place
            && !path.exists()
        {
            return Err(format!("There is no store {place}."));
        }
        let store = Self::connect(place, false).await.map_err(|reason| format!("The store {place} cannot be opened: {reason}."))?;
        store.check_version().await.map_err(|reason| format!("The store {place} cannot be looked at: {reason}."))?;
        Ok(store)
    }

    async fn connect(place: &Location, create: bool) -> Result<Self, String> {
        install_default_drivers();
        match place {
            Location::Memory => {
                let only = in_memory().await?;
                Ok(Self {
                    passing: in_memory().await?,
                    read: only.clone(),
                    write: only,
                    locks: Locks::here(),
                    postgres: false,
                    address: None,
                })
            }
            Location::File(path) => {
                if create {
                    private(path).map_err(|error| error.to_string())?;
                }
                let options = sqlite_file(path, create)?;
                let first = if create { SQLITE } else { LOOK };
                attempt(&options, first).await?;
                let pool = |connections| {
                    let pool = AnyPoolOptions::new().max_connections(connections).acquire_timeout(PATIENCE);
                    pool.after_connect(move |connection, _| Box::pin(async move { connection.execute(first).await.map(drop) }))
                        .connect_with(options.clone())
                };
                let write = pool(1).await.map_err(told)?;
                Ok(Self {
                    read: pool(4).await.map_err(told)?,
                    write,
                    passing: in_memory().await?,
                    locks: Locks::here(),
                    postgres: false,
                    address: None,
                })
            }
            Location::Postgres(url) => {
                let options = AnyConnectOptions::from_url(&url.named()).map_err(told)?;
                attempt(&options, "SELECT 1").await?;
                let pool = |connections| AnyPoolOptions::new().max_connections(connections).acquire_timeout(PATIENCE);
                let all = pool(CONNECTIONS).connect_with(options.clone()).await.map_err(told)?;
                let locks = Locks::shared(pool(CONNECTIONS).connect_lazy_with(options));
                Ok(Self { read: all.clone(), write: all.clone(), passing: all, locks, postgres: true, address: Some(url.clone()) })
            }
        }
    }

    pub(crate) const fn is_postgres(&self) -> bool {
        self.postgres
    }

    /// A change. In SQLite it takes the write lock at once, so that what is read in it is still true when it writes.
    pub(crate) async fn begin(&self) -> sqlx::Result<Transaction<'static, Any>> {
        if self.postgres { self.write.begin().await } else { self.write.begin_with("BEGIN IMMEDIATE").await }
    }

    /// A change of something that only one at a time may change, also among replicas; until it ends, others wait.
    pub(crate) async fn begin_alone(&self, what: &str) -> sqlx::Result<Transaction<'static, Any>> {
        let mut change = self.begin().await?;
        if self.postgres {
            sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(lock::number(what)).execute(&mut *change).await?;
        }
        Ok(change)
    }

    /// The caller's turn with what is named: nobody else has it, in this process or in another replica, until it is dropped.
    pub async fn lock(&self, what: &str) -> sqlx::Result<Turn> {
        self.locks.wait(what).await
    }

    /// The same, if nobody has it now.
    pub async fn try_lock(&self, what: &str) -> sqlx::Result<Option<Turn>> {
        self.locks.attempt(what).await
    }
}

/// Connects once: a pool tries again and again, and tells nobody why.
async fn attempt(options: &AnyConnectOptions, first: &'static str) -> Result<(), String> {
    let attempt = async {
        let mut connection = AnyConnection::connect_with(options).await?;
        connection.execute(first).await?;
        connection.close().await
    };
    tokio::time::timeout(PATIENCE, attempt).await.map_err(|_| "it does not answer")?.map_err(told)
}

/// `Any` takes an address: the file's name is one word of it, so that no part of it means anything there.
fn sqlite_file(path: &Path, create: bool) -> Result<AnyConnectOptions, String> {
    let name = std::path::absolute(path).map_err(|error| error.to_string())?;
    let name = name.to_str().ok_or("its name is not valid Unicode")?;
    let mode = if create { "rwc" } else { "rw" };
    AnyConnectOptions::from_str(&format!("sqlite:{}?mode={mode}", encode(name))).map_err(told)
}

/// One connection in all, kept for ever: each connection to `:memory:` would be a database of its own.
async fn in_memory() -> Result<AnyPool, String> {
    let options = AnyConnectOptions::from_str("sqlite::memory:").map_err(told)?;
    let pool = AnyPoolOptions::new().max_connections(1).min_connections(1).idle_timeout(None).max_lifetime(None);
    let pool = pool.acquire_timeout(PATIENCE).connect_with(options).await.map_err(told)?;
    pool.execute("PRAGMA foreign_keys = ON").await.map_err(told)?;
    Ok(pool)
}

/// Creates the file for its owner only: it holds what reviewers saw and changed. SQLite gives its other files the same mode.
fn private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// What a database says, on one line.
fn told(error: sqlx::Error) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}
