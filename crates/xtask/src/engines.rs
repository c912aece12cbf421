//! `cargo xtask engines`: a real engine beside Sluice, with the flows of `tests/engines`. So far Prefect 3.
//!
//! It begins empty each time and listens on this machine only.

mod database;
mod group;
mod prefect;

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;

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
    let kept = Kept::of(&bench);
    match options.task {
        Task::Up => up(&bench, &kept),
        Task::Down => {
            // Also what a test that was broken off left.
            let any = [kept.end(), Kept::of_tests(&bench).end()].contains(&true);
            eprintln!("{}", if any { "Prefect has ended." } else { "Prefect was not running." });
            Ok(())
        }
        Task::Status => {
            eprintln!("{}", if kept.runs() { told() } else { "Prefect is not running: `cargo xtask engines up` starts it.".into() });
            Ok(())
        }
    }
}

fn told() -> String {
    format!(
        "Prefect runs on http://127.0.0.1:{PORT} (user and password {KEY}).\n\
         cargo xtask run -- --engines   shows its runs beside the sandbox\n\
         cargo xtask engines down       ends it"
    )
}

/// Has `sluice serve` show the engines beside the sandbox; starts them unless they run.
pub(crate) fn show(bench: &Workbench, serve: &mut Command) -> Result<()> {
    up(bench, &Kept::of(bench))?;
    serve.args(["--with-sandbox", "--config"]).arg(bench.root.join(CONFIG)).env("SLUICE_PREFECT_KEY", KEY);
    Ok(())
}

fn up(bench: &Workbench, kept: &Kept) -> Result<()> {
    if kept.runs() {
        eprintln!("{}", told());
        return Ok(());
    }
    let python = prefect::ensure(bench)?;
    if TcpListener::bind(("127.0.0.1", PORT)).is_err() {
        return Err(Failure::new(format!("port {PORT} is taken")).next("end what listens there, then run it again"));
    }
    Running::start(bench, python, PORT, kept)?.leave();
    eprintln!("{}", told());
    Ok(())
}

/// The folder of an engine, with what has to be ended in it: for whoever comes after a process that is no more.
struct Kept {
    folder: PathBuf,
}

impl Kept {
    fn of(bench: &Workbench) -> Self {
        Self { folder: bench.target_dir.join("engines") }
    }

    fn of_tests(bench: &Workbench) -> Self {
        Self { folder: bench.target_dir.join("engines-test") }
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

    fn begin(&self) -> Result<()> {
        self.end();
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder).at("remove", &self.folder)?;
        }
        fs::create_dir_all(&self.folder).at("create", &self.folder)
    }

    fn note(&self, groups: &[&Group], database: Option<&Database>) -> Result<()> {
        let path = self.groups();
        let ids: String = groups.iter().map(|group| format!("{}\n", group.id())).collect();
        fs::write(&path, ids).at("write", &path)?;
        let path = self.database();
        database.map_or(Ok(()), |database| fs::write(&path, database.folder().display().to_string()).at("write", &path))
    }

    /// Answers whether anything was there.
    fn end(&self) -> bool {
        // The flows first.
        let groups: Vec<Group> = self.ids().into_iter().filter_map(Group::known).collect();
        let any = !groups.is_empty();
        drop(groups);
        if let Ok(folder) = fs::read_to_string(self.database()) {
            drop(Database::known(folder.trim().into()));
        }
        for file in [self.groups(), self.database()] {
            // They are not there where nothing was started.
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

/// The Python that has it; where it cannot be had, why.
pub(crate) fn ensure(bench: &Workbench) -> Result<PathBuf> {
    prefect::ensure(bench)
}

impl Running {
    /// For one's own use: another port and another folder than those of `up`.
    pub(crate) fn own(bench: &Workbench, python: PathBuf) -> Result<Self> {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = free.map_err(|error| Failure::new("there is no free port").because(error))?.port();
        Self::start(bench, python, port, &Kept::of_tests(bench))
    }

    fn start(bench: &Workbench, python: PathBuf, port: u16, kept: &Kept) -> Result<Self> {
        kept.begin()?;
        let database = Database::start(bench);
        let prefect = prefect::Prefect { bench, python, port, folder: kept.folder.clone(), database: database.as_ref().map(Database::url) };
        let kind = if database.is_some() { "PostgreSQL" } else { "SQLite" };
        eprintln!("Starting Prefect on port {port}, on {kind} (usually 10 to 30 seconds)");
        let mut server = prefect.server()?;
        // At once: whoever breaks off now leaves it behind.
        kept.note(&[&server], database.as_ref())?;
        prefect.until_healthy(&mut server)?;
        eprintln!("Serving the flows of tests/engines (usually 10 seconds)");
        let mut flows = prefect.flows()?;
        kept.note(&[&flows, &server], database.as_ref())?;
        prefect.until_served(&mut flows)?;
        Ok(Self { flows, server, database, url: prefect.url() })
    }

    /// On SQLite it turns away one of two writes that come together, whoever asks: nothing can be tried there for sure.
    pub(crate) const fn is_steady(&self) -> bool {
        self.database.is_some()
    }

    /// Goes on without this process.
    fn leave(self) {
        self.flows.leave();
        self.server.leave();
        if let Some(database) = self.database {
            database.leave();
        }
    }
}
