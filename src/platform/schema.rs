//! JSON Schema's rules, checked by a validator in a worker, which comes with the first review that is opened.

use super::document::call;
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// What was found in a document, as `runs::form::findings` reads it; empty: another document of the same asker took its place.
/// `None`: there is no validator here.
pub async fn check(asker: &str, schema: &str, data: &str) -> Option<String> {
    // `boot.js` names the module, because its folder carries the version.
    let module = settled(call(&super::page::window()?.into(), "sluiceSchema", &[])).await?;
    settled(call(&module, "check", &[asker.into(), schema.into(), data.into()])).await?.as_string()
}

async fn settled(called: Result<JsValue, JsValue>) -> Option<JsValue> {
    JsFuture::from(Promise::resolve(&called.ok()?)).await.ok()
}
