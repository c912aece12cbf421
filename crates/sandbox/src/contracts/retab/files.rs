//! Documents: links that carry a signature and run out, and the bytes behind them.

use axum::{
    Json,
    body::Body,
    extract::{OriginalUri, Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{
    error::{Answer, Failure},
    wire::DIALECT,
};
use crate::engine::clock;
use crate::engine::model::Dialect;
use crate::state::AppState;

/// Links are good for an hour.
const LIFETIME_MS: i64 = 3_600_000;

#[derive(Deserialize)]
pub(in crate::contracts) struct Signature {
    expires: i64,
    signature: String,
}

/// The document that a start node was given.
pub(super) async fn document(
    State(state): State<AppState>,
    Path((run, node)): Path<(String, String)>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer<Json<Value>> {
    let all = state.store.run_detail(DIALECT, &run).await?;
    let file = all.files.iter().find(|file| file.key == node);
    let file = file.ok_or_else(|| Failure::not_found(&format!("No document found for node {node}")))?;
    let url = link(&state, &headers, &uri, "retab", &file.id);
    Ok(Json(json!({"signed_url": url, "filename": file.name, "mime_type": file.mime})))
}

pub(super) async fn download_link(
    State(state): State<AppState>,
    Path(id): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer<Json<Value>> {
    let (file, _) = state.store.file(DIALECT, &id).await?;
    let url = link(&state, &headers, &uri, "retab", &file.id);
    let mime = json!({"filename": file.name, "mime_type": file.mime, "size": file.size});
    Ok(Json(json!({"download_url": url, "expires_in": "60 minutes", "filename": file.name, "mime_data": mime})))
}

/// The bytes. Whoever has the link needs no key.
pub(super) async fn content(State(state): State<AppState>, Path(id): Path<String>, Query(given): Query<Signature>) -> Answer<Response> {
    bytes(&state, DIALECT, &id, &given).await
}

/// The same for both generations of the vendor.
pub(in crate::contracts) async fn bytes(state: &AppState, dialect: Dialect, id: &str, given: &Signature) -> Answer<Response> {
    if given.expires < clock::now() || given.signature != sign(state, id, given.expires) {
        return Ok((StatusCode::FORBIDDEN, "The link is not valid or has run out").into_response());
    }
    let (file, bytes) = state.store.file(dialect, id).await?;
    let mut response = Body::from(bytes).into_response();
    let name = utf8_percent_encode(&file.name, NON_ALPHANUMERIC);
    let headers = response.headers_mut();
    let text = |text: &str| HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_TYPE, text(&file.mime));
    headers.insert(header::CONTENT_DISPOSITION, text(&format!("attachment; filename*=UTF-8''{name}")));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

/// `base`: the path that the generation is served under.
pub(in crate::contracts) fn link(state: &AppState, headers: &HeaderMap, uri: &axum::http::Uri, base: &str, id: &str) -> String {
    let expires = clock::now() + LIFETIME_MS;
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.map_or_else(|| uri.authority().map_or_else(|| state.config.listen.to_string(), ToString::to_string), str::to_owned);
    let encoded = utf8_percent_encode(id, NON_ALPHANUMERIC);
    format!("http://{host}/{base}/v1/files/{encoded}/content?expires={expires}&signature={}", sign(state, id, expires))
}

fn sign(state: &AppState, id: &str, expires: i64) -> String {
    let digest = Sha256::digest(format!("{}\n{id}\n{expires}", state.config.key).as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
