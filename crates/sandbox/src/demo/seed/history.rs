//! One row of the long history.

use serde_json::{Value, json};

use crate::demo::catalog::{FlowSpec, Purpose};
use crate::demo::seed::{hash, texts};
use crate::engine::ids;
use crate::engine::model::{Dialect, RunError, Status, Trigger, Work};
use crate::engine::rng::SplitMix64;

/// What is stored of a thin run.
#[derive(Debug, Clone)]
pub(super) struct SeedRow {
    pub id: String,
    pub seq: i64,
    pub status: Status,
    pub trigger: Trigger,
    pub name: Option<String>,
    pub created_at: i64,
    pub updated_at: i64,
    pub started_at: Option<i64>,
    pub finished_at: Option<i64>,
    pub waiting_since: Option<i64>,
    pub waited_ms: i64,
    pub steps_total: i64,
    pub steps_done: i64,
    pub error: Option<RunError>,
    pub metadata: Value,
    pub restarted_from: Option<String>,
    pub trigger_email: Option<String>,
    pub deleted_at: Option<i64>,
}

/// The id of a run of the history.
pub(super) fn run_id(dialect: Dialect, flow: &str, seq: i64) -> String {
    ids::run(dialect, &mut SplitMix64::of(&[hash(flow), seq.unsigned_abs(), 1]))
}

/// Whether a run of the history is one of the few that still wait for a person.
fn waits(seq: i64, count: i64) -> bool {
    let age = count - seq;
    (age > 0 && age <= 70 && age % 7 == 0) || age == 900 || age == 2_500
}

const DAY: i64 = 86_400_000;

pub(super) fn seed_row(dialect: Dialect, spec: &FlowSpec, seq: i64, count: i64, created_at: i64, now: i64) -> SeedRow {
    let mut rng = SplitMix64::of(&[hash(spec.id), seq.unsigned_abs(), 2]);
    let reviews = spec.nodes.iter().any(|node| node.work == Work::Review);
    let status = status(dialect, spec, seq, count, created_at, now, &mut rng);
    let reviewed =
        reviews && matches!(status, Status::Completed | Status::Edited | Status::Stale) && now - created_at > 3 * DAY && rng.below(12) == 0;
    let started = created_at + rng.between(20, 900);
    let active = if spec.part == Purpose::Scheduled { rng.between(600, 4_000) } else { rng.between(3_000, 42_000) };
    let waited_ms = if reviewed { rng.between(90_000, 9_000_000) } else { 0 };
    let steps_total = i64::try_from(spec.nodes.len()).unwrap_or(0);
    let (trigger, trigger_email) = trigger(dialect, spec, &mut rng);
    let error = (status == Status::Failed).then(|| failure(spec, &mut rng));
    let steps_done = match (status, &error) {
        (Status::Completed | Status::Edited | Status::Stale | Status::Deleted, _) => steps_total,
        (Status::Waiting, _) => spec.nodes.iter().position(|n| n.work == Work::Review).map_or(0, |p| i64::try_from(p).unwrap_or(0)),
        (_, Some(error)) => spec.nodes.iter().position(|n| Some(&n.id) == error.node.as_ref()).map_or(0, |p| i64::try_from(p).unwrap_or(0)),
        _ => rng.between(1, (steps_total - 1).max(1)),
    };
    let waiting_since = (status == Status::Waiting).then_some(started + active);
    let finished_at = waiting_since.is_none().then_some(started + active + waited_ms);
    let last = finished_at.or(waiting_since).unwrap_or(started);
    let deleted_at = (status == Status::Deleted).then_some(last + 3_600_000);
    let order = 1_000 + rng.below(9_000);
    SeedRow {
        id: run_id(dialect, spec.id, seq),
        seq,
        status,
        trigger,
        name: (spec.part == Purpose::Reconciliation && rng.below(3) == 0).then(|| format!("PO-{order} reconciliation")),
        created_at,
        updated_at: deleted_at.unwrap_or(last),
        started_at: Some(started),
        finished_at,
        waiting_since,
        waited_ms,
        steps_total,
        steps_done,
        error,
        metadata: metadata(dialect, spec, order, &mut rng),
        restarted_from: (trigger == Trigger::Restart && seq > 1).then(|| run_id(dialect, spec.id, seq - 1)),
        trigger_email,
        deleted_at,
    }
}

fn status(dialect: Dialect, spec: &FlowSpec, seq: i64, count: i64, created_at: i64, now: i64, rng: &mut SplitMix64) -> Status {
    let can_wait = spec.part == Purpose::Reconciliation && dialect != Dialect::FlowStack;
    if can_wait && waits(seq, count) {
        return Status::Waiting;
    }
    let old = now - created_at > 2 * DAY;
    match rng.below(1_000) {
        0..80 => Status::Failed,
        80..110 if dialect.is_retab() || dialect == Dialect::SuperAi => Status::Cancelled,
        110..120 if dialect == Dialect::SuperAi && old => Status::Edited,
        120..130 if dialect == Dialect::SuperAi && old => Status::Stale,
        130..134 if dialect == Dialect::SuperAi && old => Status::Deleted,
        _ => Status::Completed,
    }
}

fn trigger(dialect: Dialect, spec: &FlowSpec, rng: &mut SplitMix64) -> (Trigger, Option<String>) {
    if spec.part == Purpose::Scheduled && dialect != Dialect::TableFlow && dialect != Dialect::SuperAi {
        return (Trigger::Schedule, None);
    }
    let dice = rng.below(100);
    let trigger = match dialect {
        Dialect::SuperAi => Trigger::Api,
        Dialect::TableFlow if dice < 70 => Trigger::Api,
        Dialect::TableFlow => Trigger::Manual,
        Dialect::FlowStack if dice < 60 => Trigger::Webhook,
        Dialect::FlowStack if dice < 85 => Trigger::Schedule,
        Dialect::FlowStack => Trigger::Manual,
        Dialect::Retab | Dialect::RetabReviews => match dice {
            0..50 => Trigger::Api,
            50..70 => Trigger::Email,
            70..82 => Trigger::Manual,
            82..92 => Trigger::Webhook,
            92..97 => Trigger::Schedule,
            _ => Trigger::Restart,
        },
    };
    let email = (trigger == Trigger::Email).then(|| rng.pick(texts::SENDERS).copied().unwrap_or_default().to_owned());
    (trigger, email)
}

fn metadata(dialect: Dialect, spec: &FlowSpec, order: u64, rng: &mut SplitMix64) -> Value {
    match (dialect, spec.part) {
        (_, Purpose::Scheduled) | (Dialect::FlowStack, _) => Value::Null,
        _ => json!({"customer_id": format!("{}", 10_000 + rng.below(90_000)), "order_number": format!("PO-{order}")}),
    }
}

/// A failure at one of the working nodes.
fn failure(spec: &FlowSpec, rng: &mut SplitMix64) -> RunError {
    let working: Vec<_> = spec.nodes.iter().filter(|n| matches!(n.work, Work::Extract | Work::Compare | Work::Task | Work::Loop)).collect();
    let node = rng.pick(&working).map(|node| node.id.clone());
    let (code, category, stage, message) =
        rng.pick(texts::FAILURES).copied().unwrap_or(("unknown", "permanent", "execution", "The step failed"));
    RunError {
        message: message.to_owned(),
        stage: stage.to_owned(),
        node,
        code: code.to_owned(),
        category: category.to_owned(),
        stack: None,
        context: Value::Null,
    }
}
