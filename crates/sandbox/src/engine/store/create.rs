//! New runs, with their files and the steps they will take.

use serde_json::{Value, json};
use sqlx::SqliteConnection;

use super::{Store, commands, detail, rows};
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::executor::sections;
use crate::engine::model::{Dialect, Flow, Node, Run, Status, Trigger, Work};
use crate::engine::{clock, ids};

/// A document given with the trigger.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// Start node or file field.
    pub key: String,
    pub name: String,
    pub mime: String,
    pub bytes: Vec<u8>,
    pub metadata: Value,
    pub guidance: Option<String>,
}

/// What a run is started with.
#[derive(Debug, Clone)]
pub struct NewRun {
    pub dialect: Dialect,
    /// Vendor id of the flow.
    pub flow: String,
    pub trigger: Trigger,
    pub name: Option<String>,
    pub metadata: Value,
    /// JSON by start node (Retab) or one object (FlowStack `data`, SuperAI `input`).
    pub input: Value,
    pub files: Vec<NewFile>,
    pub created_by: String,
    pub restarted_from: Option<String>,
}

impl Store {
    /// Records a run and hands it to the executor.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for an unknown flow, [`StoreError::Conflict`] for an inactive one, or the database fails.
    pub async fn create_run(&self, new: NewRun) -> StoreResult<Run> {
        let mut tx = self.begin().await?;
        let run = create(&mut tx, new).await?;
        tx.commit().await?;
        Ok(run)
    }

    /// Like [`Store::create_run`], but the same key gives the same run again instead of a second one.
    ///
    /// # Errors
    /// As [`Store::create_run`]; [`StoreError::Conflict`] if the key was used for another flow.
    pub async fn create_run_once(&self, new: NewRun, key: &str) -> StoreResult<Run> {
        let mut tx = self.begin().await?;
        let (dialect, flow) = (new.dialect, new.flow.clone());
        if let Some(earlier) = commands::find(&mut tx, dialect, "run", key, &flow).await? {
            return detail::run_by_row(&mut tx, earlier).await;
        }
        let run = create(&mut tx, new).await?;
        commands::remember(&mut tx, dialect, "run", key, &flow, run.n).await?;
        tx.commit().await?;
        Ok(run)
    }

    /// Keeps a file that was uploaded ahead of its run; [`Store::file`] reads it back for the trigger. Returns its id.
    ///
    /// # Errors
    /// The database fails.
    pub async fn stage_file(&self, dialect: Dialect, file: &NewFile) -> StoreResult<String> {
        let id = ids::file(dialect, &mut ids::fresh());
        let mut tx = self.begin().await?;
        insert_file(&mut tx, dialect, None, &id, file).await?;
        tx.commit().await?;
        Ok(id)
    }
}

pub(super) async fn create(connection: &mut SqliteConnection, new: NewRun) -> StoreResult<Run> {
    let row = sqlx::query("SELECT * FROM flows WHERE dialect = ? AND id = ?")
        .bind(new.dialect.as_str())
        .bind(&new.flow)
        .fetch_optional(&mut *connection)
        .await?;
    let flow = rows::flow(&row.ok_or(StoreError::NotFound("Flow"))?)?;
    if !flow.active {
        return Err(StoreError::Conflict(format!("{} is not active. Enable it, then start the run again.", flow.name)));
    }
    let n = insert_run(connection, &flow, &new).await?;
    let mut rng = ids::fresh();
    for file in &new.files {
        insert_file(connection, new.dialect, Some(n), &ids::file(new.dialect, &mut rng), file).await?;
    }
    let run = detail::run_by_row(connection, n).await?;
    let given = |key: &str| new.files.iter().any(|f| f.key == key) || new.input.get(key).is_some();
    let sections = new.files.iter().map(|file| sections::of_document(&file.bytes)).find(|found| !found.is_empty());
    let sections = sections.unwrap_or_else(|| sections::of_input(&new.input)).len();
    plan_attempt(connection, &flow, &run, run.created_at, sections, &given).await?;
    detail::run_by_row(connection, n).await
}

