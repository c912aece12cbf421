//! The sandbox beside the gateway: where its database lies, and the connections that lead to it.

use std::future::Future;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use reqwest::Url;
use runs::Dialect;
use sandbox::{Config, Database, Running};

use crate::config::{DEFAULT_MAX_RESPONSE, DEFAULT_TIMEOUT, Traffic};
use crate::upstream::{Connection, Key};

/// The key that the sandbox accepts; it is no secret, the sandbox listens on this machine only.
const KEY: &str = "sandbox";

/// How the sandbox is started.
#[derive(Clone, Debug)]
pub struct Options {
    pub listen: SocketAddr,
    /// `:memory:`, a file, or none for the user's own.
    pub db: Option<PathBuf>,
    pub runs: Option<u64>,
    pub dialect: Option<sandbox::Dialect>,
    pub quiet: bool,
    pub flowstack_limit: Option<u32>,
}

/// Starts the sandbox and says where its database is; `Err` is one sentence.
pub async fn start(options: Options, stop: impl Future<Output = ()> + Send + 'static) -> Result<(Running, String), String> {
    let db = match options.db {
        Some(path) if path == Path::new(":memory:") => Database::Memory,
        Some(path) => Database::File(path),
        None => Database::File(default_file()?),
    };
    let place = match &db {
        Database::Memory => "in memory".to_owned(),
        Database::File(path) => path.display().to_string(),
    };
    let defaults = Config::default();
    let config = Config {
        listen: options.listen,
        db,
        runs: options.runs.unwrap_or(defaults.runs),
        dialect: options.dialect,
        quiet: options.quiet,
        flowstack_limit: options.flowstack_limit.unwrap_or(defaults.flowstack_limit),
        key: KEY.to_owned(),
    };
    let running = sandbox::serve(config, stop).await.map_err(|error| error.to_string())?;
    Ok((running, place))
}

fn default_file() -> Result<PathBuf, String> {
    let folder =
        dirs::data_dir().ok_or("This user has no data directory for the sandbox's database. Name a file with --db.")?.join("sluice");
    std::fs::create_dir_all(&folder).map_err(|error| {
        format!("The folder {} for the sandbox's database cannot be made: {error}. Name a file with --db.", folder.display())
    })?;
    Ok(folder.join("sandbox.db"))
}

/// One connection a dialect, in the default order.
pub fn connections(running: &Running) -> Result<Vec<Connection>, String> {
    let bases = running.bases();
    let connection = |dialect: Dialect| {
        let base = bases.iter().find(|(name, _)| *name == dialect.slug())?;
        Some(Connection {
            id: dialect.slug().into(),
            label: dialect.vendor().into(),
            dialect,
            base_url: Url::parse(&base.1).ok()?,
            key: Key::new(KEY)?,
            auth: *dialect.relayed().key_headers.first()?,
            sandbox: true,
            open_url: None,
            timeout: DEFAULT_TIMEOUT,
            max_response: DEFAULT_MAX_RESPONSE,
            file_hosts: Vec::new(),
            traffic: Traffic::default(),
        })
    };
    Dialect::IMITATED
        .into_iter()
        .map(|dialect| connection(dialect).ok_or_else(|| format!("The sandbox does not serve {}.", dialect.vendor())))
        .collect()
}
