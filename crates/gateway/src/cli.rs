//! The command line.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};
use sandbox::Dialect;
use tokio::sync::watch;

use crate::app::{self, App, Parts};
use crate::assets::Assets;
use crate::config::{self, Config};
use crate::guard::Names;
use crate::health::Health;
use crate::reload::{Fixed, Reload};
use crate::server::Current;
use crate::store::{Location, Store};
use crate::upstream::{Connection, Upstream};
use crate::{check, log, sandboxed, server};

const SANDBOX_PORT: u16 = 8601;

/// A browser console for workflow runs: history, single runs and reviews in other vendors' engines.
#[derive(Debug, Parser)]
#[command(name = "sluice", version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    /// How lines of the log look
    #[arg(long, global = true, env = "SLUICE_LOG_FORMAT", value_enum, default_value_t, value_name = "FORMAT")]
    log_format: log::Format,
    /// Where the log goes, in five files of 16 MB at most [default: standard error]
    #[arg(long, global = true, env = "SLUICE_LOG_FILE", value_name = "FILE")]
    log_file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the app and relay to the configured vendors; without --config, to a sandbox started beside it
    Serve(Serve),
    /// Serve only the sandbox: a local runs API in every dialect (key: sandbox)
    Sandbox(Sandbox),
    /// Try each configured connection with one read
    Check(Check),
}

#[derive(Debug, Args)]
struct Serve {
    /// The configuration; see sluice.example.toml
    #[arg(long, env = "SLUICE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where to listen, on this machine only [default: 127.0.0.1:8600, or the configuration's]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// The folder of the built app [default: the configuration's, or the app in this binary, or dist here or beside it]
    #[arg(long, value_name = "DIR")]
    app: Option<PathBuf>,
    /// Where the audit log is kept, or :memory: [default: in the user's data directory, or the configuration's]
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
    /// Where metrics are read (/metrics) [default: nowhere, or the configuration's]
    #[arg(long, value_name = "ADDRESS")]
    metrics_listen: Option<String>,
    /// Where the sandbox listens [default: 127.0.0.1:8601, or a free port if --listen has port 0]
    #[arg(long, value_name = "ADDRESS", conflicts_with = "config")]
    sandbox_listen: Option<String>,
    #[command(flatten)]
    sandbox: SandboxOptions,
}

#[derive(Debug, Args)]
struct Sandbox {
    /// Where to listen, on this machine only
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8601")]
    listen: String,
    #[command(flatten)]
    options: SandboxOptions,
}

#[derive(Debug, Args)]
struct SandboxOptions {
    /// The sandbox's database, or :memory: [default: in the user's data directory]
    #[arg(long, value_name = "FILE")]
    db: Option<PathBuf>,
    /// How many runs a new sandbox database begins with, in each dialect; a million take about a minute to write
    #[arg(long, value_name = "N")]
    runs: Option<u64>,
    /// Give --runs to this dialect alone: retab, tableflow, flowstack, superai or retab-reviews
    #[arg(long, value_name = "DIALECT", requires = "runs", value_parser = dialect)]
    dialect: Option<Dialect>,
    /// No scheduled flow, so that nothing in the sandbox moves by itself
    #[arg(long)]
    quiet: bool,
    /// Requests an hour that the sandbox's FlowStack dialect allows
    #[arg(long, value_name = "N")]
    flowstack_limit: Option<u32>,
}

#[derive(Debug, Args)]
struct Check {
    /// The configuration
    #[arg(long, env = "SLUICE_CONFIG", value_name = "FILE", default_value = "sluice.toml")]
    config: PathBuf,
    /// Read more than the flows: runs, one run, what waits, one review
    #[arg(long)]
    deep: bool,
}

/// Runs the command of the process's arguments.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Err(sentence) = log::begin(cli.log_format, cli.log_file.as_deref()) {
        return stopped(&sentence);
    }
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return stopped(&format!("The system gives no threads: {error}")),
    };
    let outcome = runtime.block_on(async {
        tokio::spawn(log::tell_of_gaps());
        match cli.command {
            Command::Serve(serve) => run_serve(serve).await.map(|()| ExitCode::SUCCESS),
            Command::Sandbox(sandbox) => run_sandbox(sandbox).await.map(|()| ExitCode::SUCCESS),
            Command::Check(check) => run_check(check).await,
        }
    });
    // Requests that hang in the background do not hold the process.
    runtime.shutdown_background();
    outcome.unwrap_or_else(|sentence| stopped(&sentence))
}

fn stopped(sentence: &str) -> ExitCode {
    eprintln!("sluice: {sentence}");
    ExitCode::FAILURE
}

/// Prints a line at once, also into a pipe; nobody reading is no reason to end.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

