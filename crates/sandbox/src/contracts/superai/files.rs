//! Files: upload URLs, `gs://` URIs and the signed URLs behind both (<https://docs.flows.super.ai/getting-started/downloading-files>).
//! The sandbox is its own storage: signed URLs lead to `/superai/storage/…` and need no key.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::body::Body;
use super::error::Failure;
use super::params::{Params, path_uuid};
use super::{flows, wire};
use crate::engine::clock;
use crate::engine::clock::iso;
use crate::engine::error::StoreError;
use crate::engine::model::{Dialect, FileRow};
use crate::engine::store::NewFile;
use crate::state::AppState;

const BUCKET: &str = "superai-file-upload-sandbox";
const LIFETIME_SECONDS: i64 = 3_600;
/// Bytes one uploaded file may have, as the vendor's page says; the reader of documents takes less.
const MAX_FILE: usize = 100 << 20;
pub(super) const MAX_UPLOAD: usize = MAX_FILE;

/// A file as a client names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    id: String,
}

/// `flows/<flow>/documents/<file>`
pub(super) fn key_of(flow: &str, file: &str) -> String {
    format!("flows/{flow}/documents/{file}")
}

fn uri_of(key: &str) -> String {
    format!("gs://{BUCKET}/{key}")
}

/// What an input value refers to: a file key, a `gs://` URI, or an object that holds either. Other text is the document itself.
pub(super) fn reference(value: &Value) -> Option<Reference> {
    let text = match value {
        Value::String(text) => text.as_str(),
        Value::Object(object) => {
            ["file_key", "document_url", "uri"].into_iter().find_map(|name| object.get(name)).and_then(Value::as_str)?
        }
        _ => return None,
    };
    let key = text.trim().strip_prefix("gs://").and_then(|rest| rest.split_once('/')).map_or(text.trim(), |(_, key)| key);
    parse_key(key)
}

fn parse_key(key: &str) -> Option<Reference> {
    let (flow, file) = key.strip_prefix("flows/")?.split_once("/documents/")?;
    let plain = |part: &str| !part.is_empty() && !part.contains('/') && part.chars().count() <= 100;
    (plain(flow) && plain(file)).then(|| Reference { id: file.to_owned() })
}

/// The file behind a reference as an input of a run; nothing if it is unknown or its bytes never came.
pub(super) async fn attach(app: &AppState, field: &str, reference: &Reference) -> Result<Option<NewFile>, Failure> {
    let Some((row, bytes)) = stored(app, &reference.id).await? else { return Ok(None) };
    Ok(Some(NewFile { key: field.to_owned(), name: row.name, mime: row.mime, bytes, metadata: row.metadata, guidance: row.guidance }))
}

