//! What only today's Retab has: versions of a review's data, named by their content, and decisions that name one.

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use sqlx::{Row as _, SqliteConnection};

use super::{DecideOutcome, NewDecision, Store, decide};
use crate::engine::clock;
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::model::{Dialect, Review, ReviewState};

const DIALECT: Dialect = Dialect::RetabReviews;

/// One version of a review's data. The first is the model's; people make the others.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Version {
    pub id: String,
    pub parent: Option<String>,
    /// `None` is the model.
    pub author: Option<String>,
    pub snapshot: Value,
    pub note: Option<String>,
    pub created_at: i64,
}

/// What a decision names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub version: String,
    pub reason: Option<String>,
}

/// A review with all its versions, oldest first.
#[derive(Debug, Clone)]
pub(crate) struct Lineage {
    pub review: Review,
    pub versions: Vec<Version>,
    pub verdict: Option<Verdict>,
}

/// A version to make.
#[derive(Debug, Clone)]
pub(crate) struct NewVersion {
    pub parent: String,
    pub snapshot: Value,
    pub note: Option<String>,
    pub author: String,
    /// Latest versions that may be passed over.
    pub acknowledged: Vec<String>,
}

/// A decision to record.
#[derive(Debug, Clone)]
pub(crate) struct Submission {
    pub approved: bool,
    pub version: String,
    pub reason: Option<String>,
    pub by: String,
    pub acknowledged: Vec<String>,
}

/// What came of making a version or of deciding.
#[derive(Debug)]
pub(crate) enum Written<T> {
    Done(T),
    /// Other latest versions would be passed over without a word.
    Superseded(Vec<String>),
    /// The review is decided or its run ended.
    Closed,
}

/// What became of a decision, with the review as it is now.
#[derive(Debug)]
pub(crate) enum Decided {
    Accepted,
    /// The same verdict on the same version stood already.
    Already,
    /// Another one stands.
    Conflict,
}

impl Lineage {
    /// Versions that no other was made from.
    fn latest(&self) -> impl Iterator<Item = &Version> {
        self.versions.iter().filter(|version| !self.versions.iter().any(|other| other.parent.as_ref() == Some(&version.id)))
    }

    /// Latest versions beside `id`, as far as they were not acknowledged.
    fn passed_over(&self, id: &str, acknowledged: &[String]) -> Vec<String> {
        let others = self.latest().filter(|version| version.id != id && !acknowledged.contains(&version.id));
        others.map(|version| version.id.clone()).collect()
    }

    fn version(&self, id: &str) -> StoreResult<&Version> {
        self.versions.iter().find(|version| version.id == id).ok_or(StoreError::NotFound("Review version"))
    }
}

/// The id of a version: what it is of, what it was made from, what it says.
fn version_id(review: &str, parent: Option<&str>, snapshot: &Value) -> String {
    format!("rvv_{}{}", review.replace('-', ""), content(review, parent, snapshot, 8))
}

/// As ids were before a version could be asked for by its own: they do not name the review.
fn early_version_id(review: &str, parent: Option<&str>, snapshot: &Value) -> String {
    format!("rvv_{}", content(review, parent, snapshot, 16))
}

fn content(review: &str, parent: Option<&str>, snapshot: &Value, bytes: usize) -> String {
    let digest = Sha256::digest(format!("{review}\n{}\n{snapshot}", parent.unwrap_or_default()).as_bytes());
    digest.iter().take(bytes).map(|byte| format!("{byte:02x}")).collect()
}

/// The review that a version's id names.
fn review_of(version: &str) -> Option<String> {
    let (review, _) = version.strip_prefix("rvv_")?.split_at_checked(32).filter(|(_, content)| content.len() == 16)?;
    Some(uuid::Uuid::parse_str(review).ok()?.hyphenated().to_string())
}

impl Store {
    /// # Errors
    /// [`StoreError::NotFound`], or the database fails.
    pub(crate) async fn lineage(&self, id: &str) -> StoreResult<Lineage> {
        let mut connection = self.read.acquire().await?;
        let review = decide::review_by_id(&mut connection, DIALECT, id).await?;
        lineage(&mut connection, review).await
    }

    /// A version by its own id, and the review that it belongs to.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or the database fails.
    pub(crate) async fn review_version(&self, id: &str) -> StoreResult<(Review, Version)> {
        let missing = || StoreError::NotFound("Review version");
        let found = match self.lineage(&review_of(id).ok_or_else(missing)?).await {
            Err(StoreError::NotFound(_)) => return Err(missing()),
            other => other?,
        };
        let version = found.version(id)?.clone();
        Ok((found.review, version))
    }

    /// All versions of a review.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or the database fails.
    pub(crate) async fn lineage_of(&self, review: Review) -> StoreResult<Lineage> {
        let mut connection = self.read.acquire().await?;
        lineage(&mut connection, review).await
    }

