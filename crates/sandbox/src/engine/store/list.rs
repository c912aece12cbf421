//! Lists and totals. In the order of creation a page costs the same at any depth, filtered by status, time of creation or not: an offset
//! becomes a place, each status is read along its own index, a total is a counter.

use sqlx::{QueryBuilder, Row as _, Sqlite};

use super::{
    Store,
    places::{Scope, words},
    query::{Page, RunQuery, SortField},
    rows,
};
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::model::{Dialect, Flow, Run, Status};

/// Runs by status, with the sum of the durations known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountByStatus {
    pub status: Status,
    pub total: u64,
    /// How many of them have a duration, and its sum.
    pub timed: u64,
    pub duration_ms: u64,
}

/// Totals of a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowStats {
    pub total: u64,
    pub by_status: Vec<CountByStatus>,
    /// Creation of the newest run.
    pub last_run: Option<i64>,
}

impl FlowStats {
    #[must_use]
    pub fn of(&self, status: Status) -> u64 {
        self.by_status.iter().find(|c| c.status == status).map_or(0, |c| c.total)
    }

    /// Mean duration of the runs that have one, in milliseconds.
    #[must_use]
    pub fn average_duration_ms(&self) -> Option<u64> {
        let timed: u64 = self.by_status.iter().map(|c| c.timed).sum();
        self.by_status.iter().map(|c| c.duration_ms).sum::<u64>().checked_div(timed)
    }
}

impl Store {
    /// One page of runs, in the asked order.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if the page's anchor run does not exist, or the database fails.
    pub async fn list_runs(&self, query: &RunQuery) -> StoreResult<Vec<Run>> {
        let Some(flow) = self.scope(query).await? else { return Ok(Vec::new()) };
        let scope = Scope { dialect: query.dialect, flow: flow.as_ref() };
        let Some(statuses) = query.allowed() else { return Ok(Vec::new()) };
        let sql = match sort_column(query.sort.field) {
            None => self.by_place(query, scope, &statuses).await?,
            Some(column) => Some(self.by_column(query, scope, &statuses, column).await?),
        };
        let Some(mut sql) = sql else { return Ok(Vec::new()) };
        let found = sql.build().fetch_all(&self.read).await?;
        let mut runs: Vec<Run> = found.iter().map(rows::run).collect::<StoreResult<_>>()?;
        if matches!(query.page, Page::Before(_)) {
            runs.reverse();
        }
        Ok(runs)
    }

    /// In the order of creation: between two places, along one index for each status asked for. `None`: there are no such places.
    async fn by_place(&self, query: &RunQuery, scope: Scope<'_>, statuses: &[Status]) -> StoreResult<Option<QueryBuilder<Sqlite>>> {
        let ascending = query.sort.ascending != matches!(query.page, Page::Before(_));
        let mut low = match query.created_from {
            Some(time) => self.place_at(scope, time, true).await?,
            None => 1,
        };
        let mut high = match query.created_to {
            Some(time) => self.place_at(scope, time, false).await?,
            None => self.last_place(scope).await?,
        };
        let mut skip = 0;
        match &query.page {
            Page::First => {}
            Page::Offset(offset) => skip = *offset,
            Page::After(id) | Page::Before(id) | Page::From(id) | Page::Past(id, _) => {
                let anchor = self.anchor(query, id).await?;
                let place = if scope.flow.is_some() { anchor.seq } else { anchor.dseq };
                let beside = i64::from(!matches!(query.page, Page::From(_)));
                if ascending {
                    low = low.max(place + beside);
                } else {
                    high = high.min(place - beside);
                }
                if let Page::Past(_, further) = &query.page {
                    skip = *further;
                }
            }
        }
        if skip > 0 && low <= high && query.placed() {
            let start = if ascending { low } else { high };
            let present = self.present(query, scope, statuses).await?;
            let Some(place) = self.pass_over(scope, &present, start, skip, ascending).await? else { return Ok(None) };
            if ascending {
                low = low.max(place);
            } else {
                high = high.min(place);
            }
            skip = 0;
        }
        if low > high {
            return Ok(None);
        }
        let column = scope.column();
        let direction = if ascending { "ASC" } else { "DESC" };
        let reach = i64::from(query.limit).saturating_add(i64::try_from(skip).unwrap_or(i64::MAX));
        let mut sql = QueryBuilder::<Sqlite>::new(format!("{} FROM (", rows::RUN_COLUMNS));
        let by_status: Vec<Option<Status>> =
            if query.statuses.is_empty() { vec![None] } else { statuses.iter().copied().map(Some).collect() };
        for (at, status) in by_status.into_iter().enumerate() {
            if at > 0 {
                sql.push(" UNION ALL ");
            }
            sql.push(format!("SELECT * FROM (SELECT r.n, r.{column} AS place FROM runs r INDEXED BY {}", scope.index(status.is_some())));
            scope.within(&mut sql);
            match status {
                Some(status) => {
                    sql.push(" AND r.status = ").push_bind(status.as_str());
                }
                None if statuses.is_empty() => {
                    sql.push(" AND r.deleted_at IS NULL");
                }
                None => words(&mut sql, "r.status", "IN", statuses),
            }
            sql.push(format!(" AND r.{column} BETWEEN ")).push_bind(low).push(" AND ").push_bind(high);
            narrow(&mut sql, query);
            sql.push(format!(" ORDER BY r.{column} {direction} LIMIT ")).push_bind(reach).push(")");
        }
        sql.push(format!(" ORDER BY place {direction} LIMIT ")).push_bind(i64::from(query.limit));
        sql.push(" OFFSET ").push_bind(i64::try_from(skip).unwrap_or(i64::MAX));
        sql.push(format!(") p CROSS JOIN runs r ON r.n = p.n JOIN flows f ON f.n = r.flow ORDER BY p.place {direction}"));
        Ok(Some(sql))
    }

