//! Prefect: its server, and the flows that are served to it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use super::group::Group;
use super::http::ask;
use super::python::Packages;
use crate::failure::Result;
use crate::workbench::Workbench;

pub(super) const PACKAGES: Packages = Packages { name: "Prefect", package: "prefect", version: "3.9.1", folder: "prefect" };
/// User and password of a server that only this machine reaches.
pub(crate) const KEY: &str = "sluice:engines";
/// So long a server or its flows may take until they are ready.
const PATIENCE: Duration = Duration::from_secs(180);
/// What the script says once its flows are there.
const SERVED: &str = "being served";

pub(super) struct Prefect<'a> {
    pub(super) bench: &'a Workbench,
    pub(super) python: PathBuf,
    pub(super) port: u16,
    pub(super) folder: PathBuf,
    /// A file in its folder where there is none.
    pub(super) database: Option<String>,
}

impl Prefect<'_> {
    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/api", self.port)
    }

    fn command(&self) -> Command {
        let mut command = self.bench.command(&self.python);
        // Whoever uses Prefect has these set for another server, or another database.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PREFECT_")) {
            command.env_remove(name);
        }
        command.env("PREFECT_HOME", self.folder.join("home")).env("PREFECT_API_URL", self.url());
        for name in ["PREFECT_SERVER_API_AUTH_STRING", "PREFECT_API_AUTH_STRING"] {
            command.env(name, KEY);
        }
        for name in
            ["PREFECT_SERVER_ANALYTICS_ENABLED", "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS", "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT"]
        {
            command.env(name, "false");
        }
        command.env("DO_NOT_TRACK", "1").env("PYTHONUNBUFFERED", "1").env("PYTHONDONTWRITEBYTECODE", "1");
        if let Some(database) = &self.database {
            command.env("PREFECT_API_DATABASE_CONNECTION_URL", database);
        }
        command
    }

    pub(super) fn server(&self) -> Result<Group> {
        let mut command = self.command();
        command.args(["-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", &self.port.to_string()]);
        Group::start(&mut command, &self.server_log())
    }

    pub(super) fn until_healthy(&self, server: &mut Group) -> Result<()> {
        server.until("the Prefect server", PATIENCE, &self.server_log(), || self.healthy())
    }

    pub(super) fn flows(&self) -> Result<Group> {
        Group::start(self.command().arg(PACKAGES.folder(self.bench).join("flows.py")), &self.flows_log())
    }

    pub(super) fn until_served(&self, flows: &mut Group) -> Result<()> {
        let log = self.flows_log();
        flows.until("what serves the flows", PATIENCE, &log, || fs::read_to_string(&log).is_ok_and(|said| said.contains(SERVED)))
    }

    fn server_log(&self) -> PathBuf {
        self.folder.join("server.log")
    }

    fn flows_log(&self) -> PathBuf {
        self.folder.join("flows.log")
    }

    fn healthy(&self) -> bool {
        ask(self.port, "GET", "/api/health", "", "").is_some()
    }
}
