//! Writing: the only statements of the audit log that write, and all of them insert.

use sqlx::any::AnyRow;
use sqlx::{Any, Row as _, Transaction};

use super::chain::{self, Kept, KeptChange};
use super::entry::{Entry, Kind};
use crate::store::Store;

/// What became of an entry.
#[derive(Debug, PartialEq, Eq)]
pub enum Appended {
    Now {
        id: i64,
        at: i64,
    },
    /// The same entry had been written: an answer was lost, and it was sent again.
    Before {
        id: i64,
        at: i64,
    },
    /// Its key belongs to something else.
    Refused(&'static str),
}

/// Appends an entry with the gateway's time, once.
pub async fn append(store: &Store, entry: &Entry, now: i64) -> sqlx::Result<Appended> {
    let mut change = store.begin_alone(super::ALONE).await?;
    let intent = intent_of(&mut change, &entry.key).await?;
    let known = match (entry.kind, intent) {
        (Kind::Intent, None) => None,
        (Kind::Intent, Some(row)) => {
            if !same_intent(&mut change, entry, &row).await? {
                return Ok(Appended::Refused("key: it belongs to another decision. A decision keeps its key, and no other may have it."));
            }
            Some(row)
        }
        (Kind::Outcome, None) => return Ok(Appended::Refused("key: there is no intent with it, so there can be no outcome.")),
        (Kind::Outcome, Some(row)) => {
            if !same_review(entry, &row) {
                return Ok(Appended::Refused("key: the intent with it is about another review or decision."));
            }
            sqlx::query("SELECT * FROM audit_entries WHERE kind = 'outcome' AND key = $1 AND client_at = $2 AND outcome = $3")
                .bind(&entry.key)
                .bind(entry.client_at)
                .bind(&entry.outcome)
                .fetch_optional(&mut *change)
                .await?
        }
    };
    if let Some(row) = known {
        return Ok(Appended::Before { id: row.try_get("id")?, at: row.try_get("at")? });
    }
    let id = insert(&mut change, entry, now).await?;
    change.commit().await?;
    Ok(Appended::Now { id, at: now })
}

async fn intent_of(change: &mut Transaction<'static, Any>, key: &str) -> sqlx::Result<Option<AnyRow>> {
    sqlx::query("SELECT * FROM audit_entries WHERE kind = 'intent' AND key = $1").bind(key).fetch_optional(&mut **change).await
}

fn same_review(entry: &Entry, row: &AnyRow) -> bool {
    let is = |column: &str, text: &str| row.get::<&str, _>(column) == text;
    is("connection", &entry.connection) && is("run", &entry.run) && is("review", &entry.review) && is("decision", entry.decision.word())
}

async fn same_intent(change: &mut Transaction<'static, Any>, entry: &Entry, row: &AnyRow) -> sqlx::Result<bool> {
    let reason: Option<&str> = row.get("reason");
    if !same_review(entry, row) || reason != entry.reason.as_deref() || row.get::<&str, _>("pin") != entry.pin {
        return Ok(false);
    }
    let kept = sqlx::query("SELECT path, before, after FROM audit_changes WHERE entry = $1 ORDER BY place")
        .bind(row.get::<i64, _>("id"))
        .fetch_all(&mut **change)
        .await?;
    let same = |(kept, sent): (&AnyRow, &super::entry::Change)| {
        let is = |column: &str, value: &Option<runs::Json>| kept.get::<Option<String>, _>(column) == text(value);
        kept.get::<&str, _>("path") == sent.path && is("before", &sent.before) && is("after", &sent.after)
    };
    Ok(kept.len() == entry.changes.len() && kept.iter().zip(&entry.changes).all(same))
}

/// Joins it to the end of the chain.
async fn insert(change: &mut Transaction<'static, Any>, entry: &Entry, now: i64) -> sqlx::Result<i64> {
    let end = chain::head(change).await?;
    let kept = kept(entry, end.id + 1, now);
    sqlx::query(
        "INSERT INTO audit_entries (id, at, client_at, key, kind, connection, flow, flow_name, run, review, review_name, pin, attempt,
         decision, outcome, who, reason, waiting_since, recorded_at, changes, previous, digest)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
    )
    .bind(kept.id)
    .bind(kept.at)
    .bind(kept.client_at)
    .bind(&kept.key)
    .bind(&kept.kind)
    .bind(&kept.connection)
    .bind(&kept.flow)
    .bind(&kept.flow_name)
    .bind(&kept.run)
    .bind(&kept.review)
    .bind(&kept.review_name)
    .bind(&kept.pin)
    .bind(kept.attempt)
    .bind(&kept.decision)
    .bind(&kept.outcome)
    .bind(&kept.who)
    .bind(&kept.reason)
    .bind(kept.waiting_since)
    .bind(kept.recorded_at)
    .bind(i64::try_from(kept.changes.len()).unwrap_or(i64::MAX))
    .bind(&end.digest)
    .bind(kept.digest(&end.digest))
    .execute(&mut **change)
    .await?;
    for (place, (one, sent)) in kept.changes.iter().zip(&entry.changes).enumerate() {
        sqlx::query("INSERT INTO audit_changes (entry, place, path, field, before, after) VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(kept.id)
            .bind(i64::try_from(place).unwrap_or(i64::MAX))
            .bind(&one.path)
            .bind(sent.field())
            .bind(&one.before)
            .bind(&one.after)
            .execute(&mut **change)
            .await?;
    }
    Ok(kept.id)
}

fn kept(entry: &Entry, id: i64, now: i64) -> Kept {
    let change = |one: &super::entry::Change| KeptChange { path: one.path.clone(), before: text(&one.before), after: text(&one.after) };
    Kept {
        id,
        at: now,
        client_at: entry.client_at,
        key: entry.key.clone(),
        kind: entry.kind.word().into(),
        connection: entry.connection.clone(),
        flow: entry.flow.clone(),
        flow_name: entry.flow_name.clone(),
        run: entry.run.clone(),
        review: entry.review.clone(),
        review_name: entry.review_name.clone(),
        pin: entry.pin.clone(),
        attempt: entry.attempt.map(i64::from),
        decision: entry.decision.word().into(),
        outcome: entry.outcome.clone(),
        who: entry.who.trim().into(),
        reason: entry.reason.clone(),
        waiting_since: entry.waiting_since,
        recorded_at: entry.recorded_at,
        changes: entry.changes.iter().map(change).collect(),
    }
}

/// JSON text; a number has the digits that it came with.
fn text(value: &Option<runs::Json>) -> Option<String> {
    value.as_ref().map(runs::Json::to_string)
}
