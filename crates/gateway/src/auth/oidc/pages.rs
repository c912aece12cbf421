//! The ways between the browser, us and the provider.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use serde::Deserialize;
use tokio::sync::Mutex;

use super::logout_token;
use super::provider::Refused;
use super::{ATTEMPT, Account, Said};
use crate::app::App;
use crate::auth::cookie::{Cookie, Jar};
use crate::auth::pages::{failed, way};
use crate::auth::{jar, see_other, token, words};

#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    next: String,
}

#[derive(Default, Deserialize)]
pub struct Returned {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

#[derive(Deserialize)]
pub struct LoggedOut {
    logout_token: String,
}

/// An address of ours, as the browser that asks has it.
fn own(headers: &HeaderMap, jar: &Jar, path: &str) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    format!("{}://{host}{path}", if jar.secure() { "https" } else { "http" })
}

/// To the provider.
pub async fn start(State(app): State<Arc<App>>, headers: HeaderMap, asked: Result<Query<Asked>, QueryRejection>) -> Response<Body> {
    let (auth, settings) = (app.auth(), app.auth().settings());
    let jar = jar(&headers, app.names());
    let next = asked.map_or_else(|_| String::new(), |asked| asked.0.next);
    let refuse = |status, reason: &str| failed(auth, &jar, &headers, status, reason.to_owned(), &next);
    let Some(provider) = &settings.provider else { return refuse(StatusCode::NOT_FOUND, words::NO_SIGN_IN) };
    let begun = provider.begin(&own(&headers, &jar, &format!("{}/callback", settings.page())), &way(&settings.base, &next)).await;
    let (url, attempt) = match begun {
        Ok(begun) => begun,
        Err(Refused::Denied(reason) | Refused::Unreachable(reason)) => {
            tracing::warn!(%reason, "the identity provider cannot be asked");
            return refuse(StatusCode::BAD_GATEWAY, words::PROVIDER_SILENT);
        }
    };
    let kept = auth.accounts.attempts.begin(attempt, ATTEMPT).ok().and_then(|secret| jar.set(Cookie::Way, &secret, Some(ATTEMPT.whole)));
    let Some(kept) = kept else { return refuse(StatusCode::SERVICE_UNAVAILABLE, words::PROVIDER_SILENT) };
    let mut response = see_other(&url);
    response.headers_mut().append(header::SET_COOKIE, kept);
    response
}

