//! One run with all that belongs to it.

mod batch;

use sqlx::{Row as _, SqliteConnection};

use super::{Store, rows};
use crate::demo::seed;
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::ids;
use crate::engine::model::{Dialect, FileRow, Flow, Review, ReviewState, Run, RunDetail};

impl Store {
    /// One run without its details. Softly deleted runs are found; look at `deleted_at`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or the database fails.
    pub async fn run(&self, dialect: Dialect, id: &str) -> StoreResult<Run> {
        let mut connection = self.read.acquire().await?;
        run_by_id(&mut connection, dialect, id).await
    }

    /// One run by its row, for ids that carry it ([`crate::engine::ids::parse_step_uuid`]).
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or the database fails.
    pub async fn run_by_row(&self, dialect: Dialect, n: i64) -> StoreResult<Run> {
        let mut connection = self.read.acquire().await?;
        let run = run_by_row(&mut connection, n).await?;
        if run.dialect == dialect { Ok(run) } else { Err(StoreError::NotFound("Run")) }
    }

    /// A run with steps, status events, attempts, files and reviews, each oldest first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or the database fails.
    pub async fn run_detail(&self, dialect: Dialect, id: &str) -> StoreResult<RunDetail> {
        let run = self.run(dialect, id).await?;
        self.detail_of(run).await
    }

    /// The details of a run that was read before.
    ///
    /// # Errors
    /// The database fails.
    pub async fn detail_of(&self, run: Run) -> StoreResult<RunDetail> {
        let mut connection = self.read.acquire().await?;
        detail(&mut connection, run).await
    }

    /// A file's row and bytes.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or the database fails.
    pub async fn file(&self, dialect: Dialect, id: &str) -> StoreResult<(FileRow, Vec<u8>)> {
        let mut connection = self.read.acquire().await?;
        let row = sqlx::query("SELECT * FROM files WHERE dialect = ? AND id = ?")
            .bind(dialect.as_str())
            .bind(id)
            .fetch_optional(&mut *connection)
            .await?;
        if let Some(row) = row {
            return Ok((rows::file(&row)?, row.try_get("bytes")?));
        }
        let (n, slot) = seed::file_owner(dialect, id).ok_or(StoreError::NotFound("File"))?;
        let run = run_by_row(&mut connection, n).await.map_err(|_| StoreError::NotFound("File"))?;
        if run.dialect != dialect || !run.thin {
            return Err(StoreError::NotFound("File"));
        }
        let flow = flow_by_row(&mut connection, run.flow).await?;
        seed::file(&run, &flow, slot).ok_or(StoreError::NotFound("File"))
    }

    /// One review by its own id.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or the database fails.
    pub async fn review(&self, dialect: Dialect, id: &str) -> StoreResult<Review> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("{}WHERE v.id = ? AND r.dialect = ?", rows::SELECT_REVIEW)))
            .bind(id)
            .bind(dialect.as_str())
            .fetch_optional(&self.read)
            .await?;
        if let Some(row) = row {
            return rows::review(&row);
        }
        let mut connection = self.read.acquire().await?;
        computed_review(&mut connection, dialect, id).await
    }

    /// The newest review at a node of a run.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or the database fails.
    pub async fn review_at(&self, dialect: Dialect, run: &str, node: &str) -> StoreResult<Review> {
        let mut connection = self.read.acquire().await?;
        review_at(&mut connection, dialect, run, node).await?.ok_or(StoreError::NotFound("Review"))
    }

    /// The details of several runs at the cost of one: as many queries whatever their number.
    ///
    /// # Errors
    /// The database fails.
    pub async fn details_of(&self, runs: Vec<Run>) -> StoreResult<Vec<RunDetail>> {
        let mut connection = self.read.acquire().await?;
        batch::details(&mut connection, runs).await
    }

    /// Reviews of a dialect in the given states, newest first unless `oldest_first`.
    ///
    /// # Errors
    /// The database fails.
    pub async fn reviews(
        &self,
        dialect: Dialect,
        states: &[ReviewState],
        flow: Option<&str>,
        run: Option<&str>,
        oldest_first: bool,
    ) -> StoreResult<Vec<Review>> {
        let mut sql = sqlx::QueryBuilder::<sqlx::Sqlite>::new(rows::SELECT_REVIEW);
        sql.push("WHERE r.dialect = ").push_bind(dialect.as_str()).push(" AND r.deleted_at IS NULL AND v.state IN (");
        let mut list = sql.separated(", ");
        for state in states {
            list.push_bind(state.as_str());
        }
        sql.push(")");
        if let Some(flow) = flow {
            sql.push(" AND f.id = ").push_bind(flow);
        }
        if let Some(run) = run {
            sql.push(" AND r.id = ").push_bind(run);
        }
        sql.push(if oldest_first { " ORDER BY v.n" } else { " ORDER BY v.n DESC" });
        let found = sql.build().fetch_all(&self.read).await?;
        if found.is_empty()
            && let Some(run) = run
        {
            let detail = self.run_detail(dialect, run).await;
            let computed = detail.map(|all| if all.run.thin { all.reviews } else { Vec::new() }).unwrap_or_default();
            return Ok(computed.into_iter().filter(|review| states.contains(&review.state)).collect());
        }
        found.iter().map(rows::review).collect()
    }
}