    /// Those of the statuses that any run has: each costs a look at its counters.
    async fn present(&self, query: &RunQuery, scope: Scope<'_>, statuses: &[Status]) -> StoreResult<Vec<Status>> {
        if statuses.len() < 2 {
            return Ok(statuses.to_vec());
        }
        let counts = self.counts_of(query.dialect, scope.flow.map(|flow| flow.n)).await?;
        let present: Vec<Status> = counts.into_iter().map(|count| count.status).filter(|status| statuses.contains(status)).collect();
        // An empty list means any status.
        Ok(if present.is_empty() { statuses.to_vec() } else { present })
    }

    /// In the order of a column. Offsets count rows here: no vendor that pages by offset is asked for such an order.
    async fn by_column(&self, query: &RunQuery, scope: Scope<'_>, statuses: &[Status], column: &str) -> StoreResult<QueryBuilder<Sqlite>> {
        let backwards = matches!(query.page, Page::Before(_));
        let mut sql = QueryBuilder::<Sqlite>::new(rows::SELECT_RUN);
        scope.within(&mut sql);
        if statuses.is_empty() {
            sql.push(" AND r.deleted_at IS NULL");
        } else {
            words(&mut sql, "r.status", "IN", statuses);
        }
        narrow(&mut sql, query);
        let mut skip = 0;
        match &query.page {
            Page::First => {}
            Page::Offset(offset) => skip = *offset,
            Page::After(id) | Page::Before(id) | Page::From(id) | Page::Past(id, _) => {
                let anchor = self.anchor(query, id).await?;
                let sign = if query.sort.ascending != backwards { ">" } else { "<" };
                let or_equal = if matches!(query.page, Page::From(_)) { "=" } else { "" };
                sql.push(format!(" AND ({column}, r.dseq) {sign}{or_equal} ("));
                sql.push(format!("(SELECT {column} FROM runs r WHERE r.n = "));
                sql.push_bind(anchor.n).push("), ").push_bind(anchor.dseq).push(")");
                if let Page::Past(_, further) = &query.page {
                    skip = *further;
                }
            }
        }
        let direction = if query.sort.ascending == backwards { "DESC" } else { "ASC" };
        sql.push(format!(" ORDER BY {column} {direction}, r.dseq {direction} LIMIT "));
        sql.push_bind(i64::from(query.limit)).push(" OFFSET ").push_bind(i64::try_from(skip).unwrap_or(i64::MAX));
        Ok(sql)
    }

    /// How many runs the question matches, whatever its page.
    ///
    /// # Errors
    /// The database fails.
    pub async fn count_runs(&self, query: &RunQuery) -> StoreResult<u64> {
        let Some(flow) = self.scope(query).await? else { return Ok(0) };
        if query.counted() {
            let counts = self.counts_of(query.dialect, flow.as_ref().map(|f| f.n)).await?;
            return Ok(counts
                .iter()
                .filter(|c| query.statuses.is_empty() || query.statuses.contains(&c.status))
                .filter(|c| !query.exclude.contains(&c.status))
                .filter(|c| query.include_deleted || c.status != Status::Deleted)
                .map(|c| c.total)
                .sum());
        }
        let Some(statuses) = query.allowed() else { return Ok(0) };
        let mut sql = QueryBuilder::<Sqlite>::new("SELECT count(*) FROM runs r");
        Scope { dialect: query.dialect, flow: flow.as_ref() }.within(&mut sql);
        if statuses.is_empty() {
            sql.push(" AND r.deleted_at IS NULL");
        } else {
            words(&mut sql, "r.status", "IN", &statuses);
        }
        narrow(&mut sql, query);
        let total: i64 = sql.build_query_scalar().fetch_one(&self.read).await?;
        Ok(total.unsigned_abs())
    }

