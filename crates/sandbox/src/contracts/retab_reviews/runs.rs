//! Runs: list, one, create, cancel, delete.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
};
use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{DIALECT, files, wire, words};
use crate::contracts::retab::error::{Answer, Body, Failure};
use crate::contracts::retab::query::{Params, invalid};
use crate::engine::model::{Flow, Status, Trigger, Work};
use crate::engine::store::{CancelOutcome, NewFile, NewRun, Page, RunQuery, Sort, SortField};
use crate::state::AppState;

type Pairs = Query<Vec<(String, String)>>;

/// `{data, list_metadata: {before, after}}`; each cursor is the id at that end of the page, null if nothing lies beyond.
pub(super) async fn list(State(state): State<AppState>, Query(params): Pairs) -> Answer<Json<Value>> {
    let params = Params(params);
    let mut ask = query(&params)?;
    let limit = ask.limit;
    // One more than asked tells whether there is a page beyond.
    ask.limit = limit + 1;
    let backwards = matches!(ask.page, Page::Before(_));
    let mut runs = state.store.list_runs(&ask).await?;
    let more = runs.len() > limit as usize;
    if more {
        if backwards {
            runs.remove(0);
        } else {
            runs.pop();
        }
    }
    // Behind a cursor lies at least the run that it names.
    let cursor = !matches!(ask.page, Page::First);
    let (earlier, later) = if backwards { (more, cursor) } else { (cursor, more) };
    let before = runs.first().filter(|_| earlier).map(|run| run.id.clone());
    let after = runs.last().filter(|_| later).map(|run| run.id.clone());
    let details = state.store.details_of(runs).await?;
    let data: Vec<Value> = details.iter().map(wire::run).collect();
    Ok(Json(json!({"data": data, "list_metadata": {"before": before, "after": after}})))
}

fn query(params: &Params) -> Answer<RunQuery> {
    let mut query = RunQuery::new(DIALECT);
    query.flow = params.get("workflow_id").map(str::to_owned);
    if let Some(word) = params.get("status") {
        query.statuses = statuses("status", word)?;
    }
    if let Some(word) = params.get("exclude_status") {
        query.exclude = statuses("exclude_status", word)?;
    }
    if let Some(word) = params.get("trigger_type") {
        let known = Trigger::parse(word);
        query.triggers.push(known.ok_or_else(|| invalid("trigger_type", "Input should be a trigger type", "enum", &json!(word)))?);
    }
    query.created_from = params.date("from_date", false)?;
    query.created_to = params.date("to_date", true)?;
    query.min_duration_ms = params.number("min_duration_ms")?;
    query.max_duration_ms = params.number("max_duration_ms")?;
    query.search = params.get("search").map(str::to_owned);
    let field = match params.get("sort_by") {
        None | Some("timing.created_at") => SortField::CreatedAt,
        Some("timing.started_at") => SortField::StartedAt,
        Some("timing.completed_at") => SortField::FinishedAt,
        Some(other) => return Err(invalid("sort_by", "Input should be a field of timing", "enum", &json!(other))),
    };
    query.sort = Sort { field, ascending: params.ascending()? };
    query.page = params.page();
    query.limit = params.limit(20)?;
    Ok(query)
}

/// One word: this generation takes no list.
fn statuses(name: &str, word: &str) -> Answer<Vec<Status>> {
    let list = || words::RUN_STATUSES.map(|word| format!("'{word}'")).join(", ");
    let known = words::parse(word).map(<[_]>::to_vec);
    known.ok_or_else(|| invalid(name, &format!("Input should be one of {}", list()), "enum", &json!(word)))
}

pub(super) async fn one(State(state): State<AppState>, Path(run): Path<String>) -> Answer<Json<Value>> {
    Ok(Json(wire::run(&state.store.run_detail(DIALECT, &run).await?)))
}

