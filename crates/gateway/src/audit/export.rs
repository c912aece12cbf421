//! The same list as CSV: a line for each changed field, one for a decision without changes.

use std::collections::VecDeque;

use axum::body::{Body, Bytes};
use console::file::sheet::{MARK, Record, Separator};
use futures_util::stream;
use runs::{Json, Timestamp};
use sqlx::any::AnyRow;
use sqlx::{AnyPool, Row as _};

use super::filter::{Cursor, Filter};
use super::page::{intents, outcomes};

const PAGE: u32 = 200;
const COLUMNS: [&str; 25] = [
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
    "entry",
    "previous digest",
    "digest",
    "outcome entry",
    "outcome digest",
    "field",
    "before",
    "after",
    "key",
];

struct Reading {
    read: AnyPool,
    filter: Filter,
    separator: Separator,
    head: bool,
    rows: VecDeque<AnyRow>,
    /// `None`: the last page was read.
    next: Option<Option<Cursor>>,
}

/// Reads on only as fast as it is taken; a failure breaks the body off, so that no half list looks whole.
pub fn body(read: AnyPool, filter: Filter, separator: Separator) -> Body {
    let start = Reading { read, filter, separator, head: true, rows: VecDeque::new(), next: Some(None) };
    Body::from_stream(stream::try_unfold(start, |mut reading| async move {
        let lines = reading.lines().await?;
        Ok::<_, std::io::Error>(lines.map(|lines| (lines, reading)))
    }))
}

impl Reading {
    async fn lines(&mut self) -> std::io::Result<Option<Bytes>> {
        if std::mem::take(&mut self.head) {
            let names = write(&[COLUMNS.map(str::to_owned).to_vec()], self.separator);
            return Ok(Some([MARK.as_bytes(), &names].concat().into()));
        }
        if self.rows.is_empty()
            && let Some(after) = self.next.take()
        {
            let (rows, next) = intents(&self.read, &self.filter, after, PAGE).await.map_err(std::io::Error::other)?;
            self.next = next.map(Some);
            self.rows = rows.into();
        }
        match self.rows.pop_front() {
            Some(row) => Ok(Some(write(&decision(&self.read, &row).await.map_err(std::io::Error::other)?, self.separator))),
            None => Ok(None),
        }
    }
}

fn write(lines: &[Vec<String>], separator: Separator) -> Bytes {
    let mut text = String::new();
    for line in lines {
        let mut record = Record::new(separator);
        for cell in line {
            record.text(cell);
        }
        text.push_str(&record.end());
    }
    text.into()
}

async fn decision(read: &AnyPool, row: &AnyRow) -> sqlx::Result<Vec<Vec<String>>> {
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
            row.get::<i64, _>("id").to_string(),
            text("previous"),
            text("digest"),
            last.map(|outcome| outcome.get::<i64, _>("id").to_string()).unwrap_or_default(),
            last.map(|outcome| outcome.get("digest")).unwrap_or_default(),
            field,
            before,
            after,
            text("key"),
        ]
    };
    let changes = sqlx::query("SELECT path, before, after FROM audit_changes WHERE entry = $1 ORDER BY place")
        .bind(row.get::<i64, _>("id"))
        .fetch_all(read)
        .await?;
    if changes.is_empty() {
        return Ok(vec![line(String::new(), String::new(), String::new())]);
    }
    let value = |change: &AnyRow, column: &str| change.get::<Option<String>, _>(column).map(plain).unwrap_or_default();
    Ok(changes.iter().map(|change| line(change.get("path"), value(change, "before"), value(change, "after"))).collect())
}

/// Texts bare, everything else as JSON with its digits.
fn plain(json: String) -> String {
    match runs::value::json::parse(json.as_bytes()) {
        Ok(Json::String(text)) => text,
        _ => json,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_becomes_text_and_a_number_stays_one() {
        let cells = ["=1+1", "-1", "-5.50", "+1", "@x", " =x", "\n=x", "＝x", "a=b", "\u{1b}[31mred", "a\"b"].map(str::to_owned).to_vec();
        let text = String::from_utf8(write(&[cells], Separator::Semicolon).to_vec()).unwrap();
        assert_eq!(text, "'=1+1;-1;-5.50;'+1;'@x;' =x;\"'\n=x\";'＝x;a=b;red;\"a\"\"b\"\r\n");
    }
}
