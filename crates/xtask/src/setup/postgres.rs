//! PostgreSQL, which the tests of the gateway's store start for themselves. It need not run, and no database of it is touched.

use std::fs;
use std::path::{Path, PathBuf};

use super::report::Report;
use super::system::{Missing, System};

/// Where Debian puts each version's programs.
const DEBIAN: &str = "/usr/lib/postgresql";

/// What to install where it can be had unattended; elsewhere its part of the tests is skipped, and says so.
pub(super) fn missing(system: &System) -> Option<Missing> {
    (system.has_apt() && programs().is_none()).then(|| Missing {
        tool: "PostgreSQL",
        why: "the gateway's store is tested on it too".into(),
        packages: vec!["postgresql"],
    })
}

/// Why there is none, after all.
pub(super) fn missing_still(report: &mut Report) -> Option<String> {
    match programs() {
        Some(folder) => {
            report.present("PostgreSQL", &folder.display().to_string());
            None
        }
        None => Some("there is no PostgreSQL on this system (initdb, postgres, pg_isready): the store was tried on SQLite only".to_owned()),
    }
}

/// The folder of its programs.
pub(crate) fn programs() -> Option<PathBuf> {
    let debian = fs::read_dir(DEBIAN).into_iter().flatten().flatten().map(|version| version.path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let here = |folder: &PathBuf| ["initdb", "postgres", "pg_isready"].iter().all(|program| Path::is_file(&folder.join(program)));
    debian.chain(std::env::split_paths(&path)).find(here)
}
