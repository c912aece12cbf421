//! Lists of runs and one run (<https://docs.tableflow.com/api-reference/get-flow-runs>, `get-flow-runs-by-flow`,
//! `get-flow-run`).

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::{Value, json};

use super::error::Failure;
use super::{Pairs, bounded, text, wire};
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::model::{Dialect, Flow, Run};
use crate::engine::store::{Page, RunQuery, Store};
use crate::state::AppState;

const MAX_LIMIT: u32 = 1000;

/// `GET /v2/flows/runs`
pub(super) async fn list_all(State(app): State<AppState>, Query(pairs): Query<Pairs>) -> Result<Json<Value>, Failure> {
    let mut query = RunQuery::new(Dialect::TableFlow);
    query.limit = bounded(&pairs, "limit", 100, 1, MAX_LIMIT)?;
    let offset = bounded(&pairs, "offset", 0, 0, u32::MAX)?;
    query.page = Page::Offset(offset.into());
    query.flow = text(&pairs, "flow_id").map(str::to_owned);
    let filter = text(&pairs, "status");
    if let Some(word) = filter {
        query.statuses = wire::statuses(word)
            .ok_or_else(|| Failure::invalid("The parameter 'status' must be one of processing, review, completed, failed"))?;
    }
    let total = app.store.count_runs(&query).await?;
    let runs = page(&app.store, &query).await?;
    let next = u64::from(offset) + runs.len() as u64;
    Ok(Json(json!({
        "flow_runs": runs,
        "pagination": {
            "total": total, "limit": query.limit, "offset": offset,
            "next_offset": (!runs.is_empty() && next < total).then_some(next), "filter": filter.unwrap_or("all"),
        },
    })))
}

async fn page(store: &Store, query: &RunQuery) -> StoreResult<Vec<Value>> {
    let flows = store.flows(Dialect::TableFlow).await?;
    let mut found = Vec::new();
    for run in store.list_runs(query).await? {
        let flow = flows.iter().find(|flow| flow.n == run.flow);
        found.push(wire::run(&run, &store.events_of(&run).await?, flow));
    }
    Ok(found)
}

/// `GET /v2/flows/{id}/runs`: every run of the flow at once, so it is written while it is read.
pub(super) async fn list_of_flow(State(app): State<AppState>, Path(flow): Path<String>) -> Result<Response, Failure> {
    let flow = app.store.flow(Dialect::TableFlow, &flow).await.map_err(|error| match error {
        StoreError::NotFound(_) => Failure::not_found(format!("No flow has the ID '{flow}'")),
        other => other.into(),
    })?;
    let body = stream::try_unfold(Piece { store: app.store, flow, state: Progress::Opening }, Piece::next);
    Ok(([(CONTENT_TYPE, "application/json")], Body::from_stream(body)).into_response())
}

/// The array on its way out: so many rows at a time that memory stays bounded, whatever the flow's history.
struct Piece {
    store: Store,
    flow: Flow,
    state: Progress,
}

enum Progress {
    Opening,
    Behind(String),
    Done,
}

impl Piece {
    async fn next(mut self) -> StoreResult<Option<(String, Self)>> {
        const ROWS: u32 = 500;
        let mut query = RunQuery::new(Dialect::TableFlow);
        query.limit = ROWS;
        query.flow = Some(self.flow.id.clone());
        let mut text = String::new();
        match self.state {
            Progress::Opening => text.push('['),
            Progress::Behind(id) => query.page = Page::After(id),
            Progress::Done => return Ok(None),
        }
        let mut comma = text.is_empty();
        let mut last = None;
        let runs: Vec<Run> = self.store.list_runs(&query).await?;
        let full = runs.len() == ROWS as usize;
        for run in runs {
            let events = self.store.events_of(&run).await?;
            if comma {
                text.push(',');
            }
            comma = true;
            text.push_str(&wire::run(&run, &events, Some(&self.flow)).to_string());
            last = Some(run.id);
        }
        self.state = match last {
            Some(id) if full => Progress::Behind(id),
            _ => {
                text.push(']');
                Progress::Done
            }
        };
        Ok(Some((text, self)))
    }
}

/// `GET /v2/flows/runs/{id}`
pub(super) async fn get(State(app): State<AppState>, Path(id): Path<String>) -> Result<Json<Value>, Failure> {
    let detail = app.store.run_detail(Dialect::TableFlow, &id).await.map_err(|error| match error {
        StoreError::NotFound(_) => Failure::not_found(format!("No flow run has the ID '{id}'")),
        other => other.into(),
    })?;
    let flow = app.store.flow(Dialect::TableFlow, &detail.run.flow_id).await?;
    Ok(Json(wire::run_detail(&detail, &flow)))
}
