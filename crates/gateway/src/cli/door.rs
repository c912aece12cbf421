//! What the gateway listens on.

use std::net::SocketAddr;
#[cfg(unix)]
use std::path::PathBuf;

use tokio::net::TcpListener;

use crate::server::{self, Current, Listen};

/// What it listens on, open.
pub(super) enum Door {
    Tcp(TcpListener, SocketAddr),
    #[cfg(unix)]
    Unix(tokio::net::UnixListener, PathBuf),
}

impl Door {
    pub(super) async fn open(listen: &Listen) -> Result<Self, String> {
        match listen {
            Listen::Tcp(address) => {
                if !address.ip().is_loopback() {
                    tracing::warn!("{address} is reached over plain http: let a proxy that speaks https stand before it");
                }
                server::bind(*address, "--listen").await.map(|(listener, bound)| Self::Tcp(listener, bound))
            }
            #[cfg(unix)]
            Listen::Unix(path) => server::bind_unix(path).map(|listener| Self::Unix(listener, path.clone())),
            #[cfg(not(unix))]
            Listen::Unix(_) => Err("This system has no Unix sockets.".into()),
        }
    }

    /// The address that it really has; none: a socket that a proxy alone reaches.
    pub(super) fn bound(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(_, bound) => Some(*bound),
            #[cfg(unix)]
            Self::Unix(..) => None,
        }
    }

    pub(super) fn address(&self) -> String {
        match self {
            Self::Tcp(_, bound) => format!("http://{bound}"),
            #[cfg(unix)]
            Self::Unix(_, path) => format!("unix:{}", path.display()),
        }
    }

    pub(super) async fn serve(self, current: Current, stop: impl Future<Output = ()>) {
        let limits = server::Limits::default();
        match self {
            Self::Tcp(listener, _) => server::serve(listener, current, limits, stop).await,
            #[cfg(unix)]
            Self::Unix(listener, path) => {
                server::serve(listener, current, limits, stop).await;
                let _ = std::fs::remove_file(path);
            }
        }
    }
}
