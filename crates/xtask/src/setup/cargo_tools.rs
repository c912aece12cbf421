//! Tools that cargo installs, in a cache of the user's own, one folder per version.

use std::path::PathBuf;

use super::report::Report;
use super::versions;
use crate::failure::{Failure, Result};
use crate::workbench::{self, Workbench, output, shown};

/// One tool from crates.io.
struct CargoTool {
    krate: &'static str,
    version: &'static str,
    /// The executables that must be there.
    programs: &'static [&'static str],
    /// What they answer their version to.
    asked: &'static [&'static str],
    /// Arguments of `cargo install` besides name, version and place.
    options: &'static [&'static str],
    opt_level: &'static str,
    why: &'static str,
    usually: &'static str,
    /// Whether another version found on PATH will do.
    accepts: fn(found: &str, pinned: &str) -> bool,
}

fn exactly(found: &str, pinned: &str) -> bool {
    found == pinned
}

fn same_minor(found: &str, pinned: &str) -> bool {
    let minor = |version: &str| version.splitn(3, '.').take(2).map(str::to_owned).collect::<Vec<_>>();
    minor(found) == minor(pinned)
}

const TRUNK: CargoTool = CargoTool {
    krate: "trunk",
    version: versions::TRUNK,
    programs: &["trunk"],
    asked: &["--version"],
    // Trunk only directs other tools: an unoptimised one is as quick to use and takes half as long to build.
    options: &["--locked", "--debug", "--no-default-features", "--features", "rustls"],
    opt_level: "0",
    why: "bundles the app",
    usually: "4 to 6 minutes on 2 cores",
    accepts: exactly,
};

const WASM_BINDGEN: CargoTool = CargoTool {
    krate: "wasm-bindgen-cli",
    version: versions::WASM_BINDGEN,
    programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
    asked: &["--version"],
    // Not --locked: its lock file names versions that a registry may have withdrawn.
    options: &["--debug"],
    opt_level: "1",
    why: "connects WebAssembly and JavaScript and runs the browser tests; must match the crate exactly",
    usually: "2 minutes on 2 cores",
    accepts: exactly,
};

const NEXTEST: CargoTool = CargoTool {
    krate: "cargo-nextest",
    version: versions::NEXTEST,
    programs: &["cargo-nextest"],
    asked: &["--version"],
    options: &["--locked", "--debug", "--no-default-features", "--features", "default-no-update"],
    opt_level: "0",
    why: "runs the native tests",
    usually: "4 minutes on 2 cores",
    accepts: same_minor,
};

const CYCLONEDX: CargoTool = CargoTool {
    krate: "cargo-cyclonedx",
    version: versions::CYCLONEDX,
    programs: &["cargo-cyclonedx"],
    asked: &["cyclonedx", "--version"],
    options: &["--locked", "--debug"],
    opt_level: "0",
    why: "lists what a package is made of",
    usually: "3 minutes on 2 cores",
    accepts: same_minor,
};

/// What `cargo xtask package` needs besides.
pub(super) fn ensure_for_package(bench: &mut Workbench, report: &mut Report) -> Result<()> {
    ensure(&CYCLONEDX, bench, report)
}

/// What `trunk build` needs.
pub(super) fn ensure_for_build(bench: &mut Workbench, report: &mut Report) -> Result<()> {
    ensure(&TRUNK, bench, report)?;
    ensure(&WASM_BINDGEN, bench, report)
}

/// What the tests need besides.
pub(super) fn ensure_for_tests(bench: &mut Workbench, report: &mut Report) -> Result<()> {
    ensure(&NEXTEST, bench, report)
}

fn ensure(tool: &CargoTool, bench: &mut Workbench, report: &mut Report) -> Result<()> {
    if let Some(version) = found_on_path(tool, bench) {
        report.present(tool.krate, &version);
        return Ok(());
    }
    let root = cache_dir()?.join(format!("{}-{}", tool.krate, tool.version));
    // From here on the cache's executable, if there is one, is the first on PATH.
    bench.prepend_path(&root.join("bin"));
    if let Some(version) = found_on_path(tool, bench) {
        report.present(tool.krate, &version);
        return Ok(());
    }
    report.missing(&format!("{} {}", tool.krate, tool.version), tool.why, tool.usually);
    if bench.which("cargo-binstall").is_some() && binstall(tool, &root, bench) {
        if found_on_path(tool, bench).is_some() {
            return Ok(());
        }
        report.note("the downloaded binary does not run here; building it instead");
    }
    install(tool, &root, bench)
}

