//! `cargo xtask engines`: real engines beside Sluice, with the flows of `tests/engines`: Prefect 3 and Airflow 3.
//!
//! Each begins empty each time and listens on this machine only.

mod airflow;
mod database;
mod group;
mod http;
mod prefect;
mod python;

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;
use std::thread;

use clap::{Args, Subcommand};

use crate::failure::{AtPath, Failure, Result};
use crate::workbench::Workbench;
use database::Database;
use group::{Group, alive};

/// A configuration for the engines' ports.
const CONFIG: &str = "tests/engines/sluice.toml";

#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Clone, Copy, Subcommand)]
enum Task {
    /// Install Prefect and Airflow if they are missing, and start them with flows that wait for a person
    Up,
    /// End them with everything that they started
    Down,
    /// Say whether they run
    Status,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Prefect,
    Airflow,
}

impl Engine {
    pub(crate) const ALL: [Self; 2] = [Self::Prefect, Self::Airflow];

    pub(crate) const fn name(self) -> &'static str {
        self.packages().name
    }

    const fn packages(self) -> python::Packages {
        match self {
            Self::Prefect => prefect::PACKAGES,
            Self::Airflow => airflow::PACKAGES,
        }
    }

    /// The word of its tests, of its folder and of its variables.
    pub(crate) const fn slug(self) -> &'static str {
        self.packages().folder
    }

    /// Their own are 4200 and 8080.
    const fn port(self) -> u16 {
        match self {
            Self::Prefect => 4210,
            Self::Airflow => 8090,
        }
    }

    /// User and password.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Prefect => prefect::KEY,
            Self::Airflow => airflow::KEY,
        }
    }

    /// The Python that has it; where it cannot be had, why.
    fn ensure(self, bench: &Workbench) -> Result<PathBuf> {
        self.packages().ensure(bench)
    }

    fn told(self) -> String {
        format!("{} runs on http://127.0.0.1:{} (user and password {}).", self.name(), self.port(), self.key())
    }
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let bench = Workbench::open()?;
    match options.task {
        Task::Up => {
            let failed = up(&bench).into_iter().find_map(std::result::Result::err);
            eprintln!("cargo xtask run -- --engines   shows their runs beside the sandbox\ncargo xtask engines down       ends them");
            failed.map_or(Ok(()), Err)
        }
        Task::Down => {
            for engine in Engine::ALL {
                // Also what a test that was broken off left.
                let any = [Kept::of(&bench, engine).end(), Kept::of_tests(&bench, engine).end()].contains(&true);
                eprintln!("{} {}", engine.name(), if any { "has ended." } else { "was not running." });
            }
            Ok(())
        }
        Task::Status => {
            for engine in Engine::ALL {
                let off = || format!("{} is not running: `cargo xtask engines up` starts it.", engine.name());
                eprintln!("{}", if Kept::of(&bench, engine).runs() { engine.told() } else { off() });
            }
            Ok(())
        }
    }
}

/// Has `sluice serve` show the engines beside the sandbox; starts them unless they run. One that cannot be had is said and left out of
/// reach.
pub(crate) fn show(bench: &Workbench, serve: &mut Command) -> Result<()> {
    let (there, missing): (Vec<_>, Vec<_>) = up(bench).into_iter().partition(std::result::Result::is_ok);
    for failure in missing.into_iter().filter_map(std::result::Result::err) {
        if there.is_empty() {
            return Err(failure);
        }
        eprintln!("{failure}");
    }
    serve.args(["--with-sandbox", "--config"]).arg(bench.root.join(CONFIG));
    for engine in Engine::ALL {
        serve.env(format!("SLUICE_{}_KEY", engine.slug().to_uppercase()), engine.key());
    }
    Ok(())
}

/// Each engine for itself and all at the same time.
fn each<T: Send>(bench: &Workbench, task: impl Fn(&Workbench, Engine) -> Result<T> + Sync) -> Vec<Result<T>> {
    thread::scope(|scope| {
        let tasks = Engine::ALL.map(|engine| {
            (
                engine,
                scope.spawn({
                    let task = &task;
                    move || task(bench, engine)
                }),
            )
        });
        let failed = |engine: Engine| Err(Failure::new(format!("what starts {} failed itself", engine.name())));
        tasks.into_iter().map(|(engine, task)| task.join().unwrap_or_else(|_| failed(engine))).collect()
    })
}

