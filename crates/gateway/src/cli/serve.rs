//! `sluice serve`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use tokio::sync::watch;

use super::door::Door;
use super::sandbox::SandboxOptions;
use super::say;
use crate::app::{self, App, Parts};
use crate::assets::Assets;
use crate::audit::retention;
use crate::auth::SignIn;
use crate::config::{self, Config};
use crate::guard::Names;
use crate::health::Health;
use crate::reload::{Fixed, Reload};
use crate::server::{Current, Listen};
use crate::store::{Location, Store};
use crate::upstream::{Connection, Upstream};
use crate::{drafts, ledger, notify, sandboxed, server};

const SANDBOX_PORT: u16 = 8601;

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// The configuration; see sluice.example.toml
    #[arg(long, env = "SLUICE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where to listen: an address of this machine, or with a sign-in any, or unix:PATH [default: 127.0.0.1:8600, or the configuration's]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// The folder of the built app [default: the configuration's, or the app in this binary, or dist here or beside it]
    #[arg(long, value_name = "DIR")]
    app: Option<PathBuf>,
    /// Where the audit log and run numbers are kept: a file, postgres://…, or :memory: [default: in the user's data directory, or the
    /// configuration's]
    #[arg(long, env = "SLUICE_STORE_URL", hide_env_values = true, value_name = "FILE or URL")]
    store: Option<PathBuf>,
    /// Where metrics are read (/metrics) [default: nowhere, or the configuration's]
    #[arg(long, value_name = "ADDRESS")]
    metrics_listen: Option<String>,
    /// Where the sandbox listens [default: 127.0.0.1:8601, or a free port if --listen has port 0]
    #[arg(long, value_name = "ADDRESS")]
    sandbox_listen: Option<String>,
    /// Start the sandbox although there is a configuration: its connections come after the configured ones
    #[arg(long)]
    with_sandbox: bool,
    #[command(flatten)]
    sandbox: SandboxOptions,
}

pub(super) async fn run_serve(options: Serve) -> Result<(), String> {
    let config = options.config.as_deref().map(config::load).transpose().map_err(|error| error.to_string())?;
    let sandboxed = config.is_none() || options.with_sandbox;
    if !sandboxed && (options.sandbox.given() || options.sandbox_listen.is_some()) {
        return Err(NO_SANDBOX.into());
    }
    let listen = match &options.listen {
        Some(text) => Listen::read(text)?,
        None => {
            let configured = config.as_ref().and_then(|config| config.listen.clone());
            configured.unwrap_or(Listen::Tcp(SocketAddr::from(([127, 0, 0, 1], 8600))))
        }
    };
    listen.permitted(&config.as_ref().map_or_else(SignIn::default, |config| config.sign_in.clone()))?;
    let assets = match options.app.or_else(|| config.as_ref().and_then(|config| config.app.clone())) {
        Some(dir) => Assets::open(&dir)?,
        None => Assets::own()?,
    };
    let door = Door::open(&listen).await?;
    let store = Store::open(&place_of(options.store.as_deref(), config.as_ref())?).await?;

    let (stop, stopping) = watch::channel(false);
    let (beside, connections) = if sandboxed {
        let address = match options.sandbox_listen {
            Some(text) => server::address(&text)?,
            None => SocketAddr::from((
                [127, 0, 0, 1],
                if matches!(listen, Listen::Tcp(address) if address.port() == 0) { 0 } else { SANDBOX_PORT },
            )),
        };
        let (running, place) = sandboxed::start(options.sandbox.at(address), until(stopping)).await?;
        let connections = sandboxed::connections(&running)?;
        (Some((running, place)), connections)
    } else {
        (None, Vec::new())
    };
    let config = match config {
        Some(config) => config.and(&connections)?,
        None => Config::of(connections.clone()),
    };
    let metrics = match &options.metrics_listen {
        Some(text) => Some(server::any_address(text)?),
        None => config.metrics_listen,
    };
    let metrics = match metrics {
        Some(address) => Some(server::bind(address, "--metrics-listen").await?),
        None => None,
    };
    let health = Health::new(store.clone());
    let fixed = Fixed::of(&config);
    let base = if config.base_path.is_empty() { String::new() } else { format!("{}/", config.base_path) };
    let (keep, numbers, told) = (config.audit_keep.clone(), config.ledger, config.notify.clone());
    let bound = door.bound();
    let app = app_of(config, bound, assets.clone(), store.clone())?;
    app.prepare();
    if let Some(keep) = keep {
        tokio::spawn(retention::keep_up(app.store().clone(), keep));
    }
    let walking = ledger::start(&app, numbers);
    let notifying = notify::start(&app, told);
    let sweeping = drafts::sweep(store.clone(), app.drafts().clone());
    let current = Current::from(app::router(Arc::clone(&app)).merge(health.routes()));
    say(&format!("Sluice {} is at {}{base}", env!("CARGO_PKG_VERSION"), door.address()));
    if let Some((running, place)) = &beside {
        say(&format!("Its sandbox is at http://{} (key: sandbox, database: {place})", running.addr));
    }
    if let Some((listener, at)) = metrics {
        say(&format!("Its metrics are at http://{at}/metrics"));
        let limits = server::Limits { connections: 32, ..server::Limits::default() };
        tokio::spawn(server::serve(listener, health.with_metrics(), limits, std::future::pending()));
    }
    let reload = Reload {
        file: options.config,
        listen,
        bound,
        assets,
        store,
        health: health.clone(),
        current: current.clone(),
        app,
        sandboxed: connections,
        walking,
        notifying,
        sweeping,
        fixed,
    };
    let reloading = tokio::spawn(reload.on_hangup());
    let stopping = async {
        server::interrupted().await;
        health.stop();
    };
    tokio::select! {
        () = door.serve(current, stopping) => {}
        // Whoever asks twice does not want to wait.
        () = async { server::interrupted().await; server::interrupted().await; } => {}
    }
    // With it end the ledger's walk and notifications, while there is still a runtime to end in.
    reloading.abort();
    let _ = reloading.await;
    let _ = stop.send(true);
    if let Some((running, _)) = beside {
        running.stopped().await;
    }
    say("Sluice has stopped.");
    Ok(())
}

