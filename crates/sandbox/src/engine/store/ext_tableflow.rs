//! What only TableFlow's public API asks: the status history in lists, and which run an uploaded file belongs to.

use sqlx::Row as _;

use super::{Store, detail, rows};
use crate::demo::seed;
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::model::{Dialect, Run, StatusEvent};

impl Store {
    /// The status history of a run alone, which costs far less than all of its details.
    ///
    /// # Errors
    /// The database fails.
    pub(crate) async fn events_of(&self, run: &Run) -> StoreResult<Vec<StatusEvent>> {
        if run.thin {
            return Ok(seed::events(run));
        }
        let found = sqlx::query("SELECT * FROM events WHERE run = ? ORDER BY ordinal").bind(run.n).fetch_all(&self.read).await?;
        found.iter().map(rows::event).collect()
    }

    /// The run that took a file.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such file or no run has it, or the database fails.
    pub(crate) async fn run_of_file(&self, dialect: Dialect, id: &str) -> StoreResult<Run> {
        let mut connection = self.read.acquire().await?;
        let row = sqlx::query("SELECT run FROM files WHERE dialect = ? AND id = ?")
            .bind(dialect.as_str())
            .bind(id)
            .fetch_optional(&mut *connection)
            .await?;
        let stored: Option<i64> = row.map(|row| row.try_get("run")).transpose()?.flatten();
        let n = stored.or_else(|| seed::file_owner(dialect, id).map(|(n, _)| n));
        let run = detail::run_by_row(&mut connection, n.ok_or(StoreError::NotFound("File"))?).await?;
        if run.dialect == dialect { Ok(run) } else { Err(StoreError::NotFound("File")) }
    }
}
