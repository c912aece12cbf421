//! One connection as the relay uses it: the vendor's base URL, its key, its HTTP client and its routes.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue};
use reqwest::Url;
use runs::adapters::route::{KeyHeader, Login, Route, Settled};
use runs::wire::http::Method;
use runs::{Adapter, Dialect};
use tokio::sync::Semaphore;

use crate::config::Traffic;
pub use crate::key::Key;
use crate::key::Sent;
use crate::login::{self, Tokens};
use crate::problem::Problem;
use crate::redact::Redactor;
use crate::relay::{Kept, Pace, Place, Purpose};

/// One configured account at one vendor.
#[derive(Clone, Debug)]
pub struct Connection {
    /// A slug, the name in addresses.
    pub id: String,
    pub label: String,
    pub dialect: Dialect,
    /// Without query, fragment, user or trailing slash.
    pub base_url: Url,
    pub key: Key,
    /// The header that the key goes in: one of those that the dialect takes.
    pub auth: KeyHeader,
    pub sandbox: bool,
    /// Where a run opens in the vendor's own pages; holds `{run}` and perhaps `{flow}`.
    pub open_url: Option<String>,
    /// For one whole exchange, upload and download included.
    pub timeout: Duration,
    /// Bytes of one answer, decompressed.
    pub max_response: u64,
    /// Where the vendor keeps files: `host` or `host:port`.
    pub file_hosts: Vec<String>,
    pub traffic: Traffic,
}

/// A connection ready to be used.
#[derive(Clone, Debug)]
pub struct Upstream {
    pub connection: Connection,
    client: reqwest::Client,
    base: String,
    key: Arc<Sent>,
    /// Where the key is exchanged for tokens.
    tokens: Option<Arc<Tokens>>,
    /// Places of those that ask for a file's address: each holds a thread while the vendor is asked.
    pub asking_for_files: Arc<Semaphore>,
    /// What the vendor's limits leave.
    pub pace: Arc<Pace>,
    /// Reads shared by those who ask the same.
    pub kept: Arc<Kept>,
}

/// Files whose addresses are asked of one vendor at a time.
const FILES_AT_ONCE: usize = 32;

