//! Lists and totals. Unfiltered lists cost the same at any depth: an offset becomes a place, a total is a counter.

use sqlx::{QueryBuilder, Row as _, Sqlite};

use super::{Store, rows};
use crate::{
    error::{StoreError, StoreResult},
    model::{Dialect, Flow, Run, Status, Trigger},
};

/// What a list is ordered by; ties fall back to the order of creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortField {
    #[default]
    CreatedAt,
    UpdatedAt,
    StartedAt,
    FinishedAt,
    Duration,
    Status,
}

/// Newest first by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sort {
    pub field: SortField,
    pub ascending: bool,
}

/// Where a page starts, in the vendors' four ways.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Page {
    #[default]
    First,
    /// So many rows from the beginning of the list.
    Offset(u64),
    /// Behind the run with this id.
    After(String),
    /// The page that ends right before the run with this id.
    Before(String),
    /// Starting with the run of this id.
    From(String),
}

/// A question about runs. Times are Unix milliseconds and inclusive.
#[derive(Debug, Clone)]
pub struct RunQuery {
    pub dialect: Dialect,
    /// Vendor id of the flow; an unknown one gives an empty list.
    pub flow: Option<String>,
    /// Empty means any.
    pub statuses: Vec<Status>,
    pub exclude: Vec<Status>,
    pub triggers: Vec<Trigger>,
    pub created_from: Option<i64>,
    pub created_to: Option<i64>,
    pub updated_from: Option<i64>,
    pub updated_to: Option<i64>,
    pub min_duration_ms: Option<i64>,
    pub max_duration_ms: Option<i64>,
    /// Part of a run's id, whatever its case.
    pub search: Option<String>,
    pub include_deleted: bool,
    pub sort: Sort,
    pub page: Page,
    pub limit: u32,
}