pub(super) async fn delete(State(state): State<AppState>, Path(run): Path<String>) -> Answer<StatusCode> {
    state.store.delete(DIALECT, &run, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub(super) struct Command {
    #[expect(dead_code, reason = "a cancellation asked for twice is asked for once anyway")]
    command_id: Option<String>,
}

/// Always 200: the status in it says whether anything happened.
pub(super) async fn cancel(State(state): State<AppState>, Path(run): Path<String>, Body(_): Body<Command>) -> Answer<Json<Value>> {
    let (word, run) = match state.store.cancel(DIALECT, &run).await? {
        CancelOutcome::Requested(run) => {
            state.nudge();
            ("cancellation_requested", run)
        }
        CancelOutcome::Pending(run) => ("cancellation_requested", run),
        CancelOutcome::Ended(run) if run.status == Status::Cancelled => ("cancelled", run),
        CancelOutcome::Ended(run) => ("cancellation_failed", run),
    };
    let all = state.store.detail_of(*run).await?;
    Ok(Json(json!({"run": wire::run(&all), "redis_available": true, "cancellation_status": word})))
}

#[derive(Deserialize)]
pub(super) struct Create {
    workflow_id: String,
    documents: Option<BTreeMap<String, Document>>,
    json_inputs: Option<Map<String, Value>>,
    version: Option<String>,
    metadata: Option<BTreeMap<String, String>>,
}

/// `url` is a data URL, or the address of a file of an earlier run in the vendor's storage.
#[derive(Deserialize)]
struct Document {
    filename: String,
    url: String,
}

const BASE64: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent));

/// An `Idempotency-Key` makes a repeated request answer with the first run.
pub(super) async fn create(State(state): State<AppState>, headers: HeaderMap, Body(ask): Body<Create>) -> Answer<Json<Value>> {
    let flow = state.store.flow(DIALECT, &ask.workflow_id).await?;
    if let Some(version) = ask.version.filter(|word| !matches!(word.as_str(), "production" | "draft"))
        && version != wire::version_of(&flow.id, flow.version)
    {
        return Err(Failure::not_found("Workflow version not found"));
    }
    let mut files = Vec::new();
    for (block, document) in ask.documents.unwrap_or_default() {
        known(&flow, "documents", &block, Work::Document)?;
        files.push(file(&state, block, document).await?);
    }
    let mut input = Map::new();
    for (block, value) in ask.json_inputs.unwrap_or_default() {
        known(&flow, "json_inputs", &block, Work::Json)?;
        input.insert(block, value);
    }
    let new = NewRun {
        dialect: DIALECT,
        flow: flow.id,
        trigger: Trigger::Api,
        name: None,
        metadata: ask.metadata.map_or_else(|| json!({}), |metadata| json!(metadata)),
        input: Value::Object(input),
        files,
        created_by: "api-key".to_owned(),
        restarted_from: None,
    };
    let run = match headers.get("idempotency-key").and_then(|key| key.to_str().ok()) {
        Some(key) => state.store.create_run_once(new, key).await?,
        None => state.store.create_run(new).await?,
    };
    state.nudge();
    Ok(Json(wire::run(&state.store.detail_of(run).await?)))
}

fn known(flow: &Flow, field: &str, block: &str, work: Work) -> Answer<()> {
    if flow.node(block).is_some_and(|found| found.work == work) {
        return Ok(());
    }
    let blocks: Vec<&str> = flow.nodes.iter().filter(|node| node.work == work).map(|node| node.id.as_str()).collect();
    let message = format!("No start block {block} takes this; the workflow has {}", blocks.join(", "));
    Err(Failure::invalid(&["body", field, block], &message, "value_error", &json!(block)))
}

async fn file(state: &AppState, block: String, document: Document) -> Answer<NewFile> {
    let place = ["body", "documents", &block, "url"];
    if let Some(id) = files::stored(&document.url) {
        let (known, bytes) = state.store.file(DIALECT, id).await?;
        return Ok(NewFile { key: block, name: document.filename, mime: known.mime, bytes, metadata: json!({}), guidance: None });
    }
    let parts = document.url.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,"));
    let (mime, content) = parts.ok_or_else(|| Failure::invalid(&place, "URL should be a base64 data URL", "url_parsing", &Value::Null))?;
    let bytes = BASE64
        .decode(content.trim())
        .map_err(|error| Failure::invalid(&place, &format!("Content is not valid base64: {error}"), "value_error", &Value::Null))?;
    Ok(NewFile { key: block, name: document.filename, mime: mime.to_owned(), bytes, metadata: json!({}), guidance: None })
}
