//! The SQLite store behind every dialect: flows, runs, steps, files and reviews.
//!
//! Writers use one connection and take the write lock at once, so no two of them can deadlock and each sees what the
//! one before wrote. Readers have their own connections (write-ahead log), except with `:memory:`, where there is one
//! connection in all: no function may ask for a second while it holds one.

mod commands;
mod create;
mod decide;
mod detail;
mod ext_flowstack;
mod ext_retab_reviews;
mod ext_superai;
mod ext_tableflow;
mod list;
mod places;
mod progress;
mod query;
mod rows;
mod verbs;

use std::{path::Path, str::FromStr as _, sync::Arc, time::Duration};

use sqlx::{
    ConnectOptions as _, Sqlite, SqliteConnection, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

pub(crate) use create::file_json;
pub use create::{NewFile, NewRun};
pub use decide::{DecideOutcome, NewDecision};
pub(crate) use ext_retab_reviews::{Decided, Lineage, NewVersion, Submission, Version, Written};
pub(crate) use ext_superai::ReviewQuery;
pub use list::FlowStats;
pub(crate) use progress::{Advance, Due, OpenReview, StepChange, write_detail};
pub use query::{Page, RunQuery, Sort, SortField};
pub(crate) use rows::{error_json, nodes_json, text_of};
pub use verbs::CancelOutcome;

pub(crate) use verbs::write_out;

use crate::engine::error::{StoreError, StoreResult};
use crate::engine::model::{Dialect, Flow};

/// Where the data lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// Gone when the sandbox stops.
    Memory,
    File(std::path::PathBuf),
}

/// A handle to the data; clones share the connections.
#[derive(Debug, Clone)]
pub struct Store {
    read: SqlitePool,
    write: SqlitePool,
    /// A database in memory lives as long as a connection to it, and the pool closes one whose query was given up on.
    #[expect(dead_code, reason = "it is only held")]
    keeper: Option<Arc<SqliteConnection>>,
}

impl Store {
    /// Opens or creates the database and its tables.
    ///
    /// # Errors
    /// The file cannot be opened or is not a sandbox database.
    pub async fn open(database: &Database) -> StoreResult<Self> {
        let store = match database {
            Database::Memory => {
                let options = SqliteConnectOptions::from_str("sqlite::memory:")?.foreign_keys(true);
                let pool = SqlitePoolOptions::new()
                    .max_connections(1)
                    .min_connections(1)
                    .idle_timeout(None)
                    .max_lifetime(None)
                    .connect_with(options.clone())
                    .await?;
                Self { read: pool.clone(), write: pool, keeper: Some(Arc::new(options.connect().await?)) }
            }
            Database::File(path) => {
                let write = pool(path, 1).await?;
                Self { read: pool(path, 4).await?, write, keeper: None }
            }
        };
        sqlx::raw_sql(include_str!("store/schema.sql")).execute(&store.write).await?;
        Ok(store)
    }

    /// Starts counting by triggers. Called once the seeding is done, also on a database that already has them.
    pub(crate) async fn watch_counts(&self) -> StoreResult<()> {
        sqlx::raw_sql(include_str!("store/triggers.sql")).execute(&self.write).await?;
        Ok(())
    }

    pub(crate) async fn begin(&self) -> StoreResult<Transaction<'static, Sqlite>> {
        Ok(self.write.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// A small remembered value: when the sandbox was first started, which history it holds.
    pub(crate) async fn fact(&self, name: &str) -> StoreResult<Option<String>> {
        Ok(sqlx::query_scalar("SELECT value FROM facts WHERE name = ?").bind(name).fetch_optional(&self.read).await?)
    }

    /// The flows of one dialect, oldest first, inactive ones included.
    ///
    /// # Errors
    /// The database fails.
    pub async fn flows(&self, dialect: Dialect) -> StoreResult<Vec<Flow>> {
        let rows = sqlx::query("SELECT * FROM flows WHERE dialect = ? ORDER BY n").bind(dialect.as_str()).fetch_all(&self.read).await?;
        rows.iter().map(rows::flow).collect()
    }

    /// One flow by its vendor id.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or the database fails.
    pub async fn flow(&self, dialect: Dialect, id: &str) -> StoreResult<Flow> {
        let row = sqlx::query("SELECT * FROM flows WHERE dialect = ? AND id = ?")
            .bind(dialect.as_str())
            .bind(id)
            .fetch_optional(&self.read)
            .await?;
        rows::flow(&row.ok_or(StoreError::NotFound("Flow"))?)
    }

    /// Switches a flow on or off, or changes its words. `None` leaves a value as it is.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or the database fails.
    pub async fn update_flow(
        &self,
        dialect: Dialect,
        id: &str,
        active: Option<bool>,
        name: Option<&str>,
        description: Option<&str>,
    ) -> StoreResult<Flow> {
        let changed = sqlx::query(
            "UPDATE flows SET active = coalesce(?, active), name = coalesce(?, name),
             description = coalesce(?, description), updated_at = ? WHERE dialect = ? AND id = ?",
        )
        .bind(active)
        .bind(name)
        .bind(description)
        .bind(crate::engine::clock::now())
        .bind(dialect.as_str())
        .bind(id)
        .execute(&self.write)
        .await?;
        if changed.rows_affected() == 0 {
            return Err(StoreError::NotFound("Flow"));
        }
        self.flow(dialect, id).await
    }

    pub(crate) async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

async fn pool(path: &Path, connections: u32) -> StoreResult<SqlitePool> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(Duration::from_secs(10))
        // 32 MiB instead of 2: seeding a million runs writes all over its indexes.
        .pragma("cache_size", "-32768")
        .foreign_keys(true);
    Ok(SqlitePoolOptions::new().max_connections(connections).connect_with(options).await?)
}

#[cfg(test)]
mod tests;
