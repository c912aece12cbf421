//! The same list as CSV: a line for each changed field, one for a decision without changes.

use std::collections::VecDeque;

use axum::body::{Body, Bytes};
use futures_util::stream;
use runs::{Json, Timestamp};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqlitePool};

use super::filter::{Cursor, Filter};
use super::page::{intents, outcomes};

const PAGE: u32 = 200;
const COLUMNS: [&str; 20] = [
    "at",
    "who (self-declared)",
    "connection",
    "flow",
    "flow name",
    "run",
    "review",
    "review name",
    "version",
    "attempt",
    "decision",
    "outcome",
    "outcome at",
    "recorded at",
    "reason",
    "waiting since",
    "field",
    "before",
    "after",
    "key",
];

struct Reading {
    read: SqlitePool,
    filter: Filter,
    head: bool,
    rows: VecDeque<SqliteRow>,
    /// `None`: the last page was read.
    next: Option<Option<Cursor>>,
}

/// Reads on only as fast as it is taken; a failure breaks the body off, so that no half list looks whole.
pub fn body(read: SqlitePool, filter: Filter) -> Body {
    let start = Reading { read, filter, head: true, rows: VecDeque::new(), next: Some(None) };
    Body::from_stream(stream::try_unfold(start, |mut reading| async move {
        let lines = reading.lines().await?;
        Ok::<_, std::io::Error>(lines.map(|lines| (lines, reading)))
    }))
}

impl Reading {
    async fn lines(&mut self) -> std::io::Result<Option<Bytes>> {
        if std::mem::take(&mut self.head) {
            return write(&[COLUMNS.map(str::to_owned).to_vec()]).map(Some);
        }
        if self.rows.is_empty()
            && let Some(after) = self.next.take()
        {
            let (rows, next) = intents(&self.read, &self.filter, after, PAGE).await.map_err(std::io::Error::other)?;
            self.next = next.map(Some);
            self.rows = rows.into();
        }
        match self.rows.pop_front() {
            Some(row) => write(&decision(&self.read, &row).await.map_err(std::io::Error::other)?).map(Some),
            None => Ok(None),
        }
    }
}

fn write(lines: &[Vec<String>]) -> std::io::Result<Bytes> {
    // RFC 4180: fields quoted where needed, lines end with CR LF.
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for line in lines {
        writer.write_record(line.iter().map(|cell| defused(cell)))?;
    }
    Ok(writer.into_inner().map_err(csv::IntoInnerError::into_error)?.into())
}

/// A spreadsheet would take it for a formula.
fn defused(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

async fn decision(read: &SqlitePool, row: &SqliteRow) -> sqlx::Result<Vec<Vec<String>>> {
    let text = |column: &str| row.get::<Option<String>, _>(column).unwrap_or_default();
    let moment = |at: Option<i64>| at.map(|at| Timestamp(at).iso()).unwrap_or_default();
    let outcomes = outcomes(read, &text("key")).await?;
    let last = outcomes.last();
    let told = |column: &str| moment(last.and_then(|outcome| outcome.get::<Option<i64>, _>(column)));
    let line = |field: String, before: String, after: String| {
        vec![
            moment(row.get("at")),
            text("who"),
            text("connection"),
            text("flow"),
            text("flow_name"),
            text("run"),
            text("review"),
            text("review_name"),
            text("pin"),
            row.get::<Option<i64>, _>("attempt").map(|attempt| attempt.to_string()).unwrap_or_default(),
            text("decision"),
            last.map(|outcome| outcome.get("outcome")).unwrap_or_default(),
            told("at"),
            told("recorded_at"),
            text("reason"),
            moment(row.get("waiting_since")),
            field,
            before,
            after,
            text("key"),
        ]
    };
    let changes = sqlx::query("SELECT path, before, after FROM audit_changes WHERE entry = ? ORDER BY place")
        .bind(row.get::<i64, _>("id"))
        .fetch_all(read)
        .await?;
    if changes.is_empty() {
        return Ok(vec![line(String::new(), String::new(), String::new())]);
    }
    let value = |change: &SqliteRow, column: &str| change.get::<Option<String>, _>(column).map(plain).unwrap_or_default();
    Ok(changes.iter().map(|change| line(change.get("path"), value(change, "before"), value(change, "after"))).collect())
}

/// Texts bare, everything else as JSON with its digits.
fn plain(json: String) -> String {
    match runs::json::parse(json.as_bytes()) {
        Ok(Json::String(text)) => text,
        _ => json,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_becomes_text() {
        let cells = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "a=b", " =x", "", "a\"b", "x\ny"].map(str::to_owned).to_vec();
        let text = String::from_utf8(write(&[cells]).unwrap().to_vec()).unwrap();
        assert_eq!(text, "'=1+1,'+1,'-1,'@x,'\tx,\"'\rx\",a=b, =x,,\"a\"\"b\",\"x\ny\"\r\n");
    }
}