    /// Stores a version. The same one again is the one that is there.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] of the review or of the parent, or the database fails.
    pub(crate) async fn add_version(&self, id: &str, new: &NewVersion) -> StoreResult<Written<Version>> {
        let mut tx = self.begin().await?;
        let review = decide::review_by_id(&mut tx, DIALECT, id).await?;
        let found = lineage(&mut tx, review).await?;
        found.version(&new.parent)?;
        let made = version_id(&found.review.id, Some(&new.parent), &new.snapshot);
        if let Ok(there) = found.version(&made) {
            return Ok(Written::Done(there.clone()));
        }
        if !matches!(found.review.state, ReviewState::Pending | ReviewState::Started) {
            return Ok(Written::Closed);
        }
        let passed_over = found.passed_over(&new.parent, &new.acknowledged);
        if !passed_over.is_empty() {
            return Ok(Written::Superseded(passed_over));
        }
        let now = clock::now();
        sqlx::query("INSERT INTO review_versions (id, review, parent, author, snapshot, note, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)")
            .bind(&made)
            .bind(found.review.n)
            .bind(&new.parent)
            .bind(&new.author)
            .bind(new.snapshot.to_string())
            .bind(&new.note)
            .bind(now)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(Written::Done(Version {
            id: made,
            parent: Some(new.parent.clone()),
            author: Some(new.author.clone()),
            snapshot: new.snapshot.clone(),
            note: new.note.clone(),
            created_at: now,
        }))
    }

    /// Records a decision on one version, in one transaction with reading what stands.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] of the review or of the version, or the database fails.
    pub(crate) async fn decide_version(&self, id: &str, new: &Submission) -> StoreResult<Written<(Decided, Lineage)>> {
        let mut tx = self.begin().await?;
        let review = decide::review_by_id(&mut tx, DIALECT, id).await?;
        let found = lineage(&mut tx, review).await?;
        let version = found.version(&new.version)?.clone();
        if let (Some(decision), Some(verdict)) = (&found.review.decision, &found.verdict) {
            let same =
                decision.approved == new.approved && verdict.version == new.version && (new.approved || verdict.reason == new.reason);
            let decided = if same { Decided::Already } else { Decided::Conflict };
            return Ok(Written::Done((decided, found)));
        }
        if new.approved {
            let passed_over = found.passed_over(&new.version, &new.acknowledged);
            if !passed_over.is_empty() {
                return Ok(Written::Superseded(passed_over));
            }
        }
        let decision = NewDecision {
            approved: new.approved,
            modified: (version.snapshot != found.review.data).then_some(version.snapshot),
            command_id: None,
            by: new.by.clone(),
            needs_start: false,
        };
        let row = found.review.n;
        match decide::decide(&mut tx, found.review, &decision).await? {
            DecideOutcome::Accepted(review) => {
                sqlx::query("INSERT INTO verdicts (review, version, reason) VALUES (?, ?, ?)")
                    .bind(row)
                    .bind(&new.version)
                    .bind(&new.reason)
                    .execute(&mut *tx)
                    .await?;
                let found = lineage(&mut tx, *review).await?;
                tx.commit().await?;
                Ok(Written::Done((Decided::Accepted, found)))
            }
            _ => Ok(Written::Closed),
        }
    }
}

async fn lineage(connection: &mut SqliteConnection, review: Review) -> StoreResult<Lineage> {
    let mut made = Vec::new();
    let rows = sqlx::query("SELECT * FROM review_versions WHERE review = ? ORDER BY n").bind(review.n);
    for row in rows.fetch_all(&mut *connection).await? {
        made.push(Version {
            id: row.try_get("id")?,
            parent: Some(row.try_get("parent")?),
            author: Some(row.try_get("author")?),
            snapshot: serde_json::from_str(row.try_get("snapshot")?).unwrap_or_default(),
            note: row.try_get("note")?,
            created_at: row.try_get("created_at")?,
        });
    }
    let row = sqlx::query("SELECT version, reason FROM verdicts WHERE review = ?").bind(review.n).fetch_optional(connection).await?;
    let mut verdict = match row {
        Some(row) => Some(Verdict { version: row.try_get("version")?, reason: row.try_get("reason")? }),
        None => None,
    };
    let early = early_version_id(&review.id, None, &review.data);
    let named = |id: &String| *id == early;
    let first = match made.iter().any(|version| version.parent.as_ref().is_some_and(named)) || verdict.iter().any(|v| named(&v.version)) {
        true => early,
        false => version_id(&review.id, None, &review.data),
    };
    let mut versions = vec![Version {
        id: first.clone(),
        parent: None,
        author: None,
        snapshot: review.data.clone(),
        note: None,
        created_at: review.opened_at,
    }];
    versions.append(&mut made);
    // A decision of the seeded history: its version is made of what it says.
    if let (None, Some(decision)) = (&verdict, &review.decision) {
        let id = match &decision.modified {
            Some(data) if *data != review.data => {
                let id = version_id(&review.id, Some(&first), data);
                versions.push(Version {
                    id: id.clone(),
                    parent: Some(first),
                    author: Some(decision.by.clone()),
                    snapshot: data.clone(),
                    note: None,
                    created_at: decision.at,
                });
                id
            }
            _ => first,
        };
        verdict = Some(Verdict { version: id, reason: None });
    }
    Ok(Lineage { review, versions, verdict })
}
