//! Human review tasks (`/api/human-review-tasks`): list, read, start, complete, unstart, assignments. Completing
//! resumes the execution with the reviewed output, whatever the result: the vendor has no verb that rejects and stops.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::body::Body;
use super::error::Failure;
use super::params::{Params, path_uuid};
use super::wire::{self, ORGANIZATION, USER, derived};
use super::{account, check};
use crate::engine::clock;
use crate::engine::clock::iso;
use crate::engine::error::StoreError;
use crate::engine::model::{Dialect, Review, ReviewState, RunDetail};
use crate::engine::store::{DecideOutcome, NewDecision, ReviewQuery};
use crate::state::AppState;

const STATES: [(&str, ReviewState); 3] =
    [("pending", ReviewState::Pending), ("in_progress", ReviewState::Started), ("completed", ReviewState::Completed)];

/// A task as the vendor shows it (`HumanReviewTaskResponse`).
fn render(review: &Review, detail: &RunDetail) -> Value {
    let decision = review.decision.as_ref();
    let index = |node: &str| wire::newest(detail, node, review.attempt).map_or(0, |step| wire::index_of(detail, step.ordinal));
    json!({
        "id": review.id, "created_at": iso(review.opened_at), "updated_at": iso(review.updated_at),
        "modified_by": decision.map_or_else(|| "system".to_owned(), |decision| wire::actor(&decision.by)),
        "organization_id": ORGANIZATION, "flow_execution_id": review.run_id,
        "target_task_executions": [{
            "task_name": wire::task_name(detail, &review.target_node, review.attempt), "task_execution_idx": index(&review.target_node), "is_editable": true,
            "output_name": null, "output_collection_idx": null,
        }],
        "source_task_name": wire::task_name(detail, &review.node, review.attempt), "source_task_execution_idx": index(&review.node),
        "status": review.state.as_str(), "instructions": "Check the values against the documents and correct what is wrong.",
        "human_messages": [review.reason], "review_result": decision.map(|decision| decision.approved),
        "reviewed_output": decision.map(|decision| json!([decision.modified.as_ref().unwrap_or(&review.data)])),
        "task_metadata": { "flow_id": review.flow_id }, "completed_by": decision.map(|_| USER),
        "completed_at": decision.map(|decision| iso(decision.at)), "signal_sent": true,
    })
}

async fn answer(app: &AppState, review: &Review) -> Result<Json<Value>, Failure> {
    let detail = app.store.run_detail(Dialect::SuperAi, &review.run_id).await?;
    Ok(Json(render(review, &detail)))
}

/// A task that is there: one whose execution ended without it is deleted with it.
async fn find(app: &AppState, id: &str) -> Result<Review, Failure> {
    let id = path_uuid("task_id", id)?;
    match app.store.review(Dialect::SuperAi, &id).await {
        Ok(review) if review.state != ReviewState::Cancelled => Ok(review),
        Ok(_) | Err(StoreError::NotFound(_)) => Err(Failure::not_found("Human review task")),
        Err(other) => Err(other.into()),
    }
}

/// `GET /api/human-review-tasks`: the tasks assigned to the key's user, which in the sandbox are all.
pub(super) async fn list(State(app): State<AppState>, mut params: Params) -> Result<Json<Value>, Failure> {
    let mut query = ReviewQuery {
        states: STATES.map(|(_, state)| state).to_vec(),
        flow: params.uuid("flow_id"),
        run: params.uuid("flow_execution_id"),
        node: params.text("source_task_name"),
        verdicts: verdicts(&params.many("tags")),
        by_update: params.choice("sort_field", &["created_at", "updated_at"]) == Some("updated_at"),
        ascending: params.choice("sort_direction", &["asc", "desc"]) == Some("asc"),
        offset: params.integer("offset", 0, 0, i64::MAX),
        limit: params.integer("limit", 100, 1, 1_000),
    };
    params.check()?;
    if let Some(words) = params.text("status") {
        query.states = states(&words)?;
    }
    let mut none = false;
    if let Some(groups) = params.text("metadata") {
        none = !metadata(&groups, &mut query)?;
    }
    let (reviews, total) = if none { (Vec::new(), 0) } else { app.store.list_reviews(Dialect::SuperAi, &query).await? };
    let mut items = Vec::new();
    for review in &reviews {
        items.push(answer(&app, review).await?.0);
    }
    Ok(Json(json!({ "items": items, "total_count": total, "offset": query.offset, "limit": query.limit })))
}

