//! What the ledger knows, in the store: the flows and how far each was read, the runs that were read, and their numbers.

use std::collections::HashSet;

use runs::model::Place;
use runs::reading::address::write_place;
use sqlx::any::AnyRow;
use sqlx::{Any, Row as _, Transaction};

use super::flow::{Flow, State};
use crate::store::{Statement, Store};

/// Under this name numbers are given, one after the other.
const ALONE: &str = "ledger";
/// Numbers given in one transaction: others wait for it.
const BATCH: i64 = 5_000;

/// A run as a list told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    pub run: String,
    pub created: i64,
    /// The vendor's own number.
    pub native: Option<i64>,
}

/// A run with its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbered {
    pub run: String,
    pub flow: String,
    pub number: i64,
    pub created: i64,
    pub late: bool,
}

impl Numbered {
    fn of(row: &AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            run: row.try_get("run")?,
            flow: row.try_get("flow")?,
            number: row.try_get("number")?,
            created: row.try_get("created")?,
            late: row.try_get::<i64, _>("late")? != 0,
        })
    }
}

/// PostgreSQL keeps no text with U+0000; no vendor's ids have one.
fn clean(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

#[derive(Clone, Debug)]
pub struct Book {
    store: Store,
}

impl Book {
    pub fn of(store: &Store) -> Self {
        Self { store: store.clone() }
    }

    /// Enters flows that are new: `(id, name)`.
    pub async fn enter(&self, connection: &str, flows: &[(String, String)], now: i64) -> sqlx::Result<()> {
        let known = self.flows(Some(connection)).await?;
        let mut change = None;
        for (flow, name) in flows.iter().map(|(flow, name)| (clean(flow), clean(name))) {
            match known.iter().find(|(_, known)| known.flow == flow) {
                Some((_, known)) if known.name == name => continue,
                _ => {}
            }
            let change = match &mut change {
                Some(change) => change,
                none => none.insert(self.store.begin_alone(ALONE).await?),
            };
            sqlx::query(
                "INSERT INTO ledger_flows (id, connection, flow, name, state, walking, began, due)
                 VALUES ((SELECT coalesce(max(id), 0) + 1 FROM ledger_flows), $1, $2, $3, 'walking', 1, $4, $4)
                 ON CONFLICT (connection, flow) DO UPDATE SET name = excluded.name",
            )
            .bind(connection)
            .bind(flow)
            .bind(name)
            .bind(now)
            .execute(&mut **change)
            .await?;
        }
        match change {
            Some(change) => change.commit().await,
            None => Ok(()),
        }
    }

    /// The flows of one connection or of all, with the connection of each.
    pub async fn flows(&self, connection: Option<&str>) -> sqlx::Result<Vec<(String, Flow)>> {
        let mut flows = Statement::new("SELECT * FROM ledger_flows");
        if let Some(connection) = connection {
            flows.push(" WHERE connection = ").bind(clean(connection));
        }
        flows.push(" ORDER BY connection, id");
        let rows = flows.build().fetch_all(&self.store.read).await?;
        rows.iter().map(|row| Ok((row.try_get("connection")?, Flow::of(row)?))).collect()
    }

    pub async fn flow(&self, connection: &str, flow: &str) -> sqlx::Result<Option<Flow>> {
        let found = sqlx::query("SELECT * FROM ledger_flows WHERE connection = $1 AND flow = $2").bind(clean(connection)).bind(clean(flow));
        found.fetch_optional(&self.store.read).await?.as_ref().map(Flow::of).transpose()
    }

    /// The flow that has waited longest for its turn.
    pub async fn due(&self, connection: &str, now: i64) -> sqlx::Result<Option<Flow>> {
        let due = sqlx::query("SELECT * FROM ledger_flows WHERE connection = $1 AND due <= $2 ORDER BY due, id LIMIT 1");
        due.bind(connection).bind(now).fetch_optional(&self.store.read).await?.as_ref().map(Flow::of).transpose()
    }

    /// Which of these runs are known already, numbered or not.
    pub async fn known(&self, flow: &Flow, runs: &[Read]) -> sqlx::Result<HashSet<String>> {
        if runs.is_empty() {
            return Ok(HashSet::new());
        }
        let ids = || runs.iter().map(|read| clean(&read.run));
        let mut known = Statement::new("SELECT run FROM ledger_runs WHERE flow = ");
        known.bind(flow.id).push(" AND run IN (").bind_all(ids()).push(") UNION SELECT run FROM ledger_seen WHERE flow = ");
        known.bind(flow.id).push(" AND run IN (").bind_all(ids()).push(")");
        known.build().fetch_all(&self.store.read).await?.iter().map(|row| row.try_get("run")).collect()
    }

    /// Whether all of these runs have numbers.
    pub async fn numbered(&self, flow: &Flow, runs: &[Read]) -> sqlx::Result<usize> {
        if runs.is_empty() {
            return Ok(0);
        }
        let mut count = Statement::new("SELECT count(*) AS count FROM ledger_runs WHERE flow = ");
        count.bind(flow.id).push(" AND run IN (").bind_all(runs.iter().map(|read| clean(&read.run))).push(")");
        let count: i64 = count.build().fetch_one(&self.store.read).await?.try_get("count")?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    /// Takes in a page of a walk, and where it goes on, at once: killed at any moment, it goes on from here.
    pub async fn take(&self, flow: &Flow, runs: &[Read], next: &Place, total: Option<u64>, now: i64) -> sqlx::Result<()> {
        let mut change = self.store.begin_alone(ALONE).await?;
        write(&mut change, flow, runs).await?;
        let total = total.and_then(|total| i64::try_from(total).ok());
        sqlx::query(
            "UPDATE ledger_flows SET place = $1, listed = listed + $2, due = $3, total = coalesce($4, total), error = NULL, failed = 0
             WHERE id = $5",
        )
        .bind(write_place(next))
        .bind(i64::try_from(runs.len()).unwrap_or_default())
        .bind(now)
        .bind(total)
        .bind(flow.id)
        .execute(&mut *change)
        .await?;
        change.commit().await
    }

    /// Takes in runs that a look found.
    pub async fn add(&self, flow: &Flow, runs: &[Read]) -> sqlx::Result<()> {
        let mut change = self.store.begin_alone(ALONE).await?;
        write(&mut change, flow, runs).await?;
        change.commit().await
    }

    /// How many runs were read, with numbers or without.
    pub async fn count(&self, flow: &Flow) -> sqlx::Result<i64> {
        let count = "SELECT (SELECT count(*) FROM ledger_seen WHERE flow = $1) + (SELECT count(*) FROM ledger_runs WHERE flow = $1)";
        sqlx::query_scalar(count).bind(flow.id).fetch_one(&self.store.read).await
    }

    /// Begins to read the history, from its newest run.
    pub async fn begin_walk(&self, flow: &Flow, total: Option<u64>, passes: i64, now: i64) -> sqlx::Result<()> {
        sqlx::query("UPDATE ledger_flows SET place = $1, walking = 1, listed = 0, total = $2, passes = $3, due = $4 WHERE id = $5")
            .bind(write_place(&Place::First))
            .bind(total.and_then(|total| i64::try_from(total).ok()))
            .bind(passes)
            .bind(now)
            .bind(flow.id)
            .execute(&self.store.write)
            .await
            .map(drop)
    }

    /// The history was read to its end.
    pub async fn end_walk(&self, flow: &Flow, state: State, now: i64) -> sqlx::Result<()> {
        sqlx::query(
            "UPDATE ledger_flows SET place = NULL, walking = 0, state = $1, walked = $2, due = $2, error = NULL, failed = 0 WHERE id = $3",
        )
        .bind(state.word())
        .bind(now)
        .bind(flow.id)
        .execute(&self.store.write)
        .await
        .map(drop)
    }

    pub async fn set_state(&self, flow: &Flow, state: State, due: i64) -> sqlx::Result<()> {
        let set = sqlx::query("UPDATE ledger_flows SET state = $1, due = $2 WHERE id = $3").bind(state.word()).bind(due).bind(flow.id);
        set.execute(&self.store.write).await.map(drop)
    }

    /// After a look: when the next one is.
    pub async fn looked(&self, flow: &Flow, rest: i64, now: i64) -> sqlx::Result<()> {
        sqlx::query("UPDATE ledger_flows SET looked = $1, rest = $2, due = $1 + $2, error = NULL, failed = 0 WHERE id = $3")
            .bind(now)
            .bind(rest)
            .bind(flow.id)
            .execute(&self.store.write)
            .await
            .map(drop)
    }

    /// It did not go on; `anew`: from where the list goes on cannot be asked any more, so it is read from its beginning.
    pub async fn fail(&self, flow: &Flow, why: &str, anew: bool, due: i64) -> sqlx::Result<()> {
        let place = if anew { write_place(&Place::First) } else { write_place(&flow.place) };
        sqlx::query("UPDATE ledger_flows SET error = $1, failed = failed + 1, due = $2, looked = $3, place = $4 WHERE id = $5")
            .bind(clean(why))
            .bind(due)
            .bind(due)
            .bind(place)
            .bind(flow.id)
            .execute(&self.store.write)
            .await
            .map(drop)
    }

    /// Nothing of this connection is asked for a while.
    pub async fn rest(&self, connection: &str, why: &str, until: i64) -> sqlx::Result<()> {
        let rest = sqlx::query("UPDATE ledger_flows SET error = $1, due = $2 WHERE connection = $3 AND due < $2").bind(why).bind(until);
        rest.bind(connection).execute(&self.store.write).await.map(drop)
    }

    /// Somebody asked for a run that is not known: the flow is looked at soon, but no sooner than `gap` after the last time.
    pub async fn nudge(&self, connection: &str, flow: &str, gap: i64, now: i64) -> sqlx::Result<()> {
        sqlx::query(
            "UPDATE ledger_flows SET rest = 0, due = CASE WHEN looked + $1 > $2 THEN looked + $1 ELSE $2 END
             WHERE connection = $3 AND flow = $4 AND state = 'kept' AND error IS NULL AND due > $2 + $1",
        )
        .bind(gap)
        .bind(now)
        .bind(clean(connection))
        .bind(clean(flow))
        .execute(&self.store.write)
        .await
        .map(drop)
    }

    /// Gives the next numbers, oldest first; answers with how many.
    pub async fn give_numbers(&self, flow: &Flow) -> sqlx::Result<u64> {
        let mut change = self.store.begin_alone(ALONE).await?;
        let now = sqlx::query("SELECT * FROM ledger_flows WHERE id = $1").bind(flow.id).fetch_one(&mut *change).await?;
        let now = Flow::of(&now)?;
        let (newest, newest_run) = now.newest.unwrap_or((i64::MIN, String::new()));
        let given = sqlx::query(
            "WITH batch AS (SELECT run, created FROM ledger_seen WHERE flow = $1 ORDER BY created, run LIMIT $2),
             placed AS (SELECT run, created, $3 + row_number() OVER (ORDER BY created, run) - 1 AS number FROM batch)
             INSERT INTO ledger_runs (flow, number, run, created, late)
             SELECT $1, number, run, created, CASE WHEN created < $4 OR (created = $4 AND run < $5) THEN 1 ELSE 0 END FROM placed",
        )
        .bind(flow.id)
        .bind(BATCH)
        .bind(now.next)
        .bind(newest)
        .bind(&newest_run)
        .execute(&mut *change)
        .await?
        .rows_affected();
        if given == 0 {
            return Ok(0);
        }
        let next = now.next + i64::try_from(given).unwrap_or_default();
        sqlx::query("DELETE FROM ledger_seen WHERE flow = $1 AND run IN (SELECT run FROM ledger_runs WHERE flow = $1 AND number >= $2)")
            .bind(flow.id)
            .bind(now.next)
            .execute(&mut *change)
            .await?;
        let last =
            sqlx::query("SELECT created, run FROM ledger_runs WHERE flow = $1 AND number >= $2 ORDER BY created DESC, run DESC LIMIT 1");
        let last = last.bind(flow.id).bind(now.next).fetch_one(&mut *change).await?;
        let last: (i64, String) = (last.try_get("created")?, last.try_get("run")?);
        let (newest, newest_run) = last.max((newest, newest_run));
        sqlx::query("UPDATE ledger_flows SET next = $1, newest = $2, newest_run = $3 WHERE id = $4")
            .bind(next)
            .bind(newest)
            .bind(newest_run)
            .bind(flow.id)
            .execute(&mut *change)
            .await?;
        change.commit().await?;
        Ok(given)
    }

    /// The numbers of runs by their ids.
    pub async fn numbers(&self, connection: &str, runs: &[String]) -> sqlx::Result<Vec<Numbered>> {
        if runs.is_empty() {
            return Ok(Vec::new());
        }
        let mut found = Statement::new(NUMBERED);
        found.push(" WHERE f.connection = ").bind(clean(connection));
        found.push(" AND r.run IN (").bind_all(runs.iter().map(|run| clean(run))).push(")");
        found.build().fetch_all(&self.store.read).await?.iter().map(Numbered::of).collect()
    }

    /// The run with this number.
    pub async fn run(&self, connection: &str, flow: &str, number: i64) -> sqlx::Result<Option<Numbered>> {
        let mut found = Statement::new(NUMBERED);
        found.push(" WHERE f.connection = ").bind(clean(connection)).push(" AND f.flow = ").bind(clean(flow));
        found.push(" AND r.number = ").bind(number);
        found.build().fetch_optional(&self.store.read).await?.as_ref().map(Numbered::of).transpose()
    }
}

const NUMBERED: &str = "SELECT r.run, r.number, r.created, r.late, f.flow FROM ledger_runs r JOIN ledger_flows f ON f.id = r.flow";

/// Runs that are not known yet. Native numbers are the vendor's: they are taken as they are.
async fn write(change: &mut Transaction<'static, Any>, flow: &Flow, runs: &[Read]) -> sqlx::Result<()> {
    let (native, others): (Vec<&Read>, Vec<&Read>) = runs.iter().partition(|read| read.native.is_some());
    if !others.is_empty() {
        let mut insert = Statement::new("WITH v(run, created) AS (VALUES ");
        for (at, read) in others.iter().enumerate() {
            insert.push(if at > 0 { ", (" } else { "(" }).bind(clean(&read.run)).push(", ").bind(read.created).push(")");
        }
        insert.push(") INSERT INTO ledger_seen (flow, run, created) SELECT ").bind(flow.id).push(", v.run, v.created FROM v");
        insert.push(" WHERE NOT EXISTS (SELECT 1 FROM ledger_runs r WHERE r.run = v.run AND r.flow = ").bind(flow.id);
        insert.push(") ON CONFLICT DO NOTHING");
        insert.build().execute(&mut **change).await?;
    }
    if let Some(highest) = native.iter().filter_map(|read| read.native).max() {
        let mut insert = Statement::new("INSERT INTO ledger_runs (flow, number, run, created, late) VALUES ");
        for (at, read) in native.iter().enumerate() {
            insert.push(if at > 0 { ", (" } else { "(" }).bind(flow.id).push(", ").bind(read.native).push(", ");
            insert.bind(clean(&read.run)).push(", ").bind(read.created).push(", 0)");
        }
        insert.push(" ON CONFLICT DO NOTHING");
        insert.build().execute(&mut **change).await?;
        let next = sqlx::query("UPDATE ledger_flows SET next = $1 WHERE id = $2 AND next < $1").bind(highest + 1).bind(flow.id);
        next.execute(&mut **change).await?;
    }
    Ok(())
}
