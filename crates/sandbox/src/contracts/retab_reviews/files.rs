//! Documents: links that carry a signature and run out, and the bytes behind them.

use axum::{
    Json,
    extract::{OriginalUri, Path, Query, State},
    http::HeaderMap,
    response::Response,
};
use serde_json::{Value, json};

use super::DIALECT;
use crate::contracts::retab::error::Answer;
use crate::contracts::retab::files::{Signature, bytes, link};
use crate::state::AppState;

/// Addresses in the vendor's storage. They lead nowhere, but a run can be started with one, as the vendor's clients do with
/// a document of an earlier run.
const STORAGE: &str = "https://storage.retab.com/org_sandbox/";

/// The file that such an address names.
pub(super) fn stored(url: &str) -> Option<&str> {
    url.strip_prefix(STORAGE)
}

pub(super) async fn download_link(
    State(state): State<AppState>,
    Path(id): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer<Json<Value>> {
    let (file, _) = state.store.file(DIALECT, &id).await?;
    let url = link(&state, &headers, &uri, "retab-reviews", &file.id);
    let durable = format!("{STORAGE}{}", file.id);
    let mime = json!({"filename": file.name, "url": durable});
    Ok(Json(json!({"download_url": url, "expires_in": "60 minutes", "filename": file.name, "mime_data": mime})))
}

pub(super) async fn content(State(state): State<AppState>, Path(id): Path<String>, Query(given): Query<Signature>) -> Answer<Response> {
    bytes(&state, DIALECT, &id, &given).await
}
