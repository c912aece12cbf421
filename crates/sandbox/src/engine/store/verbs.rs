//! Cancel, restart, execute again, delete, and edits of what is there.

use serde_json::Value;
use sqlx::{Row as _, SqliteConnection};

use super::{Store, commands, create, detail, rows};
use crate::demo::seed;
use crate::engine::clock;
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::executor::sections;
use crate::engine::model::{Dialect, FileRow, Run, Status, Trigger};

/// How long a cancellation stays unconfirmed, so that a client sees that it was only asked for.
const CANCEL_DELAY_MS: i64 = 700;

/// What a request to cancel led to.
#[derive(Debug, Clone)]
pub enum CancelOutcome {
    /// Asked for now; the run is `Cancelling` until the executor confirms it.
    Requested(Box<Run>),
    /// Asked for before.
    Pending(Box<Run>),
    /// Already at an end; nothing was changed.
    Ended(Box<Run>),
}

impl Store {
    /// Asks for the end of a run.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or the database fails.
    pub async fn cancel(&self, dialect: Dialect, id: &str) -> StoreResult<CancelOutcome> {
        let mut tx = self.begin().await?;
        let run = detail::run_by_id(&mut tx, dialect, id).await?;
        if run.status == Status::Cancelling {
            return Ok(CancelOutcome::Pending(Box::new(run)));
        }
        if run.status.is_terminal() {
            return Ok(CancelOutcome::Ended(Box::new(run)));
        }
        materialise(&mut tx, &run).await?;
        let now = clock::now();
        sqlx::query("UPDATE runs SET status = ?, cancel_requested_at = ?, updated_at = ?, wake_at = ? WHERE n = ?")
            .bind(Status::Cancelling.as_str())
            .bind(now)
            .bind(now)
            .bind(now + CANCEL_DELAY_MS)
            .bind(run.n)
            .execute(&mut *tx)
            .await?;
        create::add_event(&mut tx, run.n, now, Status::Cancelling, "Cancellation requested").await?;
        let run = detail::run_by_row(&mut tx, run.n).await?;
        tx.commit().await?;
        Ok(CancelOutcome::Requested(Box::new(run)))
    }

    /// Starts a new run with the inputs of one that has ended. The same `command_id` gives the same new run.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Conflict`] if it has not ended; or the database fails.
    pub async fn restart(&self, dialect: Dialect, id: &str, command_id: Option<&str>) -> StoreResult<Run> {
        let mut tx = self.begin().await?;
        let run = detail::run_by_id(&mut tx, dialect, id).await?;
        if let Some(key) = command_id
            && let Some(earlier) = commands::find(&mut tx, dialect, "restart", key, id).await?
        {
            return detail::run_by_row(&mut tx, earlier).await;
        }
        if !run.status.is_terminal() || run.deleted_at.is_some() {
            return Err(StoreError::Conflict(format!(
                "Only a completed, errored or cancelled run can be restarted; this one is {}",
                run.status.as_str()
            )));
        }
        let files = files_of(&mut tx, &run).await?;
        let new = create::NewRun {
            dialect,
            flow: run.flow_id.clone(),
            trigger: Trigger::Restart,
            name: run.name.clone(),
            metadata: run.metadata.clone(),
            input: run.input.clone(),
            files,
            created_by: run.created_by.clone(),
            restarted_from: Some(run.id.clone()),
        };
        let made = create::create(&mut tx, new).await?;
        if let Some(key) = command_id {
            commands::remember(&mut tx, dialect, "restart", key, id, made.n).await?;
        }
        tx.commit().await?;
        Ok(made)
    }

