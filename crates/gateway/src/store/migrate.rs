//! Bringing a database from one version to the next, each in one transaction with the note that it was done.

use sqlx::{Any, Transaction};

use super::{Store, told};
use crate::audit::chain;

/// Marks an SQLite file as ours (`SLUI`), so that no other program's database is taken over.
const APPLICATION: i64 = 0x534c_5549;

/// One step, in the words of each database.
struct Migration {
    sqlite: &'static str,
    postgres: &'static str,
    then: Then,
}

/// What statements alone do not do.
enum Then {
    Nothing,
    /// Entries from before the chain are joined to it.
    Chain,
}

/// For both: PostgreSQL's own words stand in comments, which SQLite passes over.
const fn both(text: &'static str) -> Migration {
    Migration { sqlite: text, postgres: text, then: Then::Nothing }
}

const MIGRATIONS: [Migration; 7] = [
    Migration { sqlite: include_str!("audit.sql"), postgres: include_str!("audit_postgres.sql"), then: Then::Nothing },
    // PostgreSQL has no REPLACE.
    Migration { sqlite: include_str!("no_replace.sql"), postgres: "", then: Then::Nothing },
    Migration { sqlite: include_str!("chain.sql"), postgres: include_str!("chain_postgres.sql"), then: Then::Chain },
    Migration { sqlite: include_str!("anchors.sql"), postgres: include_str!("anchors_postgres.sql"), then: Then::Nothing },
    both(include_str!("ledger.sql")),
    both(include_str!("notify.sql")),
    both(include_str!("drafts.sql")),
];

/// Presence: where the store is a file, in memory beside it.
const PASSING: &str = include_str!("passing.sql");

impl Store {
    pub(super) async fn migrate(&self) -> Result<(), String> {
        let mut change = self.begin_alone("migrate").await.map_err(told)?;
        let done = match self.version(&mut change).await? {
            Some(done) => done,
            None => {
                execute(&mut change, "CREATE TABLE sluice_version (version BIGINT NOT NULL)".into()).await?;
                0
            }
        };
        let Some(rest) = MIGRATIONS.get(done..) else { return Err(newer(done)) };
        for migration in rest {
            let text = if self.postgres { postgres_text(migration.postgres) } else { migration.sqlite.to_owned() };
            execute(&mut change, text).await?;
            if matches!(migration.then, Then::Chain) {
                chain::join_all(&mut change).await.map_err(told)?;
            }
        }
        let count = MIGRATIONS.len();
        let marks = if self.postgres {
            format!("DELETE FROM sluice_version; INSERT INTO sluice_version (version) VALUES ({count})")
        } else {
            format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {count}")
        };
        execute(&mut change, marks).await?;
        if self.postgres {
            execute(&mut change, PASSING.replace("CREATE TABLE", "CREATE UNLOGGED TABLE")).await?;
        }
        change.commit().await.map_err(told)?;
        if !self.postgres {
            sqlx::raw_sql(PASSING).execute(&self.passing).await.map_err(told)?;
        }
        Ok(())
    }

    /// How many migrations were done; `None`: it is not known to be ours.
    async fn version(&self, change: &mut Transaction<'static, Any>) -> Result<Option<usize>, String> {
        if self.postgres { postgres_version(change).await } else { sqlite_version(change).await.map(Some) }
    }

    /// Whether this program can read it as it is.
    pub(super) async fn check_version(&self) -> Result<(), String> {
        let mut look = self.read.begin().await.map_err(told)?;
        match self.version(&mut look).await? {
            None => Err("Sluice has not written to it yet".into()),
            Some(done) if done == MIGRATIONS.len() => Ok(()),
            Some(done) if done > MIGRATIONS.len() => Err(newer(done)),
            Some(_) => Err("an older Sluice wrote it. Start this one with it once, which brings it up to date".into()),
        }
    }
}

fn newer(version: usize) -> String {
    format!("a newer Sluice wrote it (version {version}, this one knows {})", MIGRATIONS.len())
}

fn postgres_text(text: &str) -> String {
    text.replace("/* COLLATE C */", "COLLATE \"C\"").replace("/* no ROWID */ WITHOUT ROWID", "")
}

async fn execute(change: &mut Transaction<'static, Any>, text: String) -> Result<(), String> {
    if text.is_empty() {
        return Ok(());
    }
    sqlx::raw_sql(sqlx::AssertSqlSafe(text)).execute(&mut **change).await.map(drop).map_err(told)
}

async fn number(change: &mut Transaction<'static, Any>, what: &'static str) -> Result<i64, String> {
    sqlx::query_scalar::<_, i64>(what).fetch_one(&mut **change).await.map_err(told)
}

async fn sqlite_version(change: &mut Transaction<'static, Any>) -> Result<usize, String> {
    let application = number(change, "PRAGMA application_id").await?;
    let version = number(change, "PRAGMA user_version").await?;
    let tables = number(change, "SELECT count(*) FROM sqlite_schema").await?;
    if application != APPLICATION && (application != 0 || version != 0 || tables != 0) {
        return Err("it is another program's database".into());
    }
    Ok(usize::try_from(version).unwrap_or(usize::MAX))
}

async fn postgres_version(change: &mut Transaction<'static, Any>) -> Result<Option<usize>, String> {
    let found =
        number(change, "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'sluice_version'").await?;
    if found == 0 {
        return Ok(None);
    }
    let version = number(change, "SELECT coalesce(max(version), 0) FROM sluice_version").await?;
    Ok(Some(usize::try_from(version).unwrap_or(usize::MAX)))
}
