//! Listening, serving and stopping.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower::{Layer as _, ServiceExt as _};
use tower_http::timeout::RequestBodyTimeoutLayer;

use crate::metrics::metrics;
use crate::relay::WRITES;

/// How long a stop waits for answers under way.
const GRACE: Duration = Duration::from_secs(3);
/// How much longer it waits for writes: of one that is cut off nobody knows what became of it.
const WRITES_GRACE: Duration = Duration::from_secs(22);
/// For their answers, once they are there.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// Reads an address to listen on; `Err` is one sentence. Only this machine's own addresses pass (there is no sign-in yet).
pub fn address(text: &str) -> Result<SocketAddr, String> {
    let address = any_address(text)?;
    if address.ip().is_loopback() {
        return Ok(address);
    }
    Err(format!(
        "{address} is not a loopback address. Sluice has no sign-in of its own, so it listens on this machine only: use 127.0.0.1:{}",
        address.port()
    ))
}

/// An address of this machine or of its network.
pub fn any_address(text: &str) -> Result<SocketAddr, String> {
    let numeric = text.strip_prefix("localhost:").map_or_else(|| text.to_owned(), |port| format!("127.0.0.1:{port}"));
    numeric.parse().map_err(|_| format!("`{text}` is not an address with a port; it looks like 127.0.0.1:8600 or [::1]:8600"))
}

/// Opens the port; `Err` is one sentence.
pub async fn bind(address: SocketAddr, flag: &str) -> Result<(TcpListener, SocketAddr), String> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            format!("{address} is taken by another program (perhaps Sluice already runs). Stop that, or choose another port with {flag}.")
        }
        _ => format!("Cannot listen on {address}: {error}. Choose another address with {flag}."),
    };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// What a caller may take of the gateway's time and descriptors.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For the whole head of a request, and between two requests on one connection. Longer than proxies keep idle ones.
    pub head: Duration,
    /// Between two pieces of a request's body.
    pub body: Duration,
    /// Connections at one time; the next one waits until another ends.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { head: Duration::from_secs(75), body: Duration::from_secs(30), connections: most_connections() }
    }
}

/// A call takes up to two descriptors, the caller's and the vendor's; the rest is for files and the store.
fn most_connections() -> usize {
    const MOST: usize = 2_000;
    const OWN: u64 = 64;
    #[cfg(unix)]
    let descriptors = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    #[cfg(not(unix))]
    let descriptors: Option<u64> = None;
    descriptors.map_or(MOST, |all| usize::try_from(all.saturating_sub(OWN) / 2).unwrap_or(MOST).clamp(16, MOST))
}

/// Who is at the other end of a request's connection.
#[derive(Clone, Copy, Debug)]
pub struct Caller(pub SocketAddr);

/// The service as it is now: another one may take its place between two requests.
#[derive(Clone, Debug)]
pub struct Current(Arc<RwLock<Router>>);

impl From<Router> for Current {
    fn from(router: Router) -> Self {
        Self(Arc::new(RwLock::new(router)))
    }
}

impl Current {
    fn get(&self) -> Router {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Requests under way end as they began; the next ones meet this.
    pub fn replace(&self, router: Router) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = router;
    }
}

/// Serves until `stop` completes, then lets answers under way finish for a few seconds, and writes for longer.
pub async fn serve(listener: TcpListener, current: impl Into<Current>, limits: Limits, stop: impl Future<Output = ()>) {
    let current = current.into();
    let patient = RequestBodyTimeoutLayer::new(limits.body);
    let places = Arc::new(Semaphore::new(limits.connections));
    let open = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await.ok();
            (place, listener.accept().await)
        };
        let (place, (stream, from)) = tokio::select! {
            () = &mut stop => break,
            (place, accepted) = next => match accepted {
                Ok(accepted) => (place, accepted),
                // Out of descriptors, or the caller was gone again.
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
        };
        // Small answers must not wait for more to send.
        let _ = stream.set_nodelay(true);
        let (current, patient) = (current.clone(), patient.clone());
        let service = service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(Caller(from));
            patient.layer(current.get()).oneshot(request)
        });
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(limits.head);
        let connection = open.watch(http.serve_connection(TokioIo::new(stream), service));
        let counted = Open::begin();
        tokio::spawn(async move {
            // A caller that breaks off is no news.
            let _ = connection.await;
            drop((place, counted));
        });
    }
    drop(listener);
    if tokio::time::timeout(GRACE, open.shutdown()).await.is_ok() {
        return;
    }
    let cut_off = WRITES.ended(WRITES_GRACE).await;
    if cut_off > 0 {
        tracing::warn!(writes = cut_off, "the gateway stops although a vendor has not answered these; they may have taken effect");
    }
    tokio::time::sleep(LAST_WORDS).await;
}

/// A connection, as the metrics count it.
struct Open;

impl Open {
    fn begin() -> Self {
        metrics().connections.inc();
        Self
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        metrics().connections.dec();
    }
}

/// Completes on Ctrl+C or SIGTERM.
pub async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
