//! Node.js and the packages of `tests/package.json` (Playwright, axe, wasm-opt).

use std::env::consts::{ARCH, OS};
use std::fs;

use super::cargo_tools::cache_dir;
use super::report::Report;
use super::system::Missing;
use super::versions::{BINARYEN, NODE_MAJOR};
use crate::failure::{AtPath, Failure, Result};
use crate::workbench::{self, Workbench, output};

/// Node.js releases as npm packages, for systems whose own one is too old: the last of the oldest line that Playwright takes.
const NODE_PACKAGE_VERSION: &str = "22.23.3";

/// What to install where Node.js or npm is missing altogether.
pub(super) fn missing(bench: &Workbench) -> Option<Missing> {
    (bench.which("node").is_none() || bench.which("npm").is_none()).then(|| Missing {
        tool: "Node.js with npm",
        why: format!("version {NODE_MAJOR} or newer; the end-to-end tests and wasm-opt run on it"),
        packages: vec!["nodejs", "npm"],
    })
}

/// Replaces a Node.js that is too old (Debian 12 has 18) by one from the npm registry, in the user's cache.
pub(super) fn ensure_recent(bench: &mut Workbench, report: &mut Report) -> Result<()> {
    if let Some(version) = recent_version(bench) {
        report.present("node", &version);
        return Ok(());
    }
    let arch = if ARCH == "aarch64" { "arm64" } else { "x64" };
    let system = if OS == "macos" { "darwin" } else { OS };
    let package = format!("node-{system}-{arch}");
    let root = cache_dir()?.join(format!("node-{NODE_PACKAGE_VERSION}"));
    bench.prepend_path(&root.join("node_modules").join(&package).join("bin"));
    if recent_version(bench).is_some() {
        return Ok(());
    }
    report.missing(&format!("Node.js {NODE_MAJOR}"), "the installed one is older than Playwright accepts", "half a minute");
    fs::create_dir_all(&root).at("create", &root)?;
    let mut command = bench.command("npm");
    command
        .args(["install", "--no-audit", "--no-fund", "--no-save", "--prefix"])
        .arg(&root)
        .arg(format!("{package}@{NODE_PACKAGE_VERSION}"));
    let installed = workbench::run(&mut command);
    if installed.is_ok() && recent_version(bench).is_some() {
        return Ok(());
    }
    let failure = Failure::new(format!("Node.js {NODE_MAJOR} or newer is needed and could not be installed"))
        .next("install it from https://nodejs.org or your system's packages, then run it again");
    Err(match installed {
        Err(cause) => failure.after(&cause),
        Ok(()) => failure,
    })
}

fn recent_version(bench: &Workbench) -> Option<String> {
    let version = output(bench.command("node").arg("--version"))?;
    let major: u32 = version.trim_start_matches('v').split('.').next()?.parse().ok()?;
    (major >= NODE_MAJOR).then_some(version)
}

/// `npm ci` in `tests/`, only if the lock file is another one than last time.
pub(super) fn ensure_packages(bench: &mut Workbench, report: &mut Report) -> Result<()> {
    let tests = bench.tests_dir();
    let modules = tests.join("node_modules");
    let lock_path = tests.join("package-lock.json");
    let lock = fs::read(&lock_path).at("read", &lock_path)?;
    let stamp = modules.join(".installed-from");
    bench.prepend_path(&modules.join(".bin"));
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) && wasm_opt_fits(bench) {
        report.present("npm packages", "as in tests/package-lock.json");
        return Ok(());
    }
    report.missing("npm packages of tests/", "Playwright, axe and wasm-opt", "half a minute");
    let mut command = bench.command("npm");
    command.args(["ci", "--no-audit", "--no-fund"]).current_dir(&tests);
    workbench::run(&mut command).map_err(|failure| {
        Failure::new("the npm packages of tests/ could not be installed")
            .after(&failure)
            .next("check that the npm registry can be reached, then run `cargo xtask setup` again")
    })?;
    if !wasm_opt_fits(bench) {
        return Err(Failure::new(format!("wasm-opt {BINARYEN} was installed but does not start"))
            .next("run `tests/node_modules/.bin/wasm-opt --version` and read what it says"));
    }
    fs::write(&stamp, &lock).at("write", &stamp)
}

fn wasm_opt_fits(bench: &Workbench) -> bool {
    output(bench.command("wasm-opt").arg("--version")).is_some_and(|text| text.split_whitespace().nth(2) == Some(BINARYEN))
}
