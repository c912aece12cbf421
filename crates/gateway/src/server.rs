//! Listening, serving and stopping.

use std::future::Future;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::{AsyncRead, AsyncWrite};
#[cfg(unix)]
use tokio::net::UnixListener;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tower::{Layer as _, ServiceExt as _};
use tower_http::timeout::RequestBodyTimeoutLayer;

use crate::auth::{Mode, SignIn};
use crate::metrics::metrics;
use crate::relay::WRITES;

/// How long a stop waits for answers under way.
const GRACE: Duration = Duration::from_secs(3);
/// How much longer it waits for writes: of one that is cut off nobody knows what became of it.
const WRITES_GRACE: Duration = Duration::from_secs(22);
/// For their answers, once they are there.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// Where a gateway listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    Tcp(SocketAddr),
    /// A Unix socket, for its owner only.
    Unix(PathBuf),
}

impl Listen {
    /// Reads where to listen; `Err` is one sentence.
    pub fn read(text: &str) -> Result<Self, String> {
        match text.strip_prefix("unix:") {
            Some(path) if cfg!(unix) && !path.is_empty() => Ok(Self::Unix(path.into())),
            Some(_) => Err(format!("`{text}` names no socket of this machine; it looks like unix:/run/sluice/sluice.sock")),
            None => any_address(text).map(Self::Tcp),
        }
    }

    /// Without a sign-in only this machine's own addresses pass, with a proxy's only what the proxy alone reaches.
    pub fn permitted(&self, sign_in: &SignIn) -> Result<(), String> {
        match (self, sign_in.mode) {
            (Self::Tcp(address), Mode::Loopback) if !address.ip().is_loopback() => Err(not_loopback(*address)),
            (Self::Unix(_), Mode::Loopback | Mode::Tokens) => {
                Err("a Unix socket is for a proxy that signs people in: set mode = \"proxy\" under [sign_in]".into())
            }
            (Self::Tcp(_), Mode::Proxy) if sign_in.proxies.is_empty() => Err(
                "mode \"proxy\" needs `proxies` under [sign_in], the addresses that the proxy calls from, or a Unix socket to listen on"
                    .into(),
            ),
            _ => Ok(()),
        }
    }
}

fn not_loopback(address: SocketAddr) -> String {
    format!(
        "{address} is not a loopback address. Without a sign-in Sluice listens on this machine only: use 127.0.0.1:{}, or choose a mode \
         under [sign_in]",
        address.port()
    )
}

/// Reads an address of this machine's own to listen on; `Err` is one sentence.
pub fn address(text: &str) -> Result<SocketAddr, String> {
    let address = any_address(text)?;
    if address.ip().is_loopback() { Ok(address) } else { Err(not_loopback(address)) }
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

/// Makes the socket, for its owner only: whoever can open it can say who they are. `Err` is one sentence.
#[cfg(unix)]
pub fn bind_unix(path: &Path) -> Result<UnixListener, String> {
    use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
    let failed = |error: std::io::Error| format!("Cannot listen on {}: {error}. Name another socket with --listen.", path.display());
    if let Ok(found) = std::fs::symlink_metadata(path) {
        if !found.file_type().is_socket() {
            return Err(format!("{} is there and no socket. Name another with --listen.", path.display()));
        }
        if std::os::unix::net::UnixStream::connect(path).is_ok() {
            return Err(format!(
                "{} is taken by another program (perhaps Sluice already runs). Stop that, or name another.",
                path.display()
            ));
        }
        // What a gateway left behind that was killed.
        std::fs::remove_file(path).map_err(failed)?;
    }
    // Made where nobody else looks, closed to others, and only then put in its place: it is never open to more than its owner.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let made = folder.join(format!(".sluice-{}", uuid::Uuid::new_v4()));
    std::fs::DirBuilder::new().create(&made).map_err(failed)?;
    let opened = std::fs::set_permissions(&made, std::fs::Permissions::from_mode(0o700)).and_then(|()| {
        let inner = made.join("s");
        let listener = UnixListener::bind(&inner)?;
        std::fs::set_permissions(&inner, std::fs::Permissions::from_mode(0o600))?;
        std::fs::rename(&inner, path)?;
        Ok(listener)
    });
    let _ = std::fs::remove_dir_all(&made);
    opened.map_err(failed)
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
pub fn most_connections() -> usize {
    const MOST: usize = 2_000;
    const OWN: u64 = 64;
    #[cfg(unix)]
    let descriptors = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    #[cfg(not(unix))]
    let descriptors: Option<u64> = None;
    descriptors.map_or(MOST, |all| usize::try_from(all.saturating_sub(OWN) / 2).unwrap_or(MOST).clamp(16, MOST))
}

/// Who is at the other end of a request's connection; nobody is told of one that came over a Unix socket.
#[derive(Clone, Copy, Debug)]
pub struct Caller(pub SocketAddr);

/// Turns true when the gateway stops: answers that never end by themselves end then.
#[derive(Clone, Debug)]
pub struct Stopping(pub watch::Receiver<bool>);

/// What connections come from.
pub trait Listening {
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    fn accept(&self) -> impl Future<Output = std::io::Result<(Self::Stream, Option<SocketAddr>)>> + Send;
}

impl Listening for TcpListener {
    type Stream = TcpStream;

    async fn accept(&self) -> std::io::Result<(TcpStream, Option<SocketAddr>)> {
        let (stream, from) = Self::accept(self).await?;
        // Small answers must not wait for more to send.
        let _ = stream.set_nodelay(true);
        Ok((stream, Some(from)))
    }
}

#[cfg(unix)]
impl Listening for UnixListener {
    type Stream = tokio::net::UnixStream;

    async fn accept(&self) -> std::io::Result<(Self::Stream, Option<SocketAddr>)> {
        Self::accept(self).await.map(|(stream, _)| (stream, None))
    }
}

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
pub async fn serve(listener: impl Listening, current: impl Into<Current>, limits: Limits, stop: impl Future<Output = ()>) {
    let current = current.into();
    let patient = RequestBodyTimeoutLayer::new(limits.body);
    let places = Arc::new(Semaphore::new(limits.connections));
    let open = GracefulShutdown::new();
    let (stopping, stopped) = watch::channel(false);
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
        let (current, patient, stopping) = (current.clone(), patient.clone(), Stopping(stopped.clone()));
        let service = service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(stopping.clone());
            if let Some(from) = from {
                request.extensions_mut().insert(Caller(from));
            }
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
    stopping.send_replace(true);
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
