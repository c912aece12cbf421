//! A PostgreSQL of the engine's own, in a temporary folder. On SQLite Prefect turns away one of two writes that come together, and
//! Airflow waits for its own scheduler.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::setup::postgres_programs;
use crate::workbench::{Workbench, output};

const USER: &str = "sluice";

/// Ends, and is forgotten, when it is dropped.
pub(super) struct Database {
    folder: PathBuf,
    left: bool,
}

impl Database {
    /// `None` where there is no PostgreSQL, or it does not start.
    pub(super) fn start(bench: &Workbench) -> Option<Self> {
        let programs = postgres_programs()?;
        let folder = tempfile::Builder::new().prefix("sluice-postgres-").tempdir().ok()?.keep();
        let database = Self { folder, left: false };
        let root = is_root();
        if root {
            output(Command::new("chown").arg("postgres").arg(&database.folder))?;
        }
        let data = database.folder.join("data");
        let mut initdb = as_its_user(bench, root, &programs.join("initdb"));
        output(initdb.args(["-A", "trust", "-U", USER, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "-D"]).arg(&data))?;
        let options =
            format!("-k {} -c listen_addresses= -c fsync=off -c shared_buffers=64MB -c max_connections=200", database.folder.display());
        let mut start = as_its_user(bench, root, &programs.join("pg_ctl"));
        start.arg("-D").arg(&data).arg("-l").arg(database.folder.join("log")).args(["-w", "-s", "-o", &options, "start"]);
        // What it starts keeps what it is given to write to.
        start.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().ok().filter(|status| status.success())?;
        Some(database)
    }

    pub(super) const fn known(folder: PathBuf) -> Self {
        Self { folder, left: false }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// As SQLAlchemy takes it, for one of its drivers.
    pub(super) fn url(&self, driver: &str) -> String {
        format!("postgresql+{driver}://{USER}@/postgres?host={}", self.folder.display())
    }

    /// Goes on without this process.
    pub(super) fn leave(mut self) {
        self.left = true;
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let data = self.folder.join("data");
        if self.left || !self.folder.join("data/PG_VERSION").is_file() {
            return;
        }
        if let (Some(programs), Ok(bench)) = (postgres_programs(), Workbench::open()) {
            let mut stop = as_its_user(&bench, is_root(), &programs.join("pg_ctl"));
            let _ = output(stop.arg("-D").arg(data).args(["-m", "fast", "-s", "stop"]));
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn is_root() -> bool {
    output(Command::new("id").arg("-u")).as_deref() == Some("0")
}

/// It refuses to run as root.
fn as_its_user(bench: &Workbench, root: bool, program: &Path) -> Command {
    let mut command;
    if root {
        command = bench.command("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--"]).arg(program);
    } else {
        command = bench.command(program);
    }
    command.current_dir(std::env::temp_dir());
    command
}
