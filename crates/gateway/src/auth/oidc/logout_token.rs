//! A logout token (OpenID Connect Back-Channel Logout 1.0): the provider's word that a session, or all of a person, has ended.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKey as _, JsonWebKeyUse as _, JwsSigningAlgorithm as _};
use runs::Json;
use serde::Deserialize;

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// Older ones are refused, and ones of the future; in seconds.
const AGE: i64 = 600;

/// What has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    pub subject: Option<String>,
    pub sid: Option<String>,
}

#[derive(Deserialize)]
struct Head {
    alg: CoreJwsSigningAlgorithm,
    kid: Option<String>,
}

/// Reads a token that is signed by one of the keys; `Err` says what is wrong with it.
pub fn read(token: &str, keys: &[CoreJsonWebKey], issuer: &str, client: &str, now: i64) -> Result<Ended, &'static str> {
    let mut parts = token.trim().split('.');
    let (Some(head), Some(body), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err("it is no signed token");
    };
    let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| "it is no signed token");
    let read: Head = serde_json::from_slice(&bytes(head)?).map_err(|_| "its head cannot be read")?;
    // Not by a secret that others may share, and not by nothing.
    if read.alg == CoreJwsSigningAlgorithm::None || read.alg.uses_shared_secret() {
        return Err("it is not signed with a key of the provider's");
    }
    let signed = format!("{head}.{body}");
    let signature = bytes(signature)?;
    let fits = |key: &&CoreJsonWebKey| {
        key.key_use().is_none_or(|used| used.allows_signature())
            && (read.kid.is_none() || key.key_id().map(|id| id.as_str()) == read.kid.as_deref())
            && key.verify_signature(&read.alg, signed.as_bytes(), &signature).is_ok()
    };
    keys.iter().find(fits).ok_or("its signature does not hold")?;
    let claims: Json = serde_json::from_slice(&bytes(body)?).map_err(|_| "it cannot be read")?;
    ended(&claims, issuer, client, now)
}

fn ended(claims: &Json, issuer: &str, client: &str, now: i64) -> Result<Ended, &'static str> {
    let text = |name: &str| claims.get(name).and_then(Json::as_str).map(str::to_owned);
    let seconds = |name: &str| claims.get(name).and_then(Json::as_f64).map(|seconds| seconds as i64);
    let audience = match claims.get("aud") {
        Some(Json::String(one)) => one == client,
        Some(Json::Array(all)) => all.iter().any(|one| one.as_str() == Some(client)),
        _ => false,
    };
    let ended = Ended { subject: text("sub"), sid: text("sid") };
    if text("iss").as_deref() != Some(issuer) || !audience {
        return Err("it is another provider's, or for somebody else");
    }
    if seconds("iat").is_none_or(|at| (now - at).abs() > AGE) || seconds("exp").is_some_and(|until| until < now) {
        return Err("it is too old");
    }
    if claims.get("events").and_then(|events| events.get(EVENT)).is_none_or(|event| !event.is_object()) || claims.get("nonce").is_some() {
        return Err("it is no logout token");
    }
    if ended.subject.is_none() && ended.sid.is_none() {
        return Err("it names nobody");
    }
    Ok(ended)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_logout_token_for_us_and_of_now_ends_anything() {
        let good =
            json!({ "iss": "https://id", "aud": "sluice", "iat": 1_000, "jti": "x", "sub": "ada", "sid": "s1", "events": { EVENT: {} } });
        let read = |claims: &Json| ended(claims, "https://id", "sluice", 1_010);
        assert_eq!(read(&good), Ok(Ended { subject: Some("ada".into()), sid: Some("s1".into()) }));
        for (name, value) in [
            ("iss", json!("https://evil")),
            ("aud", json!(["other"])),
            ("aud", json!(null)),
            ("iat", json!(1)),
            ("iat", json!(9_999)),
            ("exp", json!(1_001)),
            ("events", json!({})),
            ("events", json!({ EVENT: true })),
            ("nonce", json!("n")),
        ] {
            let mut bad = good.clone();
            bad[name] = value.clone();
            assert!(read(&bad).is_err(), "{name}: {value}");
        }
        assert!(super::read("a.b", &[], "https://id", "sluice", 0).is_err());
        let unsigned = format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#), URL_SAFE_NO_PAD.encode(good.to_string()));
        assert_eq!(super::read(&unsigned, &[], "https://id", "sluice", 1_010), Err("it is not signed with a key of the provider's"));
    }
}
