//! Sample files of the sandbox, served by the gateway.

use super::{api, fetch};
use runs::wire::http::Request;

/// A sample's bytes; `None` if it could not be read.
pub async fn load_sample(name: &str) -> Option<Vec<u8>> {
    let url = api(&format!("samples/{}", runs::value::percent::encode(name)));
    let response = fetch::send(&url, &Request::get("samples"), None, super::TIMEOUT, false).await.ok()?;
    response.ok().then_some(response.body)
}
