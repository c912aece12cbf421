//! What only TableFlow's public API asks: which run an uploaded file belongs to.

use sqlx::Row as _;

use super::{Store, detail};
use crate::{
    error::{StoreError, StoreResult},
    model::{Dialect, Run},
    seed,
};

impl Store {
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
