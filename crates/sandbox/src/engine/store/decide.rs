//! Decisions on reviews. Each is one transaction that compares and writes, so the first of two always wins.

use serde_json::Value;
use sqlx::{Row as _, SqliteConnection};

use super::{Store, detail, rows};
use crate::engine::clock;
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::model::{Dialect, Review, ReviewState, Status};

/// How long a recorded decision waits until its run takes it up, so that a client sees both states.
const APPLY_DELAY_MS: i64 = 600;

/// What a person wants to say.
#[derive(Debug, Clone)]
pub struct NewDecision {
    pub approved: bool,
    pub modified: Option<Value>,
    pub command_id: Option<String>,
    pub by: String,
    /// The vendor demands that the review was started before (SuperAI).
    pub needs_start: bool,
}

/// What became of it. Every variant carries the review as it is now.
#[derive(Debug, Clone)]
pub enum DecideOutcome {
    /// This decision is the one recorded.
    Accepted(Box<Review>),
    /// The same verdict was recorded before; its data stands, not this one's.
    Repeated(Box<Review>),
    /// The opposite verdict was recorded before.
    Opposite(Box<Review>),
    /// The run does not wait here any more, or was cancelled.
    NotWaiting(Box<Review>),
    /// It was to be started first.
    NotStarted(Box<Review>),
}

impl Store {
    /// Decides the newest review at a node of a run (Retab).
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if the run never waited there, or the database fails.
    pub async fn decide_at(&self, dialect: Dialect, run: &str, node: &str, new: &NewDecision) -> StoreResult<DecideOutcome> {
        let mut tx = self.begin().await?;
        let review = detail::review_at(&mut tx, dialect, run, node).await?.ok_or(StoreError::NotFound("Review"))?;
        let outcome = decide(&mut tx, review, new).await?;
        tx.commit().await?;
        Ok(outcome)
    }

    /// Decides a review by its own id (SuperAI).
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or the database fails.
    pub async fn decide_review(&self, dialect: Dialect, id: &str, new: &NewDecision) -> StoreResult<DecideOutcome> {
        let mut tx = self.begin().await?;
        let review = review_by_id(&mut tx, dialect, id).await?;
        let outcome = decide(&mut tx, review, new).await?;
        tx.commit().await?;
        Ok(outcome)
    }

    /// Marks a review as being worked on. Starting twice as the same person changes nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Conflict`] if it is completed, cancelled or another's; or the database fails.
    pub async fn start_review(&self, dialect: Dialect, id: &str, by: &str) -> StoreResult<Review> {
        let mut tx = self.begin().await?;
        let review = review_by_id(&mut tx, dialect, id).await?;
        match review.state {
            ReviewState::Pending => {}
            ReviewState::Started if review.started_by.as_deref() == Some(by) => return Ok(review),
            ReviewState::Started => return Err(StoreError::Conflict("Another reviewer has started this task".into())),
            state => return Err(StoreError::Conflict(format!("The review task is already {}", state.as_str()))),
        }
        let now = clock::now();
        sqlx::query("UPDATE reviews SET state = ?, started_at = ?, started_by = ?, updated_at = ? WHERE n = ?")
            .bind(ReviewState::Started.as_str())
            .bind(now)
            .bind(by)
            .bind(now)
            .bind(review.n)
            .execute(&mut *tx)
            .await?;
        let review = review_by_id(&mut tx, dialect, id).await?;
        tx.commit().await?;
        Ok(review)
    }

    /// Gives a started review back.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Conflict`] if it is not started; or the database fails.
    pub async fn unstart_review(&self, dialect: Dialect, id: &str) -> StoreResult<Review> {
        let mut tx = self.begin().await?;
        let review = review_by_id(&mut tx, dialect, id).await?;
        if review.state != ReviewState::Started {
            return Err(StoreError::Conflict(format!("The review task is {}, not in_progress", review.state.as_str())));
        }
        sqlx::query("UPDATE reviews SET state = ?, started_at = NULL, started_by = NULL, updated_at = ? WHERE n = ?")
            .bind(ReviewState::Pending.as_str())
            .bind(clock::now())
            .bind(review.n)
            .execute(&mut *tx)
            .await?;
        let review = review_by_id(&mut tx, dialect, id).await?;
        tx.commit().await?;
        Ok(review)
    }
}

pub(super) async fn review_by_id(connection: &mut SqliteConnection, dialect: Dialect, id: &str) -> StoreResult<Review> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{}WHERE v.id = ? AND r.dialect = ?", rows::SELECT_REVIEW)))
        .bind(id)
        .bind(dialect.as_str())
        .fetch_optional(&mut *connection)
        .await?;
    match row {
        Some(row) => rows::review(&row),
        None => detail::computed_review(connection, dialect, id).await,
    }
}

pub(super) async fn decide(connection: &mut SqliteConnection, review: Review, new: &NewDecision) -> StoreResult<DecideOutcome> {
    if let Some(earlier) = &review.decision {
        let same = earlier.approved == new.approved;
        let review = Box::new(review);
        return Ok(if same { DecideOutcome::Repeated(review) } else { DecideOutcome::Opposite(review) });
    }
    let (status, attempt): (String, i64) = {
        let row = sqlx::query("SELECT status, attempt FROM runs WHERE n = ?").bind(review.run);
        let row = row.fetch_one(&mut *connection).await?;
        (row.try_get("status")?, row.try_get("attempt")?)
    };
    let open = matches!(review.state, ReviewState::Pending | ReviewState::Started);
    if !open || status != Status::Waiting.as_str() || attempt != review.attempt {
        return Ok(DecideOutcome::NotWaiting(Box::new(review)));
    }
    if new.needs_start && review.state != ReviewState::Started {
        return Ok(DecideOutcome::NotStarted(Box::new(review)));
    }
    let now = clock::now();
    sqlx::query(
        "UPDATE reviews SET state = ?, approved = ?, modified = ?, command_id = ?, decided_by = ?, decided_at = ?,
         updated_at = ? WHERE n = ? AND decided_at IS NULL",
    )
    .bind(ReviewState::Completed.as_str())
    .bind(new.approved)
    .bind(new.modified.as_ref().map(Value::to_string))
    .bind(&new.command_id)
    .bind(&new.by)
    .bind(now)
    .bind(now)
    .bind(review.n)
    .execute(&mut *connection)
    .await?;
    sqlx::query("UPDATE runs SET wake_at = ?, updated_at = ? WHERE n = ?")
        .bind(now + APPLY_DELAY_MS)
        .bind(now)
        .bind(review.run)
        .execute(&mut *connection)
        .await?;
    let row =
        sqlx::query(sqlx::AssertSqlSafe(format!("{}WHERE v.n = ?", rows::SELECT_REVIEW))).bind(review.n).fetch_one(connection).await?;
    Ok(DecideOutcome::Accepted(Box::new(rows::review(&row)?)))
}
