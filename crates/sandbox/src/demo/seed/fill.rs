//! Writes the history into a new database, in one transaction.

use std::time::{Duration, Instant};

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::{
    history::{self, SeedRow},
    showcase,
};
use crate::demo::catalog;
use crate::demo::catalog::{FlowSpec, Purpose};
use crate::engine::error::StoreResult;
use crate::engine::model::{Dialect, Flow, RunDetail, Status};
use crate::engine::rng::SplitMix64;
use crate::engine::store::Store;
use crate::engine::{clock, store};
use crate::state::DEFAULT_RUNS;

/// How far back the long history goes.
const SPAN_MS: i64 = 180 * 86_400_000;
/// Runs of the scheduled flow before the first start.
const SCHEDULED: i64 = 240;
const INACTIVE: i64 = 36;
/// Rows of one statement; times the columns it stays below SQLite's limit of bound values.
const ROWS: usize = 500;
/// The newest runs of the history began this long before the first start, so that none is still under way.
const QUIET_MS: i64 = 15 * 60_000;
const SAY_EVERY: Duration = Duration::from_secs(3);

/// How long the history of each dialect is to be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lengths {
    pub runs: u64,
    /// Only this one; the others are as long as by default.
    pub of: Option<Dialect>,
}

impl Lengths {
    /// What a dialect gets that comes with a later version.
    fn others(self) -> i64 {
        let runs = if self.of.is_none() { self.runs } else { DEFAULT_RUNS };
        i64::try_from(runs).unwrap_or(i64::MAX)
    }

    fn of(self, dialect: Dialect) -> i64 {
        let runs = if self.of.is_none_or(|only| only == dialect) { self.runs } else { DEFAULT_RUNS };
        i64::try_from(runs).unwrap_or(i64::MAX)
    }
}

/// Fills a new database; adds only what is missing to one that has a history. Whether there was anything to write.
pub(crate) async fn fill(store: &Store, lengths: Lengths) -> StoreResult<bool> {
    let mut missing = Vec::new();
    for dialect in Dialect::ALL {
        if store.flows(dialect).await?.is_empty() {
            missing.push(dialect);
        }
    }
    if missing.is_empty() {
        return Ok(false);
    }
    let now = clock::now();
    // A database of an earlier version lacks the dialects that came since: they get as long a history as the others.
    let earlier: Option<i64> = store.fact("runs").await?.and_then(|runs| runs.parse().ok());
    let length = |dialect: Dialect| earlier.unwrap_or_else(|| lengths.of(dialect));
    let mut progress = Progress::new(missing.iter().map(|dialect| length(*dialect)).sum());
    let mut tx = store.begin().await?;
    for dialect in missing {
        fill_dialect(&mut tx, dialect, length(dialect), now, &mut progress).await?;
        // In such a database triggers have counted already: the same numbers, written again.
        sqlx::query(
            "INSERT OR REPLACE INTO run_counts (dialect, flow, status, total, timed, duration_ms)
             SELECT dialect, flow, status, count(*), count(duration_ms), coalesce(sum(duration_ms), 0) FROM runs
             WHERE dialect = ? GROUP BY 1, 2, 3",
        )
        .bind(dialect.as_str())
        .execute(&mut *tx)
        .await?;
        Store::count_blocks(&mut tx, dialect).await?;
    }
    sqlx::query("INSERT OR IGNORE INTO facts (name, value) VALUES ('first_start', ?), ('runs', ?)")
        .bind(now.to_string())
        .bind(earlier.unwrap_or_else(|| lengths.others()).to_string())
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    tracing::info!(runs = progress.all, "the sandbox's history was written");
    Ok(true)
}

/// Says now and then how far a long history is written.
struct Progress {
    all: i64,
    done: i64,
    said: Instant,
}

impl Progress {
    fn new(all: i64) -> Self {
        Self { all, done: 0, said: Instant::now() }
    }

    fn add(&mut self, rows: usize) {
        self.done = self.done.saturating_add(i64::try_from(rows).unwrap_or(0));
        if self.said.elapsed() >= SAY_EVERY {
            self.said = Instant::now();
            tracing::info!("writing the sandbox's history: {} of about {} runs", self.done, self.all);
        }
    }
}

