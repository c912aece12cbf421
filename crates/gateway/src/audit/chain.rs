//! The chain: each entry holds the digest of the one before it and of itself.
//!
//! Digested (SHA-256, in hexadecimal digits) is one line of JSON, a list in this order, texts in UTF-8 with no more escapes than JSON
//! asks for, no blanks between:
//! `["sluice-audit-1", previous, id, at, client_at, key, kind, connection, flow, flow_name, run, review, review_name, pin, attempt,
//! decision, outcome, who, reason, waiting_since, recorded_at, [[path, before, after], …]]`, where `before` and `after` are the JSON
//! texts as they were sent and what is missing is `null`. The first entry's `previous` is 64 zeros.

use serde_json::json;
use sha2::{Digest as _, Sha256};
use sqlx::any::AnyRow;
use sqlx::{Any, Row as _, Transaction};

const FORM: &str = "sluice-audit-1";
/// What stands before the first entry.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// Entries read at a time.
pub const STRETCH: i64 = 500;

/// A changed field as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptChange {
    pub path: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// An entry as it is kept, without its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub id: i64,
    pub at: i64,
    pub client_at: i64,
    pub key: String,
    pub kind: String,
    pub connection: String,
    pub flow: String,
    pub flow_name: Option<String>,
    pub run: String,
    pub review: String,
    pub review_name: String,
    pub pin: String,
    pub attempt: Option<i64>,
    pub decision: String,
    pub outcome: Option<String>,
    pub who: String,
    pub reason: Option<String>,
    pub waiting_since: Option<i64>,
    pub recorded_at: Option<i64>,
    pub changes: Vec<KeptChange>,
}

impl Kept {
    fn of(row: &AnyRow, changes: Vec<KeptChange>) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            at: row.try_get("at")?,
            client_at: row.try_get("client_at")?,
            key: row.try_get("key")?,
            kind: row.try_get("kind")?,
            connection: row.try_get("connection")?,
            flow: row.try_get("flow")?,
            flow_name: row.try_get("flow_name")?,
            run: row.try_get("run")?,
            review: row.try_get("review")?,
            review_name: row.try_get("review_name")?,
            pin: row.try_get("pin")?,
            attempt: row.try_get("attempt")?,
            decision: row.try_get("decision")?,
            outcome: row.try_get("outcome")?,
            who: row.try_get("who")?,
            reason: row.try_get("reason")?,
            waiting_since: row.try_get("waiting_since")?,
            recorded_at: row.try_get("recorded_at")?,
            changes,
        })
    }

    /// The digest of the entry behind the one with the digest `previous`.
    pub fn digest(&self, previous: &str) -> String {
        let changes: Vec<_> = self.changes.iter().map(|change| json!([change.path, change.before, change.after])).collect();
        let form = json!([
            FORM,
            previous,
            self.id,
            self.at,
            self.client_at,
            self.key,
            self.kind,
            self.connection,
            self.flow,
            self.flow_name,
            self.run,
            self.review,
            self.review_name,
            self.pin,
            self.attempt,
            self.decision,
            self.outcome,
            self.who,
            self.reason,
            self.waiting_since,
            self.recorded_at,
            changes,
        ]);
        Sha256::digest(form.to_string().as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The end of a chain: the last entry and its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub id: i64,
    pub digest: String,
}

/// Where the log's next entry is joined.
pub async fn head(change: &mut Transaction<'static, Any>) -> sqlx::Result<Link> {
    let last = sqlx::query("SELECT id, digest FROM audit_entries ORDER BY id DESC LIMIT 1").fetch_optional(&mut **change).await?;
    let last = match last {
        Some(last) => Some(last),
        None => {
            let anchor = sqlx::query("SELECT through AS id, digest FROM audit_anchors ORDER BY through DESC LIMIT 1");
            anchor.fetch_optional(&mut **change).await?
        }
    };
    match last {
        Some(row) => Ok(Link { id: row.try_get("id")?, digest: row.try_get("digest")? }),
        None => Ok(Link { id: 0, digest: GENESIS.into() }),
    }
}

/// An entry with its links, as the database has them.
#[derive(Debug)]
pub struct Linked {
    pub entry: Kept,
    pub previous: String,
    pub digest: String,
}

/// The next entries behind `after`, in the chain's order.
pub async fn stretch(change: &mut Transaction<'static, Any>, after: i64) -> sqlx::Result<Vec<Linked>> {
    let rows = sqlx::query("SELECT * FROM audit_entries WHERE id > $1 ORDER BY id LIMIT $2")
        .bind(after)
        .bind(STRETCH)
        .fetch_all(&mut **change)
        .await?;
    let Some(last) = rows.last() else { return Ok(Vec::new()) };
    let changes =
        sqlx::query("SELECT entry, path, before, after FROM audit_changes WHERE entry > $1 AND entry <= $2 ORDER BY entry, place")
            .bind(after)
            .bind(last.try_get::<i64, _>("id")?)
            .fetch_all(&mut **change)
            .await?;
    let mut changes = changes.into_iter().peekable();
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let id: i64 = row.try_get("id")?;
        let mut own = Vec::new();
        while let Some(change) = changes.next_if(|change| change.try_get::<i64, _>("entry").is_ok_and(|entry| entry <= id)) {
            if change.try_get::<i64, _>("entry")? == id {
                own.push(KeptChange { path: change.try_get("path")?, before: change.try_get("before")?, after: change.try_get("after")? });
            }
        }
        found.push(Linked { entry: Kept::of(row, own)?, previous: row.try_get("previous")?, digest: row.try_get("digest")? });
    }
    Ok(found)
}

/// Gives the entries from before the chain their digests.
pub async fn join_all(change: &mut Transaction<'static, Any>) -> sqlx::Result<()> {
    let mut end = Link { id: 0, digest: GENESIS.into() };
    loop {
        let entries = stretch(change, end.id).await?;
        if entries.is_empty() {
            return Ok(());
        }
        for Linked { entry, .. } in entries {
            let digest = entry.digest(&end.digest);
            sqlx::query("UPDATE audit_entries SET previous = $1, digest = $2 WHERE id = $3")
                .bind(&end.digest)
                .bind(&digest)
                .bind(entry.id)
                .execute(&mut **change)
                .await?;
            end = Link { id: entry.id, digest };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What anybody can compute by hand from the form that the documentation describes.
    #[test]
    fn the_digest_is_of_the_documented_form() {
        let entry = Kept {
            id: 7,
            at: 1_700_000_000_000,
            client_at: 1_700_000_000_001,
            key: "k".into(),
            kind: "intent".into(),
            connection: "retab".into(),
            flow: String::new(),
            flow_name: None,
            run: "run_1".into(),
            review: "node".into(),
            review_name: "Prüfen \"A\"\n".into(),
            pin: "d1".into(),
            attempt: Some(1),
            decision: "approve".into(),
            outcome: None,
            who: "Ada".into(),
            reason: None,
            waiting_since: None,
            recorded_at: None,
            changes: vec![KeptChange { path: "/total".into(), before: Some("1234.560".into()), after: None }],
        };
        let form = format!(
            "[\"sluice-audit-1\",\"{GENESIS}\",7,1700000000000,1700000000001,\"k\",\"intent\",\"retab\",\"\",null,\"run_1\",\"node\",\
             \"Prüfen \\\"A\\\"\\n\",\"d1\",1,\"approve\",null,\"Ada\",null,null,null,[[\"/total\",\"1234.560\",null]]]"
        );
        let expected: String = Sha256::digest(form.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(entry.digest(GENESIS), expected);
        assert_ne!(entry.digest(&expected), expected);
    }
}