pub(super) async fn run_by_id(connection: &mut SqliteConnection, dialect: Dialect, id: &str) -> StoreResult<Run> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{}WHERE r.dialect = ? AND r.id = ?", rows::SELECT_RUN)))
        .bind(dialect.as_str())
        .bind(id)
        .fetch_optional(connection)
        .await?;
    rows::run(&row.ok_or(StoreError::NotFound("Run"))?)
}

pub(super) async fn run_by_row(connection: &mut SqliteConnection, n: i64) -> StoreResult<Run> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{}WHERE r.n = ?", rows::SELECT_RUN))).bind(n).fetch_optional(connection).await?;
    rows::run(&row.ok_or(StoreError::NotFound("Run"))?)
}

pub(super) async fn flow_by_row(connection: &mut SqliteConnection, n: i64) -> StoreResult<Flow> {
    let row = sqlx::query("SELECT * FROM flows WHERE n = ?").bind(n).fetch_optional(connection).await?;
    rows::flow(&row.ok_or(StoreError::NotFound("Flow"))?)
}

pub(super) async fn review_at(connection: &mut SqliteConnection, dialect: Dialect, run: &str, node: &str) -> StoreResult<Option<Review>> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "{}WHERE r.dialect = ? AND r.id = ? AND v.node = ? ORDER BY v.attempt DESC, v.n DESC LIMIT 1",
        rows::SELECT_REVIEW
    )))
    .bind(dialect.as_str())
    .bind(run)
    .bind(node)
    .fetch_optional(&mut *connection)
    .await?;
    if let Some(row) = row {
        return rows::review(&row).map(Some);
    }
    let run = run_by_id(connection, dialect, run).await?;
    if !run.thin {
        return Ok(None);
    }
    Ok(detail(connection, run).await?.reviews.into_iter().find(|review| review.node == node))
}

/// The review of a run whose details are computed.
pub(super) async fn computed_review(connection: &mut SqliteConnection, dialect: Dialect, id: &str) -> StoreResult<Review> {
    let missing = || StoreError::NotFound("Review");
    let row = ids::parse_review_uuid(id).ok_or_else(missing)?;
    let run = run_by_row(connection, row).await.map_err(|_| missing())?;
    if run.dialect != dialect || !run.thin {
        return Err(missing());
    }
    detail(connection, run).await?.reviews.into_iter().find(|review| review.id == id).ok_or_else(missing)
}

pub(super) async fn detail(connection: &mut SqliteConnection, run: Run) -> StoreResult<RunDetail> {
    if run.thin {
        let flow = flow_by_row(connection, run.flow).await?;
        return Ok(seed::detail(run, &flow));
    }
    let steps = sqlx::query("SELECT * FROM steps WHERE run = ? ORDER BY ordinal").bind(run.n);
    let steps = steps.fetch_all(&mut *connection).await?;
    let events = sqlx::query("SELECT * FROM events WHERE run = ? ORDER BY ordinal").bind(run.n);
    let events = events.fetch_all(&mut *connection).await?;
    let attempts = sqlx::query("SELECT * FROM attempts WHERE run = ? ORDER BY number").bind(run.n);
    let attempts = attempts.fetch_all(&mut *connection).await?;
    let files = sqlx::query("SELECT id, key, name, mime, size, metadata, guidance FROM files WHERE run = ? ORDER BY n").bind(run.n);
    let files = files.fetch_all(&mut *connection).await?;
    let reviews = sqlx::query(sqlx::AssertSqlSafe(format!("{}WHERE v.run = ? ORDER BY v.n", rows::SELECT_REVIEW)));
    let reviews = reviews.bind(run.n).fetch_all(&mut *connection).await?;
    Ok(RunDetail {
        steps: steps.iter().map(rows::step).collect::<StoreResult<_>>()?,
        events: events.iter().map(rows::event).collect::<StoreResult<_>>()?,
        attempts: attempts.iter().map(rows::attempt).collect::<StoreResult<_>>()?,
        files: files.iter().map(rows::file).collect::<StoreResult<_>>()?,
        reviews: reviews.iter().map(rows::review).collect::<StoreResult<_>>()?,
        run,
    })
}
