//! Rust for the browser: the target from rustup, or the distribution's compiler where rustup cannot download.

use std::ffi::OsString;
use std::path::Path;

use super::report::Report;
use super::system::{RootSteps, System};
use crate::failure::{Failure, Result};
use crate::workbench::{self, Workbench, output};

const TARGET: &str = "wasm32-unknown-unknown";
const DISTRO_LIB: &str = "/usr/lib/rustlib/wasm32-unknown-unknown/lib";

/// How the browser's code gets compiled.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The toolchain in use has the target.
    Toolchain,
    /// The distribution's compiler, known to rustup as `distro`.
    Distro,
}

/// Finds or fetches the target. `Distro` may still need root steps, which are added to `steps`.
pub(super) fn source(bench: &Workbench, system: &System, steps: &mut RootSteps, report: &mut Report) -> Result<Source> {
    if toolchain_has_target(bench) {
        report.present(TARGET, "in the toolchain in use");
        return Ok(Source::Toolchain);
    }
    if distro_has_target(bench) {
        report.present(TARGET, "from the distribution's compiler");
        return Ok(Source::Distro);
    }
    report.missing(TARGET, "the standard library for the browser", "some seconds");
    if bench.which("rustup").is_none() {
        return Err(Failure::new(format!("this Rust has no {TARGET} and there is no rustup to add it"))
            .next("install Rust from https://rustup.rs, or your distribution's package of this target"));
    }
    let added = workbench::run(bench.command("rustup").args(["target", "add", TARGET]));
    let Err(refused) = added else {
        return Ok(Source::Toolchain);
    };
    if !system.has_apt() {
        return Err(Failure::new(format!("the Rust target {TARGET} could not be added")).after(&refused).next(format!(
            "make the network reachable for rustup and run `rustup target add {TARGET}`;\n\
                 the way around it, the distribution's own sources, exists on Debian only"
        )));
    }
    report.note("rustup cannot download here; Debian's own sources serve instead, usually 2 minutes");
    steps.wasm_std = true;
    Ok(Source::Distro)
}

/// Makes later builds use the source that was found.
pub(super) fn select(source: &Source, bench: &mut Workbench) -> Result<()> {
    if *source == Source::Toolchain {
        return Ok(());
    }
    if !distro_has_target(bench) {
        return Err(Failure::new("Debian's compiler still has no standard library for the browser")
            .next("run `cargo xtask setup` again and read what the step `root.sh --wasm-std` prints"));
    }
    if output(bench.command("rustup").args(["run", "distro", "rustc", "--version"])).is_none() {
        workbench::run(bench.command("rustup").args(["toolchain", "link", "distro", "/usr"]))?;
    }
    // Two compilers in one target directory rebuild each other's host crates.
    let target_dir = bench.target_dir.join("distro");
    bench.set_wasm_env(vec![("RUSTUP_TOOLCHAIN", OsString::from("distro")), ("CARGO_TARGET_DIR", target_dir.into_os_string())]);
    Ok(())
}

fn toolchain_has_target(bench: &Workbench) -> bool {
    let mut rustc = bench.command("rustc");
    rustc.args(["--print", "target-libdir", "--target", TARGET]);
    output(&mut rustc).is_some_and(|dir| has_std(Path::new(&dir)))
}

/// Built by exactly the compiler that is installed now: another one cannot read it.
fn distro_has_target(bench: &Workbench) -> bool {
    let built_by = std::fs::read_to_string(Path::new(DISTRO_LIB).join(".built-by")).ok();
    let version = output(bench.command("/usr/bin/rustc").arg("--version"));
    has_std(Path::new(DISTRO_LIB)) && built_by.as_deref().map(str::trim).is_some_and(|by| Some(by) == version.as_deref())
}

fn has_std(dir: &Path) -> bool {
    std::fs::read_dir(dir).is_ok_and(|entries| {
        entries.flatten().any(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.starts_with("libstd-") && name.ends_with(".rlib")
        })
    })
}
