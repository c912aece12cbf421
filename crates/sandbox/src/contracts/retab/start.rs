//! Starting a run with documents and JSON for its start nodes.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
};
use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    error::{Answer, Body, Failure},
    wire::{self, DIALECT},
};
use crate::engine::model::{Flow, Trigger, Work};
use crate::engine::store::{NewFile, NewRun};
use crate::state::AppState;

#[derive(Deserialize)]
pub(super) struct Start {
    documents: Option<BTreeMap<String, Document>>,
    json_inputs: Option<Map<String, Value>>,
    text_inputs: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
struct Document {
    filename: String,
    content: String,
    mime_type: Option<String>,
}

/// Padded or not, as clients differ.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent));

/// An `Idempotency-Key` makes a repeated request answer with the first run.
pub(super) async fn start(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(ask): Body<Start>,
) -> Answer<Json<Value>> {
    let flow = state.store.flow(DIALECT, &id).await?;
    let mut files = Vec::new();
    for (node, document) in ask.documents.unwrap_or_default() {
        known(&flow, "documents", &node, Work::Document)?;
        files.push(file(node, document)?);
    }
    let mut input = Map::new();
    for (node, value) in ask.json_inputs.unwrap_or_default().into_iter().chain(ask.text_inputs.unwrap_or_default()) {
        known(&flow, "json_inputs", &node, Work::Json)?;
        if !value.is_object() {
            let place = ["body", "json_inputs", &node];
            return Err(Failure::invalid(&place, "Input should be a valid dictionary", "dict_type", &value));
        }
        input.insert(node, value);
    }
    let new = NewRun {
        dialect: DIALECT,
        flow: id,
        trigger: Trigger::Api,
        name: None,
        metadata: json!({}),
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

fn known(flow: &Flow, field: &str, node: &str, work: Work) -> Answer<()> {
    if flow.node(node).is_some_and(|found| found.work == work) {
        return Ok(());
    }
    let nodes: Vec<&str> = flow.nodes.iter().filter(|n| n.work == work).map(|n| n.id.as_str()).collect();
    let message = format!("No start node {node} takes this; the workflow has {}", nodes.join(", "));
    Err(Failure::invalid(&["body", field, node], &message, "value_error", &json!(node)))
}

fn file(node: String, document: Document) -> Answer<NewFile> {
    // A data URL is what the SDK's own helpers produce.
    let (mime, content) = match document.content.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,")) {
        Some((mime, content)) => (Some(mime.to_owned()), content),
        None => (None, document.content.as_str()),
    };
    let bytes = BASE64.decode(content.trim()).map_err(|error| {
        let place = ["body", "documents", &node, "content"];
        Failure::invalid(&place, &format!("Content is not valid base64: {error}"), "value_error", &Value::Null)
    })?;
    let mime = document.mime_type.or(mime).unwrap_or_else(|| "application/octet-stream".to_owned());
    Ok(NewFile { key: node, name: document.filename, mime, bytes, metadata: json!({}), guidance: None })
}
