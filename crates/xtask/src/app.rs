//! Builds the two halves of the product: the app into `dist/`, and the server's binary.

use std::path::PathBuf;
use std::process::Command;

use crate::compress;
use crate::failure::{Failure, Result};
use crate::split;
use crate::test;
use crate::workbench::{self, Workbench};

/// How the server is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ServerProfile {
    /// What the native tests have already compiled.
    Dev,
    /// For trying: as quick to use, and compiled in half the time.
    Trial,
    /// What users get.
    Release,
}

/// The release build of the app, with a `.br` and a `.gz` beside each file that gains by it.
pub(crate) fn build(bench: &Workbench) -> Result<()> {
    // Trunk's --offline is cargo's as well, so the crates have to be there before.
    workbench::run(bench.wasm_command("cargo").arg("fetch")).map_err(|failure| {
        Failure::new("the crates could not be downloaded").after(&failure).next("check that crates.io can be reached, then run it again")
    })?;
    let mut trunk = bench.wasm_command("trunk");
    trunk.args(["build", "--release", "--offline", "--features", "split"]);
    trunk.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", short_paths(bench));
    if std::env::var_os("RUST_LOG").is_none() {
        // Its attempt to minify wasm-bindgen's glue fails each time; the hook in Trunk.toml does that instead.
        trunk.env("RUST_LOG", "info,trunk::processing::minify=error,trunk::hooks=warn");
    }
    if std::env::var_os("NO_COLOR").is_some() {
        // Trunk reads this variable as a boolean and refuses the customary `1`.
        trunk.env("NO_COLOR", "true");
    }
    workbench::run(&mut trunk).map_err(|failure| {
        Failure::new("the app could not be built")
            .after(&failure)
            .next("read the compiler's message above; `trunk build --release --offline --features split` repeats this step alone")
    })?;
    split::app(bench)?;
    let summary = compress::directory(&bench.dist(), &bench.wasm_target_dir().join("precompressed"))?;
    eprintln!("dist/: {summary}");
    Ok(())
}

/// Panics name source files: without this machine's folders the app is smaller, and the same wherever it was built.
fn short_paths(bench: &Workbench) -> String {
    let mut folders = Vec::new();
    if let Some(home) = std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| dirs::home_dir().map(|home| home.join(".cargo"))) {
        let registries = std::fs::read_dir(home.join("registry/src")).into_iter().flatten().flatten();
        folders.extend(registries.map(|registry| registry.path()));
    }
    if let Some(sysroot) = workbench::output(bench.wasm_command("rustc").args(["--print", "sysroot"])) {
        folders.push(PathBuf::from(sysroot).join("lib/rustlib/src/rust/library"));
    }
    let shown = folders.iter().map(|folder| folder.display().to_string()).filter(|folder| !folder.contains(' '));
    shown.map(|folder| format!("--remap-path-prefix={folder}=.")).collect::<Vec<_>>().join(" ")
}

/// The binary `sluice` with `dist` inside; returns where it is.
pub(crate) fn packaged_server(bench: &Workbench) -> Result<PathBuf> {
    let mut cargo = bench.command("cargo");
    cargo.args(["build", "--package", "gateway", "--bin", "sluice", "--release", "--locked"]).env("SLUICE_EMBED_APP", bench.dist());
    workbench::run(&mut cargo)
        .map_err(|failure| Failure::new("the server could not be built").after(&failure).next("read the compiler's message above"))?;
    Ok(bench.target_dir.join("release").join(format!("sluice{}", std::env::consts::EXE_SUFFIX)))
}

/// A cargo whose compiled crates are those of the tests, and looked at by clippy on the way.
pub(crate) fn tested(mut cargo: Command) -> Command {
    let (name, value) = test::WRAPPER;
    cargo.env(name, value);
    cargo
}

/// The binary `sluice`; returns where it is.
pub(crate) fn server(bench: &Workbench, profile: ServerProfile) -> Result<PathBuf> {
    let (mut cargo, binary) = server_build(bench, profile);
    workbench::run(&mut cargo)
        .map_err(|failure| Failure::new("the server could not be built").after(&failure).next("read the compiler's message above"))?;
    Ok(binary)
}

/// What builds the binary `sluice`, and where it will be.
pub(crate) fn server_build(bench: &Workbench, profile: ServerProfile) -> (Command, PathBuf) {
    let mut cargo = bench.command("cargo");
    cargo.args(["build", "--workspace", "--exclude", "sluice-app"]);
    let folder = match profile {
        ServerProfile::Dev => {
            cargo = tested(cargo);
            // The selection of the native tests: their own dependencies switch on features of shared crates, and with any other
            // selection half of the tree would be compiled a second time.
            cargo.args(["--bins", "--tests"]);
            "debug"
        }
        ServerProfile::Trial => {
            cargo.args(["--bin", "sluice", "--profile", "trial"]);
            "trial"
        }
        ServerProfile::Release => {
            cargo.args(["--bin", "sluice", "--release"]);
            "release"
        }
    };
    let name = format!("sluice{}", std::env::consts::EXE_SUFFIX);
    (cargo, bench.target_dir.join(folder).join(name))
}
