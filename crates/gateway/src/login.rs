//! Tokens of a vendor that gives them for user and password: one is fetched when it is first needed, and another before it runs out.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use base64::Engine as _;
use reqwest::Url;
use runs::adapters::route::Login;
use serde_json::json;

use crate::problem::{Problem, Relay};
use crate::redact::Redactor;
use crate::upstream::cause;

/// A token that does not say how long it is good for.
const UNKNOWN: Duration = Duration::from_secs(300);
/// So long a refused password is not tried again: some servers lock the account.
const REFUSED: Duration = Duration::from_secs(10);
/// What a vendor answers to a login at most.
const MOST: usize = 64 * 1024;

#[derive(Debug)]
pub struct Tokens {
    url: Url,
    known: Mutex<Known>,
    /// One login at a time: whoever comes meanwhile takes its token.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Known {
    token: Option<Token>,
    refused: Option<(HeaderValue, Instant, String)>,
}

#[derive(Clone)]
pub struct Token {
    header: HeaderValue,
    /// User and password that it was given for.
    of: HeaderValue,
    until: Instant,
    redactor: Redactor,
}

impl std::fmt::Debug for Token {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Token(…)")
    }
}

impl Tokens {
    /// `None` if the base URL does not end as the vendor's API does.
    pub fn of(base: &Url, login: Login) -> Option<Self> {
        let mut url = base.clone();
        let path = format!("{}{}", base.path().trim_end_matches('/').strip_suffix(login.api)?, login.path);
        url.set_path(&path);
        Some(Self { url, known: Mutex::default(), turn: tokio::sync::Mutex::default() })
    }

    /// The header of a call, with a token for this key; not the one that was just refused.
    pub async fn header(&self, client: &reqwest::Client, key: &HeaderValue, not: Option<&HeaderValue>) -> Result<HeaderValue, Problem> {
        if let Some(header) = self.fresh(key, not) {
            return Ok(header);
        }
        let _turn = self.turn.lock().await;
        if let Some(header) = self.fresh(key, not) {
            return Ok(header);
        }
        if let Some((refused, at, said)) = &self.lock().refused
            && refused == key
            && at.elapsed() < REFUSED
        {
            return Err(refusal(said));
        }
        let token = self.fetch(client, key).await.inspect_err(|problem| {
            if problem.status == StatusCode::UNAUTHORIZED {
                self.lock().refused = Some((key.clone(), Instant::now(), problem.detail.clone()));
            }
        })?;
        let header = token.header.clone();
        self.lock().token = Some(token);
        Ok(header)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fresh(&self, key: &HeaderValue, not: Option<&HeaderValue>) -> Option<HeaderValue> {
        let known = self.lock();
        let token = known.token.as_ref().filter(|token| token.of == *key && Instant::now() < token.until)?;
        Some(token.header.clone()).filter(|header| Some(header) != not)
    }

    /// Takes the token out of answers.
    pub fn redactor(&self) -> Option<Redactor> {
        self.lock().token.as_ref().map(|token| token.redactor.clone())
    }

    async fn fetch(&self, client: &reqwest::Client, key: &HeaderValue) -> Result<Token, Problem> {
        let (user, password) =
            key.to_str().ok().and_then(|key| key.split_once(':')).ok_or_else(|| refusal("the key is no user:password"))?;
        let begun = Instant::now();
        let body = json!({"username": user, "password": password}).to_string();
        let sent = client.post(self.url.clone()).header(header::CONTENT_TYPE, "application/json").body(body).send().await;
        let place = self.url.origin().ascii_serialization();
        let unreached = |why: &str| {
            let detail = format!("The gateway could not sign in at {place}: {why}. Nothing else was sent. Try again.");
            Problem::relay(StatusCode::BAD_GATEWAY, Relay::NotSent, detail)
        };
        let answer = sent.map_err(|error| unreached(&cause(&error)))?;
        let status = answer.status();
        let bytes = whole(answer).await.map_err(|why| unreached(&why))?;
        if matches!(status.as_u16(), 400 | 401 | 403 | 422) {
            let said = serde_json::from_slice::<serde_json::Value>(&bytes).ok();
            let said = said.and_then(|said| said.get("detail")?.as_str().map(str::to_owned)).unwrap_or_default();
            return Err(refusal(&said));
        }
        let token = serde_json::from_slice::<serde_json::Value>(&bytes).ok();
        let token = token.and_then(|told| told.get("access_token")?.as_str().map(str::to_owned)).filter(|_| status.is_success());
        let Some(token) = token else { return Err(unreached(&format!("it answered {} and gave no token", status.as_u16()))) };
        let mut header = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| unreached("its token fits no header"))?;
        header.set_sensitive(true);
        let redactor = HeaderValue::try_from(token.as_str()).map(|token| Redactor::new(&token)).unwrap_or_default();
        // Early enough that no call is on its way with one that just ran out.
        let until = begun + lifetime(&token).unwrap_or(UNKNOWN).mul_f64(0.8);
        Ok(Token { header, of: key.clone(), until, redactor })
    }
}

/// The answer of a vendor that refuses the key.
fn refusal(said: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, said)
}

async fn whole(mut answer: reqwest::Response) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(|error| cause(&error))? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > MOST {
            return Err("its answer is too large".into());
        }
    }
    Ok(bytes)
}

/// How long a token is good for, by its own word. Read from both of its times, so that this clock does not matter.
fn lifetime(token: &str) -> Option<Duration> {
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&claims).ok()?;
    let seconds = |name: &str| claims.get(name)?.to_string().split('.').next()?.parse::<u64>().ok();
    seconds("exp")?.checked_sub(seconds("iat")?).map(Duration::from_secs)
}

/// The header that a token goes in.
pub const HEADER: HeaderName = header::AUTHORIZATION;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_login_stands_beside_the_api() {
        let of = |base: &str| {
            Tokens::of(&Url::parse(base).unwrap(), Login { api: "/api/v2", path: "/auth/token", refused: "" })
                .map(|tokens| tokens.url.to_string())
        };
        assert_eq!(of("https://a.example/api/v2").as_deref(), Some("https://a.example/auth/token"));
        assert_eq!(of("https://a.example/team/api/v2/").as_deref(), Some("https://a.example/team/auth/token"));
        assert_eq!(of("https://a.example/api/v1"), None);
    }

    #[test]
    fn a_token_says_how_long_it_is_good_for() {
        let token = |claims: &str| format!("x.{}.y", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(claims));
        assert_eq!(lifetime(&token(r#"{"iat":1000.5,"exp":1020}"#)), Some(Duration::from_secs(20)));
        for bad in ["", "x", "x.!.y", &token("{}"), &token(r#"{"iat":30,"exp":20}"#)] {
            assert_eq!(lifetime(bad), None, "{bad}");
        }
    }
}
