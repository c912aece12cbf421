//! Which headers cross the gateway. Both ways these are lists of what passes: a header that nobody thought of stays behind.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::guard::names_token;
use crate::problem::REQUEST_ID;
use crate::redact::Redactor;

const TO_VENDOR: [HeaderName; 4] =
    [header::ACCEPT, header::ACCEPT_LANGUAGE, header::CONTENT_TYPE, HeaderName::from_static("idempotency-key")];

/// The date is what a `Retry-After` that names one is measured from.
const FROM_VENDOR: [HeaderName; 5] =
    [header::CONTENT_TYPE, header::CONTENT_LANGUAGE, header::CONTENT_LENGTH, header::RETRY_AFTER, header::DATE];

const FROM_VENDOR_PREFIXES: [&str; 4] = ["x-ratelimit", "x-rate-limit", "ratelimit", "x-total"];
const FROM_VENDOR_SUFFIXES: [&str; 3] = ["request-id", "correlation-id", "trace-id"];

/// What of the app's request the vendor sees; cookies, authorization, origin, referer and forwarded addresses never.
pub fn to_vendor(from: &HeaderMap) -> HeaderMap {
    filtered(from, |name| TO_VENDOR.contains(name))
}

/// The same of a read: that is one for everybody, in whatever language and with whatever id each asks.
pub fn of_read(from: &HeaderMap) -> HeaderMap {
    filtered(from, |name| name == header::ACCEPT)
}

/// What of the vendor's answer the app sees: content, limits and ids; cookies and everything that would act on our origin never.
pub fn from_vendor(from: &HeaderMap, redactor: &Redactor) -> HeaderMap {
    let mut passed = filtered(from, |name| {
        FROM_VENDOR.contains(name)
            || FROM_VENDOR_PREFIXES.iter().any(|prefix| name.as_str().starts_with(prefix))
            || FROM_VENDOR_SUFFIXES.iter().any(|suffix| name.as_str().ends_with(suffix))
    });
    let echoes: Vec<_> = passed.iter().filter(|(_, value)| redactor.holds(value.as_bytes())).map(|(name, _)| name.clone()).collect();
    for name in echoes {
        passed.remove(name);
    }
    passed
}

fn filtered(from: &HeaderMap, passes: impl Fn(&HeaderName) -> bool) -> HeaderMap {
    let hop = |name: &HeaderName| {
        from.get_all(header::CONNECTION).iter().any(|value| value.to_str().is_ok_and(|value| names_token(value, name.as_str())))
    };
    from.iter().filter(|(name, _)| passes(name) && !hop(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// The caller's request id if it is a plain word, else a new one.
pub fn request_id(from: &HeaderMap) -> String {
    from.get(REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|id| (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte)))
        .map_or_else(|| uuid::Uuid::new_v4().to_string(), str::to_owned)
}

/// A request id as a header; [`request_id`] yields only what fits.
pub fn id_value(id: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(id).ok()
}
