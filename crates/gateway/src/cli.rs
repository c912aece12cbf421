//! The command line.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};
use sandbox::Dialect;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::app::{self, App, Parts};
use crate::assets::Assets;
use crate::audit::retention;
use crate::audit::verify::{self, Noted};
use crate::auth::{Role, SignIn, token};
use crate::config::{self, Config};
use crate::guard::Names;
use crate::health::Health;
use crate::reload::{Fixed, Reload};
use crate::server::{Current, Listen};
use crate::store::{Location, Store};
use crate::upstream::{Connection, Upstream};
use crate::{check, ledger, log, sandboxed, server};

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
    /// Look after the audit log
    #[command(subcommand)]
    Audit(Audit),
    /// Make tokens, with which people and scripts sign in
    #[command(subcommand)]
    Token(TokenCommand),
}

#[derive(Debug, Subcommand)]
enum Audit {
    /// Follow the log's chain from its beginning and name the first entry that does not fit (exit code 1)
    Verify(Verify),
}

#[derive(Debug, Args)]
struct Verify {
    /// The configuration that names the store
    #[arg(long, env = "SLUICE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// The store, as `sluice serve` takes it
    #[arg(long, env = "SLUICE_STORE_URL", hide_env_values = true, value_name = "FILE or URL")]
    store: Option<PathBuf>,
    /// A head that was noted earlier: is it still in the log?
    #[arg(long, value_name = "ENTRY:DIGEST")]
    noted: Option<String>,
}

#[derive(Debug, Subcommand)]
enum TokenCommand {
    /// Print a new token, and what to write into the configuration for it
    New(NewToken),
}

#[derive(Debug, Args)]
struct NewToken {
    /// Who it is for; stands in the audit log
    #[arg(long, value_name = "NAME")]
    name: String,
    /// viewer sees, reviewer also decides, admin also starts, cancels, reruns and deletes
    #[arg(long, value_name = "ROLE", default_value = "reviewer", value_parser = role)]
    role: Role,
    /// The id of a connection; repeat it for more [default: all]
    #[arg(long = "connection", value_name = "ID")]
    connections: Vec<String>,
    /// The vendor's id of a flow of that connection; repeat it for more [default: all]
    #[arg(long = "flow", value_name = "ID", requires = "connections")]
    flows: Vec<String>,
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
    /// Where the audit log and run numbers are kept: a file, postgres://…, or :memory: [default: in the user's data directory, or the
    /// configuration's]
    #[arg(long, env = "SLUICE_STORE_URL", hide_env_values = true, value_name = "FILE or URL")]
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
            Command::Audit(Audit::Verify(verify)) => run_verify(verify).await,
            Command::Token(TokenCommand::New(new)) => new_token(&new).map(|()| ExitCode::SUCCESS),
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
    let (config, beside) = match config {
        Some(config) => (config, None),
        None => {
            let address = match options.sandbox_listen {
                Some(text) => server::address(&text)?,
                None => SocketAddr::from((
                    [127, 0, 0, 1],
                    if matches!(listen, Listen::Tcp(address) if address.port() == 0) { 0 } else { SANDBOX_PORT },
                )),
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
    let (keep, numbers) = (config.audit_keep.clone(), config.ledger);
    let bound = door.bound();
    let app = app_of(config, bound, assets.clone(), store.clone())?;
    app.prepare();
    if let Some(keep) = keep {
        tokio::spawn(retention::keep_up(app.store().clone(), keep));
    }
    let walking = ledger::start(&app, numbers);
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
        walking,
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
    // With it ends the ledger's walk, while there is still a runtime to end in.
    reloading.abort();
    let _ = reloading.await;
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
        sign_in: SignIn::default(),
        metrics_listen: None,
        base_path: String::new(),
        audit_mb_per_day: config::DEFAULT_AUDIT_MB,
        connections,
        audit_keep: None,
        ledger: ledger::Settings::default(),
    }
}

/// The store that a flag or the environment names, else the configuration, else the user's own.
fn place_of(named: Option<&Path>, config: Option<&Config>) -> Result<Location, String> {
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

/// What the gateway listens on, open.
enum Door {
    Tcp(TcpListener, SocketAddr),
    #[cfg(unix)]
    Unix(tokio::net::UnixListener, PathBuf),
}

impl Door {
    async fn open(listen: &Listen) -> Result<Self, String> {
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
    fn bound(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(_, bound) => Some(*bound),
            #[cfg(unix)]
            Self::Unix(..) => None,
        }
    }

    fn address(&self) -> String {
        match self {
            Self::Tcp(_, bound) => format!("http://{bound}"),
            #[cfg(unix)]
            Self::Unix(_, path) => format!("unix:{}", path.display()),
        }
    }

    async fn serve(self, current: Current, stop: impl Future<Output = ()>) {
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
        sign_in: config.sign_in,
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

/// Exit codes: 0 it holds, 1 an entry does not fit, 2 it could not be read.
async fn run_verify(options: Verify) -> Result<ExitCode, String> {
    let verdict = async {
        let config = options.config.as_deref().map(config::load).transpose().map_err(|error| error.to_string())?;
        let noted = options.noted.as_deref().map(Noted::read).transpose().map_err(|reason| format!("--noted: {reason}."))?;
        let store = Store::look(&place_of(options.store.as_deref(), config.as_ref())?).await?;
        verify::verify(&store, noted.as_ref()).await.map_err(|error| format!("The audit log could not be read: {error}"))
    };
    match verdict.await {
        Ok(verdict) => {
            say(&verdict.to_string());
            Ok(if verdict.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Err(sentence) => {
            stopped(&sentence);
            Ok(ExitCode::from(2))
        }
    }
}

/// The token goes to stdout alone, so that it can be piped; what is no secret goes to stderr.
fn new_token(new: &NewToken) -> Result<(), String> {
    if !new.flows.is_empty() && new.connections.len() != 1 {
        return Err("--flow belongs to one connection: name it with --connection, and make an entry for each.".into());
    }
    let (token, hash) = token::new()?;
    let text = |text: &str| toml::Value::from(text).to_string();
    let list = |name: &str, ids: &[String]| {
        let ids: Vec<String> = ids.iter().map(|id| text(id)).collect();
        if ids.is_empty() { String::new() } else { format!("{name} = [{}]\n", ids.join(", ")) }
    };
    say(&token);
    let mut out = std::io::stderr().lock();
    let _ = write!(
        out,
        "\nThat is the token: it is shown this once. Give it to {name} in a way that only they read.\n\
         Write this into the configuration, below [sign_in] with mode = \"tokens\":\n\n\
         [[sign_in.tokens]]\nname = {quoted}\nhash = {hash}\nrole = \"{role}\"\n{connections}{flows}",
        name = new.name,
        quoted = text(&new.name),
        hash = text(&hash.text()),
        role = new.role.word(),
        connections = list("connections", &new.connections),
        flows = list("flows", &new.flows),
    );
    Ok(())
}

fn role(text: &str) -> Result<Role, String> {
    Role::of_word(text).ok_or_else(|| format!("it is one of {}", Role::ALL.map(Role::word).join(", ")))
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
