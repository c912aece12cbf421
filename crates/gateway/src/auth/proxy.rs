//! Whom a proxy names: by headers, from its own address or over the socket that only it can open.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, StatusCode};

use super::{Person, SignIn};
use crate::problem::Problem;
use crate::server::Caller;

/// The headers in which the proxy says who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyHeaders {
    pub user: HeaderName,
    /// Separated by commas.
    pub groups: HeaderName,
}

impl Default for ProxyHeaders {
    fn default() -> Self {
        Self { user: HeaderName::from_static("x-forwarded-user"), groups: HeaderName::from_static("x-forwarded-groups") }
    }
}

/// Characters of a name, as in the audit log.
const LONGEST: usize = 200;

pub(super) fn person(settings: &SignIn, request: &Request) -> Result<Person, Problem> {
    // Without an address it came over the socket, which only its owner opens.
    if let Some(Caller(address)) = request.extensions().get::<Caller>()
        && !settings.trusts(address.ip())
    {
        let detail = format!(
            "This gateway takes callers from its proxy only, and {} is not one. Open Sluice by the proxy's address; \
             `proxies` under [sign_in] names those that count.",
            address.ip()
        );
        return Err(Problem::new(StatusCode::FORBIDDEN, detail));
    }
    let name = one(request.headers(), &settings.headers.user)?.ok_or_else(|| {
        let detail = format!("The proxy did not say who you are ({} is missing). Nothing was sent.", settings.headers.user);
        Problem::new(StatusCode::UNAUTHORIZED, detail)
    })?;
    if name.chars().count() > LONGEST || name.chars().any(char::is_control) {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "The proxy said who you are in more characters than a name has."));
    }
    let groups: Vec<String> = one(request.headers(), &settings.headers.groups)?
        .unwrap_or_default()
        .split(',')
        .map(|group| group.trim().to_owned())
        .filter(|group| !group.is_empty())
        .collect();
    let grants = settings.grants_of(&groups);
    if grants.is_empty() {
        let detail = format!("You are {name}, and no group that the proxy says you are in has a role here. Ask whoever runs Sluice.");
        return Err(Problem::new(StatusCode::FORBIDDEN, detail));
    }
    Ok(Person::new(&name, grants))
}

/// The one value of a header. Of two, one could be the caller's own.
fn one(headers: &HeaderMap, name: &HeaderName) -> Result<Option<String>, Problem> {
    let mut found = headers.get_all(name).iter();
    let Some(value) = found.next() else { return Ok(None) };
    let text = std::str::from_utf8(value.as_bytes()).ok().map(str::trim);
    match (text, found.next()) {
        (Some(""), None) => Ok(None),
        (Some(text), None) => Ok(Some(text.to_owned())),
        _ => Err(Problem::new(StatusCode::BAD_REQUEST, format!("The proxy sent {name} twice, or not as text."))),
    }
}
