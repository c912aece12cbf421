use axum::response::Response;
use super::error::Failure;
pub(super) const TABLE: &str = "line_items";
pub(super) async fn get() -> Result<Response, Failure> { Err(Failure::not_found("x")) }
pub(super) async fn rows() -> Result<Response, Failure> { Err(Failure::not_found("x")) }
pub(super) async fn download_table() -> Result<Response, Failure> { Err(Failure::not_found("x")) }
pub(super) async fn download_original() -> Result<Response, Failure> { Err(Failure::not_found("x")) }
