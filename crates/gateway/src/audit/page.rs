//! Reading: decisions newest first, a page at a time, at the same cost however deep.

use runs::Json;
use serde_json::json;
use sqlx::any::AnyRow;
use sqlx::{AnyPool, Row as _};

use super::filter::{Cursor, Filter};
use crate::store::Statement;

/// Changes of one decision in a page; the export has all.
const CHANGES: i64 = 100;
/// Characters of a value in a page.
const VALUE: i64 = 2_000;

/// The intents of one page, and the place of the last if there are more.
pub async fn intents(read: &AnyPool, filter: &Filter, after: Option<Cursor>, limit: u32) -> sqlx::Result<(Vec<AnyRow>, Option<Cursor>)> {
    let mut rows = query(filter, after, limit + 1).build().fetch_all(read).await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let last = rows.last().filter(|_| more).map(|row| Cursor { at: row.get("at"), id: row.get("id") });
    Ok((rows, last))
}

pub(super) fn query(filter: &Filter, after: Option<Cursor>, limit: u32) -> Statement {
    let mut query = Statement::new("SELECT e.* FROM audit_entries e");
    filter.add(&mut query);
    if let Some(Cursor { at, id }) = after {
        query.push(" AND (e.at, e.id) < (").bind(at).push(", ").bind(id).push(")");
    }
    query.push(" ORDER BY e.at DESC, e.id DESC LIMIT ").bind(i64::from(limit));
    query
}

/// What was noted of a decision, in the order in which it happened.
pub async fn outcomes(read: &AnyPool, key: &str) -> sqlx::Result<Vec<AnyRow>> {
    sqlx::query("SELECT * FROM audit_entries WHERE kind = 'outcome' AND key = $1 ORDER BY client_at, id").bind(key).fetch_all(read).await
}

/// One page as it is sent.
pub async fn page(read: &AnyPool, filter: &Filter, after: Option<Cursor>, limit: u32) -> sqlx::Result<Json> {
    let (rows, next) = intents(read, filter, after, limit).await?;
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        entries.push(entry(read, &row).await?);
    }
    Ok(json!({ "entries": entries, "next": next.map(Cursor::write) }))
}

async fn entry(read: &AnyPool, row: &AnyRow) -> sqlx::Result<Json> {
    let text = |column: &str| row.get::<Option<String>, _>(column);
    let number = |column: &str| row.get::<Option<i64>, _>(column);
    let mut changes = Vec::new();
    if number("changes") != Some(0) {
        changes = sqlx::query(
            "SELECT path, substr(before, 1, CAST($1 AS INTEGER)) AS before, substr(after, 1, CAST($1 AS INTEGER)) AS after,
             CASE WHEN coalesce(length(before), 0) > $1 OR coalesce(length(after), 0) > $1 THEN 1 ELSE 0 END AS cut
             FROM audit_changes WHERE entry = $2 ORDER BY place LIMIT $3",
        )
        .bind(VALUE)
        .bind(number("id"))
        .bind(CHANGES)
        .fetch_all(read)
        .await?;
    }
    let change = |row: &AnyRow| {
        json!({
            "path": row.get::<String, _>("path"),
            "before": row.get::<Option<String>, _>("before"),
            "after": row.get::<Option<String>, _>("after"),
            "cut": row.get::<i64, _>("cut") != 0,
        })
    };
    let outcome = |row: AnyRow| {
        json!({
            "at": row.get::<i64, _>("at"),
            "outcome": row.get::<String, _>("outcome"),
            "recorded_at": row.get::<Option<i64>, _>("recorded_at"),
            "id": row.get::<i64, _>("id"),
            "previous": row.get::<String, _>("previous"),
            "digest": row.get::<String, _>("digest"),
        })
    };
    let key: String = row.get("key");
    let outcomes: Vec<Json> = outcomes(read, &key).await?.into_iter().map(outcome).collect();
    Ok(json!({
        "id": number("id"),
        "at": number("at"),
        "client_at": number("client_at"),
        "key": key,
        "connection": text("connection"),
        "flow": text("flow"),
        "flow_name": text("flow_name"),
        "run": text("run"),
        "review": text("review"),
        "review_name": text("review_name"),
        "pin": text("pin"),
        "attempt": number("attempt"),
        "decision": text("decision"),
        "who": text("who"),
        "reason": text("reason"),
        "waiting_since": number("waiting_since"),
        "changes_total": number("changes"),
        // JSON texts: they may be cut, and their digits are not this answer's business.
        "changes": changes.iter().map(change).collect::<Vec<_>>(),
        "outcomes": outcomes,
        // Its links in the chain; outcomes have theirs.
        "previous": text("previous"),
        "digest": text("digest"),
    }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::audit::filter::Asked;
    use crate::store::{Location, Store};

    #[tokio::test]
    async fn every_list_is_read_along_an_index() {
        let store = Store::open(&Location::Memory).await.unwrap();
        let text = |text: &str| Some(text.to_owned());
        for asked in [
            Asked::default(),
            Asked { connection: text("c"), ..Asked::default() },
            Asked { connection: text("c"), flow: text("f"), ..Asked::default() },
            Asked { run: text("r"), ..Asked::default() },
            Asked { who: text("w"), from: text("2026-01-01T00:00:00Z"), ..Asked::default() },
            Asked { from: text("2026-01-01T00:00:00Z"), to: text("2026-02-01T00:00:00Z"), ..Asked::default() },
        ] {
            let filter = Filter::of(&asked).unwrap();
            let sql = query(&filter, Some(Cursor { at: 5, id: 5 }), 50).text().to_owned();
            let mut explain = sqlx::query(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")));
            // Values do not matter to the plan, but each place wants one.
            for _ in 0..sql.matches('$').count() {
                explain = explain.bind(1_i64);
            }
            let plan: Vec<String> = explain.fetch_all(&store.read).await.unwrap().iter().map(|row| row.get("detail")).collect();
            let plan = plan.join("; ");
            assert!(plan.contains("SEARCH e USING INDEX audit_by_") && !plan.contains("TEMP B-TREE"), "{asked:?}: {plan}");
        }
    }
}
