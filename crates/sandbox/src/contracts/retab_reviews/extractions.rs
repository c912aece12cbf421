//! What an extraction read, with where each value stands in the document.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::{Map, Value, json};

use super::{DIALECT, wire};
use crate::contracts::retab::error::{Answer, Failure};
use crate::contracts::retab::reference;
use crate::engine::documents;
use crate::engine::documents::Placed;
use crate::engine::model::Work;
use crate::state::AppState;

/// `GET /v1/extractions/{id}/sources`: frames in PDF documents; of other documents the sandbox keeps no sources.
pub(super) async fn sources(State(state): State<AppState>, Path(id): Path<String>) -> Answer<Json<Value>> {
    let missing = || Failure::not_found("Extraction not found");
    let (run, ordinal) = id.strip_prefix("extraction_").and_then(|rest| rest.rsplit_once('_')).ok_or_else(missing)?;
    let all = state.store.run_detail(DIALECT, run).await.map_err(|_| missing())?;
    let step = wire::shown(&all).into_iter().find(|step| step.ordinal.to_string() == ordinal).ok_or_else(missing)?;
    let flow = state.store.flow(DIALECT, &all.run.flow_id).await?;
    let role = flow.node(&step.node).map_or("", |node| node.role.as_str());
    let starts = flow.nodes.iter().filter(|node| node.role == role && node.work == Work::Document);
    let file = starts.filter_map(|node| all.files.iter().find(|file| file.key == node.id)).next().ok_or_else(missing)?;
    let (_, bytes) = state.store.file(DIALECT, &file.id).await?;
    let mut placed = if file.mime == "application/pdf" { documents::placed(&bytes) } else { Vec::new() };
    Ok(Json(json!({
        "object": "extraction.sources",
        "extraction_id": id,
        "document_type": if file.mime == "application/pdf" { "pdf" } else { "csv" },
        "file": reference(file),
        "extraction": step.output,
        "sources": enriched(&step.output, &file.id, &mut placed),
        "evidence": {},
        "job": null,
    })))
}

/// The same shape, each leaf with its source: the first stretch of text that says the same and belongs to no leaf before it.
fn enriched(value: &Value, file: &str, placed: &mut Vec<Placed>) -> Value {
    match value {
        Value::Object(map) => {
            let inner = map.iter().map(|(key, value)| (key.clone(), enriched(value, file, placed)));
            Value::Object(inner.collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(|item| enriched(item, file, placed)).collect(),
        leaf => {
            let at = placed.iter().position(|one| says(&one.text, leaf));
            let source = at.map(|at| placed.remove(at)).map(|one| {
                json!({
                    "file_id": file,
                    "content": one.text,
                    "anchor": {
                        "kind": "pdf_bbox", "page": one.page,
                        "left": part(one.left), "top": part(one.top), "width": part(one.width), "height": part(one.height),
                    },
                })
            });
            json!({"value": leaf, "source": source})
        }
    }
}

fn says(text: &str, leaf: &Value) -> bool {
    match leaf {
        Value::String(wanted) => text.trim() == wanted,
        Value::Number(wanted) => plain(text.trim()) == plain(&wanted.to_string()),
        _ => false,
    }
}

/// Without zeros that say nothing.
fn plain(number: &str) -> &str {
    match number.contains('.') {
        true => number.trim_end_matches('0').trim_end_matches('.'),
        false => number,
    }
}

/// Four digits after the point.
fn part(of_page: f32) -> f64 {
    (f64::from(of_page) * 10_000.0).round() / 10_000.0
}
