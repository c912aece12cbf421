//! Who may talk to the gateway. Any website can send requests to 127.0.0.1: a foreign `Host` (DNS rebinding), a foreign
//! origin and writes without the app's own header (CSRF) are refused before anything else looks at them.

use std::net::SocketAddr;

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};

use crate::problem::{Problem, Relay};

/// What only the app's own code sends: another website cannot without a CORS preflight, and none is ever granted.
pub const APP_HEADER: &str = "x-sluice";

/// The names that the gateway answers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    hosts: Vec<String>,
    origins: Vec<String>,
}

impl Names {
    /// The loopback names with the port listened on, and the configured public hosts (`host` or `host:port`, by https).
    pub fn new(listen: SocketAddr, public: &[String]) -> Self {
        let own = match listen {
            SocketAddr::V4(address) => address.ip().to_string(),
            SocketAddr::V6(address) => format!("[{}]", address.ip()),
        };
        let mut names = Self { hosts: Vec::new(), origins: Vec::new() };
        for host in ["localhost", "127.0.0.1", "[::1]", &own] {
            names.add(format!("{host}:{}", listen.port()), "http");
            if listen.port() == 80 {
                names.add(host.to_owned(), "http");
            }
        }
        for host in public {
            names.add(host.to_ascii_lowercase(), "https");
        }
        names
    }

    /// The public hosts alone, where nothing is listened on that a browser could reach.
    pub fn of_proxy(public: &[String]) -> Self {
        let mut names = Self { hosts: Vec::new(), origins: Vec::new() };
        for host in public {
            names.add(host.to_ascii_lowercase(), "https");
        }
        names
    }

    fn add(&mut self, host: String, scheme: &str) {
        if !self.hosts.contains(&host) {
            self.origins.push(format!("{scheme}://{host}"));
            self.hosts.push(host);
        }
    }

    fn host(&self, host: &str) -> bool {
        self.hosts.iter().any(|known| known.eq_ignore_ascii_case(host))
    }

    /// A host that browsers reach by https.
    pub fn is_public(&self, host: &HeaderValue) -> bool {
        host.to_str().is_ok_and(|host| self.origin(&format!("https://{host}")))
    }

    fn origin(&self, origin: &str) -> bool {
        self.origins.iter().any(|known| known.eq_ignore_ascii_case(origin))
    }
}

/// Refuses what the app would never send.
pub fn check(names: &Names, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
    let api = is_api(uri.path());
    let refusal = host(names, uri, headers)
        .and_then(|()| origin(names, headers))
        .and_then(|()| if api { site(headers).and_then(|()| destination(headers)) } else { Ok(()) })
        .and_then(|()| if api { write(method, headers) } else { Ok(()) });
    // On relayed paths the app reads this as "nothing was sent", not as a vendor's refusal.
    refusal.map_err(|problem| if uri.path().starts_with("/api/c/") { Problem { relay: Some(Relay::NotSent), ..problem } } else { problem })
}

/// Whether a path belongs to the API and not to the app's pages and files.
pub fn is_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

fn refuse(detail: &str) -> Result<(), Problem> {
    Err(Problem::new(StatusCode::FORBIDDEN, detail))
}

fn host(names: &Names, uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
    let mut found = headers.get_all(header::HOST).iter();
    let one = match (found.next(), found.next()) {
        (Some(host), None) => host.to_str().ok(),
        _ => None,
    };
    let known = one.is_some_and(|host| names.host(host)) && uri.authority().is_none_or(|authority| names.host(authority.as_str()));
    if known {
        return Ok(());
    }
    refuse(
        "The request names a host that this gateway does not answer to, as a page that rebinds its DNS name would. \
         Open Sluice by the address it printed, or add the name to public_hosts under [server].",
    )
}

fn origin(names: &Names, headers: &HeaderMap) -> Result<(), Problem> {
    let foreign = headers.get_all(header::ORIGIN).iter().any(|origin| !origin.to_str().is_ok_and(|origin| names.origin(origin)));
    if foreign {
        return refuse("The request comes from another website's page (Origin). Only the Sluice app itself may call this gateway.");
    }
    Ok(())
}

fn site(headers: &HeaderMap) -> Result<(), Problem> {
    // `same-site` is another port or subdomain, so another program; `none` is a person typing the address.
    let foreign = headers.get_all("sec-fetch-site").iter().any(|site| site != "same-origin" && site != "none");
    if foreign {
        return refuse("The request comes from another website's page (Sec-Fetch-Site). Only the Sluice app itself may call this gateway.");
    }
    Ok(())
}

/// What a vendor answers is data, whatever type it says it has: none of it runs or styles a page of this origin.
fn destination(headers: &HeaderMap) -> Result<(), Problem> {
    const DATA: [&str; 3] = ["empty", "document", ""];
    if headers.get_all("sec-fetch-dest").iter().any(|to| !to.to_str().is_ok_and(|to| DATA.contains(&to))) {
        return refuse(
            "Answers under /api are data. They are not loaded as a script, a style, a frame or a picture of a page (Sec-Fetch-Dest).",
        );
    }
    Ok(())
}

