//! Listening, serving and stopping.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// How long a stop waits for answers under way.
const GRACE: Duration = Duration::from_secs(3);

/// Reads an address to listen on; `Err` is one sentence. Only this machine's own addresses pass (there is no sign-in yet).
pub fn address(text: &str) -> Result<SocketAddr, String> {
    let numeric = text.strip_prefix("localhost:").map_or_else(|| text.to_owned(), |port| format!("127.0.0.1:{port}"));
    let address: SocketAddr =
        numeric.parse().map_err(|_| format!("`{text}` is not an address with a port; it looks like 127.0.0.1:8600 or [::1]:8600"))?;
    if address.ip().is_loopback() {
        return Ok(address);
    }
    Err(format!(
        "{address} is not a loopback address. Sluice has no sign-in of its own, so it listens on this machine only: use 127.0.0.1:{}",
        address.port()
    ))
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

/// Serves until `stop` completes, then lets answers under way finish for a few seconds.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) -> Result<(), String> {
    let (tell, told) = oneshot::channel::<()>();
    let listener = listener.tap_io(|stream| {
        // Small answers must not wait for more to send.
        let _ = stream.set_nodelay(true);
    });
    let server = axum::serve(listener, router).with_graceful_shutdown(async {
        let _ = told.await;
    });
    let mut server = tokio::spawn(server.into_future());
    tokio::select! {
        () = stop => {}
        _ = &mut server => return Err("The server ended by itself.".into()),
    }
    let _ = tell.send(());
    if tokio::time::timeout(GRACE, &mut server).await.is_err() {
        server.abort();
    }
    Ok(())
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