    /// Runs the same run again: same id, next attempt, newest version of its flow (SuperAI `execute`).
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Conflict`] if it has not ended; or the database fails.
    pub async fn execute(&self, dialect: Dialect, id: &str) -> StoreResult<Run> {
        let mut tx = self.begin().await?;
        let run = detail::run_by_id(&mut tx, dialect, id).await?;
        if run.deleted_at.is_some() {
            return Err(StoreError::NotFound("Run"));
        }
        if !run.status.is_terminal() {
            return Err(StoreError::Conflict(format!("The run is {} and cannot be executed again yet", run.status.as_str())));
        }
        materialise(&mut tx, &run).await?;
        let now = clock::now();
        sqlx::query(
            "UPDATE runs SET status = ?, attempt = attempt + 1, updated_at = ?, started_at = NULL, finished_at = NULL,
             duration_ms = NULL, error = NULL, output = NULL, cancel_requested_at = NULL, waiting_since = NULL,
             flow_version = (SELECT version FROM flows f WHERE f.n = flow), wake_at = ? WHERE n = ?",
        )
        .bind(Status::Queued.as_str())
        .bind(now)
        .bind(now + 300)
        .bind(run.n)
        .execute(&mut *tx)
        .await?;
        create::add_event(&mut tx, run.n, now, Status::Queued, "Executed again").await?;
        let run = detail::run_by_row(&mut tx, run.n).await?;
        let flow = detail::flow_by_row(&mut tx, run.flow).await?;
        let keys: Vec<String> = sqlx::query_scalar("SELECT key FROM files WHERE run = ?").bind(run.n).fetch_all(&mut *tx).await?;
        let given = |key: &str| keys.iter().any(|k| k == key) || run.input.get(key).is_some();
        create::plan_attempt(&mut tx, &flow, &run, now, sections::of_input(&run.input).len(), &given).await?;
        let run = detail::run_by_row(&mut tx, run.n).await?;
        tx.commit().await?;
        Ok(run)
    }

    /// Removes a run for good (Retab), or only hides it (SuperAI): then status and `deleted_at` say so.
    /// Hiding a hidden run changes nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or the database fails.
    pub async fn delete(&self, dialect: Dialect, id: &str, soft: bool) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let run = detail::run_by_id(&mut tx, dialect, id).await?;
        if run.deleted_at.is_some() && soft {
            return Ok(());
        }
        if soft {
            materialise(&mut tx, &run).await?;
            let now = clock::now();
            sqlx::query("UPDATE runs SET status = ?, deleted_at = ?, updated_at = ?, wake_at = NULL WHERE n = ?")
                .bind(Status::Deleted.as_str())
                .bind(now)
                .bind(now)
                .bind(run.n)
                .execute(&mut *tx)
                .await?;
        } else {
            sqlx::query("DELETE FROM runs WHERE n = ?").bind(run.n).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Replaces the output of one step, as a person who corrects it does. A completed run becomes `Edited`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or the database fails.
    pub async fn edit_step(&self, dialect: Dialect, id: &str, ordinal: i64, output: &Value) -> StoreResult<Run> {
        let mut tx = self.begin().await?;
        let run = detail::run_by_id(&mut tx, dialect, id).await?;
        materialise(&mut tx, &run).await?;
        let now = clock::now();
        let changed = sqlx::query(
            "UPDATE steps SET output = ?, updated_at = ?, status = CASE status WHEN 'completed' THEN 'edited' ELSE status END
             WHERE run = ? AND ordinal = ?",
        )
        .bind(output.to_string())
        .bind(now)
        .bind(run.n)
        .bind(ordinal)
        .execute(&mut *tx)
        .await?;
        if changed.rows_affected() == 0 {
            return Err(StoreError::NotFound("Step"));
        }
        let status = if run.status == Status::Completed { Status::Edited } else { run.status };
        set_status(&mut tx, &run, status, now, "Edited by a person").await?;
        let run = detail::run_by_row(&mut tx, run.n).await?;
        tx.commit().await?;
        Ok(run)
    }

    /// Sets the status alone (SuperAI `PATCH …/status`). A run set to an end stops moving.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or the database fails.
    pub async fn set_run_status(&self, dialect: Dialect, id: &str, status: Status) -> StoreResult<Run> {
        let mut tx = self.begin().await?;
        let run = detail::run_by_id(&mut tx, dialect, id).await?;
        materialise(&mut tx, &run).await?;
        set_status(&mut tx, &run, status, clock::now(), "Status set through the API").await?;
        if status.is_terminal() {
            sqlx::query("UPDATE runs SET wake_at = NULL WHERE n = ?").bind(run.n).execute(&mut *tx).await?;
        }
        let run = detail::run_by_row(&mut tx, run.n).await?;
        tx.commit().await?;
        Ok(run)
    }
}

async fn set_status(connection: &mut SqliteConnection, run: &Run, status: Status, now: i64, message: &str) -> StoreResult<()> {
    sqlx::query("UPDATE runs SET status = ?, updated_at = ? WHERE n = ?")
        .bind(status.as_str())
        .bind(now)
        .bind(run.n)
        .execute(&mut *connection)
        .await?;
    if status != run.status {
        create::add_event(connection, run.n, now, status, message).await?;
    }
    Ok(())
}

async fn files_of(connection: &mut SqliteConnection, run: &Run) -> StoreResult<Vec<create::NewFile>> {
    let new = |row: FileRow, bytes: Vec<u8>| create::NewFile {
        key: row.key,
        name: row.name,
        mime: row.mime,
        bytes,
        metadata: row.metadata,
        guidance: row.guidance,
    };
    if run.thin {
        let flow = detail::flow_by_row(connection, run.flow).await?;
        let slots = seed::detail(run.clone(), &flow).files.len();
        return Ok((0..slots).filter_map(|slot| seed::file(run, &flow, slot)).map(|(row, bytes)| new(row, bytes)).collect());
    }
    let found = sqlx::query("SELECT * FROM files WHERE run = ? ORDER BY n").bind(run.n).fetch_all(connection).await?;
    found.iter().map(|row| Ok(new(rows::file(row)?, row.try_get("bytes")?))).collect()
}

/// Writes down the computed details of the run with this id, if they are computed.
pub(crate) async fn write_out(connection: &mut SqliteConnection, dialect: Dialect, id: &str) -> StoreResult<()> {
    let run = detail::run_by_id(connection, dialect, id).await?;
    materialise(connection, &run).await
}

/// Writes down the computed details of a seeded run before the first change to it.
pub(super) async fn materialise(connection: &mut SqliteConnection, run: &Run) -> StoreResult<()> {
    if !run.thin {
        return Ok(());
    }
    let flow = detail::flow_by_row(connection, run.flow).await?;
    let all = seed::detail(run.clone(), &flow);
    let files: Vec<_> = (0..all.files.len()).filter_map(|slot| seed::file(run, &flow, slot)).collect();
    super::progress::write_detail(connection, &all, &files).await?;
    sqlx::query("UPDATE runs SET thin = 0, steps_total = ?, input = ?, output = ?, error = ? WHERE n = ?")
        .bind(i64::try_from(all.steps.len()).unwrap_or(0))
        .bind(rows::text_of(&all.run.input))
        .bind(rows::text_of(&all.run.output))
        .bind(all.run.error.as_ref().map(rows::error_json))
        .bind(run.n)
        .execute(connection)
        .await?;
    Ok(())
}
