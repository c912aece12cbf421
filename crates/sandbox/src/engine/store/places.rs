//! From an offset to a place. Places are dense by creation, but a filter leaves gaps between the rows that it lets through; counters
//! of blocks of 64, 4,096 and 262,144 places say how many to pass over, so that no offset costs more than some hundred rows.

use sqlx::{QueryBuilder, Sqlite};

use super::Store;
use crate::engine::error::StoreResult;
use crate::engine::model::{Dialect, Flow, Status};

/// Each level's blocks hold 2⁶ of the level below; level 0 are the runs themselves.
const BITS: i64 = 6;
const TOP: i64 = 3;

/// The rows of one flow or of a whole dialect.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a> {
    pub dialect: Dialect,
    pub flow: Option<&'a Flow>,
}

impl Scope<'_> {
    /// The column that holds the places.
    pub const fn column(self) -> &'static str {
        if self.flow.is_some() { "seq" } else { "dseq" }
    }

    /// The index along the places of the scope, and along those of one status.
    pub const fn index(self, one_status: bool) -> &'static str {
        match (self.flow.is_some(), one_status) {
            (true, false) => "runs_seq",
            (true, true) => "runs_flow_status",
            (false, false) => "runs_dseq",
            (false, true) => "runs_status",
        }
    }

    /// ` WHERE …` for the scope alone.
    pub fn within(self, sql: &mut QueryBuilder<Sqlite>) {
        match self.flow {
            Some(flow) => sql.push(" WHERE r.flow = ").push_bind(flow.n),
            None => sql.push(" WHERE r.dialect = ").push_bind(self.dialect.as_str()),
        };
    }

    fn flow_row(self) -> i64 {
        self.flow.map_or(0, |flow| flow.n)
    }
}

/// How many rows a block has that the filter lets through.
type Counted = (i64, i64);

impl Store {
    /// The place of the row that lies `skip` matching rows beyond the first one at or behind `start`. `statuses` empty: any but deleted.
    pub(super) async fn pass_over(
        &self,
        scope: Scope<'_>,
        statuses: &[Status],
        start: i64,
        skip: u64,
        ascending: bool,
    ) -> StoreResult<Option<i64>> {
        let mut left = i64::try_from(skip).unwrap_or(i64::MAX);
        let mut at = start;
        let mut level = 0;
        // Up, while the offset lies beyond the block of the next level …
        let mut found = loop {
            let beyond = if level == TOP { if ascending { i64::MAX } else { 0 } } else { edge(at, level + 1, ascending) };
            let blocks = self.blocks(scope, statuses, level, (at >> (BITS * level), beyond >> (BITS * level)), ascending).await?;
            if let Some(block) = take(&blocks, &mut left) {
                break block;
            }
            if level == TOP {
                return Ok(None);
            }
            at = if ascending { beyond + 1 } else { beyond - 1 };
            if at < 1 {
                return Ok(None);
            }
            level += 1;
        };
        // … and down into the block that holds it.
        while level > 0 {
            level -= 1;
            let (low, high) = (found << BITS, (found << BITS) + (1 << BITS) - 1);
            let range = if ascending { (low, high) } else { (high, low) };
            let blocks = self.blocks(scope, statuses, level, range, ascending).await?;
            match take(&blocks, &mut left) {
                Some(block) => found = block,
                // The counters are of a moment before this one.
                None => return Ok(None),
            }
        }
        Ok(Some(found))
    }

    /// The blocks of a level from one to another, in the direction of the list; empty ones are left out.
    async fn blocks(
        &self,
        scope: Scope<'_>,
        statuses: &[Status],
        level: i64,
        (from, to): (i64, i64),
        ascending: bool,
    ) -> StoreResult<Vec<Counted>> {
        let (low, high) = (from.min(to), from.max(to));
        let direction = if ascending { "ASC" } else { "DESC" };
        let mut sql;
        if level == 0 {
            let column = scope.column();
            sql = QueryBuilder::<Sqlite>::new(format!("SELECT r.{column} AS block, 1 FROM runs r INDEXED BY {}", scope.index(false)));
            scope.within(&mut sql);
            if statuses.is_empty() {
                sql.push(" AND r.deleted_at IS NULL");
            } else {
                words(&mut sql, "r.status", "IN", statuses);
            }
            sql.push(format!(" AND r.{column} BETWEEN ")).push_bind(low).push(" AND ").push_bind(high);
        } else {
            sql = QueryBuilder::<Sqlite>::new("SELECT block, sum(total) FROM run_blocks WHERE dialect = ");
            sql.push_bind(scope.dialect.as_str()).push(" AND flow = ").push_bind(scope.flow_row());
            if statuses.is_empty() {
                sql.push(" AND status = ''");
            } else {
                words(&mut sql, "status", "IN", statuses);
            }
            sql.push(" AND level = ").push_bind(level).push(" AND block BETWEEN ").push_bind(low).push(" AND ").push_bind(high);
            sql.push(" GROUP BY block");
        }
        sql.push(format!(" ORDER BY block {direction}"));
        Ok(sql.build_query_as::<Counted>().fetch_all(&self.read).await?)
    }

