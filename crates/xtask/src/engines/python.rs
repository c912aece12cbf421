//! The Python environment of an engine: its packages, pinned, in a folder of their own in the user's cache.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::{AtPath, Failure, Result};
use crate::setup::{cache_dir, python_unfit};
use crate::workbench::{Workbench, output, run, shown};

/// Oldest Python that the engines run on.
const PYTHON_MINOR: u32 = 10;

/// One engine's packages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Packages {
    pub(super) name: &'static str,
    /// The one that it is.
    pub(super) package: &'static str,
    pub(super) version: &'static str,
    /// Below `tests/engines`, with the list of all of them.
    pub(super) folder: &'static str,
}

impl Packages {
    pub(super) fn folder(&self, bench: &Workbench) -> PathBuf {
        bench.tests_dir().join("engines").join(self.folder)
    }

    pub(super) fn wanted(&self, bench: &Workbench) -> Result<Vec<u8>> {
        let path = self.folder(bench).join("requirements.txt");
        fs::read(&path).at("read", &path)
    }

    /// The Python that has it; installed anew if the pinned packages are others than last time.
    pub(super) fn ensure(&self, bench: &Workbench) -> Result<PathBuf> {
        let Self { name, package, version, .. } = self;
        if !cfg!(unix) {
            return Err(Failure::new("engines are started on Unix only"));
        }
        if let Some(why) = python_unfit(bench, PYTHON_MINOR) {
            return Err(Failure::new(format!("{name} {version} cannot be installed")).because(why).next("install Python and run it again"));
        }
        let wanted = self.wanted(bench)?;
        let root = cache_dir()?.join(format!("{package}-{version}"));
        let python = root.join("bin/python");
        let stamp = root.join(".installed-from");
        if fs::read(&stamp).is_ok_and(|installed| installed == wanted) && self.works(bench, &python) {
            return Ok(python);
        }
        eprintln!("Installing {name} {version} with its packages into {}, usually a minute", root.display());
        run(bench.command("python3").args(["-m", "venv", "--clear"]).arg(&root))?;
        let mut pip = bench.command(&python);
        pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--retries", "1", "--progress-bar", "off"]);
        install(name, pip.arg("--requirement").arg(self.folder(bench).join("requirements.txt")), count(&wanted))?;
        if !self.works(bench, &python) {
            return Err(Failure::new(format!("{name} {version} was installed but is not there")));
        }
        fs::write(&stamp, &wanted).at("write", &stamp)?;
        Ok(python)
    }

    fn works(&self, bench: &Workbench, python: &Path) -> bool {
        let version = format!("import importlib.metadata as m; print(m.version('{}'))", self.package);
        python.exists() && output(bench.command(python).args(["-c", &version])).as_deref() == Some(self.version)
    }
}

fn count(requirements: &[u8]) -> usize {
    String::from_utf8_lossy(requirements).lines().filter(|line| line.contains("==")).count()
}

/// Says from time to time how far it is.
fn install(name: &str, pip: &mut Command, packages: usize) -> Result<()> {
    let failed = || Failure::new("the packages could not be installed").next("see above; is the Python Package Index reached?");
    let mut child = pip.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let child = child.as_mut().map_err(|error| Failure::new(format!("could not start `{}`", shown(pip))).because(error))?;
    let mut found = 0;
    let said = child.stdout.take().map(BufReader::new).into_iter().flat_map(|out| out.lines().map_while(std::io::Result::ok));
    for line in said {
        if line.starts_with("Collecting ") {
            found += 1;
            if found % 20 == 0 {
                eprintln!("  {name}: {found} of {packages} packages");
            }
        } else if line.starts_with("Installing collected") {
            eprintln!("  {name}: all are here and are unpacked");
        }
    }
    let status = child.wait().map_err(|error| failed().because(error))?;
    if status.success() { Ok(()) } else { Err(failed().because(status)) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_pinned_packages_are_those_of_this_version() {
        let bench = Workbench::open().unwrap();
        for packages in [super::super::prefect::PACKAGES, super::super::airflow::PACKAGES] {
            let wanted = String::from_utf8(packages.wanted(&bench).unwrap()).unwrap();
            assert!(wanted.contains(&format!("\n{}=={}\n", packages.package, packages.version)));
            let lines: Vec<&str> = wanted.lines().filter(|line| !line.starts_with('#')).collect();
            assert!(lines.iter().all(|line| line.contains("==")), "{lines:?}");
            assert_eq!(count(wanted.as_bytes()), lines.len());
        }
    }
}
