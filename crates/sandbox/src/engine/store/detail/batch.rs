//! The details of a page of runs.

use std::collections::{HashMap, hash_map::Entry};

use sqlx::{Row as _, SqliteConnection, sqlite::SqliteRow};

use super::{super::rows, flow_by_row};
use crate::demo::seed;
use crate::engine::error::StoreResult;
use crate::engine::model::{Flow, Run, RunDetail};

pub(super) async fn details(connection: &mut SqliteConnection, runs: Vec<Run>) -> StoreResult<Vec<RunDetail>> {
    let stored: Vec<i64> = runs.iter().filter(|run| !run.thin).map(|run| run.n).collect();
    let list = serde_json::Value::from(stored).to_string();
    let reviews = format!("{}WHERE v.run IN (SELECT value FROM json_each(?)) ORDER BY v.run, v.n", rows::SELECT_REVIEW);
    let mut steps =
        grouped(connection, "SELECT * FROM steps WHERE run IN (SELECT value FROM json_each(?)) ORDER BY run, ordinal", &list, rows::step)
            .await?;
    let mut events =
        grouped(connection, "SELECT * FROM events WHERE run IN (SELECT value FROM json_each(?)) ORDER BY run, ordinal", &list, rows::event)
            .await?;
    let mut attempts = grouped(
        connection,
        "SELECT * FROM attempts WHERE run IN (SELECT value FROM json_each(?)) ORDER BY run, number",
        &list,
        rows::attempt,
    )
    .await?;
    let mut files = grouped(
        connection,
        "SELECT run, id, key, name, mime, size, metadata, guidance FROM files
         WHERE run IN (SELECT value FROM json_each(?)) ORDER BY run, n",
        &list,
        rows::file,
    )
    .await?;
    let mut reviews = grouped(connection, &reviews, &list, rows::review).await?;
    let mut flows: HashMap<i64, Flow> = HashMap::new();
    let mut details = Vec::with_capacity(runs.len());
    for run in runs {
        if !run.thin {
            details.push(RunDetail {
                steps: steps.remove(&run.n).unwrap_or_default(),
                events: events.remove(&run.n).unwrap_or_default(),
                attempts: attempts.remove(&run.n).unwrap_or_default(),
                files: files.remove(&run.n).unwrap_or_default(),
                reviews: reviews.remove(&run.n).unwrap_or_default(),
                run,
            });
            continue;
        }
        let flow = match flows.entry(run.flow) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(slot) => slot.insert(flow_by_row(connection, run.flow).await?),
        };
        details.push(seed::detail(run, flow));
    }
    Ok(details)
}

async fn grouped<T>(
    connection: &mut SqliteConnection,
    sql: &str,
    list: &str,
    read: fn(&SqliteRow) -> StoreResult<T>,
) -> StoreResult<HashMap<i64, Vec<T>>> {
    let found = sqlx::query(sqlx::AssertSqlSafe(sql.to_owned())).bind(list).fetch_all(connection).await?;
    let mut groups: HashMap<i64, Vec<T>> = HashMap::new();
    for row in &found {
        groups.entry(row.try_get("run")?).or_default().push(read(row)?);
    }
    Ok(groups)
}