/// One run to write: either thin, or told in full.
enum Seed {
    Row { spec: usize, seq: i64, at: i64 },
    Shown(Box<showcase::Shown>),
}

impl Seed {
    fn at(&self) -> i64 {
        match self {
            Self::Row { at, .. } => *at,
            Self::Shown(shown) => shown.detail.run.created_at,
        }
    }
}

async fn fill_dialect(
    connection: &mut SqliteConnection,
    dialect: Dialect,
    runs: i64,
    now: i64,
    progress: &mut Progress,
) -> StoreResult<()> {
    let specs = catalog::flows(dialect);
    let mut flows = Vec::new();
    for spec in &specs {
        flows.push(fill_flow(connection, dialect, spec, now).await?);
    }
    let mut seeds: Vec<Seed> = Vec::new();
    let mut counts = [0_i64; 4];
    for (place, spec) in specs.iter().enumerate() {
        let count = match spec.part {
            Purpose::Reconciliation => runs,
            Purpose::Scheduled => SCHEDULED,
            Purpose::Inactive => INACTIVE,
            Purpose::Showcase => continue,
        };
        if let Some(slot) = counts.get_mut(place) {
            *slot = count;
        }
        seeds.extend((1..=count).map(|seq| Seed::Row { spec: place, seq, at: created_at(spec, seq, count, now) }));
    }
    if let Some(flow) = flows.get(1) {
        seeds.extend(showcase::all(flow, now).into_iter().map(|shown| Seed::Shown(Box::new(shown))));
    }
    // Places follow the time of creation over all flows.
    seeds.sort_by_key(Seed::at);
    let mut rows = Vec::with_capacity(ROWS);
    let mut waiting = Vec::new();
    for (seed, dseq) in seeds.into_iter().zip(1_i64..) {
        match seed {
            Seed::Row { spec: place, seq, at } => {
                let (Some(spec), Some(flow)) = (specs.get(place), flows.get(place)) else { continue };
                let thin = history::seed_row(dialect, spec, seq, counts.get(place).copied().unwrap_or(0), at, now);
                if thin.status == Status::Waiting {
                    waiting.push(thin.id.clone());
                }
                rows.push((flow.n, flow.version, dseq, thin));
                if rows.len() == ROWS {
                    progress.add(rows.len());
                    insert(connection, dialect, std::mem::take(&mut rows)).await?;
                }
            }
            Seed::Shown(shown) => insert_shown(connection, dseq, *shown).await?,
        }
    }
    insert(connection, dialect, rows).await?;
    sqlx::query("UPDATE flows SET last_seq = (SELECT coalesce(max(seq), 0) FROM runs WHERE flow = flows.n) WHERE dialect = ?")
        .bind(dialect.as_str())
        .execute(&mut *connection)
        .await?;
    for id in waiting {
        store::write_out(connection, dialect, &id).await?;
    }
    Ok(())
}

/// Even over the span with some jitter, so that the order of creation is the order of the numbers.
fn created_at(spec: &FlowSpec, seq: i64, count: i64, now: i64) -> i64 {
    let (span, end) = match spec.part {
        Purpose::Scheduled => (count * 30_000, now - QUIET_MS),
        Purpose::Inactive => (30 * 86_400_000, now - SPAN_MS),
        _ => (SPAN_MS, now - QUIET_MS),
    };
    let slot = (span / count.max(1)).max(1);
    let jitter = SplitMix64::of(&[super::hash(spec.id), seq.unsigned_abs(), 6]).between(0, (slot - 1).max(0));
    end - span + (seq - 1) * slot + jitter
}

