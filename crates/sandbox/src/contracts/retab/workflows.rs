//! Workflows and their graphs.

use axum::{
    Json,
    extract::{Path, Query, State},
};
use serde_json::{Value, json};

use super::{
    error::Answer,
    query::{self, Params},
    wire::{self, DIALECT},
};
use crate::engine::clock::iso;
use crate::engine::model::{Flow, Node, Work};
use crate::engine::store::Page;
use crate::state::AppState;

pub(super) async fn list(State(state): State<AppState>, Query(params): Query<Vec<(String, String)>>) -> Answer<Json<Value>> {
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
            return Err(query::invalid("sort_by", message, "literal_error", &json!(other)));
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
    let data: Vec<Value> = shown.iter().map(|flow| query::project(&params, workflow(flow))).collect();
    Ok(Json(json!({"data": data, "list_metadata": {"before": before, "after": after}})))
}

pub(super) async fn one(State(state): State<AppState>, Path(id): Path<String>) -> Answer<Json<Value>> {
    Ok(Json(workflow(&state.store.flow(DIALECT, &id).await?)))
}

/// The whole graph at once.
pub(super) async fn entities(State(state): State<AppState>, Path(id): Path<String>) -> Answer<Json<Value>> {
    let flow = state.store.flow(DIALECT, &id).await?;
    Ok(Json(json!({
        "workflow": workflow(&flow), "blocks": block_list(&flow), "edges": edge_list(&flow), "subflows": [],
    })))
}

pub(super) async fn blocks(State(state): State<AppState>, Path(id): Path<String>) -> Answer<Json<Value>> {
    Ok(Json(block_list(&state.store.flow(DIALECT, &id).await?).into()))
}

pub(super) async fn edges(State(state): State<AppState>, Path(id): Path<String>) -> Answer<Json<Value>> {
    Ok(Json(edge_list(&state.store.flow(DIALECT, &id).await?).into()))
}

fn workflow(flow: &Flow) -> Value {
    let snapshot = format!("cfg_{}_v{}", flow.id, flow.version);
    json!({
        "id": flow.id, "name": flow.name, "description": flow.description, "organization_id": wire::ORGANIZATION,
        "is_published": flow.active, "published_snapshot_id": flow.active.then_some(snapshot),
        "published_at": flow.active.then(|| iso(flow.updated_at)), "draft_version": flow.version.to_string(),
        "email_senders_whitelist": [], "email_domains_whitelist": [],
        "created_at": iso(flow.created_at), "updated_at": iso(flow.updated_at),
    })
}

pub(super) fn block_list(flow: &Flow) -> Vec<Value> {
    let block = |(place, node): (usize, &Node)| {
        json!({
            "id": node.id, "workflow_id": flow.id, "type": node.kind, "label": node.label,
            "position_x": place * 280, "position_y": if node.role == "invoice" { 220 } else { 0 },
            "width": 240, "height": 120, "config": config(node), "parent_id": null,
            "updated_at": iso(flow.updated_at), "resolved_schemas": {},
        })
    };
    flow.nodes.iter().enumerate().map(block).collect()
}

fn config(node: &Node) -> Value {
    match node.work {
        Work::Json if !node.role.is_empty() => json!({"json_schema": document_schema(&node.role)}),
        Work::Json => json!({"json_schema": {"type": "object"}}),
        Work::Document => json!({"accepts": ["application/pdf", "text/csv", "application/json"]}),
        _ => json!({}),
    }
}

/// What a start node for JSON takes instead of a file.
fn document_schema(role: &str) -> Value {
    let number = if role == "invoice" { "invoice_number" } else { "po_number" };
    json!({
        "type": "object",
        "properties": {
            number: {"type": "string"}, "vendor": {"type": "string"}, "currency": {"type": "string"},
            "lines": {"type": "array", "items": {"type": "object", "properties": {
                "description": {"type": "string"}, "quantity": {"type": "number"},
                "unit_price": {"type": "number"}, "amount": {"type": "number"},
            }}},
            "net_total": {"type": "number"}, "tax": {"type": "number"}, "total": {"type": "number"},
        },
    })
}

/// Start nodes feed the extraction of their role, extractions the comparison; everything else is a chain.
pub(super) fn edge_list(flow: &Flow) -> Vec<Value> {
    let mut edges = Vec::new();
    let mut add = |from: &Node, to: &Node| {
        let kind = if from.work == Work::Document { "file" } else { "json" };
        edges.push(json!({
            "id": format!("edge_{}_{}", from.id, to.id), "workflow_id": flow.id,
            "source_block": from.id, "target_block": to.id,
            "source_handle": format!("output-{kind}-0"), "target_handle": format!("input-{kind}-0"),
            "updated_at": iso(flow.updated_at),
        }));
    };
    for (place, node) in flow.nodes.iter().enumerate() {
        let earlier = flow.nodes.get(..place).unwrap_or_default();
        let starts = |other: &&Node| matches!(other.work, Work::Document | Work::Json) && other.role == node.role;
        match node.work {
            Work::Document | Work::Json => {}
            Work::Extract => earlier.iter().filter(starts).for_each(|from| add(from, node)),
            Work::Compare => earlier.iter().filter(|other| other.work == Work::Extract).for_each(|from| add(from, node)),
            _ => earlier.last().into_iter().for_each(|from| add(from, node)),
        }
    }
    edges
}