impl Upstream {
    pub fn new(connection: Connection) -> Result<Self, reqwest::Error> {
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("sluice/", env!("CARGO_PKG_VERSION")))
            .timeout(connection.timeout)
            .connect_timeout(connection.timeout.div_f32(2.0).min(Duration::from_secs(10)))
            // A redirect would carry the key to another address.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            // Shorter than servers keep idle connections (uvicorn, which Prefect runs on: 5 s): a write on one that just closed would be
            // "not confirmed" for nothing.
            .pool_idle_timeout(Duration::from_secs(4))
            .pool_max_idle_per_host(32);
        if is_loopback(&connection.base_url) {
            builder = builder.no_proxy();
        }
        let key = Arc::new(Sent::new(&connection.key, connection.auth));
        let tokens = login_of(&connection).and_then(|login| Tokens::of(&connection.base_url, login)).map(Arc::new);
        let base = connection.base_url.as_str().trim_end_matches('/').to_owned();
        Ok(Self {
            client: builder.build()?,
            base,
            key,
            tokens,
            asking_for_files: Arc::new(Semaphore::new(FILES_AT_ONCE)),
            pace: Arc::new(Pace::new(&connection.traffic)),
            kept: Kept::new(connection.traffic.share),
            connection,
        })
    }

    /// What was learned of the vendor's limits outlives a configuration that is read again.
    pub fn succeed(&mut self, before: &Self) {
        let (new, old) = (&self.connection, &before.connection);
        if new.id == old.id && new.base_url == old.base_url && new.traffic == old.traffic {
            self.pace = Arc::clone(&before.pace);
            if self.tokens.is_some() && before.tokens.is_some() {
                self.tokens.clone_from(&before.tokens);
            }
        }
    }

    /// A place for one call to the vendor.
    pub async fn enter(&self, purpose: Purpose) -> Result<Place, Problem> {
        self.pace.enter(&self.connection.id, purpose).await.map_err(|refused| refused.problem(&self.name()))
    }

    pub fn adapter(&self) -> &'static dyn Adapter {
        self.connection.dialect.adapter()
    }

    /// The declared route of a call, or the methods that are declared for its path.
    pub fn route(&self, method: &str, path: &str) -> Result<&'static Route, Vec<&'static str>> {
        let routes = self.connection.dialect.relayed().routes;
        let here = |route: &&Route| route.matches(route.method, path);
        // `workflows/runs` is its own route and also fits `workflows/*`: the more exact one names the call.
        let exact = |route: &&Route| route.path.matches('*').count();
        match routes.iter().filter(here).filter(|route| route.method.word() == method).min_by_key(exact) {
            Some(route) => Ok(route),
            None => Err(routes.iter().filter(here).map(|route| route.method.word()).collect()),
        }
    }

    /// The vendor's address of a call; `None` if joining changed anything, so that no trick in a path leaves the base.
    pub fn url(&self, path: &str, query: Option<&str>) -> Option<Url> {
        let mut text = format!("{}/{path}", self.base);
        if let Some(query) = query {
            text.push('?');
            text.push_str(query);
        }
        let url = Url::parse(&text).ok()?;
        let base = &self.connection.base_url;
        let same_place = url.scheme() == base.scheme()
            && url.host_str() == base.host_str()
            && url.port() == base.port()
            && url.username().is_empty()
            && url.password().is_none()
            && url.fragment().is_none();
        let expected = format!("{}/{path}", base.path().trim_end_matches('/'));
        // A declared path without an id in it is the adapter's own, also with a slash at its end.
        let declared = || self.connection.dialect.relayed().routes.iter().any(|route| route.path == path);
        (same_place && url.path() == expected && (plain_path(path) || declared())).then_some(url)
    }

    /// The address of a read that the adapter declares.
    pub fn read_url(&self, path: &str) -> Option<Url> {
        self.url(path, None).filter(|_| self.route(Method::Get.word(), path).is_ok())
    }

    /// A request with the key; the caller adds headers and body.
    pub fn request(&self, method: Method, url: Url, mut headers: HeaderMap) -> reqwest::RequestBuilder {
        if let Some((name, value)) = self.key.header() {
            headers.insert(name, value);
        }
        let method = match method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        self.client.request(method, url).headers(headers)
    }

    /// Whether a call has to be held whole, because it may have to be sent with another token.
    pub const fn logs_in(&self) -> bool {
        self.tokens.is_some()
    }

    /// Sends a call with the key; where that is a token, with another one if the vendor refuses it: nothing happened then.
    pub async fn send(&self, method: Method, url: Url, headers: HeaderMap, body: Bytes) -> Result<reqwest::Response, NoAnswer> {
        let build = |headers: HeaderMap| self.request(method, url.clone(), headers).body(body.clone());
        let (Some(tokens), Some(login)) = (&self.tokens, self.connection.dialect.relayed().login) else {
            return build(headers).send().await.map_err(NoAnswer::Http);
        };
        let with = |token: &HeaderValue| {
            let mut headers = headers.clone();
            headers.insert(login::HEADER, token.clone());
            headers
        };
        let token = tokens.header(&self.client, &self.key.value(), None).await.map_err(NoAnswer::Login)?;
        let answer = build(with(&token)).send().await.map_err(NoAnswer::Http)?;
        let answer = match answer.status().as_u16() {
            401 => None,
            403 => {
                let (answer, refused) = says(answer, login.refused).await.map_err(NoAnswer::Http)?;
                Some(answer).filter(|_| !refused)
            }
            _ => Some(answer),
        };
        match answer {
            Some(answer) => Ok(answer),
            None => {
                let other = tokens.header(&self.client, &self.key.value(), Some(&token)).await.map_err(NoAnswer::Login)?;
                build(with(&other)).send().await.map_err(NoAnswer::Http)
            }
        }
    }

    /// Takes the key out of what this vendor answers.
    pub fn redactor(&self) -> Redactor {
        let mut redactor = self.key.redactor();
        if let Some(token) = self.tokens.as_ref().and_then(|tokens| tokens.redactor()) {
            redactor.and(token);
        }
        redactor
    }

    /// Where decisions are held at all: for how long.
    pub fn longest_hold(&self) -> Option<Duration> {
        let routes = self.connection.dialect.relayed().routes;
        routes.iter().filter_map(|route| Some(self.hold(route.settles?))).max().filter(|hold| !hold.is_zero())
    }

    /// So old a wait has to be before its answer goes to this vendor.
    pub fn hold(&self, settled: &Settled) -> Duration {
        self.connection.traffic.hold.unwrap_or(Duration::from_secs(settled.hold_seconds.into()))
    }

    /// A request to another host, without the key.
    pub fn get(&self, url: Url) -> reqwest::RequestBuilder {
        self.client.get(url)
    }

    /// `TableFlow`, and the label where it says something else.
    pub fn name(&self) -> String {
        let vendor = self.connection.dialect.vendor();
        if self.connection.label == vendor { vendor.into() } else { format!("{vendor} (“{}”)", self.connection.label) }
    }

    /// Scheme, host and port: what an error may name.
    pub fn origin(&self) -> String {
        self.connection.base_url.origin().ascii_serialization()
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub enum NoAnswer {
    Http(reqwest::Error),
    /// The gateway could not sign in: nothing was sent. With 401 the vendor refused user or password.
    Login(Problem),
}

/// The login of a connection whose key is user and password.
pub fn login_of(connection: &Connection) -> Option<Login> {
    connection.dialect.relayed().login.filter(|_| connection.auth == KeyHeader::Login)
}

/// The longest answer that is looked into.
const SHORT: u64 = 4_096;

/// Whether a short answer holds these words, and the answer.
async fn says(answer: reqwest::Response, words: &str) -> reqwest::Result<(reqwest::Response, bool)> {
    if answer.content_length().is_none_or(|length| length > SHORT) {
        return Ok((answer, false));
    }
    let mut copy = axum::http::Response::builder().status(answer.status());
    if let Some(headers) = copy.headers_mut() {
        headers.clone_from(answer.headers());
    }
    let bytes = answer.bytes().await?;
    let found = memchr::memmem::find(&bytes, words.as_bytes()).is_some();
    Ok((copy.body(bytes).map_or_else(|_| reqwest::Response::from(axum::http::Response::new(Bytes::new())), reqwest::Response::from), found))
}

/// Whether an address is this machine.
pub fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or("").trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether every segment is an ordinary name, also for a server that decodes twice.
fn plain_path(path: &str) -> bool {
    path.split('/').all(|segment| {
        let once = runs::value::percent::decode(segment);
        let twice = runs::value::percent::decode(&once);
        well_encoded(segment)
            && [segment, &once, &twice].into_iter().all(|text| {
                !matches!(text, "" | "." | "..") && !text.contains(['/', '\\', '?', '#', ';']) && !text.chars().any(char::is_control)
            })
    })
}

fn well_encoded(segment: &str) -> bool {
    let bytes = segment.as_bytes();
    bytes
        .iter()
        .enumerate()
        .all(|(at, byte)| *byte != b'%' || bytes.get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)))
}

