//! `cargo xtask setup`: brings the machine to the state in which everything builds and every test runs.
//!
//! Each step looks first and acts only if something is missing or of the wrong version.

mod browser;
mod cargo_tools;
mod clients;
mod deploying;
mod node;
mod postgres;
mod report;
pub(crate) mod schema_suite;
mod system;
mod versions;
mod wasm;

pub(crate) use browser::Browser;
pub(crate) use cargo_tools::cache_dir;
pub(crate) use clients::{Client, Installed, python_unfit};
pub(crate) use deploying::Deploying;
pub(crate) use postgres::programs as postgres_programs;
pub(crate) use versions::JSON_SCHEMA;

use report::Report;
use system::{RootSteps, System};

use crate::failure::{Failure, Result};
use crate::workbench::{self, Workbench, output};

/// A machine on which the app can be built.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) bench: Workbench,
}

/// A machine on which the tests run too.
#[derive(Debug)]
pub(crate) struct ReadyForTests {
    pub(crate) bench: Workbench,
    pub(crate) browser: Browser,
    pub(crate) clients: Vec<Installed>,
    /// Why the gateway's store is tried on SQLite alone.
    pub(crate) without_postgres: Option<String>,
    pub(crate) deploying: Deploying,
}

/// Everything, told line by line.
pub(crate) fn everything() -> Result<()> {
    eprintln!("Setup: looking for what building and testing need");
    prepare_for_tests(&mut Report::new(true))?;
    eprintln!("Setup is complete. `cargo xtask run` starts Sluice, `cargo xtask test` runs every test.");
    Ok(())
}

/// What `cargo xtask run` needs: no browser, no test tools.
pub(crate) fn for_build() -> Result<Ready> {
    let mut report = Report::new(false);
    let mut bench = Workbench::open()?;
    let system = System::detect(&bench);
    let mut steps = RootSteps::default();
    let source = wasm::source(&bench, &system, &mut steps, &mut report)?;
    steps.missing.extend(node::missing(&bench));
    steps.carry_out(&system, &bench, &mut report)?;
    wasm::select(&source, &mut bench)?;
    prepare_build(&mut bench, &mut report)?;
    Ok(Ready { bench })
}

/// What a package needs besides.
pub(crate) fn for_package() -> Result<Ready> {
    let mut ready = for_build()?;
    cargo_tools::ensure_for_package(&mut ready.bench, &mut Report::new(false))?;
    Ok(ready)
}

/// What the tests and the bench need.
pub(crate) fn for_tests() -> Result<ReadyForTests> {
    prepare_for_tests(&mut Report::new(false))
}

fn prepare_for_tests(report: &mut Report) -> Result<ReadyForTests> {
    let mut bench = Workbench::open()?;
    let system = System::detect(&bench);
    let mut steps = RootSteps::default();
    let source = wasm::source(&bench, &system, &mut steps, report)?;
    steps.missing.extend(node::missing(&bench));
    if browser::find(&bench)?.is_none() {
        steps.missing.push(browser::missing(&system));
    }
    steps.missing.extend(browser::quicker(&bench, &system));
    steps.missing.extend(clients::missing(&bench, &system));
    steps.missing.extend(postgres::missing(&system));
    steps.missing.extend(deploying::missing(&bench, &system));
    steps.carry_out(&system, &bench, report)?;
    wasm::select(&source, &mut bench)?;
    let Some(browser) = browser::find(&bench)? else {
        return Err(Failure::new("Chromium or chromedriver is installed but does not start")
            .next("run `chromium --version` and `chromedriver --version` and read what they say"));
    };
    report.present("Chromium with chromedriver", &browser.version);
    ensure_components(&bench, report)?;
    prepare_build(&mut bench, report)?;
    cargo_tools::ensure_for_tests(&mut bench, report)?;
    let clients = clients::ensure(&bench, report);
    let without_postgres = postgres::missing_still(report);
    let deploying = deploying::ensure(&bench, &system, report);
    Ok(ReadyForTests { bench, browser, clients, without_postgres, deploying })
}

fn prepare_build(bench: &mut Workbench, report: &mut Report) -> Result<()> {
    node::ensure_recent(bench, report)?;
    node::ensure_packages(bench, report)?;
    cargo_tools::ensure_for_build(bench, report)
}

/// rustfmt and clippy, which rustup's minimal profile leaves out.
fn ensure_components(bench: &Workbench, report: &mut Report) -> Result<()> {
    for (component, subcommand) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if let Some(version) = output(bench.command("cargo").args([subcommand, "--version"])) {
            report.present(component, &version);
            continue;
        }
        report.missing(component, "one of the test stages", "some seconds");
        workbench::run(bench.command("rustup").args(["component", "add", component])).map_err(|failure| {
            Failure::new(format!("{component} could not be added to this Rust"))
                .after(&failure)
                .next(format!("install it as your Rust was installed, for example `rustup component add {component}`"))
        })?;
    }
    Ok(())
}
