//! What the executor reads and writes. Its whole state is in the rows: `wake_at` says when a run moves next.

use serde_json::Value;
use sqlx::{Row as _, SqliteConnection};

use super::{Store, create, detail, rows};
use crate::engine::error::StoreResult;
use crate::engine::model::{FileRow, Flow, ReviewState, RunDetail, RunError, Status};

/// A run whose time has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Due {
    pub run: i64,
    pub wake_at: i64,
}

/// A change of one step.
#[derive(Debug, Clone)]
pub(crate) struct StepChange {
    pub ordinal: i64,
    pub status: Status,
    pub started_at: Option<i64>,
    pub finished_at: Option<i64>,
    pub input: Option<Value>,
    pub output: Option<Value>,
    pub error: Option<RunError>,
}

/// A review to open.
#[derive(Debug, Clone)]
pub(crate) struct OpenReview {
    pub id: String,
    pub node: String,
    pub target_node: String,
    pub reason: String,
    pub data: Value,
    pub schema: Value,
}

/// One move of a run, all of it or nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Advance {
    pub now: i64,
    pub status: Option<(Status, String)>,
    pub wake_at: Option<i64>,
    pub steps: Vec<StepChange>,
    pub open: Vec<OpenReview>,
    /// Row of the review whose decision the run takes up.
    pub applied: Option<i64>,
    pub output: Option<Value>,
    pub error: Option<RunError>,
}

impl Store {
    /// Runs whose time has come, the longest overdue first.
    pub(crate) async fn due(&self, now: i64, limit: u32) -> StoreResult<Vec<Due>> {
        let found = sqlx::query("SELECT n, wake_at FROM runs WHERE wake_at <= ? ORDER BY wake_at LIMIT ?")
            .bind(now)
            .bind(limit)
            .fetch_all(&self.read)
            .await?;
        found.iter().map(|row| Ok(Due { run: row.try_get("n")?, wake_at: row.try_get("wake_at")? })).collect()
    }

    /// When the next run moves that is not due yet, if any does.
    pub(crate) async fn next_wake(&self, now: i64) -> StoreResult<Option<i64>> {
        Ok(sqlx::query_scalar("SELECT min(wake_at) FROM runs WHERE wake_at > ?").bind(now).fetch_one(&self.read).await?)
    }

    pub(crate) async fn due_detail(&self, due: Due) -> StoreResult<(RunDetail, Flow)> {
        let mut connection = self.read.acquire().await?;
        let run = detail::run_by_row(&mut connection, due.run).await?;
        let flow = detail::flow_by_row(&mut connection, run.flow).await?;
        Ok((detail::detail(&mut connection, run).await?, flow))
    }

    /// Moves a run, unless somebody else moved it since it was read: then nothing happens and the answer is `false`.
    pub(crate) async fn advance(&self, due: Due, seen: Status, advance: Advance) -> StoreResult<bool> {
        let mut tx = self.begin().await?;
        let taken = sqlx::query("UPDATE runs SET wake_at = ?, updated_at = ? WHERE n = ? AND wake_at = ? AND status = ?")
            .bind(advance.wake_at)
            .bind(advance.now)
            .bind(due.run)
            .bind(due.wake_at)
            .bind(seen.as_str())
            .execute(&mut *tx)
            .await?;
        if taken.rows_affected() == 0 {
            return Ok(false);
        }
        for step in &advance.steps {
            change_step(&mut tx, due.run, advance.now, step).await?;
        }
        for open in &advance.open {
            open_review(&mut tx, due.run, advance.now, open).await?;
        }
        if let Some(review) = advance.applied {
            sqlx::query("UPDATE reviews SET applied_at = ?, updated_at = ? WHERE n = ?")
                .bind(advance.now)
                .bind(advance.now)
                .bind(review)
                .execute(&mut *tx)
                .await?;
        }
        sqlx::query("UPDATE runs SET output = coalesce(?, output), error = coalesce(?, error) WHERE n = ?")
            .bind(advance.output.as_ref().and_then(rows::text_of))
            .bind(advance.error.as_ref().map(rows::error_json))
            .bind(due.run)
            .execute(&mut *tx)
            .await?;
        if let Some((status, message)) = &advance.status {
            change_status(&mut tx, due.run, advance.now, seen, *status).await?;
            create::add_event(&mut tx, due.run, advance.now, *status, message).await?;
        }
        sqlx::query(
            "UPDATE runs SET steps_done = (SELECT count(*) FROM steps s WHERE s.run = runs.n AND s.attempt = runs.attempt
             AND s.status IN ('completed', 'skipped', 'edited')) WHERE n = ?",
        )
        .bind(due.run)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(true)
    }
}