/// Back from the provider, with a code.
pub async fn callback(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    returned: Result<Query<Returned>, QueryRejection>,
) -> Response<Body> {
    let (auth, settings) = (app.auth(), app.auth().settings());
    let jar = jar(&headers, app.names());
    let returned = returned.map_or_else(|_| Returned::default(), |returned| returned.0);
    // One use: whoever comes a second time with it begins anew.
    let attempt = jar.read(&headers, Cookie::Way).and_then(|secret| {
        let lives = auth.accounts.attempts.find(&secret, ATTEMPT).is_some();
        auth.accounts.attempts.end(&secret).filter(|_| lives)
    });
    let next = attempt.as_ref().map(|attempt| attempt.next.clone()).unwrap_or_default();
    let refuse = |status, reason: String| failed(auth, &jar, &headers, status, reason, &next);
    let Some(provider) = &settings.provider else { return refuse(StatusCode::NOT_FOUND, words::NO_SIGN_IN.into()) };
    let Some(attempt) = attempt.filter(|attempt| returned.state.as_deref().is_some_and(|state| token::same(state, &attempt.state))) else {
        return refuse(StatusCode::FORBIDDEN, words::OTHER_WAY.into());
    };
    if returned.iss.as_deref().is_some_and(|issuer| issuer != provider.issuer()) {
        return refuse(StatusCode::FORBIDDEN, words::OTHER_WAY.into());
    }
    let Some(code) = returned.code else {
        tracing::info!(error = ?returned.error, "the identity provider sent somebody back without a code");
        return refuse(StatusCode::FORBIDDEN, words::PROVIDER_REFUSED.into());
    };
    let answer = match provider.finish(&code, &attempt).await {
        Ok(answer) => answer,
        Err(Refused::Denied(reason)) => {
            tracing::warn!(%reason, "what the identity provider said does not hold");
            return refuse(StatusCode::FORBIDDEN, words::PROVIDER_REFUSED.into());
        }
        Err(Refused::Unreachable(reason)) => {
            tracing::warn!(%reason, "the identity provider cannot be asked");
            return refuse(StatusCode::BAD_GATEWAY, words::PROVIDER_SILENT.into());
        }
    };
    let (name, groups) = (answer.name.unwrap_or_default(), answer.groups.unwrap_or_default());
    if settings.grants_of(&groups).is_empty() {
        tracing::info!(who = ?name, "somebody without a role was refused");
        return refuse(StatusCode::FORBIDDEN, words::no_role(&name));
    }
    let said =
        Said { name, groups, id_token: answer.id_token.unwrap_or_default(), refresh_token: answer.refresh_token, until: answer.until };
    tracing::info!(who = ?said.name, "signed in");
    let account = Account { subject: answer.subject, sid: answer.sid, said: Mutex::new(said) };
    auth.end(&jar, &headers);
    let Ok(secret) = auth.accounts.sessions.begin(Arc::new(account), settings.lifetime) else {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, words::PROVIDER_SILENT.into());
    };
    let age = (!app.shared_device()).then_some(settings.lifetime.whole);
    let mut response = see_other(&way(&settings.base, &attempt.next));
    for cookie in [jar.set(Cookie::Session, &secret, age), jar.clear(Cookie::Way)].into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The provider itself says that a session has ended.
pub async fn back_channel(State(app): State<Arc<App>>, sent: Result<Form<LoggedOut>, FormRejection>) -> Response<Body> {
    let answer = |status: StatusCode, text: &str| {
        let mut response = Response::new(Body::from(text.to_owned()));
        *response.status_mut() = status;
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    };
    let settings = app.auth().settings();
    let (Some(provider), Ok(Form(sent))) = (&settings.provider, sent) else { return answer(StatusCode::BAD_REQUEST, "no logout token") };
    let now = crate::clock::now() / 1_000;
    let mut read = Err("its signature does not hold");
    for anew in [false, true] {
        let Ok(metadata) = provider.metadata(anew).await else { return answer(StatusCode::SERVICE_UNAVAILABLE, "the keys cannot be read") };
        read = logout_token::read(&sent.logout_token, metadata.jwks().keys(), provider.issuer(), provider.client_id(), now);
        if read.is_ok() {
            break;
        }
    }
    match read {
        Ok(ended) => {
            // All of the person's, where either side has no name for a session.
            let count = app.auth().accounts.sessions.end_where(|account| match (&ended.sid, &account.sid) {
                (Some(sid), Some(own)) => sid == own,
                _ => Some(&account.subject) == ended.subject.as_ref(),
            });
            tracing::info!(count, "the identity provider ended sessions");
            answer(StatusCode::OK, "")
        }
        Err(reason) => {
            tracing::warn!(reason, "a logout token was refused");
            answer(StatusCode::BAD_REQUEST, reason)
        }
    }
}

/// Ends the session here, and says where the provider's is ended.
pub async fn way_out(app: &App, headers: &HeaderMap) -> String {
    let (auth, settings, jar) = (app.auth(), app.auth().settings(), jar(headers, app.names()));
    let account = jar.read(headers, Cookie::Session).and_then(|secret| auth.accounts.sessions.end(&secret));
    let (Some(provider), Some(account)) = (&settings.provider, account) else { return settings.page() };
    let id_token = account.said.lock().await.id_token.clone();
    provider.logout(&id_token, &own(headers, &jar, &settings.page())).await.unwrap_or_else(|| settings.page())
}
