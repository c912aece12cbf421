//! Writing: the only statements of the audit log that write, and all of them insert.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, Sqlite, Transaction};

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
    let mut change = store.begin().await?;
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
            sqlx::query("SELECT * FROM audit_entries WHERE kind = 'outcome' AND key = ? AND client_at = ? AND outcome = ?")
                .bind(&entry.key)
                .bind(entry.client_at)
                .bind(&entry.outcome)
                .fetch_optional(&mut *change)
                .await?
        }
    };
    if let Some(row) = known {
        return Ok(Appended::Before { id: row.get("id"), at: row.get("at") });
    }
    let id = insert(&mut change, entry, now).await?;
    change.commit().await?;
    Ok(Appended::Now { id, at: now })
}

async fn intent_of(change: &mut Transaction<'static, Sqlite>, key: &str) -> sqlx::Result<Option<SqliteRow>> {
    sqlx::query("SELECT * FROM audit_entries WHERE kind = 'intent' AND key = ?").bind(key).fetch_optional(&mut **change).await
}

fn same_review(entry: &Entry, row: &SqliteRow) -> bool {
    let is = |column: &str, text: &str| row.get::<&str, _>(column) == text;
    is("connection", &entry.connection) && is("run", &entry.run) && is("review", &entry.review) && is("decision", entry.decision.word())
}

async fn same_intent(change: &mut Transaction<'static, Sqlite>, entry: &Entry, row: &SqliteRow) -> sqlx::Result<bool> {
    let reason: Option<&str> = row.get("reason");
    if !same_review(entry, row) || reason != entry.reason.as_deref() || row.get::<&str, _>("pin") != entry.pin {
        return Ok(false);
    }
    let kept = sqlx::query("SELECT path, before, after FROM audit_changes WHERE entry = ? ORDER BY place")
        .bind(row.get::<i64, _>("id"))
        .fetch_all(&mut **change)
        .await?;
    let same = |(kept, sent): (&SqliteRow, &super::entry::Change)| {
        let is = |column: &str, value: &Option<runs::Json>| kept.get::<Option<String>, _>(column) == text(value);
        kept.get::<&str, _>("path") == sent.path && is("before", &sent.before) && is("after", &sent.after)
    };
    Ok(kept.len() == entry.changes.len() && kept.iter().zip(&entry.changes).all(same))
}

async fn insert(change: &mut Transaction<'static, Sqlite>, entry: &Entry, now: i64) -> sqlx::Result<i64> {
    let id = sqlx::query(
        "INSERT INTO audit_entries (at, client_at, key, kind, connection, flow, flow_name, run, review, review_name, pin, attempt,
         decision, outcome, who, reason, waiting_since, recorded_at, changes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(now)
    .bind(entry.client_at)
    .bind(&entry.key)
    .bind(entry.kind.word())
    .bind(&entry.connection)
    .bind(&entry.flow)
    .bind(&entry.flow_name)
    .bind(&entry.run)
    .bind(&entry.review)
    .bind(&entry.review_name)
    .bind(&entry.pin)
    .bind(entry.attempt)
    .bind(entry.decision.word())
    .bind(&entry.outcome)
    .bind(entry.who.trim())
    .bind(&entry.reason)
    .bind(entry.waiting_since)
    .bind(entry.recorded_at)
    .bind(i64::try_from(entry.changes.len()).unwrap_or(i64::MAX))
    .execute(&mut **change)
    .await?
    .last_insert_rowid();
    for (place, one) in entry.changes.iter().enumerate() {
        sqlx::query("INSERT INTO audit_changes (entry, place, path, field, before, after) VALUES (?, ?, ?, ?, ?, ?)")
            .bind(id)
            .bind(i64::try_from(place).unwrap_or(i64::MAX))
            .bind(&one.path)
            .bind(one.field())
            .bind(text(&one.before))
            .bind(text(&one.after))
            .execute(&mut **change)
            .await?;
    }
    Ok(id)
}

/// JSON text; a number has the digits that it came with.
fn text(value: &Option<runs::Json>) -> Option<String> {
    value.as_ref().map(runs::Json::to_string)
}
