//! The gateway's cookies: none is for a script, none goes with another site's requests unless it says so, and on https none can be set
//! by a neighbouring host.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};

/// What a cookie is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// Whose session it is.
    Session,
    /// That the form comes from this page.
    Form,
    /// What was asked of the identity provider. The provider sends the browser back from its own site, so this one alone is `Lax`.
    Way,
}

/// How cookies are named and marked where the browser is: a browser has the cookies of all ports of a host in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jar {
    /// Browsers reach this host by https.
    secure: bool,
    port: Option<String>,
}

impl Jar {
    pub fn of(headers: &HeaderMap, secure: bool) -> Self {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let port = host.rsplit_once(':').map(|(_, port)| port).filter(|port| port.bytes().all(|byte| byte.is_ascii_digit()));
        Self { secure, port: port.map(str::to_owned) }
    }

    pub const fn secure(&self) -> bool {
        self.secure
    }

    fn name(&self, cookie: Cookie) -> String {
        let word = match cookie {
            Cookie::Session => "sluice",
            Cookie::Form => "sluice-form",
            Cookie::Way => "sluice-way",
        };
        let prefix = if self.secure { "__Host-" } else { "" };
        let port = self.port.as_ref().map(|port| format!("-{port}")).unwrap_or_default();
        format!("{prefix}{word}{port}")
    }

    /// The one cookie of this name. Two are none: somebody put one there.
    pub fn read(&self, headers: &HeaderMap, cookie: Cookie) -> Option<String> {
        let name = self.name(cookie);
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut found = lines.flat_map(|line| line.split(';')).filter_map(|pair| {
            let (found, value) = pair.trim().split_once('=')?;
            (found == name).then(|| value.to_owned())
        });
        found.next().filter(|value| !value.is_empty() && found.next().is_none())
    }

    /// `Set-Cookie`; without an age it ends with the browser.
    pub fn set(&self, cookie: Cookie, value: &str, age: Option<Duration>) -> Option<HeaderValue> {
        let site = if cookie == Cookie::Way { "Lax" } else { "Strict" };
        let secure = if self.secure { "; Secure" } else { "" };
        let age = age.map(|age| format!("; Max-Age={}", age.as_secs())).unwrap_or_default();
        let line = format!("{}={value}; Path=/; HttpOnly; SameSite={site}{secure}{age}", self.name(cookie));
        HeaderValue::try_from(line).ok()
    }

    pub fn clear(&self, cookie: Cookie) -> Option<HeaderValue> {
        self.set(cookie, "", Some(Duration::ZERO))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn headers(cookies: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("127.0.0.1:8600"));
        for cookie in cookies {
            headers.append(header::COOKIE, cookie.parse().unwrap());
        }
        headers
    }

    #[test]
    fn a_cookie_is_marked_for_where_it_is_used() {
        let (plain, secure) = (Jar::of(&headers(&[]), false), Jar { secure: true, port: None });
        let line = |jar: &Jar, cookie| jar.set(cookie, "v", None).unwrap().to_str().unwrap().to_owned();
        assert_eq!(line(&plain, Cookie::Session), "sluice-8600=v; Path=/; HttpOnly; SameSite=Strict");
        assert_eq!(line(&secure, Cookie::Session), "__Host-sluice=v; Path=/; HttpOnly; SameSite=Strict; Secure");
        assert_eq!(line(&secure, Cookie::Way), "__Host-sluice-way=v; Path=/; HttpOnly; SameSite=Lax; Secure");
    }

    #[test]
    fn one_cookie_is_read_and_two_are_none() {
        let read = |cookies: &[&str]| Jar::of(&headers(cookies), false).read(&headers(cookies), Cookie::Session);
        assert_eq!(read(&["a=b; sluice-8600=v"]).as_deref(), Some("v"));
        assert_eq!(read(&["sluice=v", "sluice-86=v", "xsluice-8600=v"]), None);
        assert_eq!(read(&["sluice-8600=v; sluice-8600=w"]), None);
        assert_eq!(read(&["sluice-8600="]), None);
    }
}
