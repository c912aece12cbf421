//! Extractions: what was read from one uploaded file (<https://docs.tableflow.com/api-reference/get-extraction>,
//! `get-extraction-table-rows`, `download-table-data`). An extraction has the id of its file.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::error::Failure;
use super::sheet::{COLUMNS, Row, Sheet};
use super::wire::{self, WORKSPACE, seconds};
use super::{Pairs, bounded, text};
use crate::engine::error::StoreError;
use crate::engine::model::{Dialect, FileRow, Status, Step};
use crate::state::AppState;

/// The key of the one table that a template of the sandbox has.
pub(super) const TABLE: &str = "line_items";
/// Rows that one download holds at most.
const MAX_DOWNLOAD: usize = 500_000;
const MAX_ROWS: u32 = 1000;

/// A file, the step that read it, and what it found.
struct Extraction {
    file: FileRow,
    role: String,
    step: Step,
    sheet: Sheet,
}

async fn find(app: &AppState, id: &str) -> Result<Extraction, Failure> {
    let unknown = || Failure::not_found(format!("No extraction has the ID '{id}'"));
    let absent = |error| match error {
        StoreError::NotFound(_) => unknown(),
        other => Failure::from(other),
    };
    let run = app.store.run_of_file(Dialect::TableFlow, id).await.map_err(absent)?;
    let flow = app.store.flow(Dialect::TableFlow, &run.flow_id).await?;
    let detail = app.store.detail_of(run).await?;
    let file = detail.files.iter().find(|file| file.id == id).cloned().ok_or_else(unknown)?;
    let step = wire::extraction_step(&detail, &flow, &file).cloned().ok_or_else(unknown)?;
    let role = flow.node(&step.node).map(|node| node.role.clone()).unwrap_or_default();
    let sheet = Sheet::of(&step.output);
    Ok(Extraction { file, role, step, sheet })
}

/// `GET /v2/extractions/{id}`
pub(super) async fn get(State(app): State<AppState>, Path(id): Path<String>) -> Result<Json<Value>, Failure> {
    let found = find(&app, &id).await?;
    Ok(Json(found.render()))
}

impl Extraction {
    fn render(&self) -> Value {
        let (file, sheet) = (&self.file, &self.sheet);
        let name = format!("{} Template", wire::title(&self.role));
        let template = wire::template_id(&self.role);
        let extension = file.name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        let rows: Vec<&Row> = sheet.rows.iter().collect();
        json!({
            "id": file.id, "workspace_id": WORKSPACE, "template_id": template, "template_name": name,
            "file_name": file.name, "file_size": file.size,
            "file_type": { "key": kind(&file.mime), "extension": extension, "mime_type": file.mime },
            "status": status(self.step.status), "status_history": self.history(),
            "error": self.step.error.as_ref().map(|error| &error.message), "metadata": file.metadata,
            "created_at": seconds(self.step.created_at), "updated_at": seconds(self.step.updated_at),
            "data": {
                "fields": { "values": sheet.values, "validations": sheet.validations },
                "tables": { TABLE: page(&rows, 0, 100, "all") },
            },
            "stats": {
                "fields": counts(sheet.values.len(), sheet.validations.len()),
                "tables": { TABLE: {
                    "rows": counts(rows.len(), sheet.rows.iter().filter(|row| !row.valid()).count()),
                    "columns": { "total": COLUMNS.len() },
                } },
            },
            "template": template_json(template, &name, sheet),
        })
    }

    fn history(&self) -> Vec<Value> {
        let event = |status: &str, at: i64, message: &str| json!({ "status": status, "time": seconds(at), "message": message });
        let mut history = vec![event("processing", self.step.created_at, "File uploaded")];
        if let Some(at) = self.step.finished_at {
            history.push(match &self.step.error {
                Some(error) => event("failed", at, &error.message),
                None => event("completed", at, "Extraction completed"),
            });
        }
        history
    }

    /// The rows that a comma-separated filter names.
    fn filtered(&self, filter: &str) -> Result<Vec<&Row>, Failure> {
        let mut wanted = (false, false);
        for word in filter.split(',').map(str::trim) {
            match word {
                "all" => wanted = (true, true),
                "valid" => wanted.0 = true,
                "invalid" | "error" => wanted.1 = true,
                // The sandbox finds errors only.
                "warn" | "info" => {}
                _ => return Err(Failure::invalid("The parameter 'filter' must be all, valid, invalid, error, warn or info")),
            }
        }
        Ok(self.sheet.rows.iter().filter(|row| if row.valid() { wanted.0 } else { wanted.1 }).collect())
    }
}

