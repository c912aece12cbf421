//! Outputs of many runs as a table.

use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    error::{Answer, Body, Failure},
    wire::DIALECT,
    words,
};
use crate::engine::clock::iso;
use crate::engine::model::{RunDetail, Step};
use crate::engine::store::{Page, RunQuery};
use crate::state::AppState;

/// At most so many runs in one export.
const MAX_RUNS: usize = 10_000;

#[derive(Deserialize)]
pub(super) struct Export {
    workflow_id: String,
    node_id: String,
    #[serde(default = "outputs")]
    export_source: String,
    selected_run_ids: Option<Vec<String>>,
    status: Option<String>,
}

fn outputs() -> String {
    "outputs".to_owned()
}

/// `{csv_data, rows, columns}`: one row for each run that has something at the node.
pub(super) async fn payload(State(state): State<AppState>, Body(ask): Body<Export>) -> Answer<Json<Value>> {
    let flow = state.store.flow(DIALECT, &ask.workflow_id).await?;
    if flow.node(&ask.node_id).is_none() {
        return Err(Failure::not_found(&format!("Node {} not found in this workflow", ask.node_id)));
    }
    if !matches!(ask.export_source.as_str(), "outputs" | "inputs") {
        let message = "Input should be 'outputs' or 'inputs'";
        return Err(Failure::invalid(&["body", "export_source"], message, "literal_error", &json!(ask.export_source)));
    }
    let mut rows: Vec<Map<String, Value>> = Vec::new();
    let mut query = RunQuery::new(DIALECT);
    query.flow = Some(flow.id.clone());
    query.limit = 500;
    if let Some(word) = &ask.status {
        let known = words::parse_status(word);
        query.statuses =
            known.ok_or_else(|| Failure::invalid(&["body", "status"], "Input should be a run status", "enum", &json!(word)))?.to_vec();
    }
    loop {
        let mut runs = state.store.list_runs(&query).await?;
        let Some(last) = runs.last().map(|run| run.id.clone()) else { break };
        if let Some(selected) = &ask.selected_run_ids {
            runs.retain(|run| selected.contains(&run.id));
        }
        for all in state.store.details_of(runs).await? {
            rows.extend(row(&all, &ask));
        }
        if rows.len() >= MAX_RUNS {
            rows.truncate(MAX_RUNS);
            break;
        }
        query.page = Page::After(last);
    }
    let columns = columns(&rows);
    Ok(Json(json!({"csv_data": csv(&columns, &rows), "rows": rows.len(), "columns": columns.len()})))
}

fn row(all: &RunDetail, ask: &Export) -> Option<Map<String, Value>> {
    let at = |step: &&Step| step.node == ask.node_id && step.attempt == all.run.attempt;
    let step = all.steps.iter().rev().find(at)?;
    let value = if ask.export_source == "inputs" { &step.input } else { &step.output };
    if value.is_null() {
        return None;
    }
    let mut row = Map::new();
    row.insert("run_id".into(), all.run.id.clone().into());
    row.insert("status".into(), words::status(all.run.status).into());
    row.insert("created_at".into(), iso(all.run.created_at).into());
    flatten("", value, &mut row);
    Some(row)
}

/// `invoice.lines.0.amount`, as the vendor's tables name columns.
fn flatten(path: &str, value: &Value, row: &mut Map<String, Value>) {
    let join = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| flatten(&join(key), value, row)),
        Value::Array(list) => list.iter().enumerate().for_each(|(at, value)| flatten(&join(&at.to_string()), value, row)),
        value => drop(row.insert(path.to_owned(), value.clone())),
    }
}

fn columns(rows: &[Map<String, Value>]) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    rows.iter().flat_map(Map::keys).filter(|key| seen.insert(key.as_str())).cloned().collect()
}

fn csv(columns: &[String], rows: &[Map<String, Value>]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let cell = |value: Option<&Value>| match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    // Writing to a vector cannot fail, and every record has as many cells as there are columns.
    let _ = writer.write_record(columns);
    for row in rows {
        let _ = writer.write_record(columns.iter().map(|column| cell(row.get(column))));
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}
