//! Prefect: its packages in an environment of their own, its server, and the flows that are served to it.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::group::Group;
use crate::failure::{AtPath, Failure, Result};
use crate::setup::{cache_dir, python_unfit};
use crate::workbench::{Workbench, output, run, shown};

const VERSION: &str = "3.9.1";
/// Oldest Python that it runs on.
const PYTHON_MINOR: u32 = 10;
/// User and password of a server that only this machine reaches.
pub(crate) const KEY: &str = "sluice:engines";
/// So long a server or its flows may take until they are ready.
const PATIENCE: Duration = Duration::from_secs(180);
/// What the script says once its flows are there.
const SERVED: &str = "being served";

/// The Python that has it; installed anew if the pinned packages are others than last time.
pub(super) fn ensure(bench: &Workbench) -> Result<PathBuf> {
    if !cfg!(unix) {
        return Err(Failure::new("engines are started on Unix only"));
    }
    if let Some(why) = python_unfit(bench, PYTHON_MINOR) {
        return Err(Failure::new(format!("Prefect {VERSION} cannot be installed")).because(why).next("install Python and run it again"));
    }
    let wanted_path = folder(bench).join("requirements.txt");
    let wanted = fs::read(&wanted_path).at("read", &wanted_path)?;
    let root = cache_dir()?.join(format!("prefect-{VERSION}"));
    let python = root.join("bin/python");
    let stamp = root.join(".installed-from");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) && works(bench, &python) {
        return Ok(python);
    }
    eprintln!("Installing Prefect {VERSION} with its packages into {}, usually a minute", root.display());
    run(bench.command("python3").args(["-m", "venv", "--clear"]).arg(&root))?;
    let mut pip = bench.command(&python);
    pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--retries", "1", "--progress-bar", "off"]);
    install(pip.arg("--requirement").arg(&wanted_path), count(&wanted))?;
    if !works(bench, &python) {
        return Err(Failure::new(format!("Prefect {VERSION} was installed but is not there")));
    }
    fs::write(&stamp, &wanted).at("write", &stamp)?;
    Ok(python)
}

fn folder(bench: &Workbench) -> PathBuf {
    bench.tests_dir().join("engines/prefect")
}

fn works(bench: &Workbench, python: &Path) -> bool {
    let version = "import importlib.metadata as m; print(m.version('prefect'))";
    python.exists() && output(bench.command(python).args(["-c", version])).as_deref() == Some(VERSION)
}

fn count(requirements: &[u8]) -> usize {
    String::from_utf8_lossy(requirements).lines().filter(|line| line.contains("==")).count()
}

/// Says from time to time how far it is.
fn install(pip: &mut Command, packages: usize) -> Result<()> {
    let failed = || Failure::new("the packages could not be installed").next("see above; is the Python Package Index reached?");
    let mut child = pip.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let child = child.as_mut().map_err(|error| Failure::new(format!("could not start `{}`", shown(pip))).because(error))?;
    let mut found = 0;
    let said = child.stdout.take().map(BufReader::new).into_iter().flat_map(|out| out.lines().map_while(std::io::Result::ok));
    for line in said {
        if line.starts_with("Collecting ") {
            found += 1;
            if found % 20 == 0 {
                eprintln!("  {found} of {packages} packages");
            }
        } else if line.starts_with("Installing collected") {
            eprintln!("  all are here and are unpacked");
        }
    }
    let status = child.wait().map_err(|error| failed().because(error))?;
    if status.success() { Ok(()) } else { Err(failed().because(status)) }
}

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
        Group::start(self.command().arg(folder(self.bench).join("flows.py")), &self.flows_log())
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
        let asked = TcpStream::connect(("127.0.0.1", self.port)).and_then(|mut stream| {
            stream.set_read_timeout(Some(Duration::from_secs(5)))?;
            stream.write_all(b"GET /api/health HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer).map(|_| answer)
        });
        asked.is_ok_and(|answer| answer.split(' ').nth(1) == Some("200"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_pinned_packages_are_those_of_this_version() {
        let bench = Workbench::open().unwrap();
        let wanted = fs::read_to_string(folder(&bench).join("requirements.txt")).unwrap();
        assert!(wanted.contains(&format!("\nprefect=={VERSION}\n")));
        let packages: Vec<&str> = wanted.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(packages.iter().all(|line| line.contains("==")), "{packages:?}");
        assert_eq!(count(wanted.as_bytes()), packages.len());
    }
}