fn states(words: &str) -> Result<Vec<ReviewState>, Failure> {
    let state = |word: &str| {
        STATES
            .into_iter()
            .find(|(name, _)| *name == word)
            .map(|(_, state)| state)
            .ok_or_else(|| Failure::bad_request(format!("Invalid status '{word}'. Valid values: pending, in_progress, completed")))
    };
    words.split(',').map(str::trim).filter(|word| !word.is_empty()).map(state).collect()
}

/// The outcomes that the wanted tags stand for; tags that no task has give nothing.
fn verdicts(tags: &[String]) -> Option<Vec<bool>> {
    if tags.is_empty() {
        return None;
    }
    let verdict = |tag: &String| match tag.rsplit(':').next() {
        Some("correct") => Some(true),
        Some("incorrect") => Some(false),
        _ => None,
    };
    Some(tags.iter().filter_map(verdict).collect())
}

/// Applies `[{"key","values"}]`. The only key that the sandbox's tasks have is `flow_id`; false means nothing can match.
fn metadata(raw: &str, query: &mut ReviewQuery) -> Result<bool, Failure> {
    let wrong = || Failure::bad_request("metadata must be a JSON list of objects with 'key' and 'values'");
    let groups: Vec<Value> = serde_json::from_str(raw).map_err(|_| wrong())?;
    for group in groups {
        let key = group.get("key").and_then(Value::as_str).ok_or_else(wrong)?;
        let values = group.get("values").and_then(Value::as_array).ok_or_else(wrong)?;
        let wanted: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
        match (&query.flow, wanted.as_slice()) {
            _ if key != "flow_id" => return Ok(false),
            (Some(flow), wanted) if !wanted.contains(&flow.as_str()) => return Ok(false),
            (None, [one]) => query.flow = Some((*one).to_owned()),
            (None, _) => return Err(Failure::bad_request("The sandbox filters by one flow_id at a time")),
            (Some(_), _) => {}
        }
    }
    Ok(true)
}

/// `GET /api/human-review-tasks/by-execution`: every task of an execution, whoever it is assigned to.
pub(super) async fn by_execution(State(app): State<AppState>, mut params: Params) -> Result<Json<Vec<Value>>, Failure> {
    let id = params.required_uuid("flow_execution_id");
    params.check()?;
    let detail = match app.store.run_detail(Dialect::SuperAi, &id.unwrap_or_default()).await {
        Ok(detail) => detail,
        Err(StoreError::NotFound(_)) => return Ok(Json(Vec::new())),
        Err(other) => return Err(other.into()),
    };
    let shown = detail.reviews.iter().filter(|review| review.state != ReviewState::Cancelled);
    Ok(Json(shown.map(|review| render(review, &detail)).collect()))
}

/// `GET /api/human-review-tasks/{task_id}`
pub(super) async fn get(State(app): State<AppState>, Path(id): Path<String>) -> Result<Json<Value>, Failure> {
    answer(&app, &find(&app, &id).await?).await
}

/// `POST /api/human-review-tasks/{task_id}/start`: may be repeated.
pub(super) async fn start(State(app): State<AppState>, Path(id): Path<String>) -> Result<Json<Value>, Failure> {
    let review = find(&app, &id).await?;
    let review = app.store.open_task(Dialect::SuperAi, &review.id, USER).await?;
    answer(&app, &review).await
}

