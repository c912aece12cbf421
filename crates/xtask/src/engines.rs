//! `cargo xtask engines`: a real engine beside Sluice, with the flows of `tests/engines`. So far Prefect 3.
//!
//! It begins empty each time and listens on this machine only.

mod database;
mod group;
mod prefect;

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::failure::{AtPath, Failure, Result};
use crate::workbench::Workbench;
use database::Database;
use group::{Group, alive};

pub(crate) use prefect::KEY;

/// Prefect's own is 4200.
const PORT: u16 = 4210;
/// A configuration for that port.
const CONFIG: &str = "tests/engines/sluice.toml";

#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Clone, Copy, Subcommand)]
enum Task {
    /// Install Prefect if it is missing, and start it with flows that wait for a person
    Up,
    /// End it with everything that it started
    Down,
    /// Say whether it runs
    Status,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let bench = Workbench::open()?;
    let known = Known::of(&bench);
    match options.task {
        Task::Up => up(&bench, &known),
        Task::Down => {
            let any = known.end();
            eprintln!("{}", if any { "Prefect has ended." } else { "Prefect was not running." });
            Ok(())
        }
        Task::Status => {
            eprintln!("{}", if known.runs() { told() } else { "Prefect is not running: `cargo xtask engines up` starts it.".into() });
            Ok(())
        }
    }
}

fn told() -> String {
    format!(
        "Prefect runs on http://127.0.0.1:{PORT} (user and password {KEY}).\n\
         SLUICE_PREFECT_KEY={KEY} cargo xtask run -- --config {CONFIG}   shows its runs\n\
         cargo xtask engines down                                        ends it"
    )
}

fn up(bench: &Workbench, known: &Known) -> Result<()> {
    if known.runs() {
        eprintln!("{}", told());
        return Ok(());
    }
    // What is left of one whose machine was switched off.
    known.end();
    let python = prefect::ensure(bench)?;
    if TcpListener::bind(("127.0.0.1", PORT)).is_err() {
        return Err(Failure::new(format!("port {PORT} is taken")).next("end what listens there, then run it again"));
    }
    let running = Running::start(bench, python, PORT, known.folder.clone())?;
    running.leave(known)?;
    eprintln!("{}", told());
    Ok(())
}

/// What `up` left running, for `down` to find.
struct Known {
    folder: PathBuf,
}

impl Known {
    fn of(bench: &Workbench) -> Self {
        Self { folder: bench.target_dir.join("engines") }
    }

    fn groups(&self) -> PathBuf {
        self.folder.join("groups")
    }

    fn database(&self) -> PathBuf {
        self.folder.join("database")
    }

    fn ids(&self) -> Vec<u32> {
        let text = fs::read_to_string(self.groups()).unwrap_or_default();
        text.lines().filter_map(|line| line.parse().ok()).collect()
    }

    fn runs(&self) -> bool {
        let ids = self.ids();
        !ids.is_empty() && ids.into_iter().all(alive)
    }

    /// Answers whether anything was there.
    fn end(&self) -> bool {
        let groups: Vec<Group> = self.ids().into_iter().filter_map(Group::known).collect();
        let any = !groups.is_empty();
        drop(groups);
        if let Ok(folder) = fs::read_to_string(self.database()) {
            drop(Database::known(folder.trim().into()));
        }
        for file in [self.groups(), self.database()] {
            let _ = fs::remove_file(file);
        }
        any
    }
}

/// An engine with its flows; all of it ends with it, in the order of its fields.
pub(crate) struct Running {
    flows: Group,
    server: Group,
    database: Option<Database>,
    pub(crate) url: String,
}

/// Where Python or the packages cannot be had, why.
pub(crate) fn ensure(bench: &Workbench) -> Result<PathBuf> {
    prefect::ensure(bench)
}

impl Running {
    /// For one's own use: another port and another folder than those of `up`.
    pub(crate) fn own(bench: &Workbench, python: PathBuf) -> Result<Self> {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = free.map_err(|error| Failure::new("there is no free port").because(error))?.port();
        Self::start(bench, python, port, bench.target_dir.join("engines-test"))
    }

    fn start(bench: &Workbench, python: PathBuf, port: u16, folder: PathBuf) -> Result<Self> {
        if folder.exists() {
            fs::remove_dir_all(&folder).at("remove", &folder)?;
        }
        fs::create_dir_all(&folder).at("create", &folder)?;
        let database = Database::start(bench);
        let prefect = prefect::Prefect { bench, python, port, folder, database: database.as_ref().map(Database::url) };
        let kind = if database.is_some() { "PostgreSQL" } else { "SQLite" };
        eprintln!("Starting Prefect on port {port}, on {kind} (usually 10 to 30 seconds)");
        let server = prefect.server()?;
        eprintln!("Serving the flows of tests/engines (usually 10 seconds)");
        let flows = prefect.flows()?;
        Ok(Self { flows, server, database, url: prefect.url() })
    }

    /// Goes on without this process.
    fn leave(self, known: &Known) -> Result<()> {
        let path = known.groups();
        let groups = [self.flows.id(), self.server.id()].map(|id| format!("{id}\n")).concat();
        fs::write(&path, groups).at("write", &path)?;
        if let Some(database) = &self.database {
            let path = known.database();
            fs::write(&path, database.folder().display().to_string()).at("write", &path)?;
        }
        let Self { flows, server, database, url: _ } = self;
        flows.leave();
        server.leave();
        if let Some(database) = database {
            database.leave();
        }
        Ok(())
    }
}