    /// The first or last place of a run that was created at or after, or at or before, a time: places are in the order of creation.
    pub(super) async fn place_at(&self, scope: Scope<'_>, time: i64, first: bool) -> StoreResult<i64> {
        let last = self.last_place(scope).await?;
        // Everything at or below `low` was created before the place that is looked for, everything above `high` was not.
        let (mut low, mut high) = (0, last);
        while low < high {
            let middle = low + (high - low) / 2 + 1;
            let mut sql = QueryBuilder::<Sqlite>::new(format!(
                "SELECT r.{0}, r.created_at FROM runs r INDEXED BY {1}",
                scope.column(),
                scope.index(false)
            ));
            scope.within(&mut sql);
            sql.push(format!(" AND r.{} <= ", scope.column())).push_bind(middle);
            sql.push(format!(" ORDER BY r.{} DESC LIMIT 1", scope.column()));
            let near: Option<(i64, i64)> = sql.build_query_as().fetch_optional(&self.read).await?;
            let before = near.is_none_or(|(_, created)| if first { created < time } else { created <= time });
            if before {
                low = middle;
            } else {
                high = near.map_or(middle, |(place, _)| place) - 1;
            }
        }
        Ok(if first { low + 1 } else { low })
    }

    /// The place of the newest run.
    pub(super) async fn last_place(&self, scope: Scope<'_>) -> StoreResult<i64> {
        match scope.flow {
            Some(flow) => Ok(flow.last_seq),
            None => Ok(sqlx::query_scalar::<_, Option<i64>>("SELECT max(dseq) FROM runs WHERE dialect = ?")
                .bind(scope.dialect.as_str())
                .fetch_one(&self.read)
                .await?
                .unwrap_or(0)),
        }
    }

    /// Counts what a database from before there were blocks lacks.
    pub(crate) async fn complete_blocks(&self) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        for dialect in Dialect::ALL {
            let counted: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM run_blocks WHERE dialect = ?)")
                .bind(dialect.as_str())
                .fetch_one(&mut *tx)
                .await?;
            if !counted {
                Self::count_blocks(&mut tx, dialect).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    /// Counts the blocks of a dialect anew; called once its history is seeded.
    pub(crate) async fn count_blocks(connection: &mut sqlx::SqliteConnection, dialect: Dialect) -> StoreResult<()> {
        sqlx::query("DELETE FROM run_blocks WHERE dialect = ?").bind(dialect.as_str()).execute(&mut *connection).await?;
        for (flow, place) in [("flow", "seq"), ("0", "dseq")] {
            for status in ["status", "''"] {
                let live = if status == "''" { "AND deleted_at IS NULL" } else { "" };
                sqlx::query(sqlx::AssertSqlSafe(format!(
                    "INSERT INTO run_blocks (dialect, flow, status, level, block, total)
                     SELECT dialect, {flow}, {status}, 1, {place} >> {BITS}, count(*) FROM runs WHERE dialect = ? {live} GROUP BY 1, 2, 3, 5"
                )))
                .bind(dialect.as_str())
                .execute(&mut *connection)
                .await?;
            }
        }
        for level in 2..=TOP {
            sqlx::query(
                "INSERT INTO run_blocks (dialect, flow, status, level, block, total)
                 SELECT dialect, flow, status, ?, block >> ?, sum(total) FROM run_blocks WHERE dialect = ? AND level = ? GROUP BY 2, 3, 5",
            )
            .bind(level)
            .bind(BITS)
            .bind(dialect.as_str())
            .bind(level - 1)
            .execute(&mut *connection)
            .await?;
        }
        Ok(())
    }
}

/// The last place, in the direction of the list, of the block that holds a place.
const fn edge(place: i64, level: i64, ascending: bool) -> i64 {
    let mask = (1 << (BITS * level)) - 1;
    if ascending { place | mask } else { place & !mask }
}

/// Passes over whole blocks while they are to be skipped; the block that is not.
fn take(blocks: &[Counted], left: &mut i64) -> Option<i64> {
    for (block, total) in blocks {
        if *total > *left {
            return Some(*block);
        }
        *left -= *total;
    }
    None
}

pub(super) fn words(sql: &mut QueryBuilder<Sqlite>, column: &str, operator: &str, statuses: &[Status]) {
    sql.push(format!(" AND {column} {operator} ("));
    let mut list = sql.separated(", ");
    for status in statuses {
        list.push_bind(status.as_str());
    }
    sql.push(")");
}
