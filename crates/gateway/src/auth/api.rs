//! What the app asks of signing in: who somebody is, what they may do, and to be signed out.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response, header};
use serde_json::{Value, json};

use super::cookie::Cookie;
use super::person::{Flows, Person, Role};
use super::{Mode, jar, oidc};
use crate::app::App;

/// What the configuration tells the browser of the person; nothing where nobody signs in.
pub fn told(app: &App, person: &Person) -> Option<Value> {
    let name = person.name()?;
    let settings = app.auth().settings();
    // Where signing out is of use: a script's token is not a session, and not every proxy has an address for it.
    let sign_out = settings.mode != Mode::Proxy || settings.sign_out.is_some();
    Some(json!({ "name": name, "sign_out": sign_out }))
}

/// Where on a connection somebody has a role: everywhere, or in these flows.
pub fn flows(person: &Person, connection: &str, role: Role) -> Value {
    match person.flows(connection, role) {
        Flows::All => Value::Bool(true),
        Flows::Only(flows) => flows.into_iter().collect::<Vec<_>>().into(),
    }
}

/// `/api/sign-out`: ends the session, and says where to go from here.
pub async fn sign_out(State(app): State<Arc<App>>, headers: HeaderMap) -> Response<Body> {
    let jar = jar(&headers, app.names());
    let settings = app.auth().settings();
    let to = match settings.mode {
        Mode::Oidc => oidc::way_out(&app, &headers).await,
        Mode::Proxy => settings.sign_out.clone().unwrap_or_else(|| settings.page()),
        Mode::Loopback | Mode::Tokens => settings.page(),
    };
    app.auth().end(&jar, &headers);
    let mut response = Response::new(Body::from(json!({ "to": to }).to_string()));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, axum::http::HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, axum::http::HeaderValue::from_static("no-store"));
    if let Some(cookie) = jar.clear(Cookie::Session) {
        headers.append(header::SET_COOKIE, cookie);
    }
    response
}
