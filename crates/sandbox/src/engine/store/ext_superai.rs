//! What only SuperAI's public API has: files uploaded ahead of a run, and a queue of review tasks that several people
//! may have open at once.

use sqlx::{QueryBuilder, Row as _, Sqlite};

use super::{Store, rows};
use crate::demo::seed;
use crate::engine::clock;
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::model::{Dialect, FileRow, Review, ReviewState, Run};

/// A question about review tasks.
#[derive(Debug, Clone)]
pub(crate) struct ReviewQuery {
    pub(crate) states: Vec<ReviewState>,
    pub(crate) flow: Option<String>,
    pub(crate) run: Option<String>,
    pub(crate) node: Option<String>,
    /// Outcomes of the tasks wanted; `None` means any, decided or not.
    pub(crate) verdicts: Option<Vec<bool>>,
    pub(crate) by_update: bool,
    pub(crate) ascending: bool,
    pub(crate) offset: i64,
    pub(crate) limit: i64,
}

impl Store {
    /// Puts in the inputs that rows of the seeded history do not hold: this vendor's lists show them.
    pub(crate) async fn with_inputs(&self, dialect: Dialect, mut runs: Vec<Run>) -> StoreResult<Vec<Run>> {
        let flows = self.flows(dialect).await?;
        for run in runs.iter_mut().filter(|run| run.thin) {
            if let Some(flow) = flows.iter().find(|flow| flow.n == run.flow) {
                run.input = seed::input(run, flow);
            }
        }
        Ok(runs)
    }

    /// One page of review tasks, and how many there are in all.
    pub(crate) async fn list_reviews(&self, dialect: Dialect, query: &ReviewQuery) -> StoreResult<(Vec<Review>, i64)> {
        let mut count =
            QueryBuilder::<Sqlite>::new("SELECT count(*) FROM reviews v JOIN runs r ON r.n = v.run JOIN flows f ON f.n = r.flow ");
        review_filter(&mut count, dialect, query);
        let total = count.build_query_scalar().fetch_one(&self.read).await?;
        let mut sql = QueryBuilder::<Sqlite>::new(rows::SELECT_REVIEW);
        review_filter(&mut sql, dialect, query);
        let direction = if query.ascending { "ASC" } else { "DESC" };
        let column = if query.by_update { "v.updated_at" } else { "v.opened_at" };
        sql.push(format!(" ORDER BY {column} {direction}, v.n {direction} LIMIT "));
        sql.push_bind(query.limit).push(" OFFSET ").push_bind(query.offset);
        let found = sql.build().fetch_all(&self.read).await?;
        Ok((found.iter().map(rows::review).collect::<StoreResult<_>>()?, total))
    }

    /// Marks a review task as being worked on, also if somebody else has it open: this vendor's tasks are not locked.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is none or its run ended without it; [`StoreError::Conflict`] if it is completed.
    pub(crate) async fn open_task(&self, dialect: Dialect, id: &str, by: &str) -> StoreResult<Review> {
        let now = clock::now();
        let changed = sqlx::query(
            "UPDATE reviews SET state = ?, started_at = ?, started_by = ?, updated_at = ?
             WHERE id = ? AND state IN ('pending', 'in_progress') AND (state = 'pending' OR started_by IS NOT ?)",
        )
        .bind(ReviewState::Started.as_str())
        .bind(now)
        .bind(by)
        .bind(now)
        .bind(id)
        .bind(by)
        .execute(&self.write)
        .await?;
        let review = self.review(dialect, id).await?;
        match review.state {
            ReviewState::Completed if changed.rows_affected() == 0 => {
                Err(StoreError::Conflict("Human review task is already completed".into()))
            }
            ReviewState::Cancelled => Err(StoreError::NotFound("Human review task")),
            _ => Ok(review),
        }
    }

    /// Gives the assignment back. The task itself stays `in_progress`, as the vendor's page says.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Conflict`] if nobody has it open.
    pub(crate) async fn leave_task(&self, dialect: Dialect, id: &str) -> StoreResult<Review> {
        let before = self.review(dialect, id).await?;
        let changed = sqlx::query(
            "UPDATE reviews SET started_at = NULL, started_by = NULL, updated_at = ?
             WHERE n = ? AND state = 'in_progress' AND started_by IS NOT NULL",
        )
        .bind(clock::now())
        .bind(before.n)
        .execute(&self.write)
        .await?;
        if changed.rows_affected() == 0 {
            return Err(StoreError::Conflict("The assignment's status is not 'in_progress'".into()));
        }
        self.review(dialect, id).await
    }

    /// Stores the bytes of a file that was staged before and belongs to no run yet.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such file, or a run has taken it.
    pub(crate) async fn fill_staged(&self, dialect: Dialect, id: &str, mime: &str, bytes: &[u8]) -> StoreResult<()> {
        let changed = sqlx::query("UPDATE files SET mime = ?, size = ?, bytes = ? WHERE dialect = ? AND id = ? AND run IS NULL")
            .bind(mime)
            .bind(i64::try_from(bytes.len()).unwrap_or(i64::MAX))
            .bind(bytes)
            .bind(dialect.as_str())
            .bind(id)
            .execute(&self.write)
            .await?;
        if changed.rows_affected() == 0 { Err(StoreError::NotFound("File")) } else { Ok(()) }
    }

    /// The files staged under a key, newest first; those whose bytes never came are left out.
    pub(crate) async fn staged_files(&self, dialect: Dialect, key: &str) -> StoreResult<Vec<FileRow>> {
        let found = sqlx::query(
            "SELECT id, key, name, mime, size, metadata, guidance FROM files
             WHERE dialect = ? AND key = ? AND run IS NULL AND size > 0 ORDER BY n DESC LIMIT 1000",
        )
        .bind(dialect.as_str())
        .bind(key)
        .fetch_all(&self.read)
        .await?;
        found.iter().map(rows::file).collect()
    }

    /// How many steps ended in the runs created since a time.
    pub(crate) async fn steps_since(&self, dialect: Dialect, since: i64) -> StoreResult<i64> {
        let row = sqlx::query("SELECT coalesce(sum(steps_done), 0) AS steps FROM runs WHERE dialect = ? AND created_at >= ?")
            .bind(dialect.as_str())
            .bind(since)
            .fetch_one(&self.read)
            .await?;
        Ok(row.try_get("steps")?)
    }
}

fn review_filter(sql: &mut QueryBuilder<Sqlite>, dialect: Dialect, query: &ReviewQuery) {
    sql.push("WHERE r.dialect = ").push_bind(dialect.as_str()).push(" AND r.deleted_at IS NULL AND v.state IN (");
    let mut states = sql.separated(", ");
    for state in &query.states {
        states.push_bind(state.as_str());
    }
    sql.push(")");
    for (condition, value) in [(" AND f.id = ", &query.flow), (" AND r.id = ", &query.run), (" AND v.node = ", &query.node)] {
        if let Some(value) = value {
            sql.push(condition).push_bind(value.clone());
        }
    }
    if let Some(verdicts) = &query.verdicts {
        sql.push(" AND v.approved IN (");
        let mut list = sql.separated(", ");
        for verdict in verdicts {
            list.push_bind(*verdict);
        }
        sql.push(")");
    }
}