async fn insert_run(connection: &mut SqliteConnection, flow: &Flow, new: &NewRun) -> StoreResult<i64> {
    let (last, newest): (Option<i64>, Option<i64>) =
        sqlx::query_as("SELECT dseq, created_at FROM runs WHERE dialect = ? ORDER BY dseq DESC LIMIT 1")
            .bind(new.dialect.as_str())
            .fetch_optional(&mut *connection)
            .await?
            .unwrap_or((None, None));
    // The order of creation is the order of the places, even if the machine's clock was set back.
    let now = clock::now().max(newest.unwrap_or(0));
    let seq = flow.last_seq + 1;
    let status = if new.dialect == Dialect::SuperAi { Status::Queued } else { Status::Running };
    let done = sqlx::query(
        "INSERT INTO runs (id, dialect, flow, seq, dseq, status, trigger, name, created_at, updated_at, started_at,
         flow_version, metadata, input, restarted_from, created_by, wake_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(ids::run(new.dialect, &mut ids::fresh()))
    .bind(new.dialect.as_str())
    .bind(flow.n)
    .bind(seq)
    .bind(last.unwrap_or(0) + 1)
    .bind(status.as_str())
    .bind(new.trigger.as_str())
    .bind(&new.name)
    .bind(now)
    .bind(now)
    .bind((status == Status::Running).then_some(now))
    .bind(flow.version)
    .bind(rows::text_of(&new.metadata))
    .bind(rows::text_of(&new.input))
    .bind(&new.restarted_from)
    .bind(&new.created_by)
    .bind(now + 300)
    .execute(&mut *connection)
    .await?;
    sqlx::query("UPDATE flows SET last_seq = ? WHERE n = ?").bind(seq).bind(flow.n).execute(&mut *connection).await?;
    let n = done.last_insert_rowid();
    let message = match new.trigger {
        Trigger::Restart => "Flow restarted".to_owned(),
        other => format!("Flow started via {}", other.as_str()),
    };
    add_event(connection, n, now, status, &message).await?;
    Ok(n)
}

pub(super) async fn insert_file(
    connection: &mut SqliteConnection,
    dialect: Dialect,
    run: Option<i64>,
    id: &str,
    file: &NewFile,
) -> StoreResult<()> {
    sqlx::query(
        "INSERT INTO files (id, dialect, run, key, name, mime, size, metadata, guidance, bytes)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(id)
    .bind(dialect.as_str())
    .bind(run)
    .bind(&file.key)
    .bind(&file.name)
    .bind(&file.mime)
    .bind(i64::try_from(file.bytes.len()).unwrap_or(i64::MAX))
    .bind(rows::text_of(&file.metadata))
    .bind(&file.guidance)
    .bind(&file.bytes)
    .execute(connection)
    .await?;
    Ok(())
}

/// Records an attempt and its steps as pending. Start nodes that were given nothing are skipped.
pub(super) async fn plan_attempt(
    connection: &mut SqliteConnection,
    flow: &Flow,
    run: &Run,
    now: i64,
    sections: usize,
    given: &(dyn Fn(&str) -> bool + Sync),
) -> StoreResult<()> {
    sqlx::query("INSERT INTO attempts (run, number, status, started_at) VALUES (?, ?, ?, ?)")
        .bind(run.n)
        .bind(run.attempt)
        .bind(Status::Running.as_str())
        .bind(now)
        .execute(&mut *connection)
        .await?;
    let first: i64 = sqlx::query_scalar("SELECT coalesce(max(ordinal), -1) + 1 FROM steps WHERE run = ?")
        .bind(run.n)
        .fetch_one(&mut *connection)
        .await?;
    let skipped = |node: &Node| matches!(node.work, Work::Document | Work::Json) && !given(&node.id) && has_twin(flow, node, given);
    for (place, (id, node, round)) in sections::plan(flow, sections).into_iter().enumerate() {
        let status = if skipped(node) { Status::Skipped } else { Status::Pending };
        sqlx::query(
            "INSERT INTO steps (run, ordinal, id, node, work, kind, label, attempt, loop_id, iteration, status, created_at, updated_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(run.n)
        .bind(first + i64::try_from(place).unwrap_or(0))
        .bind(&id)
        .bind(&node.id)
        .bind(node.work.as_str())
        .bind(&node.kind)
        .bind(&node.label)
        .bind(run.attempt)
        .bind(round.map(|(id, _)| id))
        .bind(round.and_then(|(_, at)| i64::try_from(at).ok()))
        .bind(status.as_str())
        .bind(now)
        .bind(now)
        .execute(&mut *connection)
        .await?;
    }
    sqlx::query("UPDATE runs SET steps_total = (SELECT count(*) FROM steps WHERE run = ? AND attempt = ?), steps_done = 0 WHERE n = ?")
        .bind(run.n)
        .bind(run.attempt)
        .bind(run.n)
        .execute(&mut *connection)
        .await?;
    Ok(())
}

/// Whether the same role was served by another start node, or this is the second of two that were both left out.
fn has_twin(flow: &Flow, node: &Node, given: &(dyn Fn(&str) -> bool + Sync)) -> bool {
    let twins = || flow.nodes.iter().filter(|n| n.role == node.role && matches!(n.work, Work::Document | Work::Json));
    twins().any(|n| given(&n.id)) || twins().next().is_some_and(|n| n.id != node.id)
}

pub(super) async fn add_event(connection: &mut SqliteConnection, run: i64, at: i64, status: Status, message: &str) -> StoreResult<()> {
    sqlx::query(
        "INSERT INTO events (run, ordinal, at, status, message)
         VALUES (?, (SELECT coalesce(max(ordinal), -1) + 1 FROM events WHERE run = ?), ?, ?, ?)",
    )
    .bind(run)
    .bind(run)
    .bind(at)
    .bind(status.as_str())
    .bind(message)
    .execute(connection)
    .await?;
    Ok(())
}

/// What a start step shows as its output for a file.
pub(crate) fn file_json(id: &str, name: &str, mime: &str) -> Value {
    json!({"id": id, "filename": name, "mime_type": mime})
}
