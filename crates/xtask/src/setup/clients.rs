//! The vendors' own clients, which the tests let read the sandbox: Python packages, each version in an environment of its own.

use std::fs;
use std::path::{Path, PathBuf};

use super::cargo_tools::cache_dir;
use super::report::Report;
use super::system::{Missing, System};
use crate::failure::{AtPath, Failure, Result};
use crate::workbench::{Workbench, output, run};

/// Oldest Python that the newest of the clients runs on.
const PYTHON_MINOR: u32 = 11;

/// One published client.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Client {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    /// The walk through the sandbox, in `tests/clients`.
    pub(crate) script: &'static str,
}

/// Retab's Python package, of the generation of each of the sandbox's two Retab dialects.
pub(crate) const CLIENTS: [Client; 2] = [
    Client { name: "retab", version: "0.0.114", script: "retab_0_0_114.py" },
    Client { name: "retab", version: "0.0.160", script: "retab_0_0_160.py" },
];

/// A client with the Python that has it, or why there is none here.
pub(crate) type Installed = (Client, std::result::Result<PathBuf, String>);

/// What to install where Python is missing, or Debian's part of it that makes environments.
pub(super) fn missing(bench: &Workbench, system: &System) -> Option<Missing> {
    (system.has_apt() && output(bench.command("python3").args(["-c", "import venv, ensurepip"])).is_none()).then(|| Missing {
        tool: "Python with venv",
        why: format!("3.{PYTHON_MINOR} or newer; the vendors' own clients run on it"),
        packages: vec!["python3", "python3-venv"],
    })
}

/// Never fails: without a client its part of the tests is skipped, and says so.
pub(super) fn ensure(bench: &Workbench, report: &mut Report) -> Vec<Installed> {
    let unfit = python_unfit(bench, PYTHON_MINOR);
    let install = |client: Client| {
        let installed = match &unfit {
            Some(why) => Err(why.clone()),
            None => environment(client, bench, report).map_err(|failure| failure.on_one_line()),
        };
        (client, installed)
    };
    CLIENTS.into_iter().map(install).collect()
}

/// Why no environment can be made, where Python 3 of that minor version is needed.
pub(crate) fn python_unfit(bench: &Workbench, oldest: u32) -> Option<String> {
    let version = output(bench.command("python3").args(["-c", "import ensurepip, sys, venv; print(*sys.version_info[:2], sep='.')"]));
    match version {
        None => Some("there is no python3 with venv on this system".to_owned()),
        Some(version) if !recent(&version, oldest) => Some(format!("Python 3.{oldest} or newer is needed, and this is {version}")),
        Some(_) => None,
    }
}

fn recent(version: &str, oldest: u32) -> bool {
    let minor = version.strip_prefix("3.").and_then(|rest| rest.split('.').next()).and_then(|minor| minor.parse::<u32>().ok());
    minor.is_some_and(|minor| minor >= oldest)
}

/// The environment's Python; made anew if the pinned packages are others than last time.
fn environment(client: Client, bench: &Workbench, report: &mut Report) -> Result<PathBuf> {
    let wanted_path = bench.clients_dir().join(format!("requirements-{}.txt", client.version));
    let wanted = fs::read(&wanted_path).at("read", &wanted_path)?;
    let root = cache_dir()?.join(format!("{}-{}", client.name, client.version));
    let python = root.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let stamp = root.join(".installed-from");
    let name = format!("{} {} for Python", client.name, client.version);
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) && works(client, &python, bench) {
        report.present(&name, "");
        return Ok(python);
    }
    report.missing(&name, "the vendor's own client, which reads the sandbox in the tests", "half a minute");
    run(bench.command("python3").args(["-m", "venv", "--clear"]).arg(&root))?;
    run(bench
        .command(&python)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--retries", "1"])
        .args(["--no-deps", "--requirement"])
        .arg(&wanted_path))?;
    if !works(client, &python, bench) {
        return Err(Failure::new(format!("{name} was installed but is not there")));
    }
    fs::write(&stamp, &wanted).at("write", &stamp)?;
    Ok(python)
}

/// Also notices an environment whose Python was removed or replaced since.
fn works(client: Client, python: &Path, bench: &Workbench) -> bool {
    let version = format!("import importlib.metadata as m; print(m.version('{}'))", client.name);
    python.exists() && output(bench.command(python).args(["-c", &version])).as_deref() == Some(client.version)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn python_is_recent_from_the_oldest_on() {
        assert!(recent("3.11", 11) && recent("3.13", 11) && recent("3.10", 10));
        assert!(!recent("3.10", 11) && !recent("3.9", 10) && !recent("2.7", 10) && !recent("python", 10));
    }

    #[test]
    fn each_client_has_its_walk_and_is_pinned_to_its_version() {
        let bench = Workbench::open().unwrap();
        for client in CLIENTS {
            assert!(bench.clients_dir().join(client.script).is_file(), "{}", client.script);
            let pins = fs::read_to_string(bench.clients_dir().join(format!("requirements-{}.txt", client.version))).unwrap();
            assert!(pins.contains(&format!("\n{}=={}\n", client.name, client.version)));
        }
    }
}
