//! Workflows, their blocks and edges, and the versions that runs use.

use axum::{
    Json,
    extract::{Path, Query, State},
};
use serde_json::{Value, json};

use super::{DIALECT, wire};
use crate::contracts::retab::error::{Answer, Failure};
use crate::contracts::retab::query::{Params, invalid};
use crate::demo::seed;
use crate::engine::clock::iso;
use crate::engine::executor::reconcile;
use crate::engine::model::{Flow, Node, Work};
use crate::engine::store::Page;
use crate::state::AppState;

type Pairs = Query<Vec<(String, String)>>;

pub(super) async fn list(State(state): State<AppState>, Query(params): Pairs) -> Answer<Json<Value>> {
    let params = Params(params);
    let limit = params.limit(10)? as usize;
    let ascending = params.ascending()?;
    let mut flows = state.store.flows(DIALECT).await?;
    match params.get("sort_by") {
        None | Some("updated_at") => flows.sort_by_key(|flow| (flow.updated_at, flow.n)),
        Some("created_at") => flows.sort_by_key(|flow| (flow.created_at, flow.n)),
        Some("name") => flows.sort_by(|a, b| a.name.cmp(&b.name)),
        Some(other) => {
            let message = "Input should be 'updated_at', 'created_at' or 'name'";
            return Err(invalid("sort_by", message, "literal_error", &json!(other)));
        }
    }
    if !ascending {
        flows.reverse();
    }
    let place = |id: &str| flows.iter().position(|flow| flow.id == id);
    let (from, to) = match params.page() {
        Page::After(id) => place(&id).map_or((flows.len(), flows.len()), |at| (at + 1, at + 1 + limit)),
        Page::Before(id) => place(&id).map_or((0, 0), |at| (at.saturating_sub(limit), at)),
        _ => (0, limit),
    };
    let shown = flows.get(from.min(flows.len())..to.min(flows.len())).unwrap_or_default();
    let before = shown.first().filter(|_| from > 0).map(|flow| &flow.id);
    let after = shown.last().filter(|_| to < flows.len()).map(|flow| &flow.id);
    let data: Vec<Value> = shown.iter().map(workflow).collect();
    Ok(Json(json!({"data": data, "list_metadata": {"before": before, "after": after}})))
}

pub(super) async fn one(State(state): State<AppState>, Path(id): Path<String>) -> Answer<Json<Value>> {
    Ok(Json(workflow(&state.store.flow(DIALECT, &id).await?)))
}

async fn asked(state: &AppState, params: Vec<(String, String)>) -> Answer<Flow> {
    let params = Params(params);
    let Some(id) = params.get("workflow_id") else { return Err(invalid("workflow_id", "Field required", "missing", &Value::Null)) };
    Ok(state.store.flow(DIALECT, id).await?)
}

/// A workflow of the sandbox has few blocks: they are one page.
pub(super) async fn blocks(State(state): State<AppState>, Query(params): Pairs) -> Answer<Json<Value>> {
    let flow = asked(&state, params).await?;
    let block = |(place, node): (usize, &Node)| {
        json!({
            "id": node.id, "workflow_id": flow.id, "type": node.kind, "label": node.label,
            "position_x": place * 280, "position_y": 0, "width": 240, "height": 120, "config": config(node), "parent_id": null,
            "declarative_path": null, "declarative_source_block_id": null, "updated_at": iso(flow.updated_at), "resolved_schemas": null,
        })
    };
    let data: Vec<Value> = flow.nodes.iter().enumerate().map(block).collect();
    Ok(Json(json!({"data": data, "list_metadata": {"before": null, "after": null}})))
}

pub(super) async fn edges(State(state): State<AppState>, Query(params): Pairs) -> Answer<Json<Value>> {
    let flow = asked(&state, params).await?;
    let edge = |(from, to): (&Node, &Node)| {
        json!({
            "id": format!("edge_{}_{}", from.id, to.id), "workflow_id": flow.id, "source_block": from.id, "target_block": to.id,
            "source_handle": handle(from, "output"), "target_handle": handle(from, "input"), "updated_at": iso(flow.updated_at),
        })
    };
    let data: Vec<Value> = links(&flow).into_iter().map(edge).collect();
    Ok(Json(json!({"data": data, "list_metadata": {"before": null, "after": null}})))
}

fn handle(from: &Node, side: &str) -> String {
    format!("{side}-{}-0", if from.work == Work::Document { "file" } else { "json" })
}

/// Start blocks feed the extraction of their role, extractions the comparison; everything else is a chain.
fn links(flow: &Flow) -> Vec<(&Node, &Node)> {
    let mut links = Vec::new();
    for (place, node) in flow.nodes.iter().enumerate() {
        let earlier = flow.nodes.get(..place).unwrap_or_default();
        let feeds = |other: &&Node| matches!(other.work, Work::Document | Work::Json) && other.role == node.role;
        match node.work {
            Work::Document | Work::Json => {}
            Work::Extract => links.extend(earlier.iter().filter(feeds).map(|from| (from, node))),
            Work::Compare => links.extend(earlier.iter().filter(|other| other.work == Work::Extract).map(|from| (from, node))),
            _ => links.extend(earlier.last().map(|from| (from, node))),
        }
    }
    links
}

/// A `WorkflowGraphVersion`. Of earlier versions the sandbox keeps only that they were.
pub(super) async fn version(State(state): State<AppState>, Path(id): Path<String>, Query(params): Pairs) -> Answer<Json<Value>> {
    let flow = asked(&state, params).await?;
    if wire::parse_version(&id).is_none_or(|(named, version)| named != flow.id || !(1..=flow.version).contains(&version)) {
        return Err(Failure::not_found("Workflow version not found"));
    }
    let block = |(place, node): (usize, &Node)| {
        json!({
            "id": node.id, "type": node.kind, "position": {"x": place * 280, "y": 0}, "label": node.label, "config": config(node),
            "resolved_schemas": null, "width": 240, "height": 120, "parent_id": null,
        })
    };
    let edge = |(from, to): (&Node, &Node)| {
        json!({
            "id": format!("edge_{}_{}", from.id, to.id), "source": from.id, "target": to.id,
            "source_handle": handle(from, "output"), "target_handle": handle(from, "input"), "animated": true,
        })
    };
    Ok(Json(json!({
        "id": id, "workflow_id": flow.id, "blocks": flow.nodes.iter().enumerate().map(block).collect::<Vec<_>>(),
        "edges": links(&flow).into_iter().map(edge).collect::<Vec<_>>(), "block_version_ids": [], "edge_version_ids": [],
        "created_at": iso(flow.updated_at),
    })))
}

fn workflow(flow: &Flow) -> Value {
    let published = flow.active.then(|| {
        json!({
            "version_id": wire::version_of(&flow.id, flow.version), "published_at": iso(flow.updated_at),
            "description": flow.description,
        })
    });
    json!({
        "id": flow.id, "name": flow.name, "description": flow.description, "project_id": "proj_sandbox",
        "published": published, "created_at": iso(flow.created_at), "updated_at": iso(flow.updated_at),
    })
}

/// The schema of a gated extraction is what its review's form is made of.
fn config(node: &Node) -> Value {
    match (node.work, node.id.as_str()) {
        (Work::Review, "extract-reconciliation") => json!({"model": "retab-sandbox", "json_schema": reconcile::schema()}),
        (Work::Review, _) => json!({"model": "retab-sandbox", "json_schema": seed::terms_schema()}),
        (Work::Json, _) => json!({"json_schema": {"type": "object"}}),
        _ => json!({}),
    }
}