async fn stored(app: &AppState, id: &str) -> Result<Option<(FileRow, Vec<u8>)>, Failure> {
    match app.store.file(Dialect::SuperAi, id).await {
        Ok((_, bytes)) if bytes.is_empty() => Ok(None),
        Ok(found) => Ok(Some(found)),
        Err(StoreError::NotFound(_)) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// `POST /api/flows/{flow_id}/upload-url`
pub(super) async fn upload_url(
    State(app): State<AppState>,
    Path(flow): Path<String>,
    params: Params,
    headers: HeaderMap,
) -> Result<Json<Value>, Failure> {
    let flow = flows::find(&app, &path_uuid("flow_id", &flow)?).await?;
    let mime = params.text("content_type").unwrap_or_else(|| "application/octet-stream".into());
    let name = format!("upload{}", extension(&mime));
    let file = NewFile { key: flow.id.clone(), name, mime, bytes: Vec::new(), metadata: Value::Null, guidance: None };
    let id = app.store.stage_file(Dialect::SuperAi, &file).await?;
    let key = key_of(&flow.id, &id);
    let (url, expires) = signed(&app, &headers, "PUT", &id);
    Ok(Json(json!({
        "upload_url": url, "file_key": key, "uri": uri_of(&key), "expires_at": iso(expires),
        "expires_in_seconds": LIFETIME_SECONDS,
    })))
}

fn extension(mime: &str) -> &'static str {
    match mime {
        "application/pdf" => ".pdf",
        "text/csv" => ".csv",
        "application/json" => ".json",
        "text/plain" => ".txt",
        "image/png" => ".png",
        "image/jpeg" => ".jpg",
        _ => "",
    }
}

/// `GET /api/flows/{flow_id}/files`
pub(super) async fn list(State(app): State<AppState>, Path(flow): Path<String>) -> Result<Json<Vec<Value>>, Failure> {
    let flow = flows::find(&app, &path_uuid("flow_id", &flow)?).await?;
    let files = app.store.staged_files(Dialect::SuperAi, &flow.id).await?;
    let shown = |file: &FileRow| {
        let key = key_of(&flow.id, &file.id);
        json!({ "file_key": key, "uri": uri_of(&key), "filename": file.name, "content_type": file.mime, "size": file.size })
    };
    Ok(Json(files.iter().map(shown).collect()))
}

/// `POST /api/flows/download-url`
pub(super) async fn download_url(State(app): State<AppState>, headers: HeaderMap, mut body: Body) -> Result<Json<Value>, Failure> {
    let key = body.text("file_key");
    body.check()?;
    let reference = parse_key(&key).ok_or_else(|| Failure::bad_request("Invalid file key"))?;
    link(&app, &headers, &reference).await
}

/// `POST /api/files/resolve`
pub(super) async fn resolve(State(app): State<AppState>, headers: HeaderMap, mut body: Body) -> Result<Json<Value>, Failure> {
    let uri = body.text("uri");
    body.check()?;
    link(&app, &headers, &parse_uri(&uri)?).await
}

/// `GET /api/files/download`
pub(super) async fn download(State(app): State<AppState>, headers: HeaderMap, mut params: Params) -> Result<Response, Failure> {
    let uri = params.required("uri");
    let redirect = params.flag("redirect", true);
    params.check()?;
    let answer = link(&app, &headers, &parse_uri(&uri.unwrap_or_default())?).await?;
    let url = answer.0.get("download_url").and_then(Value::as_str).unwrap_or_default();
    if redirect {
        return Ok((StatusCode::FOUND, [(header::LOCATION, url.to_owned())]).into_response());
    }
    Ok(answer.into_response())
}

fn parse_uri(uri: &str) -> Result<Reference, Failure> {
    let rest = uri.strip_prefix("gs://").ok_or_else(|| Failure::bad_request("Invalid URI scheme. Must start with 'gs://'"))?;
    let (bucket, key) = rest
        .split_once('/')
        .filter(|(bucket, key)| !bucket.is_empty() && !key.is_empty())
        .ok_or_else(|| Failure::bad_request("Invalid URI format: missing bucket or path"))?;
    if key.split('/').any(|part| part == ".." || part == ".") {
        return Err(Failure::bad_request("Invalid path"));
    }
    if bucket != BUCKET {
        return Err(Failure::forbidden("Access denied: invalid storage location"));
    }
    parse_key(key).ok_or_else(|| Failure::bad_request("Invalid path"))
}

async fn link(app: &AppState, headers: &HeaderMap, reference: &Reference) -> Result<Json<Value>, Failure> {
    if stored(app, &reference.id).await?.is_none() {
        return Err(Failure::not_found_text("File not found in storage. The file may have been deleted or moved."));
    }
    let (url, expires) = signed(app, headers, "GET", &reference.id);
    Ok(Json(json!({ "download_url": url, "expires_at": iso(expires), "expires_in_seconds": LIFETIME_SECONDS })))
}

/// A URL that is its own permission for one method and file, and when that ends (Unix milliseconds).
fn signed(app: &AppState, headers: &HeaderMap, method: &str, id: &str) -> (String, i64) {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1:8601");
    let expires = clock::now() + LIFETIME_SECONDS * 1000;
    let signature = signature(&app.config.key, method, id, expires);
    (format!("http://{host}/superai/storage/{id}?expires={expires}&signature={signature}"), expires)
}

/// Bound to the sandbox's key, so that nobody without it can make one up.
fn signature(key: &str, method: &str, id: &str, expires: i64) -> String {
    let digest = Sha256::digest(format!("{key}\n{method}\n{id}\n{expires}\n{}", wire::ORGANIZATION));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn check(app: &AppState, params: &mut Params, method: &str, id: &str) -> Result<(), Failure> {
    let expires = params.optional_integer("expires", 0, i64::MAX).unwrap_or(0);
    let given = params.text("signature").unwrap_or_default();
    if given != signature(&app.config.key, method, id, expires) {
        return Err(Failure::forbidden("The signature of this URL is not valid"));
    }
    if expires < clock::now() {
        return Err(Failure::forbidden("This URL has expired. Request a new one."));
    }
    Ok(())
}

/// `PUT` to an upload URL.
pub(super) async fn put(
    State(app): State<AppState>,
    Path(id): Path<String>,
    mut params: Params,
    headers: HeaderMap,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, Failure> {
    check(&app, &mut params, "PUT", &id)?;
    let bytes = bytes.map_err(|_| Failure::too_large(format!("A file may have {MAX_FILE} bytes at most")))?;
    if bytes.is_empty() {
        return Err(Failure::bad_request("The file is empty"));
    }
    let mime = headers.get(header::CONTENT_TYPE).and_then(|mime| mime.to_str().ok()).unwrap_or("application/octet-stream");
    app.store.fill_staged(Dialect::SuperAi, &id, mime, &bytes).await?;
    Ok(StatusCode::OK)
}

/// `GET` of a download URL.
pub(super) async fn fetch(State(app): State<AppState>, Path(id): Path<String>, mut params: Params) -> Result<Response, Failure> {
    check(&app, &mut params, "GET", &id)?;
    let (row, bytes) = stored(&app, &id).await?.ok_or_else(|| Failure::not_found("File"))?;
    let safe: String = row.name.chars().map(|c| if c.is_ascii_graphic() && !"\"\\".contains(c) { c } else { '_' }).collect();
    let headers = [
        (header::CONTENT_TYPE, row.mime),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{safe}\"")),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn inputs_name_files_in_three_ways() {
        let file = Some(Reference { id: "f1".into() });
        assert_eq!(reference(&json!("flows/a/documents/f1")), file);
        assert_eq!(reference(&json!(format!("gs://{BUCKET}/flows/a/documents/f1"))), file);
        assert_eq!(reference(&json!({ "file_key": "flows/a/documents/f1" })), file);
        assert_eq!(reference(&json!("{\"total\": 1}")), None);
        assert_eq!(reference(&json!({ "total": 1 })), None);
    }

    #[test]
    fn uris_out_of_place_are_refused() {
        for wrong in ["http://x/y", "gs://", "gs://bucket", "gs://other/flows/a/documents/f", "gs://superai-file-upload-sandbox/../x"] {
            assert!(parse_uri(wrong).is_err(), "{wrong}");
        }
        assert_eq!(parse_uri("gs://superai-file-upload-sandbox/flows/a/documents/f").unwrap().id, "f");
    }

    #[test]
    fn signatures_hold_for_one_file_method_and_time() {
        let base = signature("k", "GET", "a", 1);
        assert_ne!(base, signature("k", "PUT", "a", 1));
        assert_ne!(base, signature("k", "GET", "b", 1));
        assert_ne!(base, signature("k", "GET", "a", 2));
        assert_ne!(base, signature("l", "GET", "a", 1));
    }
}
