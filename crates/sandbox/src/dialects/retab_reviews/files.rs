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

use super::DIALECT;
use crate::{clock, dialects::retab::error::Answer, state::AppState};

/// Links are good for an hour.
const LIFETIME_MS: i64 = 3_600_000;

#[derive(Deserialize)]
pub(super) struct Signature {
    expires: i64,
    signature: String,
}

pub(super) async fn download_link(
    State(state): State<AppState>,
    Path(id): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer<Json<Value>> {
    let (file, _) = state.store.file(DIALECT, &id).await?;
    let url = link(&state, &headers, &uri, &file.id);
    let durable = format!("https://storage.retab.com/org_sandbox/{}", file.id);
    let mime = json!({"filename": file.name, "url": durable});
    Ok(Json(json!({"download_url": url, "expires_in": "60 minutes", "filename": file.name, "mime_data": mime})))
}

/// The bytes. Whoever has the link needs no key.
pub(super) async fn content(State(state): State<AppState>, Path(id): Path<String>, Query(given): Query<Signature>) -> Answer<Response> {
    if given.expires < clock::now() || given.signature != sign(&state, &id, given.expires) {
        return Ok((StatusCode::FORBIDDEN, "The link is not valid or has run out").into_response());
    }
    let (file, bytes) = state.store.file(DIALECT, &id).await?;
    let mut response = Body::from(bytes).into_response();
    let name = utf8_percent_encode(&file.name, NON_ALPHANUMERIC);
    let headers = response.headers_mut();
    let text = |text: &str| HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_TYPE, text(&file.mime));
    headers.insert(header::CONTENT_DISPOSITION, text(&format!("attachment; filename*=UTF-8''{name}")));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

fn link(state: &AppState, headers: &HeaderMap, uri: &axum::http::Uri, id: &str) -> String {
    let expires = clock::now() + LIFETIME_MS;
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.map_or_else(|| uri.authority().map_or_else(|| state.config.listen.to_string(), ToString::to_string), str::to_owned);
    let encoded = utf8_percent_encode(id, NON_ALPHANUMERIC);
    format!("http://{host}/retab-reviews/v1/files/{encoded}/content?expires={expires}&signature={}", sign(state, id, expires))
}

fn sign(state: &AppState, id: &str, expires: i64) -> String {
    let digest = Sha256::digest(format!("{}\n{id}\n{expires}", state.config.key).as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
