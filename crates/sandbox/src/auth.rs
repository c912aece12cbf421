//! The sandbox's one key, in the headers each vendor reads it from.

use axum::http::{HeaderMap, header::AUTHORIZATION};

/// Whether the request carries the key as `Authorization: Bearer …`.
#[must_use]
pub fn bearer(headers: &HeaderMap, key: &str) -> bool {
    headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.split_once(' '))
        .is_some_and(|(scheme, given)| scheme.eq_ignore_ascii_case("bearer") && same(given.trim(), key))
}

/// Whether the request carries the key in the named header (`Api-Key`, `X-API-Key`).
#[must_use]
pub fn header(headers: &HeaderMap, name: &str, key: &str) -> bool {
    headers.get(name).and_then(|value| value.to_str().ok()).is_some_and(|given| same(given.trim(), key))
}

/// Compares in a time that depends on the lengths only, as a server with real keys would.
fn same(given: &str, key: &str) -> bool {
    given.len() == key.len() && given.bytes().zip(key.bytes()).fold(0, |diff, (a, b)| diff | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue};

    use super::{bearer, header};

    #[test]
    fn only_the_key_itself_passes() {
        let mut headers = HeaderMap::new();
        assert!(!bearer(&headers, "sandbox"));
        headers.insert("authorization", HeaderValue::from_static("bearer sandbox"));
        headers.insert("api-key", HeaderValue::from_static("sandboy"));
        assert!(bearer(&headers, "sandbox"));
        assert!(!bearer(&headers, "sandbox2"));
        assert!(!header(&headers, "Api-Key", "sandbox"));
    }
}