async fn fill_flow(connection: &mut SqliteConnection, dialect: Dialect, spec: &FlowSpec, now: i64) -> StoreResult<Flow> {
    let created = now - SPAN_MS - 40 * 86_400_000;
    let done = sqlx::query(
        "INSERT INTO flows (id, dialect, name, description, active, version, created_at, updated_at, nodes)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(spec.id)
    .bind(dialect.as_str())
    .bind(spec.name)
    .bind(spec.description)
    .bind(spec.part != Purpose::Inactive)
    .bind(spec.version)
    .bind(created)
    // The flow with the long history was edited last: lists that put the newest first begin with it.
    .bind(now - if spec.part == Purpose::Reconciliation { 20 } else { 21 } * 86_400_000)
    .bind(store::nodes_json(&spec.nodes))
    .execute(connection)
    .await?;
    Ok(Flow {
        n: done.last_insert_rowid(),
        id: spec.id.to_owned(),
        dialect,
        name: spec.name.to_owned(),
        description: spec.description.to_owned(),
        active: spec.part != Purpose::Inactive,
        version: spec.version,
        last_seq: 0,
        created_at: created,
        updated_at: created,
        nodes: spec.nodes.clone(),
    })
}

async fn insert(connection: &mut SqliteConnection, dialect: Dialect, rows: Vec<(i64, i64, i64, SeedRow)>) -> StoreResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut sql = QueryBuilder::<Sqlite>::new(
        "INSERT INTO runs (id, dialect, flow, seq, dseq, status, trigger, name, created_at, updated_at, started_at,
         finished_at, duration_ms, waiting_since, waited_ms, flow_version, steps_total, steps_done, error, metadata,
         restarted_from, trigger_email, deleted_at, thin) ",
    );
    sql.push_values(rows, |mut row, (flow, version, dseq, thin)| {
        row.push_bind(thin.id)
            .push_bind(dialect.as_str())
            .push_bind(flow)
            .push_bind(thin.seq)
            .push_bind(dseq)
            .push_bind(thin.status.as_str())
            .push_bind(thin.trigger.as_str())
            .push_bind(thin.name)
            .push_bind(thin.created_at)
            .push_bind(thin.updated_at)
            .push_bind(thin.started_at)
            .push_bind(thin.finished_at)
            .push_bind(thin.finished_at.zip(thin.started_at).map(|(end, start)| end - start))
            .push_bind(thin.waiting_since)
            .push_bind(thin.waited_ms)
            .push_bind(version)
            .push_bind(thin.steps_total)
            .push_bind(thin.steps_done)
            .push_bind(thin.error.as_ref().map(store::error_json))
            .push_bind(store::text_of(&thin.metadata))
            .push_bind(thin.restarted_from)
            .push_bind(thin.trigger_email)
            .push_bind(thin.deleted_at)
            .push_bind(1_i64);
    });
    // The same text for every full batch: worth its place in the statement cache.
    sql.build().execute(connection).await?;
    Ok(())
}

/// A run that is told in full is a run like any other, only that nothing wakes it.
async fn insert_shown(connection: &mut SqliteConnection, dseq: i64, shown: showcase::Shown) -> StoreResult<()> {
    let RunDetail { run, .. } = &shown.detail;
    let done = sqlx::query(
        "INSERT INTO runs (id, dialect, flow, seq, dseq, status, trigger, name, created_at, updated_at, started_at,
         finished_at, duration_ms, waiting_since, waited_ms, attempt, flow_version, steps_total, steps_done, error,
         metadata, input, output, restarted_from, trigger_email, created_by, cancel_requested_at, deleted_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&run.id)
    .bind(run.dialect.as_str())
    .bind(run.flow)
    .bind(run.seq)
    .bind(dseq)
    .bind(run.status.as_str())
    .bind(run.trigger.as_str())
    .bind(&run.name)
    .bind(run.created_at)
    .bind(run.updated_at)
    .bind(run.started_at)
    .bind(run.finished_at)
    .bind(run.duration_ms)
    .bind(run.waiting_since)
    .bind(run.waited_ms)
    .bind(run.attempt)
    .bind(run.flow_version)
    .bind(run.steps_total)
    .bind(run.steps_done)
    .bind(run.error.as_ref().map(store::error_json))
    .bind(store::text_of(&run.metadata))
    .bind(store::text_of(&run.input))
    .bind(store::text_of(&run.output))
    .bind(&run.restarted_from)
    .bind(&run.trigger_email)
    .bind(&run.created_by)
    .bind(run.cancel_requested_at)
    .bind(run.deleted_at)
    .execute(&mut *connection)
    .await?;
    let mut detail = shown.detail;
    detail.run.n = done.last_insert_rowid();
    store::write_detail(connection, &detail, &shown.files).await
}