async fn run_serve(options: Serve) -> Result<(), String> {
    let config = options.config.as_deref().map(config::load).transpose().map_err(|error| error.to_string())?;
    refuse_sandbox_flags(config.as_ref(), &options.sandbox)?;
    let listen = match &options.listen {
        Some(text) => server::address(text)?,
        None => config.as_ref().and_then(|config| config.listen).unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8600))),
    };
    let assets = match options.app.or_else(|| config.as_ref().and_then(|config| config.app.clone())) {
        Some(dir) => Assets::open(&dir)?,
        None => Assets::own()?,
    };
    let (listener, bound) = server::bind(listen, "--listen").await?;
    let place = match options.store.map(Location::of).or_else(|| config.as_ref().and_then(|config| config.store.clone())) {
        Some(place) => place,
        None => Location::default_file()?,
    };
    let store = Store::open(&place).await?;

    let (stop, stopping) = watch::channel(false);
    let (config, beside) = match config {
        Some(config) => (config, None),
        None => {
            let address = match options.sandbox_listen {
                Some(text) => server::address(&text)?,
                None => SocketAddr::from(([127, 0, 0, 1], if listen.port() == 0 { 0 } else { SANDBOX_PORT })),
            };
            let (running, place) = sandboxed::start(options.sandbox.at(address), until(stopping)).await?;
            let connections = sandboxed::connections(&running)?;
            (sandbox_config(connections), Some((running, place)))
        }
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
    let app = app_of(config, bound, assets.clone(), store.clone())?;
    app.prepare();
    let current = Current::from(app::router(Arc::clone(&app)).merge(health.routes()));
    say(&format!("Sluice {} is at http://{bound}{base}", env!("CARGO_PKG_VERSION")));
    if let Some((running, place)) = &beside {
        say(&format!("Its sandbox is at http://{} (key: sandbox, database: {place})", running.addr));
    }
    if let Some((listener, at)) = metrics {
        say(&format!("Its metrics are at http://{at}/metrics"));
        let limits = server::Limits { connections: 32, ..server::Limits::default() };
        tokio::spawn(server::serve(listener, health.with_metrics(), limits, std::future::pending()));
    }
    let reload = Reload { file: options.config, bound, assets, store, health: health.clone(), current: current.clone(), app, fixed };
    tokio::spawn(reload.on_hangup());
    let stopping = async {
        server::interrupted().await;
        health.stop();
    };
    tokio::select! {
        () = server::serve(listener, current, server::Limits::default(), stopping) => {}
        // Whoever asks twice does not want to wait.
        () = async { server::interrupted().await; server::interrupted().await; } => {}
    }
    let _ = stop.send(true);
    if let Some((running, _)) = beside {
        running.stopped().await;
    }
    say("Sluice has stopped.");
    Ok(())
}

fn refuse_sandbox_flags(config: Option<&Config>, options: &SandboxOptions) -> Result<(), String> {
    let given = options.db.is_some() || options.runs.is_some() || options.quiet || options.flowstack_limit.is_some();
    if config.is_some() && given {
        return Err("--db, --runs, --quiet and --flowstack-limit are for the sandbox, which is not started with a configuration. \
                    Leave them out, or run `sluice sandbox` with them."
            .into());
    }
    Ok(())
}

fn sandbox_config(connections: Vec<Connection>) -> Config {
    Config {
        listen: None,
        app: None,
        store: None,
        frame_ancestors: Vec::new(),
        public_hosts: Vec::new(),
        shared_device: false,
        metrics_listen: None,
        base_path: String::new(),
        audit_mb_per_day: config::DEFAULT_AUDIT_MB,
        connections,
    }
}

/// Clients and router of a configuration; `bound` is the address really listened on.
pub fn build(config: Config, bound: SocketAddr, assets: Assets, store: Store) -> Result<axum::Router, String> {
    let health = Health::new(store.clone());
    Ok(app::router(app_of(config, bound, assets, store)?).merge(health.routes()))
}

pub(crate) fn app_of(config: Config, bound: SocketAddr, assets: Assets, store: Store) -> Result<Arc<App>, String> {
    let parts = Parts {
        connections: upstreams(config.connections)?,
        names: Names::new(bound, &config.public_hosts),
        frame_ancestors: config.frame_ancestors,
        assets,
        store,
        shared_device: config.shared_device,
        audit_mb_per_day: config.audit_mb_per_day,
        base_path: config.base_path,
    };
    Ok(Arc::new(App::new(parts)?))
}

fn upstreams(connections: Vec<Connection>) -> Result<Vec<Upstream>, String> {
    for file in connections.iter().filter_map(|connection| connection.key.open_to_others()) {
        tracing::warn!("the key file {0} can be read by others on this machine: chmod 600 {0}", file.display());
    }
    let upstreams = connections.into_iter().map(Upstream::new).collect::<Result<Vec<_>, _>>();
    upstreams.map_err(|error| format!("The HTTP client cannot start: {error}. Does this machine have its TLS root certificates?"))
}

async fn run_sandbox(options: Sandbox) -> Result<(), String> {
    let address = server::address(&options.listen)?;
    let (running, place) = sandboxed::start(options.options.at(address), server::interrupted()).await?;
    say(&format!("The sandbox is at http://{} (key: sandbox, database: {place})", running.addr));
    for (name, base) in running.bases() {
        say(&format!("  {name:9}  {base}"));
    }
    running.stopped().await;
    say("The sandbox has stopped.");
    Ok(())
}

async fn run_check(options: Check) -> Result<ExitCode, String> {
    let config = config::load(&options.config).map_err(|error| error.to_string())?;
    let upstreams = upstreams(config.connections)?;
    let verdicts = if options.deep { check::deep(upstreams).await } else { check::all(upstreams).await };
    for verdict in &verdicts {
        say(&verdict.line);
    }
    Ok(if verdicts.iter().all(|verdict| verdict.ok) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn dialect(text: &str) -> Result<Dialect, String> {
    Dialect::parse(text).ok_or_else(|| {
        let known: Vec<&str> = Dialect::ALL.iter().map(|dialect| dialect.as_str()).collect();
        format!("the sandbox's dialects are {}", known.join(", "))
    })
}

impl SandboxOptions {
    fn at(self, listen: SocketAddr) -> sandboxed::Options {
        sandboxed::Options {
            listen,
            db: self.db,
            runs: self.runs,
            dialect: self.dialect,
            quiet: self.quiet,
            flowstack_limit: self.flowstack_limit,
        }
    }
}

async fn until(mut stopping: watch::Receiver<bool>) {
    // A dropped sender stops it too.
    let _ = stopping.wait_for(|stop| *stop).await;
}
