//! Rows to values. A row that does not decode is an error with its noun, never a panic.

use serde_json::{Map, Value, json};
use sqlx::{Row as _, sqlite::SqliteRow};

use crate::engine::error::{StoreError, StoreResult};
use crate::engine::model::{
    Attempt, Decision, Dialect, FileRow, Flow, Node, Review, ReviewState, Run, RunError, Status, StatusEvent, Step, Trigger, Work,
};

/// Everything [`run`] needs; to be followed by where it comes from.
pub(super) const RUN_COLUMNS: &str = "SELECT r.*, f.id AS flow_id, f.name AS flow_name";

/// Everything [`run`] needs; to be followed by conditions.
pub(super) const SELECT_RUN: &str = "SELECT r.*, f.id AS flow_id, f.name AS flow_name FROM runs r JOIN flows f ON f.n = r.flow ";

/// Everything [`review`] needs; to be followed by conditions.
pub(super) const SELECT_REVIEW: &str = "SELECT v.*, r.id AS run_id, f.id AS flow_id FROM reviews v \
     JOIN runs r ON r.n = v.run JOIN flows f ON f.n = r.flow ";

fn word<T>(row: &SqliteRow, column: &str, parse: fn(&str) -> Option<T>) -> StoreResult<T> {
    parse(row.try_get::<&str, _>(column)?).ok_or(StoreError::Corrupt("status or type"))
}

fn value(row: &SqliteRow, column: &str) -> StoreResult<Value> {
    match row.try_get::<Option<&str>, _>(column)? {
        None => Ok(Value::Null),
        Some(text) => serde_json::from_str(text).map_err(|_| StoreError::Corrupt("JSON value")),
    }
}

fn object(row: &SqliteRow, column: &str) -> StoreResult<Value> {
    Ok(match value(row, column)? {
        Value::Null => Value::Object(Map::new()),
        other => other,
    })
}

fn error(row: &SqliteRow, column: &str) -> StoreResult<Option<RunError>> {
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let value = value(row, column)?;
    if value.is_null() {
        return Ok(None);
    }
    Ok(Some(RunError {
        message: text(&value, "message").unwrap_or_default(),
        stage: text(&value, "stage").unwrap_or_default(),
        node: text(&value, "node"),
        code: text(&value, "code").unwrap_or_default(),
        category: text(&value, "category").unwrap_or_default(),
        stack: text(&value, "stack"),
        context: value.get("context").cloned().unwrap_or(Value::Null),
    }))
}

/// The stored form of an error.
pub(crate) fn error_json(error: &RunError) -> String {
    json!({
        "message": error.message, "stage": error.stage, "node": error.node, "code": error.code,
        "category": error.category, "stack": error.stack, "context": error.context,
    })
    .to_string()
}

/// The stored form of a JSON value: nothing for null and `{}`.
pub(crate) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Object(map) if map.is_empty() => None,
        other => Some(other.to_string()),
    }
}

pub(crate) fn nodes_json(nodes: &[Node]) -> String {
    let list: Vec<Value> =
        nodes.iter().map(|n| json!({"id": n.id, "work": n.work.as_str(), "kind": n.kind, "label": n.label, "role": n.role})).collect();
    Value::Array(list).to_string()
}

fn node(value: &Value) -> Option<Node> {
    let text = |key: &str| value.get(key)?.as_str().map(str::to_owned);
    Some(Node { id: text("id")?, work: Work::parse(&text("work")?)?, kind: text("kind")?, label: text("label")?, role: text("role")? })
}

pub(super) fn flow(row: &SqliteRow) -> StoreResult<Flow> {
    let nodes = value(row, "nodes")?;
    let nodes: Option<Vec<Node>> = nodes.as_array().and_then(|list| list.iter().map(node).collect());
    Ok(Flow {
        n: row.try_get("n")?,
        id: row.try_get("id")?,
        dialect: word(row, "dialect", Dialect::parse)?,
        name: row.try_get("name")?,
        description: row.try_get("description")?,
        active: row.try_get("active")?,
        version: row.try_get("version")?,
        last_seq: row.try_get("last_seq")?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
        nodes: nodes.ok_or(StoreError::Corrupt("flow"))?,
    })
}