/// The innermost cause of a failed call, without its address (which holds the query).
pub fn cause(error: &reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    let mut dns = false;
    while let Some(source) = innermost.source() {
        innermost = source;
        dns |= innermost.to_string().contains("dns error");
    }
    let text = if error.source().is_none() { "the connection failed".to_owned() } else { innermost.to_string() };
    let text: String = text.chars().take(300).collect();
    if dns { format!("the name cannot be looked up ({text})") } else { text }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn upstream(base: &str) -> Upstream {
        Upstream::new(Connection {
            id: "x".into(),
            label: "Retab".into(),
            dialect: Dialect::Retab,
            base_url: Url::parse(base).unwrap(),
            key: Key::new("hush").unwrap(),
            auth: KeyHeader::Bearer,
            sandbox: false,
            open_url: None,
            timeout: Duration::from_secs(5),
            max_response: 1_000,
            file_hosts: Vec::new(),
            traffic: Traffic::default(),
        })
        .unwrap()
    }

    #[test]
    fn an_address_stays_under_its_base() {
        let base = upstream("http://127.0.0.1:9/retab/v1");
        let url = |path: &str| base.url(path, Some("a=%2F..&b=@x")).map(|url| url.to_string());
        assert_eq!(url("workflows/wf%20_1").as_deref(), Some("http://127.0.0.1:9/retab/v1/workflows/wf%20_1?a=%2F..&b=@x"));
        for bad in [
            "",
            "/",
            "..",
            "a/../b",
            "a/./b",
            "a/%2e%2e/b",
            "a/%2E./b",
            "a/%252e%252e/b",
            "a//b",
            "a/",
            "/evil.example",
            "a%2Fb",
            "a%252Fb",
            "a%5Cb",
            "a\\b",
            "a%00b",
            "a%0d%0ab",
            "a%",
            "a%zz",
            "a;b",
            "a#b",
            "a%3Fb",
        ] {
            assert_eq!(url(bad), None, "{bad}");
        }
        assert_eq!(upstream("http://127.0.0.1:9").url("a", None).unwrap().as_str(), "http://127.0.0.1:9/a");
        assert_eq!(url("@evil.example").as_deref(), Some("http://127.0.0.1:9/retab/v1/@evil.example?a=%2F..&b=@x"));
    }

    #[test]
    fn a_slash_at_the_end_stands_only_where_it_is_declared() {
        let mut connection = upstream("http://127.0.0.1:9/api").connection;
        connection.dialect = Dialect::Prefect;
        let prefect = Upstream::new(connection).unwrap();
        let url = |path: &str| prefect.url(path, None).map(|url| url.to_string());
        assert_eq!(url("flow_run_states/").as_deref(), Some("http://127.0.0.1:9/api/flow_run_states/"));
        for bad in ["flow_runs/", "flow_run_states//", "flow_runs/../"] {
            assert_eq!(url(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_key_is_never_printed() {
        let printed = format!("{:?}", upstream("http://127.0.0.1:9"));
        assert!(!printed.contains("hush"), "{printed}");
    }
}