async fn change_step(connection: &mut SqliteConnection, run: i64, now: i64, step: &StepChange) -> StoreResult<()> {
    sqlx::query(
        "UPDATE steps SET status = ?, started_at = coalesce(?, started_at), finished_at = coalesce(?, finished_at),
         input = coalesce(?, input), output = coalesce(?, output), error = coalesce(?, error), updated_at = ?
         WHERE run = ? AND ordinal = ?",
    )
    .bind(step.status.as_str())
    .bind(step.started_at)
    .bind(step.finished_at)
    .bind(step.input.as_ref().map(Value::to_string))
    .bind(step.output.as_ref().map(Value::to_string))
    .bind(step.error.as_ref().map(rows::error_json))
    .bind(now)
    .bind(run)
    .bind(step.ordinal)
    .execute(connection)
    .await?;
    Ok(())
}

async fn change_status(connection: &mut SqliteConnection, run: i64, now: i64, from: Status, to: Status) -> StoreResult<()> {
    sqlx::query(
        "UPDATE runs SET status = ?, started_at = CASE WHEN ? = 'running' THEN coalesce(started_at, ?) ELSE started_at END WHERE n = ?",
    )
    .bind(to.as_str())
    .bind(to.as_str())
    .bind(now)
    .bind(run)
    .execute(&mut *connection)
    .await?;
    if to == Status::Waiting {
        sqlx::query("UPDATE runs SET waiting_since = ? WHERE n = ?").bind(now).bind(run).execute(&mut *connection).await?;
    } else if from == Status::Waiting || from == Status::Cancelling {
        sqlx::query("UPDATE runs SET waited_ms = waited_ms + coalesce(? - waiting_since, 0), waiting_since = NULL WHERE n = ?")
            .bind(now)
            .bind(run)
            .execute(&mut *connection)
            .await?;
    }
    if to.is_terminal() {
        sqlx::query("UPDATE runs SET finished_at = ?, duration_ms = ? - coalesce(started_at, created_at), wake_at = NULL WHERE n = ?")
            .bind(now)
            .bind(now)
            .bind(run)
            .execute(&mut *connection)
            .await?;
        sqlx::query(
            "UPDATE attempts SET status = ?, finished_at = ?, error = (SELECT json_extract(error, '$.message') FROM runs WHERE n = run)
             WHERE run = ? AND number = (SELECT attempt FROM runs WHERE n = ?)",
        )
        .bind(to.as_str())
        .bind(now)
        .bind(run)
        .bind(run)
        .execute(&mut *connection)
        .await?;
        sqlx::query("UPDATE reviews SET state = ?, updated_at = ? WHERE run = ? AND state IN ('pending', 'in_progress')")
            .bind(ReviewState::Cancelled.as_str())
            .bind(now)
            .bind(run)
            .execute(connection)
            .await?;
    }
    Ok(())
}

