//! Commands that carry an idempotency key, and the run each led to.

use sqlx::{Row as _, SqliteConnection};

use crate::engine::error::{StoreError, StoreResult};
use crate::engine::model::Dialect;

/// The run that this command led to before.
pub(super) async fn find(
    connection: &mut SqliteConnection,
    dialect: Dialect,
    verb: &str,
    key: &str,
    subject: &str,
) -> StoreResult<Option<i64>> {
    let row = sqlx::query("SELECT subject, run FROM commands WHERE dialect = ? AND verb = ? AND key = ?")
        .bind(dialect.as_str())
        .bind(verb)
        .bind(key)
        .fetch_optional(connection)
        .await?;
    match row {
        None => Ok(None),
        Some(row) if row.try_get::<&str, _>("subject")? == subject => Ok(Some(row.try_get("run")?)),
        Some(_) => Err(StoreError::Conflict("This idempotency key was used for something else".into())),
    }
}

pub(super) async fn remember(
    connection: &mut SqliteConnection,
    dialect: Dialect,
    verb: &str,
    key: &str,
    subject: &str,
    run: i64,
) -> StoreResult<()> {
    sqlx::query("INSERT INTO commands (dialect, verb, key, subject, run) VALUES (?, ?, ?, ?, ?)")
        .bind(dialect.as_str())
        .bind(verb)
        .bind(key)
        .bind(subject)
        .bind(run)
        .execute(connection)
        .await?;
    Ok(())
}
