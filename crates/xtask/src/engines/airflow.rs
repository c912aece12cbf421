//! Airflow: its database, the three programs that make one up, and the DAGs that they find.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::database::Database;
use super::group::Group;
use super::http::ask;
use super::python::Packages;
use crate::failure::{AtPath, Failure, Result};
use crate::workbench::{Workbench, shown};

/// HITL comes with the standard provider, whose version is pinned beside it.
pub(super) const PACKAGES: Packages = Packages { name: "Airflow", package: "apache-airflow", version: "3.3.2", folder: "airflow" };
/// Users of a server that only this machine reaches, with their roles; passwords are `engines-` and the name.
const USERS: [(&str, &str); 5] = [("admin", "admin"), ("ada", "op"), ("ben", "op"), ("vera", "viewer"), ("uma", "user")];
/// As the gateway of `run -- --engines` signs in.
pub(crate) const KEY: &str = "admin:engines-admin";
/// The API, the DAGs and the scheduler, in the order in which they end.
const PROGRAMS: [&str; 3] = ["scheduler", "dag-processor", "api-server"];
const PATIENCE: Duration = Duration::from_secs(240);
/// So many DAGs are in `tests/engines`.
const DAGS: u64 = 8;

pub(super) struct Airflow<'a> {
    pub(super) bench: &'a Workbench,
    pub(super) python: PathBuf,
    pub(super) port: u16,
    pub(super) folder: PathBuf,
    pub(super) database: &'a Database,
}

impl Airflow<'_> {
    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/api/v2", self.port)
    }

    fn command(&self) -> Command {
        let mut command = self.bench.command(&self.python);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AIRFLOW")) {
            command.env_remove(name);
        }
        let at = format!("http://127.0.0.1:{}", self.port);
        let users = USERS.map(|(name, role)| format!("{name}:{role}")).join(",");
        let dags = PACKAGES.folder(self.bench).join("dags").display().to_string();
        for (name, value) in [
            ("CORE__LOAD_EXAMPLES", "False"),
            ("CORE__DAGS_FOLDER", &dags),
            ("CORE__DAGS_ARE_PAUSED_AT_CREATION", "False"),
            ("CORE__EXECUTION_API_SERVER_URL", &format!("{at}/execution/")),
            ("CORE__SIMPLE_AUTH_MANAGER_USERS", &users),
            // By default 32 processes wait for work.
            ("CORE__PARALLELISM", "4"),
            ("CORE__MAX_ACTIVE_TASKS_PER_DAG", "64"),
            ("CORE__MAX_ACTIVE_RUNS_PER_DAG", "64"),
            ("API__HOST", "127.0.0.1"),
            ("API__PORT", &self.port.to_string()),
            ("API__WORKERS", "1"),
            ("API__BASE_URL", &at),
            ("API_AUTH__JWT_SECRET", "known to everybody on this machine"),
            // With the usual 15 connections its API stands still once more calls come together.
            ("DATABASE__SQL_ALCHEMY_POOL_SIZE", "20"),
            ("DATABASE__SQL_ALCHEMY_MAX_OVERFLOW", "30"),
            ("DATABASE__SQL_ALCHEMY_CONN", &self.database.url("psycopg2")),
            ("DATABASE__SQL_ALCHEMY_CONN_ASYNC", &self.database.url("asyncpg")),
            ("USAGE_DATA_COLLECTION__ENABLED", "False"),
        ] {
            command.env(format!("AIRFLOW__{name}"), value);
        }
        command.env("AIRFLOW_HOME", self.folder.join("home")).env("SCARF_ANALYTICS", "false").env("DO_NOT_TRACK", "1");
        // Its programs start each other by name.
        let programs = self.python.parent().into_iter().map(PathBuf::from);
        let path = std::env::join_paths(programs.chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())));
        if let Ok(path) = path {
            command.env("PATH", path);
        }
        command.env("PYTHONUNBUFFERED", "1").env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }

    /// Users and tables.
    pub(super) fn prepare(&self) -> Result<()> {
        let home = self.folder.join("home");
        fs::create_dir_all(&home).at("create", &home)?;
        let passwords = home.join("simple_auth_manager_passwords.json.generated");
        let all: serde_json::Map<String, Value> =
            USERS.iter().map(|(name, _)| ((*name).into(), format!("engines-{name}").into())).collect();
        fs::write(&passwords, Value::from(all).to_string()).at("write", &passwords)?;
        let log = self.log("migrate");
        let file = fs::File::create(&log).at("create", &log)?;
        let errors = file.try_clone().at("write", &log)?;
        let mut migrate = self.command();
        migrate.args(["-m", "airflow", "db", "migrate"]).stdin(Stdio::null()).stdout(file).stderr(errors);
        match migrate.status() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => {
                Err(Failure::new("the tables of Airflow could not be made").because(status).next(format!("read {}", log.display())))
            }
            Err(error) => Err(Failure::new(format!("could not start `{}`", shown(&migrate))).because(error)),
        }
    }

    pub(super) fn programs(&self) -> Result<Vec<Group>> {
        PROGRAMS.iter().map(|name| Group::start(self.command().args(["-m", "airflow", name]), &self.log(name))).collect()
    }

    /// Until its API knows all DAGs.
    pub(super) fn until_ready(&self, programs: &mut [Group]) -> Result<()> {
        let last = programs.last_mut().ok_or_else(|| Failure::new("nothing of Airflow was started"))?;
        last.until("the Airflow API", PATIENCE, &self.log("api-server"), || self.dags().is_some_and(|dags| dags >= DAGS))
    }

    fn dags(&self) -> Option<u64> {
        let (user, password) = KEY.split_once(':')?;
        let body = json!({"username": user, "password": password}).to_string();
        let token: Value = serde_json::from_str(&ask(self.port, "POST", "/auth/token", "", &body)?).ok()?;
        let header = format!("Authorization: Bearer {}\r\n", token.get("access_token")?.as_str()?);
        let found: Value = serde_json::from_str(&ask(self.port, "GET", "/api/v2/dags?limit=1", &header, "")?).ok()?;
        found.get("total_entries")?.as_u64()
    }

    fn log(&self, of: &str) -> PathBuf {
        self.folder.join(format!("{of}.log"))
    }
}