async fn open_review(connection: &mut SqliteConnection, run: i64, now: i64, open: &OpenReview) -> StoreResult<()> {
    sqlx::query(
        "INSERT INTO reviews (id, run, node, target_node, attempt, state, reason, data, schema, opened_at, updated_at)
         VALUES (?, ?, ?, ?, (SELECT attempt FROM runs WHERE n = ?), ?, ?, ?, ?, ?, ?)",
    )
    .bind(&open.id)
    .bind(run)
    .bind(&open.node)
    .bind(&open.target_node)
    .bind(run)
    .bind(ReviewState::Pending.as_str())
    .bind(&open.reason)
    .bind(open.data.to_string())
    .bind(open.schema.to_string())
    .bind(now)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Stores the whole of a run's details, for seeded runs that are to be changed or are special from the start.
pub(crate) async fn write_detail(connection: &mut SqliteConnection, all: &RunDetail, files: &[(FileRow, Vec<u8>)]) -> StoreResult<()> {
    for event in &all.events {
        create::add_event(connection, all.run.n, event.at, event.status, &event.message).await?;
    }
    for attempt in &all.attempts {
        sqlx::query("INSERT INTO attempts (run, number, status, started_at, finished_at, error) VALUES (?, ?, ?, ?, ?, ?)")
            .bind(all.run.n)
            .bind(attempt.number)
            .bind(attempt.status.as_str())
            .bind(attempt.started_at)
            .bind(attempt.finished_at)
            .bind(&attempt.error)
            .execute(&mut *connection)
            .await?;
    }
    write_steps(connection, all).await?;
    for (file, bytes) in files {
        let new = create::NewFile {
            key: file.key.clone(),
            name: file.name.clone(),
            mime: file.mime.clone(),
            bytes: bytes.clone(),
            metadata: file.metadata.clone(),
            guidance: file.guidance.clone(),
        };
        create::insert_file(connection, all.run.dialect, Some(all.run.n), &file.id, &new).await?;
    }
    write_reviews(connection, all).await
}

async fn write_steps(connection: &mut SqliteConnection, all: &RunDetail) -> StoreResult<()> {
    for step in &all.steps {
        sqlx::query(
            "INSERT INTO steps (run, ordinal, id, node, work, kind, label, attempt, retry, loop_id, iteration, status,
             created_at, updated_at, started_at, finished_at, input, output, error)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(all.run.n)
        .bind(step.ordinal)
        .bind(&step.id)
        .bind(&step.node)
        .bind(step.work.as_str())
        .bind(&step.kind)
        .bind(&step.label)
        .bind(step.attempt)
        .bind(step.retry)
        .bind(&step.loop_id)
        .bind(step.iteration)
        .bind(step.status.as_str())
        .bind(step.created_at)
        .bind(step.updated_at)
        .bind(step.started_at)
        .bind(step.finished_at)
        .bind(rows::text_of(&step.input))
        .bind(rows::text_of(&step.output))
        .bind(step.error.as_ref().map(rows::error_json))
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

async fn write_reviews(connection: &mut SqliteConnection, all: &RunDetail) -> StoreResult<()> {
    for review in &all.reviews {
        let decision = review.decision.as_ref();
        sqlx::query(
            "INSERT INTO reviews (id, run, node, target_node, attempt, state, reason, data, schema, opened_at, updated_at,
             started_at, started_by, approved, modified, command_id, decided_by, decided_at, applied_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&review.id)
        .bind(all.run.n)
        .bind(&review.node)
        .bind(&review.target_node)
        .bind(review.attempt)
        .bind(review.state.as_str())
        .bind(&review.reason)
        .bind(review.data.to_string())
        .bind(review.schema.to_string())
        .bind(review.opened_at)
        .bind(review.updated_at)
        .bind(review.started_at)
        .bind(&review.started_by)
        .bind(decision.map(|d| d.approved))
        .bind(decision.and_then(|d| d.modified.as_ref()).map(Value::to_string))
        .bind(decision.and_then(|d| d.command_id.clone()))
        .bind(decision.map(|d| d.by.clone()))
        .bind(decision.map(|d| d.at))
        .bind(decision.and_then(|d| d.applied_at))
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}