pub(super) fn run(row: &SqliteRow) -> StoreResult<Run> {
    Ok(Run {
        n: row.try_get("n")?,
        id: row.try_get("id")?,
        dialect: word(row, "dialect", Dialect::parse)?,
        flow: row.try_get("flow")?,
        flow_id: row.try_get("flow_id")?,
        flow_name: row.try_get("flow_name")?,
        flow_version: row.try_get("flow_version")?,
        seq: row.try_get("seq")?,
        status: word(row, "status", Status::parse)?,
        trigger: word(row, "trigger", Trigger::parse)?,
        name: row.try_get("name")?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
        started_at: row.try_get("started_at")?,
        finished_at: row.try_get("finished_at")?,
        duration_ms: row.try_get("duration_ms")?,
        waiting_since: row.try_get("waiting_since")?,
        waited_ms: row.try_get("waited_ms")?,
        attempt: row.try_get("attempt")?,
        steps_total: row.try_get("steps_total")?,
        steps_done: row.try_get("steps_done")?,
        error: error(row, "error")?,
        metadata: object(row, "metadata")?,
        input: object(row, "input")?,
        output: object(row, "output")?,
        restarted_from: row.try_get("restarted_from")?,
        trigger_email: row.try_get("trigger_email")?,
        created_by: row.try_get("created_by")?,
        cancel_requested_at: row.try_get("cancel_requested_at")?,
        deleted_at: row.try_get("deleted_at")?,
        thin: row.try_get("thin")?,
    })
}

pub(super) fn step(row: &SqliteRow) -> StoreResult<Step> {
    Ok(Step {
        ordinal: row.try_get("ordinal")?,
        id: row.try_get("id")?,
        node: row.try_get("node")?,
        work: word(row, "work", Work::parse)?,
        kind: row.try_get("kind")?,
        label: row.try_get("label")?,
        attempt: row.try_get("attempt")?,
        retry: row.try_get("retry")?,
        loop_id: row.try_get("loop_id")?,
        iteration: row.try_get("iteration")?,
        status: word(row, "status", Status::parse)?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
        started_at: row.try_get("started_at")?,
        finished_at: row.try_get("finished_at")?,
        input: value(row, "input")?,
        output: value(row, "output")?,
        error: error(row, "error")?,
    })
}

pub(super) fn event(row: &SqliteRow) -> StoreResult<StatusEvent> {
    Ok(StatusEvent { at: row.try_get("at")?, status: word(row, "status", Status::parse)?, message: row.try_get("message")? })
}

pub(super) fn attempt(row: &SqliteRow) -> StoreResult<Attempt> {
    Ok(Attempt {
        number: row.try_get("number")?,
        status: word(row, "status", Status::parse)?,
        started_at: row.try_get("started_at")?,
        finished_at: row.try_get("finished_at")?,
        error: row.try_get("error")?,
    })
}

pub(super) fn file(row: &SqliteRow) -> StoreResult<FileRow> {
    Ok(FileRow {
        id: row.try_get("id")?,
        key: row.try_get("key")?,
        name: row.try_get("name")?,
        mime: row.try_get("mime")?,
        size: row.try_get("size")?,
        metadata: object(row, "metadata")?,
        guidance: row.try_get("guidance")?,
    })
}

pub(super) fn review(row: &SqliteRow) -> StoreResult<Review> {
    let decision = match row.try_get::<Option<i64>, _>("decided_at")? {
        None => None,
        Some(at) => Some(Decision {
            approved: row.try_get::<Option<bool>, _>("approved")?.unwrap_or(false),
            modified: match value(row, "modified")? {
                Value::Null => None,
                other => Some(other),
            },
            command_id: row.try_get("command_id")?,
            by: row.try_get::<Option<String>, _>("decided_by")?.unwrap_or_default(),
            at,
            applied_at: row.try_get("applied_at")?,
        }),
    };
    Ok(Review {
        n: row.try_get("n")?,
        id: row.try_get("id")?,
        run: row.try_get("run")?,
        run_id: row.try_get("run_id")?,
        flow_id: row.try_get("flow_id")?,
        node: row.try_get("node")?,
        target_node: row.try_get("target_node")?,
        attempt: row.try_get("attempt")?,
        state: word(row, "state", ReviewState::parse)?,
        reason: row.try_get("reason")?,
        data: value(row, "data")?,
        schema: value(row, "schema")?,
        opened_at: row.try_get("opened_at")?,
        updated_at: row.try_get("updated_at")?,
        started_at: row.try_get("started_at")?,
        started_by: row.try_get("started_by")?,
        decision,
    })
}
