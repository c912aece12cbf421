//! Chromium and the driver of the same version.

use std::env;
use std::path::PathBuf;

use super::system::{Missing, System};
use crate::failure::{Failure, Result};
use crate::workbench::{Workbench, output};

/// A browser and the driver that fits it.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    /// The same engine without a browser's own windows: it takes a third of the processor's time. Chromium where there is none.
    pub(crate) shell: PathBuf,
    pub(crate) driver: PathBuf,
    pub(crate) version: String,
}

const SHELL: &str = "chromium-headless-shell";

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/// The browser in use: `SLUICE_CHROMIUM` and `CHROMEDRIVER` win over what is on PATH.
pub(super) fn find(bench: &Workbench) -> Result<Option<Browser>> {
    let chromium = match env::var_os("SLUICE_CHROMIUM") {
        Some(path) => Some(PathBuf::from(path)),
        None => BROWSERS.iter().find_map(|name| bench.which(name)),
    };
    let driver = match env::var_os("CHROMEDRIVER") {
        Some(path) => Some(PathBuf::from(path)),
        None => bench.which("chromedriver"),
    };
    let (Some(chromium), Some(driver)) = (chromium, driver) else {
        return Ok(None);
    };
    let version = |program: &PathBuf| output(bench.command(program).arg("--version")).and_then(|text| version_in(&text));
    let (Some(browser_version), Some(driver_version)) = (version(&chromium), version(&driver)) else {
        return Ok(None);
    };
    if major(&browser_version) != major(&driver_version) {
        return Err(Failure::new(format!(
            "{} is version {browser_version} but {} is {driver_version}",
            chromium.display(),
            driver.display()
        ))
        .next("install both from the same source, or name a pair with SLUICE_CHROMIUM and CHROMEDRIVER"));
    }
    let same_version = |shell: &PathBuf| version(shell).is_some_and(|of| major(&of) == major(&browser_version));
    let named = env::var_os("SLUICE_CHROMIUM").is_some();
    let shell = (!named).then(|| bench.which(SHELL)).flatten().filter(same_version).unwrap_or_else(|| chromium.clone());
    Ok(Some(Browser { chromium, shell, driver, version: browser_version }))
}

/// What makes the tests quicker and can be had without asking anybody.
pub(super) fn quicker(bench: &Workbench, system: &System) -> Option<Missing> {
    (system.installs_alone() && bench.which(SHELL).is_none() && env::var_os("SLUICE_CHROMIUM").is_none()).then(|| Missing {
        tool: "Chromium's headless shell",
        why: "the browser tests run in it in less time".into(),
        // All of one version, or the driver would not fit any more.
        packages: [SHELL].into_iter().chain(system.browser_packages()).collect(),
    })
}

/// What to install where there is none.
pub(super) fn missing(system: &System) -> Missing {
    Missing {
        tool: "Chromium with chromedriver",
        why: "a browser and the driver of the same version, in which the tests run".into(),
        packages: system.browser_packages().to_vec(),
    }
}

/// `Chromium 156.0.8078.79 built on Debian` and `ChromeDriver 156.0.8078.79 (a21ce…)`.
fn version_in(text: &str) -> Option<String> {
    text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('.')).map(str::to_owned)
}

fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browser_and_driver_are_compared_by_their_major_version() {
        let chromium = version_in("Chromium 156.0.8078.79 built on Debian GNU/Linux 12 (bookworm)");
        let driver = version_in("ChromeDriver 156.0.8078.11 (a21ce95c-refs/branch-heads/8078@{#1704})");
        assert_eq!(chromium.as_deref().map(major), Some("156"));
        assert_eq!(driver.as_deref().map(major), Some("156"));
        assert_eq!(version_in("no version here"), None);
    }
}