fn write(method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    if matches!(*method, Method::GET | Method::HEAD) {
        return Ok(());
    }
    if headers.get(APP_HEADER).is_none_or(|value| value != "1") {
        return refuse("A write without the header `x-sluice: 1` is refused: a form on another website could have sent it.");
    }
    let empty = !headers.contains_key(header::TRANSFER_ENCODING)
        && headers.get(header::CONTENT_LENGTH).is_none_or(|length| length.as_bytes() == b"0");
    let kind = headers.get(header::CONTENT_TYPE).map(|value| value.to_str().unwrap_or("").split(';').next().unwrap_or("").trim());
    let fits = match kind {
        None => empty,
        Some(kind) => ["application/json", "multipart/form-data"].iter().any(|known| kind.eq_ignore_ascii_case(known)),
    };
    if fits {
        return Ok(());
    }
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "A write carries application/json or multipart/form-data, nothing else."))
}

/// Whether a comma-separated header value holds this token.
pub fn names_token(value: &str, token: &str) -> bool {
    value.split(',').any(|word| word.trim().eq_ignore_ascii_case(token))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn verdict(method: Method, path: &str, pairs: &[(&str, &str)]) -> u16 {
        let names = Names::new("127.0.0.1:8600".parse().unwrap(), &["sluice.example.com".into()]);
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(header::HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
        }
        check(&names, &method, &path.parse().unwrap(), &headers).map_or_else(|problem| problem.status.as_u16(), |()| 200)
    }

    #[test]
    fn only_the_own_names_pass() {
        for (host, expected) in [
            ("127.0.0.1:8600", 200),
            ("localhost:8600", 200),
            ("LOCALHOST:8600", 200),
            ("[::1]:8600", 200),
            ("sluice.example.com", 200),
            ("sluice.example.com:8600", 403),
            ("evil.example:8600", 403),
            ("127.0.0.1:8601", 403),
            ("127.0.0.1", 403),
            ("localhost.evil.example:8600", 403),
            ("", 403),
        ] {
            assert_eq!(verdict(Method::GET, "/", &[("host", host)]), expected, "{host}");
        }
        assert_eq!(verdict(Method::GET, "/", &[]), 403, "no host");
        assert_eq!(verdict(Method::GET, "/", &[("host", "localhost:8600"), ("host", "evil.example")]), 403, "two hosts");
        assert_eq!(verdict(Method::GET, "http://evil.example/", &[("host", "localhost:8600")]), 403, "absolute form");
    }

    #[test]
    fn other_origins_and_sites_are_refused() {
        let own = ("host", "127.0.0.1:8600");
        for (name, value, expected) in [
            ("origin", "http://127.0.0.1:8600", 200),
            ("origin", "http://localhost:8600", 200),
            ("origin", "https://sluice.example.com", 200),
            ("origin", "http://sluice.example.com", 403),
            ("origin", "null", 403),
            ("origin", "http://127.0.0.1:3000", 403),
            ("origin", "https://evil.example", 403),
            ("sec-fetch-site", "same-origin", 200),
            ("sec-fetch-site", "none", 200),
            ("sec-fetch-site", "same-site", 403),
            ("sec-fetch-site", "cross-site", 403),
            ("sec-fetch-dest", "empty", 200),
            // A person opens an answer in a tab, or saves a file.
            ("sec-fetch-dest", "document", 200),
            ("sec-fetch-dest", "script", 403),
            ("sec-fetch-dest", "style", 403),
            ("sec-fetch-dest", "sharedworker", 403),
            ("sec-fetch-dest", "image", 403),
            // Proxies ask for it on every request. The gateway never changes the protocol, and may then just answer.
            ("connection", "keep-alive, Upgrade", 200),
            ("connection", "upgrade", 200),
            ("upgrade", "websocket", 200),
        ] {
            assert_eq!(verdict(Method::GET, "/api/config", &[own, (name, value)]), expected, "{name}: {value}");
        }
        assert_eq!(verdict(Method::GET, "/runs", &[own, ("sec-fetch-site", "cross-site")]), 200, "a link from elsewhere opens a page");
    }

    #[test]
    fn writes_need_the_apps_header_and_a_known_content_type() {
        let own = ("host", "127.0.0.1:8600");
        let app = ("x-sluice", "1");
        let json = ("content-type", "application/json; charset=utf-8");
        for (pairs, expected) in [
            (vec![own, app, json, ("content-length", "2")], 200),
            (vec![own, app, ("content-type", "multipart/form-data; boundary=x"), ("content-length", "2")], 200),
            (vec![own, app], 200),
            (vec![own, app, ("content-length", "0")], 200),
            (vec![own, json, ("content-length", "2")], 403),
            (vec![own, ("x-sluice", "0"), json], 403),
            (vec![own, app, ("content-type", "text/plain"), ("content-length", "2")], 415),
            (vec![own, app, ("content-length", "2")], 415),
            (vec![own, app, ("transfer-encoding", "chunked")], 415),
        ] {
            assert_eq!(verdict(Method::POST, "/api/c/retab/workflows", &pairs), expected, "{pairs:?}");
        }
    }
}