impl RunQuery {
    #[must_use]
    pub const fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            flow: None,
            statuses: Vec::new(),
            exclude: Vec::new(),
            triggers: Vec::new(),
            created_from: None,
            created_to: None,
            updated_from: None,
            updated_to: None,
            min_duration_ms: None,
            max_duration_ms: None,
            search: None,
            include_deleted: false,
            sort: Sort { field: SortField::CreatedAt, ascending: false },
            page: Page::First,
            limit: 20,
        }
    }

    /// Only flow and status are asked for, which the counters know.
    fn counted(&self) -> bool {
        self.triggers.is_empty()
            && self.created_from.is_none()
            && self.created_to.is_none()
            && self.updated_from.is_none()
            && self.updated_to.is_none()
            && self.min_duration_ms.is_none()
            && self.max_duration_ms.is_none()
            && self.search.as_deref().is_none_or(str::is_empty)
    }

    /// Every live run of the flow or dialect in the order of creation: an offset is a place.
    fn plain(&self) -> bool {
        self.counted()
            && self.statuses.is_empty()
            && self.exclude.is_empty()
            && !self.include_deleted
            && self.sort.field == SortField::CreatedAt
    }
}

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
        let mut sql = QueryBuilder::<Sqlite>::new(rows::SELECT_RUN);
        filter(&mut sql, query, flow.as_ref());
        let backwards = matches!(query.page, Page::Before(_));
        let mut skip = 0;
        match &query.page {
            Page::First => {}
            Page::Offset(offset) if query.plain() => self.at_place(&mut sql, query, flow.as_ref(), *offset).await?,
            Page::Offset(offset) => skip = *offset,
            Page::After(id) | Page::Before(id) | Page::From(id) => {
                let anchor = self.anchor(query, id).await?;
                let ascending = query.sort.ascending != backwards;
                let inclusive = matches!(query.page, Page::From(_));
                let sign = if ascending { ">" } else { "<" };
                let or_equal = if inclusive { "=" } else { "" };
                match sort_column(query.sort.field) {
                    None => {
                        sql.push(format!(" AND r.{} {sign}{or_equal} ", place(flow.as_ref())));
                        sql.push_bind(if flow.is_some() { anchor.seq } else { anchor.dseq });
                    }
                    Some(column) => {
                        sql.push(format!(" AND ({column}, r.dseq) {sign}{or_equal} ("));
                        sql.push(format!("(SELECT {column} FROM runs r WHERE r.n = "));
                        sql.push_bind(anchor.n).push("), ").push_bind(anchor.dseq).push(")");
                    }
                }
            }
        }
        let direction = if query.sort.ascending == backwards { "DESC" } else { "ASC" };
        match sort_column(query.sort.field) {
            None => sql.push(format!(" ORDER BY r.{} {direction} LIMIT ", place(flow.as_ref()))),
            Some(column) => sql.push(format!(" ORDER BY {column} {direction}, r.dseq {direction} LIMIT ")),
        };
        sql.push_bind(i64::from(query.limit)).push(" OFFSET ").push_bind(i64::try_from(skip).unwrap_or(i64::MAX));
        let found = sql.build().fetch_all(&self.read).await?;
        let mut runs: Vec<Run> = found.iter().map(rows::run).collect::<StoreResult<_>>()?;
        if backwards {
            runs.reverse();
        }
        Ok(runs)
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
        let mut sql = QueryBuilder::<Sqlite>::new("SELECT count(*) FROM runs r ");
        filter(&mut sql, query, flow.as_ref());
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

    /// Turns an offset into a place: places are dense but for the known gaps.
    async fn at_place(&self, sql: &mut QueryBuilder<Sqlite>, query: &RunQuery, flow: Option<&Flow>, offset: u64) -> StoreResult<()> {
        let offset = i64::try_from(offset).unwrap_or(i64::MAX);
        let last: i64 = match flow {
            Some(flow) => flow.last_seq,
            None => sqlx::query_scalar::<_, Option<i64>>("SELECT max(dseq) FROM runs WHERE dialect = ?")
                .bind(query.dialect.as_str())
                .fetch_one(&self.read)
                .await?
                .unwrap_or(0),
        };
        let ascending = query.sort.ascending;
        let mut gaps = 0_i64;
        loop {
            let start = if ascending { offset.saturating_add(1).saturating_add(gaps) } else { last.saturating_sub(offset) - gaps };
            let found = self.gaps_beyond(query.dialect, flow, start, ascending).await?;
            if found == gaps {
                let sign = if ascending { ">=" } else { "<=" };
                sql.push(format!(" AND r.{} {sign} ", place(flow))).push_bind(start);
                return Ok(());
            }
            gaps = found;
        }
    }

    /// How many gaps lie on the near side of a place: above it for newest first, below it for oldest first.
    async fn gaps_beyond(&self, dialect: Dialect, flow: Option<&Flow>, start: i64, below: bool) -> StoreResult<i64> {
        let query = match (flow, below) {
            (Some(flow), true) => sqlx::query_scalar("SELECT count(*) FROM gaps WHERE flow = ? AND seq < ?").bind(flow.n),
            (Some(flow), false) => sqlx::query_scalar("SELECT count(*) FROM gaps WHERE flow = ? AND seq > ?").bind(flow.n),
            (None, true) => sqlx::query_scalar("SELECT count(*) FROM gaps WHERE dialect = ? AND dseq < ?").bind(dialect.as_str()),
            (None, false) => sqlx::query_scalar("SELECT count(*) FROM gaps WHERE dialect = ? AND dseq > ?").bind(dialect.as_str()),
        };
        Ok(query.bind(start).fetch_one(&self.read).await?)
    }
}

struct Anchor {
    n: i64,
    seq: i64,
    dseq: i64,
}

const fn place(flow: Option<&Flow>) -> &'static str {
    if flow.is_some() { "seq" } else { "dseq" }
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

fn filter(sql: &mut QueryBuilder<Sqlite>, query: &RunQuery, flow: Option<&Flow>) {
    match flow {
        Some(flow) => sql.push("WHERE r.flow = ").push_bind(flow.n),
        None => sql.push("WHERE r.dialect = ").push_bind(query.dialect.as_str()),
    };
    words(sql, "status", "IN", query.statuses.iter().map(|s| s.as_str()));
    words(sql, "status", "NOT IN", query.exclude.iter().map(|s| s.as_str()));
    words(sql, "trigger", "IN", query.triggers.iter().map(|t| t.as_str()));
    if !query.include_deleted {
        sql.push(" AND r.deleted_at IS NULL");
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

fn words(sql: &mut QueryBuilder<Sqlite>, column: &str, operator: &str, words: impl Iterator<Item = &'static str>) {
    let mut words = words.peekable();
    if words.peek().is_none() {
        return;
    }
    sql.push(format!(" AND r.{column} {operator} ("));
    let mut list = sql.separated(", ");
    for word in words {
        list.push_bind(word);
    }
    sql.push(")");
}