    /// Totals of one flow, or of all flows of the dialect.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if the flow does not exist, or the database fails.
    pub async fn stats(&self, dialect: Dialect, flow: Option<&str>) -> StoreResult<FlowStats> {
        let flow = match flow {
            Some(id) => Some(self.flow(dialect, id).await?.n),
            None => None,
        };
        let by_status: Vec<CountByStatus> = self.counts_of(dialect, flow).await?;
        let last_run = match flow {
            Some(n) => sqlx::query_scalar("SELECT created_at FROM runs WHERE flow = ? ORDER BY seq DESC LIMIT 1").bind(n),
            None => sqlx::query_scalar("SELECT created_at FROM runs WHERE dialect = ? ORDER BY dseq DESC LIMIT 1").bind(dialect.as_str()),
        };
        Ok(FlowStats {
            total: by_status.iter().filter(|c| c.status != Status::Deleted).map(|c| c.total).sum(),
            last_run: last_run.fetch_optional(&self.read).await?,
            by_status,
        })
    }

    async fn counts_of(&self, dialect: Dialect, flow: Option<i64>) -> StoreResult<Vec<CountByStatus>> {
        let found = sqlx::query(
            "SELECT status, sum(total) AS total, sum(timed) AS timed, sum(duration_ms) AS duration_ms FROM run_counts
             WHERE dialect = ? AND (? IS NULL OR flow = ?) GROUP BY status HAVING sum(total) > 0",
        )
        .bind(dialect.as_str())
        .bind(flow)
        .bind(flow)
        .fetch_all(&self.read)
        .await?;
        let count = |row: &sqlx::sqlite::SqliteRow| -> StoreResult<CountByStatus> {
            Ok(CountByStatus {
                status: Status::parse(row.try_get("status")?).ok_or(StoreError::Corrupt("status"))?,
                total: row.try_get::<i64, _>("total")?.unsigned_abs(),
                timed: row.try_get::<i64, _>("timed")?.unsigned_abs(),
                duration_ms: row.try_get::<i64, _>("duration_ms")?.unsigned_abs(),
            })
        };
        found.iter().map(count).collect()
    }

    /// `None`: the flow asked for does not exist. `Some(None)`: all flows.
    async fn scope(&self, query: &RunQuery) -> StoreResult<Option<Option<Flow>>> {
        let Some(id) = &query.flow else { return Ok(Some(None)) };
        match self.flow(query.dialect, id).await {
            Ok(flow) => Ok(Some(Some(flow))),
            Err(StoreError::NotFound(_)) => Ok(None),
            Err(other) => Err(other),
        }
    }

    async fn anchor(&self, query: &RunQuery, id: &str) -> StoreResult<Anchor> {
        let row = sqlx::query("SELECT n, seq, dseq FROM runs WHERE dialect = ? AND id = ?")
            .bind(query.dialect.as_str())
            .bind(id)
            .fetch_optional(&self.read)
            .await?
            .ok_or(StoreError::NotFound("Run"))?;
        Ok(Anchor { n: row.try_get("n")?, seq: row.try_get("seq")?, dseq: row.try_get("dseq")? })
    }
}

struct Anchor {
    n: i64,
    seq: i64,
    dseq: i64,
}

const fn sort_column(field: SortField) -> Option<&'static str> {
    match field {
        SortField::CreatedAt => None,
        SortField::UpdatedAt => Some("r.updated_at"),
        SortField::StartedAt => Some("coalesce(r.started_at, -1)"),
        SortField::FinishedAt => Some("coalesce(r.finished_at, -1)"),
        SortField::Duration => Some("coalesce(r.duration_ms, -1)"),
        SortField::Status => Some("r.status"),
    }
}

/// What narrows a list down beside flow and status.
fn narrow(sql: &mut QueryBuilder<Sqlite>, query: &RunQuery) {
    if !query.triggers.is_empty() {
        sql.push(" AND r.trigger IN (");
        let mut list = sql.separated(", ");
        for trigger in &query.triggers {
            list.push_bind(trigger.as_str());
        }
        sql.push(")");
    }
    let bounds = [
        (" AND r.created_at >= ", query.created_from),
        (" AND r.created_at <= ", query.created_to),
        (" AND r.updated_at >= ", query.updated_from),
        (" AND r.updated_at <= ", query.updated_to),
        (" AND r.duration_ms >= ", query.min_duration_ms),
        (" AND r.duration_ms <= ", query.max_duration_ms),
    ];
    for (condition, bound) in bounds {
        if let Some(bound) = bound {
            sql.push(condition).push_bind(bound);
        }
    }
    if let Some(text) = query.search.as_deref().filter(|t| !t.is_empty()) {
        sql.push(" AND instr(lower(r.id), ").push_bind(text.to_lowercase()).push(") > 0");
    }
}