/// Extractions have their own three words.
const fn status(status: Status) -> &'static str {
    match status {
        Status::Completed | Status::Edited | Status::Stale => "completed",
        Status::Failed | Status::Cancelled | Status::Skipped | Status::Deleted => "failed",
        _ => "processing",
    }
}

fn kind(mime: &str) -> &'static str {
    match mime {
        "text/csv" => "spreadsheet",
        mime if mime.starts_with("image/") => "image",
        _ => "document",
    }
}

fn counts(total: usize, invalid: usize) -> Value {
    json!({ "valid": total - invalid.min(total), "invalid": invalid, "total": total })
}

fn template_json(id: &str, name: &str, sheet: &Sheet) -> Value {
    let fields: Vec<Value> = sheet
        .values
        .keys()
        .map(|key| json!({ "key": key, "name": wire::title(key), "data_type": if sheet.is_number(key) { "number" } else { "string" } }))
        .collect();
    let columns: Vec<Value> =
        COLUMNS.iter().map(|(key, kind)| json!({ "key": key, "name": wire::title(key), "data_type": kind })).collect();
    json!({ "id": id, "name": name, "fields": fields, "tables": [{ "key": TABLE, "name": wire::title(TABLE), "columns": columns }] })
}

fn page(rows: &[&Row], offset: u32, limit: u32, filter: &str) -> Value {
    let (skip, take) = (offset as usize, limit as usize);
    let shown: Vec<Value> = rows.iter().skip(skip).take(take).map(|row| row.render()).collect();
    let next = skip.saturating_add(shown.len());
    json!({
        "pagination": {
            "offset": offset, "limit": limit, "total": rows.len(),
            "next_offset": (!shown.is_empty() && next < rows.len()).then_some(next), "filter": filter,
        },
        "rows": shown,
    })
}

fn known_table(table: &str) -> Result<(), Failure> {
    if table == TABLE { Ok(()) } else { Err(Failure::not_found(format!("This extraction has no table '{table}'"))) }
}

/// `GET /v2/extractions/{id}/tables/{tableKey}/rows`
pub(super) async fn rows(
    State(app): State<AppState>,
    Path((id, table)): Path<(String, String)>,
    Query(pairs): Query<Pairs>,
) -> Result<Json<Value>, Failure> {
    let found = find(&app, &id).await?;
    known_table(&table)?;
    let offset = bounded(&pairs, "offset", 0, 0, u32::MAX)?;
    let limit = bounded(&pairs, "limit", 100, 1, MAX_ROWS)?;
    let filter = text(&pairs, "filter").unwrap_or("all");
    Ok(Json(page(&found.filtered(filter)?, offset, limit, filter)))
}

/// `GET /v2/extractions/{id}/tables/{tableKey}/download`
pub(super) async fn download_table(
    State(app): State<AppState>,
    Path((id, table)): Path<(String, String)>,
    Query(pairs): Query<Pairs>,
) -> Result<Response, Failure> {
    let found = find(&app, &id).await?;
    known_table(&table)?;
    let rows = found.filtered(text(&pairs, "filter").unwrap_or("all"))?;
    let csv = csv_of(rows.into_iter().take(MAX_DOWNLOAD)).map_err(|error| Failure::internal(&error))?;
    let name = format!("attachment; filename=\"{id}-{TABLE}.csv\"");
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)], csv).into_response())
}

fn csv_of<'a>(rows: impl Iterator<Item = &'a Row>) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS.map(|(key, _)| wire::title(key)))?;
    for row in rows {
        writer.write_record(COLUMNS.map(|(key, _)| row.cell(key)))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// `GET /v2/extractions/{id}/download-original`
pub(super) async fn download_original(State(app): State<AppState>, Path(id): Path<String>) -> Result<Response, Failure> {
    let found = find(&app, &id).await?;
    let (row, bytes) = app.store.file(Dialect::TableFlow, &found.file.id).await?;
    let safe: String = row.name.chars().map(|c| if c.is_ascii_graphic() && !"\"\\".contains(c) { c } else { '_' }).collect();
    let headers = [
        (header::CONTENT_TYPE, row.mime),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{safe}\"")),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}
