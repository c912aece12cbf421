//! `sluice.toml`: read, checked, and refused with the file, the line and the reason.

mod connection;
mod drafts;
mod notify;
mod server;
mod sign_in;
mod state;
mod traffic;

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

pub use connection::{DEFAULT_MAX_RESPONSE, DEFAULT_TIMEOUT};
pub use traffic::Traffic;

use crate::audit::retention::Keep;
use crate::auth::SignIn;
use crate::ledger::Settings;
use crate::server::Listen;
use crate::store::Location;
use crate::upstream::Connection;

/// Far more than people decide in a day.
pub const DEFAULT_AUDIT_MB: u32 = 1_024;

/// A whole configuration; every connection has its key.
#[derive(Debug)]
pub struct Config {
    pub listen: Option<Listen>,
    /// Folder of the built app.
    pub app: Option<PathBuf>,
    /// Where the audit log is kept; none: in the user's data directory.
    pub store: Option<Location>,
    /// Sources that may frame the app, as `frame-ancestors` takes them.
    pub frame_ancestors: Vec<String>,
    /// Names by which a reverse proxy reaches this gateway, over https.
    pub public_hosts: Vec<String>,
    /// Browsers keep no drafts.
    pub shared_device: bool,
    /// Who may use it.
    pub sign_in: SignIn,
    /// Where metrics are read; none: nowhere.
    pub metrics_listen: Option<SocketAddr>,
    /// The path that a proxy serves Sluice under, without a slash at its end; empty at the root.
    pub base_path: String,
    /// Browsers are told what changes, instead of asking again and again.
    pub events: bool,
    /// So much callers may add to the audit log.
    pub audit_mb_per_day: u32,
    pub connections: Vec<Connection>,
    /// How long audit entries are kept; none: for ever.
    pub audit_keep: Option<Keep>,
    pub ledger: Settings,
    /// Drafts that follow people from browser to browser.
    pub drafts: crate::drafts::Settings,
    /// Who is told when a review waits; none: nobody.
    pub notify: Option<crate::notify::Settings>,
}

impl Config {
    /// These connections, and the usual for all else.
    /// Together with the sandbox's.
    pub fn and(mut self, more: &[Connection]) -> Result<Self, String> {
        if let Some(both) = more.iter().find(|more| self.connections.iter().any(|one| one.id == more.id)) {
            return Err(format!(
                "The connection {:?} is the sandbox's as well. Give yours another id, or leave out --with-sandbox.",
                both.id
            ));
        }
        self.connections.extend_from_slice(more);
        Ok(self)
    }

    pub fn of(connections: Vec<Connection>) -> Self {
        Self {
            listen: None,
            app: None,
            store: None,
            frame_ancestors: Vec::new(),
            public_hosts: Vec::new(),
            shared_device: false,
            sign_in: SignIn::default(),
            metrics_listen: None,
            base_path: String::new(),
            events: true,
            audit_mb_per_day: DEFAULT_AUDIT_MB,
            connections,
            audit_keep: None,
            ledger: Settings::default(),
            drafts: crate::drafts::Settings::default(),
            notify: None,
        }
    }
}

/// Why a configuration is refused: every problem with its line.
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigError {
    pub file: PathBuf,
    pub problems: Vec<Problem>,
}

