//! Cursors: base64 of `{"id":"…"}`, the last row of the page before.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::error::Failure;
use super::{Pairs, text};

pub(super) fn write(id: &str) -> String {
    BASE64_STANDARD.encode(json!({ "id": id }).to_string())
}

/// The id that the `cursor` parameter holds, if one is given.
pub(super) fn read(pairs: &Pairs) -> Result<Option<String>, Failure> {
    let Some(raw) = text(pairs, "cursor") else { return Ok(None) };
    // A plus sign that a client did not escape arrives as a space.
    let decoded = BASE64_STANDARD.decode(raw.replace(' ', "+")).ok();
    let value = decoded.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let id = value.as_ref().and_then(|value| value.get("id")).and_then(Value::as_str);
    match id {
        Some(id) => Ok(Some(id.to_owned())),
        None => Err(Failure::validation("The 'cursor' parameter is not valid")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn cursors_turn_back_and_others_are_refused() {
        let pairs = |cursor: &str| vec![("cursor".to_owned(), cursor.to_owned())];
        assert_eq!(write("run_uvw234"), "eyJpZCI6InJ1bl91dncyMzQifQ==");
        assert_eq!(read(&pairs(&write("run_ü"))).unwrap().as_deref(), Some("run_ü"));
        assert_eq!(read(&Vec::new()).unwrap(), None);
        for wrong in ["", "%%%", "e30=", "bnVsbA==", "eyJpZCI6MX0="] {
            assert!(read(&pairs(wrong)).is_err(), "{wrong}");
        }
    }
}
