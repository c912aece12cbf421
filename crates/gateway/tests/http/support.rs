//! A gateway on a free port, and vendors that record what they get or misbehave on purpose.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Response};
use gateway::app::App;
use gateway::assets::Assets;
use gateway::config::{Config, Traffic};
use gateway::server::Limits;
use gateway::store::{Location, Store};
use gateway::upstream::{Connection, Key};
use runs::Dialect;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

pub const SECRET: &str = "hush-0123456789";

/// A gateway that answers until it is dropped.
pub struct Gateway {
    pub addr: SocketAddr,
    pub dist: TempDir,
    pub app: Arc<App>,
    pub client: reqwest::Client,
}

pub fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().no_gzip().no_brotli().no_zstd().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

pub fn connection(id: &str, dialect: Dialect, base: &str) -> Connection {
    Connection {
        id: id.into(),
        label: dialect.vendor().into(),
        dialect,
        base_url: base.parse().unwrap(),
        key: Key::new(SECRET).unwrap(),
        auth: dialect.relayed().key_headers[0],
        sandbox: false,
        open_url: None,
        timeout: Duration::from_secs(10),
        max_response: 1024 * 1024,
        file_hosts: vec![],
        // Every call is seen at the vendor, unless a test is about sharing.
        traffic: Traffic { share: Duration::ZERO, ..Traffic::default() },
    }
}

pub async fn gateway(connections: Vec<Connection>) -> Gateway {
    gateway_with(|config| config.connections = connections).await
}

pub async fn gateway_with(change: impl FnOnce(&mut Config)) -> Gateway {
    gateway_within(Limits::default(), change).await
}

pub async fn gateway_within(limits: Limits, change: impl FnOnce(&mut Config)) -> Gateway {
    gateway_on(TcpListener::bind("127.0.0.1:0").await.unwrap(), limits, change).await
}

/// Where the address has to be known before the gateway is there.
pub async fn gateway_at(listener: TcpListener, change: impl FnOnce(&mut Config)) -> Gateway {
    gateway_on(listener, Limits::default(), change).await
}

async fn gateway_on(listener: TcpListener, limits: Limits, change: impl FnOnce(&mut Config)) -> Gateway {
    let dist = tempfile::tempdir().unwrap();
    std::fs::write(dist.path().join("index.html"), "<!doctype html><title>Sluice</title>").unwrap();
    let mut config = Config::of(vec![]);
    change(&mut config);
    let addr = listener.local_addr().unwrap();
    let place = config.store.clone().unwrap_or(Location::Memory);
    let store = Store::open(&place).await.unwrap();
    let health = gateway::health::Health::new(store.clone());
    let app = gateway::cli::app_of(config, Some(addr), Assets::open(dist.path()).unwrap(), store).unwrap();
    let router = gateway::app::router(Arc::clone(&app)).merge(health.routes());
    tokio::spawn(gateway::server::serve(listener, router, limits, std::future::pending()));
    Gateway { addr, dist, app, client: client() }
}

impl Gateway {
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    pub fn get(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.get(self.url(path))
    }

    /// A write as the app sends it.
    pub fn post(&self, path: &str, json: &str) -> reqwest::RequestBuilder {
        self.client.post(self.url(path)).header("x-sluice", "1").header("content-type", "application/json").body(json.to_owned())
    }
}

/// One request as a vendor saw it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub line: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// A vendor that records every request and answers what the test says.
#[derive(Clone)]
pub struct Vendor {
    pub base: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Vendor {
    pub async fn answering(answer: impl Fn(&Seen) -> Response<Body> + Clone + Send + Sync + 'static) -> Self {
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let record = Arc::clone(&seen);
        let router = Router::new().fallback(move |request: Request| {
            let (record, answer) = (Arc::clone(&record), answer.clone());
            async move {
                let (parts, body) = request.into_parts();
                let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
                let one = Seen { line: format!("{} {}", parts.method, parts.uri), headers: parts.headers, body };
                let response = answer(&one);
                record.lock().unwrap().push(one);
                response
            }
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/v1", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, seen }
    }

    /// Answers `{}`.
    pub async fn plain() -> Self {
        Self::answering(|_| Response::builder().header("content-type", "application/json").body(Body::from("{}")).unwrap()).await
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

/// A vendor of raw bytes: each connection is served by itself.
pub async fn raw_server<F: Future<Output = ()> + Send + 'static>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/v1", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(serve(stream));
        }
    });
    base
}

/// One that reads a request's head, writes `answer`, and closes, or hangs if `hang`.
pub async fn raw_vendor(answer: &'static [u8], hang: bool) -> String {
    raw_server(move |mut stream| async move {
        let mut buffer = [0; 65_536];
        let _ = stream.read(&mut buffer).await;
        let _ = stream.write_all(answer).await;
        if hang {
            tokio::time::sleep(Duration::from_secs(600)).await;
        }
    })
    .await
}

/// An address where nobody listens.
pub async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}/v1", listener.local_addr().unwrap())
}

/// Sends bytes as they are and returns the answer's status: for requests that an HTTP client would not make.
pub async fn raw_status(addr: SocketAddr, request: &str) -> u16 {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    while !answer.windows(2).any(|two| two == b"\r\n") {
        let read = tokio::time::timeout(Duration::from_secs(10), stream.read(&mut buffer)).await.unwrap().unwrap();
        assert!(read > 0, "no answer to {request:?}");
        answer.extend_from_slice(&buffer[..read]);
    }
    String::from_utf8_lossy(&answer).split(' ').nth(1).unwrap().parse().unwrap()
}

/// The detail of a problem answer, checked to be one.
pub async fn detail(response: reqwest::Response) -> String {
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let json: serde_json::Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    json["detail"].as_str().unwrap().to_owned()
}
