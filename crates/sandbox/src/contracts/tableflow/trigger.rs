//! Starting a run by a multipart upload (<https://docs.tableflow.com/api-reference/run-flow>).

use axum::Json;
use axum::extract::multipart::{Field, MultipartError, MultipartRejection};
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use serde_json::{Map, Value};

use super::error::Failure;
use super::wire::{self, FileField, MAX_FILE_SIZE};
use crate::engine::error::StoreError;
use crate::engine::model::{Dialect, Trigger};
use crate::engine::store::{NewFile, NewRun};
use crate::state::AppState;

/// Bytes of a whole upload: several files of the greatest size, and their words.
pub(super) const MAX_BODY: usize = 6 * MAX_FILE_SIZE;

/// `POST /v2/flows/{id}/run`
pub(super) async fn run(
    State(app): State<AppState>,
    Path(id): Path<String>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Json<Value>, Failure> {
    let flow = app.store.flow(Dialect::TableFlow, &id).await.map_err(|error| match error {
        StoreError::NotFound(_) => Failure::not_found(format!("No flow has the ID '{id}'")),
        other => other.into(),
    })?;
    let form = form.map_err(|_| Failure::invalid("The body must be multipart/form-data with a boundary"))?;
    let fields = wire::file_fields(&flow);
    let upload = Upload::read(form, &fields).await?;
    let new = NewRun {
        dialect: Dialect::TableFlow,
        flow: flow.id.clone(),
        trigger: Trigger::Api,
        name: upload.name.clone(),
        metadata: upload.metadata.clone(),
        input: Value::Null,
        files: upload.into_files(&fields)?,
        created_by: "api-key".into(),
        restarted_from: None,
    };
    let run = app.store.create_run(new).await?;
    app.nudge();
    Ok(Json(wire::run(&run, &app.store.events_of(&run).await?, Some(&flow))))
}

/// The parts of a form, before they are put together.
#[derive(Debug, Default)]
struct Upload {
    name: Option<String>,
    metadata: Value,
    files: Vec<NewFile>,
    /// JSON and hints by file field or part.
    file_metadata: Map<String, Value>,
    guidance: Map<String, Value>,
}

impl Upload {
    async fn read(mut form: Multipart, fields: &[FileField]) -> Result<Self, Failure> {
        let mut upload = Self { metadata: Value::Object(Map::new()), ..Self::default() };
        while let Some(part) = form.next_field().await.map_err(unreadable)? {
            let Some(key) = part.name().map(str::to_owned) else {
                return Err(Failure::invalid("A part of the form has no name"));
            };
            match part.file_name().map(str::to_owned) {
                Some(name) => upload.file(fields, key, name, part).await?,
                None => upload.text(&key, part).await?,
            }
        }
        Ok(upload)
    }

    async fn file(&mut self, fields: &[FileField], key: String, name: String, part: Field<'_>) -> Result<(), Failure> {
        let declared = part.content_type().map(str::to_owned);
        let bytes = bytes(&key, part).await?;
        // A browser sends a nameless empty part for a file input that was left alone.
        if name.is_empty() && bytes.is_empty() {
            return Ok(());
        }
        if !fields.iter().any(|field| belongs(&key, &field.key)) {
            let known: Vec<&str> = fields.iter().map(|field| field.key.as_str()).collect();
            return Err(Failure::invalid(format!("This flow has no file field '{key}'. Its file fields are {}", known.join(", "))));
        }
        let mime = media_type(&name, declared.as_deref())
            .ok_or_else(|| Failure::invalid(format!("The file '{name}' for '{key}' must be a PDF, CSV, JSON or image file")))?;
        if self.files.iter().any(|file| file.key == key) {
            return Err(Failure::invalid(format!("The file field '{key}' was sent twice. Number the parts: {key}_1, {key}_2")));
        }
        self.files.push(NewFile { key, name, mime, bytes, metadata: Value::Null, guidance: None });
        Ok(())
    }

    async fn text(&mut self, key: &str, part: Field<'_>) -> Result<(), Failure> {
        let bytes = bytes(key, part).await?;
        let text = String::from_utf8(bytes).map_err(|_| Failure::invalid(format!("The parameter '{key}' must be text in UTF-8")))?;
        if key == "name" {
            self.name = Some(text).filter(|name| !name.is_empty());
        } else if key == "metadata" {
            self.metadata = json_object(key, &text)?;
        } else if let Some(file) = key.strip_suffix("_metadata") {
            self.file_metadata.insert(file.to_owned(), json_object(key, &text)?);
        } else if let Some(file) = key.strip_suffix("_guidance") {
            self.guidance.insert(file.to_owned(), Value::String(text));
        }
        Ok(())
    }

    /// The files with their own metadata and guidance; those of a field hold for all of its numbered parts.
    fn into_files(self, fields: &[FileField]) -> Result<Vec<NewFile>, Failure> {
        for field in fields.iter().filter(|field| field.required) {
            if !self.files.iter().any(|file| belongs(&file.key, &field.key)) {
                return Err(Failure::invalid(format!("The parameter '{}' is required: it must be a file", field.key)));
            }
        }
        let Self { mut files, file_metadata, guidance, .. } = self;
        for file in &mut files {
            let field = fields.iter().find(|field| belongs(&file.key, &field.key)).map_or("", |field| &field.key);
            let of = |words: &Map<String, Value>| words.get(&file.key).or_else(|| words.get(field)).cloned();
            let (metadata, hint) = (of(&file_metadata), of(&guidance));
            file.metadata = metadata.unwrap_or_else(|| Value::Object(Map::new()));
            file.guidance = hint.and_then(|hint| hint.as_str().map(str::to_owned));
        }
        Ok(files)
    }
}

/// Whether a part is the file of a field, or one of its numbered files.
fn belongs(part: &str, field: &str) -> bool {
    match part.strip_prefix(field) {
        Some("") => true,
        Some(rest) => rest.strip_prefix('_').is_some_and(|index| index.parse::<u16>().is_ok_and(|index| index > 0)),
        None => false,
    }
}

async fn bytes(key: &str, mut part: Field<'_>) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.chunk().await.map_err(unreadable)? {
        if bytes.len() + chunk.len() > MAX_FILE_SIZE {
            return Err(Failure::too_large(format!("The parameter '{key}' is larger than {MAX_FILE_SIZE} bytes")));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn unreadable(error: MultipartError) -> Failure {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Failure::too_large(format!("The upload is larger than {MAX_BODY} bytes"));
    }
    Failure::invalid(format!("The form could not be read: {}", error.body_text()))
}

fn json_object(key: &str, text: &str) -> Result<Value, Failure> {
    match serde_json::from_str(text) {
        Ok(Value::Object(map)) => Ok(Value::Object(map)),
        Ok(_) => Err(Failure::invalid(format!("The parameter '{key}' must be a JSON object"))),
        Err(error) => Err(Failure::invalid(format!("The parameter '{key}' must be a JSON string: {error}"))),
    }
}

/// The type of a file by its name, else by what the sender says; nothing for types that the fields do not take.
fn media_type(name: &str, declared: Option<&str>) -> Option<String> {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    let by_name = match extension.as_deref() {
        Some("pdf") => Some("application/pdf"),
        Some("csv") => Some("text/csv"),
        Some("json") => Some("application/json"),
        Some("png") => Some("image/png"),
        Some("jpg" | "jpeg") => Some("image/jpeg"),
        Some("webp") => Some("image/webp"),
        Some("tif" | "tiff") => Some("image/tiff"),
        _ => None,
    };
    let allowed = |mime: &&str| mime.starts_with("image/") || ["application/pdf", "text/csv", "application/json"].contains(mime);
    by_name.or_else(|| declared.filter(allowed)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{belongs, media_type};

    #[test]
    fn parts_belong_to_their_field_alone() {
        assert!(belongs("invoice", "invoice"));
        assert!(belongs("attachments_2", "attachments"));
        assert!(!belongs("attachments_0", "attachments"));
        assert!(!belongs("attachments_x", "attachments"));
        assert!(!belongs("invoice_metadata", "invoice"));
        assert!(!belongs("other", "invoice"));
    }

    #[test]
    fn types_come_from_the_name_first() {
        assert_eq!(media_type("po.PDF", Some("application/octet-stream")).as_deref(), Some("application/pdf"));
        assert_eq!(media_type("po", Some("text/csv")).as_deref(), Some("text/csv"));
        assert_eq!(media_type("run.exe", Some("application/x-msdownload")), None);
    }
}
