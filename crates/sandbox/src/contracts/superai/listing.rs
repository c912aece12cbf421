//! `GET /api/flow-executions`: one flow's executions as a bare array, by page or behind an execution.

use axum::Json;
use axum::extract::State;
use serde_json::Value;

use super::error::Failure;
use super::executions::unknown_status;
use super::flows;
use super::params::Params;
use super::wire::{self, Extras};
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::model::{Dialect, Run, Status};
use crate::engine::store::{Page, RunQuery, Sort, SortField, Store};
use crate::state::AppState;

/// Rows read at once where more have to be looked at than are shown.
const CHUNK: u32 = 500;

pub(super) async fn list(State(app): State<AppState>, mut params: Params) -> Result<Json<Vec<Value>>, Failure> {
    let flow = params.required_uuid("flow_id");
    let field = params.choice("sort_field", &["created_at", "updated_at"]);
    let direction = params.choice("sort_direction", &["asc", "desc"]);
    let extras = Extras { run_number: params.flag("include_run_number", false), credits: params.flag("include_credits", false) };
    let page = params.integer("page", 1, 1, 10_000);
    let size = params.integer("page_size", 10, 1, 1_000);
    let start = params.uuid("start_from_execution_id");
    let mut query = RunQuery::new(Dialect::SuperAi);
    query.created_from = params.time("created_after");
    query.created_to = params.time("created_before");
    query.updated_from = params.time("updated_after");
    query.updated_to = params.time("updated_before");
    params.check_enveloped()?;
    query.statuses = states(&params, "status")?;
    query.exclude = states(&params, "status_exclude")?;
    query.sort = Sort {
        field: if field == Some("updated_at") { SortField::UpdatedAt } else { SortField::CreatedAt },
        ascending: direction == Some("asc"),
    };
    let flow = flows::find(&app, &flow.unwrap_or_default()).await?;
    query.flow = Some(flow.id);
    let wanted = Wanted { skip: (page - 1).unsigned_abs() * size.unsigned_abs(), take: usize::try_from(size).unwrap_or(1) };
    let tags = params.many("tags");
    let runs = rows(&app.store, query, start, wanted, &tags).await.map_err(|error| match error {
        StoreError::NotFound(_) => Failure::not_found("Flow execution"),
        other => other.into(),
    })?;
    let runs = app.store.with_inputs(Dialect::SuperAi, runs).await?;
    Ok(Json(runs.iter().map(|run| wire::execution(run, extras)).collect()))
}

fn states(params: &Params, name: &str) -> Result<Vec<Status>, Failure> {
    let mut found = Vec::new();
    for word in params.many(name) {
        found.extend(wire::statuses(&word).ok_or_else(|| unknown_status(name, &word))?);
    }
    Ok(found)
}

#[derive(Clone, Copy)]
struct Wanted {
    skip: u64,
    take: usize,
}

async fn rows(store: &Store, mut query: RunQuery, start: Option<String>, wanted: Wanted, tags: &[String]) -> StoreResult<Vec<Run>> {
    if tags.is_empty() {
        query.limit = u32::try_from(wanted.take).unwrap_or(u32::MAX);
        query.page = start.map_or(Page::Offset(wanted.skip), |id| Page::Past(id, wanted.skip));
        return store.list_runs(&query).await;
    }
    scan(store, query, start, wanted, tags).await
}

/// Looks at one execution after the other: tags are no part of a row.
async fn scan(store: &Store, mut query: RunQuery, start: Option<String>, wanted: Wanted, tags: &[String]) -> StoreResult<Vec<Run>> {
    query.limit = CHUNK;
    query.page = start.map_or(Page::First, Page::After);
    let (mut passed, mut found) = (0, Vec::new());
    loop {
        let runs = store.list_runs(&query).await?;
        let more = runs.len() == CHUNK as usize;
        let last = runs.last().map(|run| run.id.clone());
        for run in runs {
            if !tagged(store, &run, tags).await? {
                continue;
            }
            passed += 1;
            if passed > wanted.skip {
                found.push(run);
            }
            if found.len() == wanted.take {
                return Ok(found);
            }
        }
        match last {
            Some(last) if more => query.page = Page::After(last),
            _ => return Ok(found),
        }
    }
}

/// Whether an execution has any of the tags, each written `type:tag`.
async fn tagged(store: &Store, run: &Run, tags: &[String]) -> StoreResult<bool> {
    if tags.is_empty() {
        return Ok(true);
    }
    let detail = store.detail_of(run.clone()).await?;
    let text = |tag: &Value, name: &str| tag.get(name).and_then(Value::as_str).map(str::to_owned).unwrap_or_default();
    let present: Vec<String> =
        wire::tags(&detail, None).iter().map(|tag| format!("{}:{}", text(tag, "tag_type"), text(tag, "tag"))).collect();
    Ok(tags.iter().any(|tag| present.contains(tag)))
}
