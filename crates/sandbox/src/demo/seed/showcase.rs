//! One run of every kind there is, told in full: each status and trigger of the vendor, each shape of error, retries,
//! attempts, loops, odd texts, and one run of 1,000 steps.

mod invoice;
mod shapes;

pub(crate) use shapes::terms_schema;

use serde_json::{Value, json};

use super::texts;
use crate::engine::ids;
use crate::engine::model::{Attempt, Dialect, FileRow, Flow, Run, RunDetail, RunError, Status, StatusEvent, Step, Trigger, Work};
use crate::engine::rng::SplitMix64;
use crate::engine::store::file_json;

/// A run with its files.
pub(super) struct Shown {
    pub detail: RunDetail,
    pub files: Vec<(FileRow, Vec<u8>)>,
}

/// Words for all its runs come from here, newest last.
pub(super) fn all(flow: &Flow, now: i64) -> Vec<Shown> {
    let mut runs = Vec::new();
    for status in statuses(flow.dialect) {
        runs.push(plain(flow, *status));
    }
    for trigger in triggers(flow.dialect) {
        let mut run = plain(flow, Status::Completed);
        run.run.trigger = *trigger;
        run.run.trigger_email = (*trigger == Trigger::Email).then(|| "contracts@acme.example".to_owned());
        run.run.name = Some(format!("Started by {}", trigger.as_str()));
        runs.push(run);
    }
    for (stage, message) in texts::STAGES {
        runs.push(shapes::failed(flow, stage, message));
    }
    for (label, text) in texts::ODD {
        runs.push(shapes::odd(flow, label, text));
    }
    runs.push(shapes::odd(flow, "endless word", &texts::endless()));
    runs.push(shapes::odd(flow, "long", &texts::long()));
    runs.push(shapes::numbers(flow));
    runs.push(shapes::retried(flow));
    runs.push(shapes::attempts(flow));
    runs.push(shapes::looped(flow, 5, "Five sections"));
    runs.push(shapes::looped(flow, 1_000 - flow.nodes.len() + 2, "1,000 steps"));
    runs.push(shapes::waited_long(flow));
    for place in 0..4 {
        if flow.dialect != Dialect::FlowStack {
            runs.push(shapes::asking(flow, place));
        }
    }
    let count = i64::try_from(runs.len()).unwrap_or(1);
    // Two hours apart, the newest a quarter of an hour old; numbers follow the creation, which one run puts far back.
    let time = |place: i64| now - 15 * 60_000 - (count - place) * 2 * 3_600_000;
    let mut placed: Vec<(i64, RunDetail)> = (1..).map(time).zip(runs).collect();
    placed.sort_by_key(|(at, all)| at + all.run.created_at);
    let finish = |((at, mut all), seq): ((i64, RunDetail), i64)| {
        let files = shapes::files(&all);
        hand_in(&mut all, &files);
        Shown { detail: numbered(all, flow, seq, at), files }
    };
    placed.into_iter().zip(1..).map(finish).collect()
}

/// A start node holds its document, whatever else the texts of a run were replaced by.
fn hand_in(all: &mut RunDetail, files: &[(FileRow, Vec<u8>)]) {
    let made = |step: &&mut Step| step.work == Work::Document && !step.output.is_null();
    for step in all.steps.iter_mut().filter(made) {
        if let Some((file, _)) = files.iter().find(|(file, _)| file.key == step.node) {
            step.output = file_json(&file.id, &file.name, &file.mime);
        }
    }
}

const fn statuses(dialect: Dialect) -> &'static [Status] {
    match dialect {
        Dialect::Retab | Dialect::RetabReviews => {
            &[Status::Pending, Status::Queued, Status::Running, Status::Completed, Status::Failed, Status::Cancelling, Status::Cancelled]
        }
        Dialect::TableFlow | Dialect::FlowStack => &[Status::Running, Status::Completed, Status::Failed],
        Dialect::SuperAi => &[
            Status::Queued,
            Status::Running,
            Status::InProgress,
            Status::Completed,
            Status::Failed,
            Status::Deleted,
            Status::Stale,
            Status::Edited,
            Status::Cancelling,
            Status::Cancelled,
        ],
    }
}