/// One thing that is wrong; `line` counts from one, `None` if it is about the file as a whole.
#[derive(Debug, PartialEq, Eq)]
pub struct Problem {
    pub line: Option<usize>,
    pub reason: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.problems.iter().enumerate() {
            if at > 0 {
                writeln!(out)?;
            }
            write!(out, "{}", self.file.display())?;
            if let Some(line) = problem.line {
                write!(out, ", line {line}")?;
            }
            write!(out, ": {}", problem.reason)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

/// What is wrong and where, as an offset into the text.
#[derive(Debug)]
struct Wrong {
    at: usize,
    reason: String,
}

impl Wrong {
    fn new<T>(value: &Spanned<T>, reason: impl Into<String>) -> Self {
        Self { at: value.span().start, reason: reason.into() }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(default)]
    server: server::RawServer,
    sign_in: Option<Spanned<sign_in::RawSignIn>>,
    #[serde(default)]
    store: state::RawStore,
    #[serde(default)]
    audit: state::RawAudit,
    #[serde(default)]
    ledger: state::RawLedger,
    #[serde(default)]
    drafts: drafts::RawDrafts,
    notify: Option<Spanned<notify::RawNotify>>,
    #[serde(default)]
    connections: Vec<Spanned<connection::RawConnection>>,
}

/// Where keys come from; tests bring their own environment.
pub trait Surroundings {
    fn variable(&self, name: &str) -> Option<String>;
    /// `Err` says why, without the path.
    fn file(&self, path: &Path) -> Result<String, String>;
}

/// The process's own environment and files.
#[derive(Debug)]
pub struct Process;

impl Surroundings for Process {
    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn file(&self, path: &Path) -> Result<String, String> {
        std::fs::read_to_string(path).map_err(|error| error.to_string())
    }
}

/// Reads a configuration file.
pub fn load(file: &Path) -> Result<Config, ConfigError> {
    let text = std::fs::read_to_string(file).map_err(|error| ConfigError {
        file: file.into(),
        problems: vec![Problem {
            line: None,
            reason: format!("cannot be read: {error}. Copy sluice.example.toml, or leave --config out to try the sandbox."),
        }],
    })?;
    read(&text, file, &Process)
}

/// Reads a configuration's text; `file` is named in errors, and paths in it are relative to its folder.
pub fn read(text: &str, file: &Path, from: &dyn Surroundings) -> Result<Config, ConfigError> {
    let refuse = |problems: Vec<Wrong>| ConfigError {
        file: file.into(),
        problems: problems.into_iter().map(|wrong| Problem { line: Some(line_of(text, wrong.at)), reason: wrong.reason }).collect(),
    };
    let raw: Raw = toml::from_str(text)
        .map_err(|error| refuse(vec![Wrong { at: error.span().map_or(0, |span| span.start), reason: without_values(error.message()) }]))?;
    let folder = file.parent().unwrap_or(Path::new(""));
    let mut wrong = Vec::new();
    let (mut server, listen_at) = server::check(raw.server, folder, &mut wrong);
    state::check(raw.store, raw.audit, raw.ledger, &mut server, &mut wrong);
    let kept = drafts::check(raw.drafts, folder, from, &mut wrong);
    let connections = connection::check_all(raw.connections, folder, from, &mut wrong);
    let ids: Vec<&str> = connections.iter().map(|connection| connection.id.as_str()).collect();
    let before = wrong.len();
    let sign_in = sign_in::check(raw.sign_in, &ids, &|name| from.variable(name), &|path| from.file(&folder.join(path)), &mut wrong);
    if let (Some(listen), Some(at)) = (&server.listen, listen_at)
        && wrong.len() == before
        && let Err(reason) = listen.permitted(&sign_in)
    {
        wrong.push(Wrong { at, reason });
    }
    let around = notify::Around { connections: &ids, public_hosts: &server.public_hosts, base_path: &server.base_path, folder, from };
    let told = notify::check(raw.notify, &around, &mut wrong);
    if connections.is_empty() && wrong.is_empty() {
        let reason = "there is no [[connections]] entry, so nothing to show. Add one, or leave --config out to try the sandbox.";
        return Err(ConfigError { file: file.into(), problems: vec![Problem { line: None, reason: reason.into() }] });
    }
    if !wrong.is_empty() {
        wrong.sort_by_key(|wrong| wrong.at);
        return Err(refuse(wrong));
    }
    Ok(Config { connections, sign_in, drafts: kept, notify: told, ..server })
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// A type error quotes what it found, and that may be a key in the wrong place.
fn without_values(message: &str) -> String {
    let message = message.trim().replace('\n', ", ");
    match (message.find("string \""), message.rfind("\", expected")) {
        (Some(start), Some(end)) if start < end => format!("{}a text{}", &message[..start], &message[end + 1..]),
        _ => message,
    }
}