const NO_SANDBOX: &str = "--db, --runs, --quiet, --flowstack-limit and --sandbox-listen are for the sandbox, which is not started with a \
                          configuration. Leave them out, add --with-sandbox, or run `sluice sandbox` with them.";

/// The store that a flag or the environment names, else the configuration, else the user's own.
pub(super) fn place_of(named: Option<&Path>, config: Option<&Config>) -> Result<Location, String> {
    match (named, config.and_then(|config| config.store.clone())) {
        (Some(named), _) => Location::read(named).map_err(|reason| format!("--store: {reason}.")),
        (None, Some(place)) => Ok(place),
        (None, None) => Location::default_file(),
    }
}

/// Clients and router of a configuration; `bound` is the address really listened on.
pub fn build(config: Config, bound: SocketAddr, assets: Assets, store: Store) -> Result<axum::Router, String> {
    let health = Health::new(store.clone());
    Ok(app::router(app_of(config, Some(bound), assets, store)?).merge(health.routes()))
}

/// Everything that answers, without the router.
pub fn app_of(config: Config, bound: Option<SocketAddr>, assets: Assets, store: Store) -> Result<Arc<App>, String> {
    let names = bound.map_or_else(|| Names::of_proxy(&config.public_hosts), |bound| Names::new(bound, &config.public_hosts));
    let parts = Parts {
        connections: upstreams(config.connections)?,
        names,
        frame_ancestors: config.frame_ancestors,
        assets,
        store,
        shared_device: config.shared_device,
        ledger: config.ledger.walk,
        drafts: config.drafts,
        sign_in: config.sign_in,
        audit_mb_per_day: config.audit_mb_per_day,
        base_path: config.base_path,
        events: config.events,
    };
    Ok(Arc::new(App::new(parts)?))
}

pub(super) fn upstreams(connections: Vec<Connection>) -> Result<Vec<Upstream>, String> {
    for file in connections.iter().filter_map(|connection| connection.key.open_to_others()) {
        tracing::warn!("the key file {0} can be read by others on this machine: chmod 600 {0}", file.display());
    }
    let upstreams = connections.into_iter().map(Upstream::new).collect::<Result<Vec<_>, _>>();
    upstreams.map_err(|error| format!("The HTTP client cannot start: {error}. Does this machine have its TLS root certificates?"))
}

async fn until(mut stopping: watch::Receiver<bool>) {
    // A dropped sender stops it too.
    let _ = stopping.wait_for(|stop| *stop).await;
}