fn up(bench: &Workbench) -> Vec<Result<()>> {
    each(bench, |bench, engine| {
        let kept = Kept::of(bench, engine);
        if !kept.runs() {
            let python = engine.ensure(bench)?;
            let port = engine.port();
            if TcpListener::bind(("127.0.0.1", port)).is_err() {
                return Err(Failure::new(format!("port {port} is taken")).next("end what listens there, then run it again"));
            }
            Running::start(bench, engine, python, port, &kept)?.leave();
        }
        eprintln!("{}", engine.told());
        Ok(())
    })
}

/// Engines for one's own use: on other ports and in other folders than those of `up`. Where one cannot be had, why.
pub(crate) fn own(bench: &Workbench) -> Vec<(Engine, Result<Running>)> {
    let started = each(bench, |bench, engine| {
        let python = engine.ensure(bench)?;
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = free.map_err(|error| Failure::new("there is no free port").because(error))?.port();
        let running = Running::start(bench, engine, python, port, &Kept::of_tests(bench, engine))?;
        if running.database.is_none() {
            return Err(Failure::new("there is no PostgreSQL, and on SQLite Prefect turns away writes that come together"));
        }
        Ok(running)
    });
    Engine::ALL.into_iter().zip(started).collect()
}

/// The folder of an engine, with what has to be ended in it: for whoever comes after a process that is no more.
struct Kept {
    folder: PathBuf,
}

impl Kept {
    fn of(bench: &Workbench, engine: Engine) -> Self {
        Self { folder: bench.target_dir.join("engines").join(engine.slug()) }
    }

    fn of_tests(bench: &Workbench, engine: Engine) -> Self {
        Self { folder: bench.target_dir.join("engines-test").join(engine.slug()) }
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
        // What works on runs first.
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

/// An engine with what works on its runs; all of it ends with it, in the order of its fields.
pub(crate) struct Running {
    groups: Vec<Group>,
    database: Option<Database>,
    pub(crate) url: String,
}

impl Running {
    fn start(bench: &Workbench, engine: Engine, python: PathBuf, port: u16, kept: &Kept) -> Result<Self> {
        kept.begin()?;
        let database = Database::start(bench);
        match engine {
            Engine::Prefect => Self::prefect(bench, python, port, kept, database),
            Engine::Airflow => Self::airflow(bench, python, port, kept, database),
        }
    }

    fn prefect(bench: &Workbench, python: PathBuf, port: u16, kept: &Kept, database: Option<Database>) -> Result<Self> {
        let url = database.as_ref().map(|database| database.url("asyncpg"));
        let prefect = prefect::Prefect { bench, python, port, folder: kept.folder.clone(), database: url };
        let kind = if database.is_some() { "PostgreSQL" } else { "SQLite" };
        eprintln!("Starting Prefect on port {port}, on {kind} (usually 10 to 30 seconds)");
        let mut server = prefect.server()?;
        // At once: whoever breaks off now leaves it behind.
        kept.note(&[&server], database.as_ref())?;
        prefect.until_healthy(&mut server)?;
        eprintln!("Serving the flows of tests/engines to Prefect (usually 10 seconds)");
        let mut flows = prefect.flows()?;
        kept.note(&[&flows, &server], database.as_ref())?;
        prefect.until_served(&mut flows)?;
        Ok(Self { groups: vec![flows, server], database, url: prefect.url() })
    }

    fn airflow(bench: &Workbench, python: PathBuf, port: u16, kept: &Kept, database: Option<Database>) -> Result<Self> {
        let database = database.ok_or_else(|| Failure::new("there is no PostgreSQL for Airflow").next("install it and run it again"))?;
        let airflow = airflow::Airflow { bench, python, port, folder: kept.folder.clone(), database: &database };
        eprintln!("Starting Airflow on port {port}, on PostgreSQL (usually 30 to 60 seconds)");
        kept.note(&[], Some(&database))?;
        airflow.prepare()?;
        let mut groups = airflow.programs()?;
        kept.note(&groups.iter().collect::<Vec<_>>(), Some(&database))?;
        airflow.until_ready(&mut groups)?;
        let url = airflow.url();
        Ok(Self { groups, database: Some(database), url })
    }

    /// Goes on without this process.
    fn leave(self) {
        self.groups.into_iter().for_each(Group::leave);
        if let Some(database) = self.database {
            database.leave();
        }
    }
}