const fn triggers(dialect: Dialect) -> &'static [Trigger] {
    match dialect {
        Dialect::Retab | Dialect::RetabReviews => &Trigger::ALL,
        Dialect::TableFlow => &[Trigger::Manual, Trigger::Api],
        Dialect::FlowStack => &[Trigger::Manual, Trigger::Schedule, Trigger::Webhook],
        Dialect::SuperAi => &[Trigger::Api],
    }
}

/// Times are offsets from the creation until [`numbered`] knows when that was.
fn plain(flow: &Flow, status: Status) -> RunDetail {
    let reached = match status {
        Status::Pending | Status::Queued => 0,
        Status::Running | Status::InProgress | Status::Cancelling | Status::Cancelled | Status::Failed => 1,
        _ => flow.nodes.len(),
    };
    let mut steps = Vec::new();
    for (place, node) in flow.nodes.iter().enumerate() {
        let step_status = match (place.cmp(&reached), status) {
            (std::cmp::Ordering::Less, Status::Edited) if place == 1 => Status::Edited,
            (std::cmp::Ordering::Less, Status::Stale) if place > 1 => Status::Stale,
            (std::cmp::Ordering::Less, _) => Status::Completed,
            (std::cmp::Ordering::Equal, Status::Failed | Status::Cancelled | Status::Running) => status,
            (std::cmp::Ordering::Equal, Status::InProgress | Status::Cancelling) => Status::Running,
            (std::cmp::Ordering::Greater, Status::Cancelled) => Status::Cancelled,
            (std::cmp::Ordering::Greater, Status::Failed) => Status::Skipped,
            _ => Status::Pending,
        };
        steps.push(step(flow, place, step_status, i64::try_from(place).unwrap_or(0) * 4_000, 3_800));
        if let (Status::Completed | Status::Edited | Status::Stale, Some(step)) = (step_status, steps.last_mut()) {
            step.output = output(node.work, place);
        }
    }
    let error = (status == Status::Failed).then(|| error(flow, "execution", "KeyError: 'total_amount'"));
    if let (Some(error), Some(step)) = (&error, steps.get_mut(1)) {
        step.error = Some(error.clone());
    }
    let name = format!("Contract, {}", status.as_str().replace('_', " "));
    assemble(flow, status, &name, steps, error)
}

fn output(work: Work, place: usize) -> Value {
    match work {
        Work::Document | Work::Json => json!({"contract": "2026-17", "pages": 3}),
        Work::Loop => json!({"sections": 3}),
        Work::Review => json!({"party": "Acme Corp", "renewal": "automatic"}),
        _ => json!({"section": place, "title": "Term and renewal", "confidence": 0.97, "flags": []}),
    }
}

fn error(flow: &Flow, stage: &str, message: &str) -> RunError {
    RunError {
        message: message.to_owned(),
        stage: stage.to_owned(),
        node: flow.nodes.get(1).map(|node| node.id.clone()),
        code: "node_failed".to_owned(),
        category: "permanent".to_owned(),
        stack: Some(texts::STACK.to_owned()),
        context: json!({"worker": "w-17", "try": 1}),
    }
}

fn step(flow: &Flow, place: usize, status: Status, start: i64, length: i64) -> Step {
    let node = flow.nodes.get(place);
    let text = |get: fn(&crate::engine::model::Node) -> &String| node.map(get).cloned().unwrap_or_default();
    let began = !matches!(status, Status::Pending | Status::Queued | Status::Skipped);
    let ended = began && !matches!(status, Status::Running | Status::Waiting);
    Step {
        ordinal: 0,
        id: text(|n| &n.id),
        node: text(|n| &n.id),
        work: node.map_or(Work::Task, |n| n.work),
        kind: text(|n| &n.kind),
        label: text(|n| &n.label),
        attempt: 1,
        retry: 0,
        loop_id: None,
        iteration: None,
        status,
        created_at: 0,
        updated_at: start + if ended { length } else { 0 },
        started_at: began.then_some(start),
        finished_at: ended.then_some(start + length),
        input: Value::Null,
        output: Value::Null,
        error: None,
    }
}