/// `POST /api/human-review-tasks/{task_id}/unstart`
pub(super) async fn unstart(State(app): State<AppState>, Path(id): Path<String>) -> Result<Json<Value>, Failure> {
    let review = find(&app, &id).await?;
    let review = app.store.leave_task(Dialect::SuperAi, &review.id).await?;
    answer(&app, &review).await
}

/// `POST /api/human-review-tasks/{task_id}/complete`
pub(super) async fn complete(State(app): State<AppState>, Path(id): Path<String>, mut body: Body) -> Result<Json<Value>, Failure> {
    let approved = body.flag("review_result");
    let outputs = body.list("reviewed_output");
    body.check()?;
    let review = find(&app, &id).await?;
    if review.state != ReviewState::Started {
        return Err(not_in_progress(&review));
    }
    let detail = app.store.run_detail(Dialect::SuperAi, &review.run_id).await?;
    let output = reviewed(&review, &detail, outputs)?;
    let new =
        NewDecision { approved, modified: (output != review.data).then_some(output), command_id: None, by: USER.into(), needs_start: true };
    match app.store.decide_review(Dialect::SuperAi, &review.id, &new).await? {
        DecideOutcome::Accepted(review) => {
            app.nudge();
            answer(&app, &review).await
        }
        DecideOutcome::Repeated(review)
        | DecideOutcome::Opposite(review)
        | DecideOutcome::NotWaiting(review)
        | DecideOutcome::NotStarted(review) => Err(not_in_progress(&review)),
    }
}

fn not_in_progress(review: &Review) -> Failure {
    Failure::bad_request(format!("Human review task status is not 'in_progress' (it is '{}')", review.state.as_str()))
}

/// The output that goes on: one entry for each target, checked against the target's output model.
fn reviewed(review: &Review, detail: &RunDetail, outputs: Vec<Value>) -> Result<Value, Failure> {
    let given = outputs.len();
    let mut outputs = outputs.into_iter();
    let (Some(mut output), None) = (outputs.next(), outputs.next()) else {
        let message = format!("reviewed_output must have as many entries as target_task_executions: 1, not {given}");
        return Err(Failure::invalid_input(message, json!([{ "loc": ["reviewed_output"], "type": "length" }])));
    };
    // The target's output may hold more than what is reviewed, such as whether it matched; that part is not edited.
    let target = wire::newest(detail, &review.target_node, review.attempt).and_then(|step| step.output.as_object());
    if let (Some(target), Some(output), Some(data)) = (target, output.as_object_mut(), review.data.as_object()) {
        output.retain(|name, _| data.contains_key(name) || !target.contains_key(name));
    }
    let issues = check::issues(&review.schema, &output);
    if issues.is_empty() {
        return Ok(output);
    }
    Err(Failure::invalid_input("reviewed_output does not match the target task's output model", Value::Array(issues)))
}

/// `GET /api/human-review-tasks/{task_id}/assignments`: one, to the sandbox's user.
pub(super) async fn assignments(State(app): State<AppState>, Path(id): Path<String>, mut params: Params) -> Result<Json<Value>, Failure> {
    let with_user = params.flag("include_user_info", false);
    params.check()?;
    let review = find(&app, &id).await?;
    let oldest = clock::now() - i64::try_from(account::ASSIGNMENT.as_millis()).unwrap_or(i64::MAX);
    // The vendor takes an assignment back when its time is over; read that way, no timer is needed.
    let started = review.started_at.filter(|at| *at >= oldest && review.started_by.is_some());
    let status = match review.state {
        ReviewState::Completed => "completed",
        ReviewState::Started if started.is_some() => "in_progress",
        _ => "pending",
    };
    Ok(Json(json!([{
        "id": derived(&review.id, 0x6173_7369), "created_at": iso(review.opened_at), "updated_at": iso(review.updated_at),
        "modified_by": "system", "human_review_task_id": review.id, "user_id": USER, "worker_group_id": null,
        "organization_id": ORGANIZATION, "status": status, "started_at": started.map(iso),
        "user": with_user.then(account::user),
    }])))
}
