//! Builds the router, starts the executor and serves.

use std::{future::Future, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Json, Router, extract::DefaultBodyLimit, http::StatusCode, middleware, response::IntoResponse as _};
use serde_json::json;
use tokio::{net::TcpListener, sync::Notify, task::JoinHandle};
use tower_http::catch_panic::CatchPanicLayer;

use crate::demo::seed;
use crate::engine::error::StartError;
use crate::engine::executor;
use crate::engine::store::{Database, Store};
use crate::listener::{Cut, CuttableListener};
use crate::state::{AppState, Config, DEFAULT_RUNS};
use crate::{contracts, faults};

/// Largest request: documents come base64-encoded inside JSON.
const MAX_BODY: usize = 64 << 20;

/// How long a stop waits for requests under way.
const GRACE: Duration = Duration::from_secs(5);

/// A sandbox that answers requests.
#[derive(Debug)]
pub struct Running {
    /// Where it listens, with the port it really got.
    pub addr: SocketAddr,
    task: JoinHandle<()>,
}

impl Running {
    /// Waits until the sandbox has stopped.
    pub async fn stopped(self) {
        if self.task.await.is_err() {
            tracing::error!("the sandbox's server task failed");
        }
    }

    /// The base URL of each dialect by its name, for the default connections: `retab` →
    /// `http://127.0.0.1:8601/retab/v1` and so on.
    #[must_use]
    pub fn bases(&self) -> [(&'static str, String); 5] {
        contracts::BASE_PATHS.map(|(name, path)| (name, format!("http://{}{path}", self.addr)))
    }
}

/// All routes of the sandbox.
pub fn router(state: AppState) -> Router {
    let retab = contracts::retab::router(&state);
    Router::new()
        .nest("/tableflow", contracts::tableflow::router(&state))
        .nest("/flowstack", contracts::flowstack::router(&state))
        .nest("/retab", retab)
        .nest("/superai", contracts::superai::router(&state))
        .nest("/retab-reviews", contracts::retab_reviews::router(&state))
        .nest("/_sandbox", faults::router())
        .fallback(nothing_here)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(middleware::from_fn_with_state(state.clone(), faults::layer))
        .layer(CatchPanicLayer::new())
        .with_state(state)
}

async fn nothing_here() -> axum::response::Response {
    let detail = "The sandbox serves /retab/v1, /tableflow/v2, /flowstack/api/v1, /superai/api and /retab-reviews/v1.";
    (StatusCode::NOT_FOUND, Json(json!({"detail": detail}))).into_response()
}

/// Opens the database, seeds it if it is new, and serves until `shutdown` completes.
///
/// # Errors
/// The address is taken or not on this machine, or the database cannot be used.
pub async fn serve(config: Config, shutdown: impl Future<Output = ()> + Send + 'static) -> Result<Running, StartError> {
    if !config.listen.ip().is_loopback() {
        return Err(StartError::NotLoopback(config.listen));
    }
    if !(100..=5_000_000).contains(&config.runs) {
        return Err(StartError::Runs(config.runs));
    }
    let listener = TcpListener::bind(config.listen).await.map_err(|source| StartError::Listen { address: config.listen, source })?;
    let addr = listener.local_addr().map_err(|source| StartError::Listen { address: config.listen, source })?;
    let store = open(&config).await.map_err(|source| StartError::Open { path: path_of(&config.db), source })?;
    let state =
        AppState { store: store.clone(), config: Arc::new(config), wake: Arc::new(Notify::new()), faults: faults::Faults::default() };
    let executor = tokio::spawn(executor::run(state.clone()));
    let app = router(state).into_make_service_with_connect_info::<Cut>();
    let task = tokio::spawn(async move {
        let (stop, stopping) = tokio::sync::oneshot::channel::<()>();
        let server = axum::serve(CuttableListener(listener), app).with_graceful_shutdown(async move {
            let _ = stopping.await;
        });
        let mut server = tokio::spawn(IntoFuture::into_future(server));
        shutdown.await;
        executor.abort();
        let _ = stop.send(());
        if tokio::time::timeout(GRACE, &mut server).await.is_err() {
            server.abort();
        }
        store.close().await;
    });
    Ok(Running { addr, task })
}

async fn open(config: &Config) -> crate::engine::error::StoreResult<Store> {
    let store = Store::open(&config.db).await?;
    let lengths = seed::Lengths { runs: config.runs, of: config.dialect };
    if !seed::fill(&store, lengths).await? {
        store.complete_blocks().await?;
        let holds = store.fact("runs").await?;
        if config.runs != DEFAULT_RUNS && holds.as_ref() != Some(&config.runs.to_string()) {
            tracing::warn!("--runs is for a new database; this one has its history already. Name another file with --db.");
        }
    }
    store.watch_counts().await?;
    Ok(store)
}

fn path_of(db: &Database) -> String {
    match db {
        Database::Memory => ":memory:".to_owned(),
        Database::File(path) => path.display().to_string(),
    }
}