fn binstall(tool: &CargoTool, root: &std::path::Path, bench: &Workbench) -> bool {
    let mut command = bench.command("cargo");
    command
        .args(["binstall", "--no-confirm", "--force", "--disable-strategies", "compile", "--root"])
        .arg(root)
        .arg(format!("{}@{}", tool.krate, tool.version));
    workbench::run(&mut command).is_ok()
}

fn install(tool: &CargoTool, root: &std::path::Path, bench: &Workbench) -> Result<()> {
    let mut command = bench.command("cargo");
    command
        .args(["install", tool.krate, "--version", tool.version])
        .args(tool.options)
        .arg("--force")
        .arg("--root")
        .arg(root)
        // The tool is built for this machine whatever the project's builds are told.
        .env_remove("CARGO_BUILD_TARGET")
        .env_remove("RUSTFLAGS")
        // Built to be used, not to be looked into; and what works through a whole module is not left without any optimisation.
        .env("CARGO_PROFILE_DEV_DEBUG", "false")
        .env("CARGO_PROFILE_DEV_OPT_LEVEL", tool.opt_level)
        // A folder of its own: the project's cache stays as it is, and cargo removes this one by itself.
        .env_remove("CARGO_TARGET_DIR");
    let line = shown(&command);
    workbench::run(&mut command).map_err(|failure| {
        Failure::new(format!("{} {} could not be installed", tool.krate, tool.version)).after(&failure).next(format!(
            "check that crates.io can be reached and that a C compiler is there, then run `cargo xtask setup` again;\n\
                 or put {} {} on PATH yourself, for example with\n{line}",
            tool.krate, tool.version
        ))
    })?;
    match found_on_path(tool, bench) {
        Some(_) => Ok(()),
        None => Err(Failure::new(format!("{} {} was installed into {} but does not start", tool.krate, tool.version, root.display()))
            .next(format!("remove {} and run `cargo xtask setup` again", root.display()))),
    }
}

/// The version on PATH if it is one we can use.
fn found_on_path(tool: &CargoTool, bench: &Workbench) -> Option<String> {
    let mut version = None;
    for program in tool.programs {
        let text = output(bench.command(bench.which(program)?).args(tool.asked))?;
        let found = version_in(&text)?;
        if !(tool.accepts)(found, tool.version) {
            return None;
        }
        version = Some(found.to_owned());
    }
    version
}

/// The first word that looks like a version: `trunk 0.21.14`, `cargo-nextest 0.9.143 (60fa45f63 2026-08-04)`.
fn version_in(text: &str) -> Option<&str> {
    text.split_whitespace()
        .map(|word| word.trim_start_matches('v'))
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('.'))
}

/// `${XDG_CACHE_HOME:-~/.cache}/sluice/tools` on Linux, the platform's own place elsewhere.
pub(crate) fn cache_dir() -> Result<PathBuf> {
    dirs::cache_dir().map(|dir| dir.join("sluice").join("tools")).ok_or_else(|| {
        Failure::new("no place for the tools: this user has no home directory").next("set XDG_CACHE_HOME to a folder that can be written")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_the_tools_print() {
        assert_eq!(version_in("trunk 0.21.14"), Some("0.21.14"));
        assert_eq!(version_in("cargo-nextest 0.9.143 (60fa45f63 2026-08-04)\nrelease: 0.9.143"), Some("0.9.143"));
        assert_eq!(version_in("v20.20.2"), Some("20.20.2"));
        assert_eq!(version_in("command not found"), None);
    }

    #[test]
    fn another_patch_of_nextest_will_do_but_not_another_wasm_bindgen() {
        assert!(same_minor("0.9.100", "0.9.143"));
        assert!(!same_minor("0.10.0", "0.9.143"));
        assert!(!exactly("0.2.129", "0.2.130"));
    }
}