/// Puts a run around its steps.
fn assemble(flow: &Flow, status: Status, name: &str, steps: Vec<Step>, error: Option<RunError>) -> RunDetail {
    let end = steps.iter().filter_map(|step| step.finished_at.or(step.started_at)).max().unwrap_or(0);
    let ended = status.is_terminal();
    let output = match (ended, steps.iter().rev().find(|step| !step.output.is_null())) {
        (true, Some(last)) if error.is_none() && status != Status::Cancelled => json!({ last.node.clone(): last.output }),
        _ => json!({}),
    };
    let first = if flow.dialect == Dialect::SuperAi { Status::Queued } else { Status::Running };
    let first = if matches!(status, Status::Pending | Status::Queued) { status } else { first };
    let mut events = vec![StatusEvent { at: 0, status: first, message: "Flow started via api".to_owned() }];
    if status != first {
        let message = error.as_ref().map_or("Flow completed successfully", |error| error.message.as_str());
        let message = if ended { message } else { "Status changed" };
        events.push(StatusEvent { at: end, status, message: message.to_owned() });
    }
    let waiting = status == Status::Waiting;
    let run = Run {
        n: 0,
        id: String::new(),
        dialect: flow.dialect,
        flow: flow.n,
        flow_id: flow.id.clone(),
        flow_name: flow.name.clone(),
        flow_version: flow.version,
        seq: 0,
        status,
        trigger: Trigger::Api,
        name: Some(name.to_owned()),
        created_at: 0,
        updated_at: end,
        started_at: (!matches!(status, Status::Pending | Status::Queued)).then_some(0),
        finished_at: ended.then_some(end),
        duration_ms: ended.then_some(end),
        waiting_since: waiting.then_some(end),
        waited_ms: 0,
        attempt: 1,
        steps_total: i64::try_from(steps.len()).unwrap_or(0),
        steps_done: i64::try_from(steps.iter().filter(|s| s.status == Status::Completed).count()).unwrap_or(0),
        error,
        metadata: json!({"contract": name}),
        input: json!({}),
        output,
        restarted_from: None,
        trigger_email: None,
        created_by: "api-key".to_owned(),
        cancel_requested_at: (status == Status::Cancelling || status == Status::Cancelled).then_some(end),
        deleted_at: (status == Status::Deleted).then_some(end),
        thin: false,
    };
    let attempt = Attempt {
        number: 1,
        status,
        started_at: 0,
        finished_at: run.finished_at,
        error: run.error.as_ref().map(|error| error.message.clone()),
    };
    RunDetail { run, steps, events, attempts: vec![attempt], files: Vec::new(), reviews: Vec::new() }
}

/// Turns offsets into times and gives the run its number and id.
fn numbered(mut all: RunDetail, flow: &Flow, seq: i64, at: i64) -> RunDetail {
    let move_by = |time: &mut Option<i64>| {
        if let Some(time) = time {
            *time += at;
        }
    };
    let run = &mut all.run;
    run.seq = seq;
    run.id = ids::run(flow.dialect, &mut SplitMix64::of(&[super::hash(&flow.id), seq.unsigned_abs(), 1]));
    run.created_at += at;
    run.updated_at += at;
    for time in [&mut run.started_at, &mut run.finished_at, &mut run.waiting_since, &mut run.cancel_requested_at, &mut run.deleted_at] {
        move_by(time);
    }
    for (step, ordinal) in all.steps.iter_mut().zip(0..) {
        step.ordinal = ordinal;
        step.created_at += at;
        step.updated_at += at;
        move_by(&mut step.started_at);
        move_by(&mut step.finished_at);
    }
    for event in &mut all.events {
        event.at += at;
    }
    for attempt in &mut all.attempts {
        attempt.started_at += at;
        move_by(&mut attempt.finished_at);
    }
    for review in &mut all.reviews {
        review.id = ids::uuid(&mut SplitMix64::of(&[super::hash(&flow.id), seq.unsigned_abs(), 7]));
        review.opened_at += at;
        review.updated_at += at;
        move_by(&mut review.started_at);
        if let Some(decision) = &mut review.decision {
            decision.at += at;
            move_by(&mut decision.applied_at);
        }
    }
    all
}
