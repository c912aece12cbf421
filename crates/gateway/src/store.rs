//! The gateway's own database: the audit log. SQLite through sqlx; its tables are made and brought up to date here.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Sqlite, SqliteConnection, SqlitePool, Transaction};

/// Marks the file as ours (`SLUI`), so that no other program's database is taken over.
const APPLICATION: i32 = 0x534c_5549;

/// What brings a database from one version to the next; the count of those done is its `user_version`.
const MIGRATIONS: [&str; 2] = [include_str!("store/audit.sql"), include_str!("store/no_replace.sql")];

/// Where the database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// Gone when the gateway stops.
    Memory,
    File(PathBuf),
}

impl Location {
    /// A file's name as flags and configuration give it; `:memory:` is none.
    pub fn of(path: PathBuf) -> Self {
        if path == Path::new(":memory:") { Self::Memory } else { Self::File(path) }
    }

    /// `sluice.db` in the user's data directory.
    pub fn default_file() -> Result<Self, String> {
        let folder = dirs::data_dir().ok_or("This user has no data directory for the audit log. Name a file with --store.")?.join("sluice");
        std::fs::create_dir_all(&folder).map_err(|error| {
            format!("The folder {} for the audit log cannot be made: {error}. Name a file with --store.", folder.display())
        })?;
        Ok(Self::File(folder.join("sluice.db")))
    }
}

/// A handle to the database; clones share the connections.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) read: SqlitePool,
    write: SqlitePool,
    /// A database in memory lives as long as a connection to it.
    #[expect(dead_code, reason = "it is only held")]
    keeper: Option<Arc<SqliteConnection>>,
}

impl Store {
    /// Opens or creates the database and brings its tables up to date; `Err` is one sentence.
    pub async fn open(place: &Location) -> Result<Self, String> {
        let name = match place {
            Location::Memory => "in memory".to_owned(),
            Location::File(path) => path.display().to_string(),
        };
        let store = Self::connect(place).await.map_err(|reason| {
            format!(
                "The store {name} for the audit log cannot be opened: {reason}. Name another file with --store or `store` under [server]."
            )
        })?;
        store.migrate().await.map_err(|reason| {
            format!("The store {name} cannot be used: {reason}. Name another file with --store or `store` under [server].")
        })?;
        Ok(store)
    }

    async fn connect(place: &Location) -> Result<Self, String> {
        let told = |error: sqlx::Error| one_line(&error.to_string());
        match place {
            Location::Memory => {
                // One connection in all: each connection to `:memory:` would be a database of its own.
                let options = SqliteConnectOptions::new().filename(":memory:").foreign_keys(true);
                let pool = SqlitePoolOptions::new()
                    .max_connections(1)
                    .min_connections(1)
                    .idle_timeout(None)
                    .max_lifetime(None)
                    .connect_with(options.clone())
                    .await
                    .map_err(told)?;
                Ok(Self { read: pool.clone(), write: pool, keeper: Some(Arc::new(options.connect().await.map_err(told)?)) })
            }
            Location::File(path) => {
                private(path).map_err(|error| error.to_string())?;
                let options = SqliteConnectOptions::new()
                    .filename(path)
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    // A decision is only sent once its intent is on the disk, also if the machine loses power.
                    .synchronous(SqliteSynchronous::Full)
                    .busy_timeout(Duration::from_secs(5))
                    .foreign_keys(true);
                let pool = |connections| SqlitePoolOptions::new().max_connections(connections).connect_with(options.clone());
                let write = pool(1).await.map_err(told)?;
                Ok(Self { read: pool(4).await.map_err(told)?, write, keeper: None })
            }
        }
    }

    async fn migrate(&self) -> Result<(), String> {
        let told = |error: sqlx::Error| one_line(&error.to_string());
        let mut change = self.begin().await.map_err(told)?;
        let number = async |change: &mut Transaction<'static, Sqlite>, what: &'static str| {
            sqlx::query_scalar::<_, i32>(what).fetch_one(&mut **change).await.map_err(told)
        };
        let application = number(&mut change, "PRAGMA application_id").await?;
        let version = number(&mut change, "PRAGMA user_version").await?;
        let tables = number(&mut change, "SELECT count(*) FROM sqlite_schema").await?;
        if application != APPLICATION && (application != 0 || version != 0 || tables != 0) {
            return Err("it is another program's database".into());
        }
        let done = usize::try_from(version).unwrap_or(usize::MAX);
        if done > MIGRATIONS.len() {
            return Err(format!("a newer Sluice wrote it (version {version}, this one knows {})", MIGRATIONS.len()));
        }
        for migration in &MIGRATIONS[done..] {
            sqlx::raw_sql(*migration).execute(&mut *change).await.map_err(told)?;
        }
        let marks = format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {}", MIGRATIONS.len());
        sqlx::raw_sql(sqlx::AssertSqlSafe(marks)).execute(&mut *change).await.map_err(told)?;
        change.commit().await.map_err(told)
    }

    /// Takes the write lock at once, so that what is read in the transaction is still true when it writes.
    pub(crate) async fn begin(&self) -> sqlx::Result<Transaction<'static, Sqlite>> {
        self.write.begin_with("BEGIN IMMEDIATE").await
    }
}

/// Creates the file for its owner only: it holds what reviewers saw and changed. SQLite gives its other files the same mode.
fn private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
