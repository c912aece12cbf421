//! Moves runs on, one step at a time. All of its state is in the database: which run moves when is in the row, so a
//! restart continues where the process stopped, and a move is one transaction, so nothing happens twice.

mod moves;
pub(crate) mod reconcile;
pub(crate) mod sections;
mod work;

pub(crate) use work::input;

use std::{collections::HashMap, time::Duration};

use serde_json::json;
use tokio::task::{self, JoinError, JoinSet};

use crate::demo::catalog;
use crate::demo::catalog::Purpose;
use crate::engine::clock;
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::model::{Dialect, Trigger};
use crate::engine::store::{Due, NewRun};
use crate::state::AppState;

/// The scheduled flow starts a run this often.
const SCHEDULE: Duration = Duration::from_secs(30);
/// Nobody's clock is asked more rarely than this, in case it was set.
const LONGEST_SLEEP: Duration = Duration::from_secs(5);
const BATCH: u32 = 64;
/// So many runs are moved at the same time.
const AT_ONCE: usize = 16;
/// After a move that failed for the database's sake.
const RETRY: Duration = Duration::from_secs(1);

/// Runs until it is aborted.
pub(crate) async fn run(state: AppState) {
    let quiet = state.config.quiet;
    let mut schedule = tokio::time::interval_at(tokio::time::Instant::now() + SCHEDULE, SCHEDULE);
    schedule.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut moving = Moving::default();
    loop {
        let pause = match round(&state, &mut moving).await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::error!(%error, "the executor cannot read what is due");
                RETRY
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = state.wake.notified() => {}
            Some(done) = moving.tasks.join_next_with_id() => moving.finish(&done),
            _ = schedule.tick(), if !quiet => start_scheduled(&state).await,
        }
    }
}

/// Runs that are being moved right now: one that reads a difficult document must not hold up the others.
#[derive(Default)]
struct Moving {
    tasks: JoinSet<()>,
    runs: HashMap<task::Id, i64>,
}

impl Moving {
    fn finish(&mut self, done: &Result<(task::Id, ()), JoinError>) {
        let id = match done {
            Ok((id, ())) => *id,
            Err(error) => error.id(),
        };
        self.runs.remove(&id);
    }
}

/// Moves every run whose time has come and says when the next one's will.
async fn round(state: &AppState, moving: &mut Moving) -> StoreResult<Duration> {
    let now = clock::now();
    for due in state.store.due(now, BATCH).await? {
        if moving.runs.len() < AT_ONCE && !moving.runs.values().any(|run| *run == due.run) {
            let task = moving.tasks.spawn(attend(state.clone(), due));
            moving.runs.insert(task.id(), due.run);
        }
    }
    let wait = match state.store.next_wake(now).await? {
        Some(at) => Duration::from_millis((at - clock::now()).max(0).unsigned_abs()),
        None => LONGEST_SLEEP,
    };
    Ok(wait.min(LONGEST_SLEEP))
}

async fn attend(state: AppState, due: Due) {
    if let Err(error) = one(&state, due).await {
        // The row stays due and is tried again, but not at once.
        tracing::error!(%error, run = due.run, "a run could not be moved on");
        tokio::time::sleep(RETRY).await;
    }
}

async fn one(state: &AppState, due: Due) -> StoreResult<()> {
    let (detail, flow) = match state.store.due_detail(due).await {
        Err(StoreError::NotFound(_)) => return Ok(()),
        other => other?,
    };
    let seen = detail.run.status;
    let advance = moves::next(&state.store, &detail, &flow).await?;
    state.store.advance(due, seen, advance).await?;
    Ok(())
}

async fn start_scheduled(state: &AppState) {
    for dialect in Dialect::ALL {
        let Some(flow) = catalog::flows(dialect).into_iter().find(|flow| flow.part == Purpose::Scheduled) else { continue };
        let new = NewRun {
            dialect,
            flow: flow.id.to_owned(),
            // TableFlow knows only api and manual.
            trigger: if dialect == Dialect::TableFlow { Trigger::Api } else { Trigger::Schedule },
            name: None,
            metadata: json!({}),
            input: json!({"scheduled_at": clock::iso(clock::now())}),
            files: Vec::new(),
            created_by: "scheduler".to_owned(),
            restarted_from: None,
        };
        match state.store.create_run(new).await {
            // Somebody switched the flow off: that is what switching off is for.
            Ok(_) | Err(StoreError::Conflict(_) | StoreError::NotFound(_)) => {}
            Err(error) => tracing::error!(%error, dialect = dialect.as_str(), "the scheduled run could not be started"),
        }
    }
}

#[cfg(test)]
mod tests;
