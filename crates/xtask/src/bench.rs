//! `cargo xtask bench`: measures, and writes what it measured into docs/PERFORMANCE.md.

mod report;

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::Value;

use crate::app::{self, ServerProfile};
use crate::compress;
use crate::failure::{AtPath, Failure, Result};
use crate::setup;
use crate::test::playwright_env;
use crate::workbench::{self, Workbench};

#[derive(Args)]
pub(crate) struct Options {
    /// How often each page is loaded per condition
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..=200))]
    runs: u32,
    /// Print the figures and leave docs/PERFORMANCE.md as it is
    #[arg(long)]
    no_write: bool,
}

/// Builds what users get, loads the app and the floor page in turn, and reports medians and their ratio.
pub(crate) fn run(options: &Options) -> Result<()> {
    let ready = setup::for_tests()?;
    let bench = &ready.bench;
    app::build(bench)?;
    let server = app::server(bench, ServerProfile::Release)?;
    let served = with_floor(bench)?;
    let samples = bench.target_dir.join("bench.json");
    // Samples of an earlier bench must not pass for this one's.
    let _ = fs::remove_file(&samples);
    let mut playwright = bench.command("playwright");
    playwright
        .args(["test", "--project=bench", "--workers=1"])
        .current_dir(bench.tests_dir())
        .env("SLUICE_BENCH_OUT", &samples)
        .env("SLUICE_BENCH_RUNS", options.runs.to_string());
    for (name, value) in playwright_env(&ready, server) {
        playwright.env(name, value);
    }
    playwright.env("SLUICE_APP", served);
    workbench::run(&mut playwright)?;
    let text = fs::read_to_string(&samples).at("read", &samples)?;
    let measured: Value =
        serde_json::from_str(&text).map_err(|error| Failure::new("the bench wrote something else than JSON").because(error))?;
    let table = report::first_row(&measured)
        .ok_or_else(|| Failure::new("the bench wrote no samples").next(format!("look into {}", samples.display())))?;
    eprintln!("\n{table}");
    if options.no_write {
        return Ok(());
    }
    let page = bench.root.join("docs/PERFORMANCE.md");
    let old = fs::read_to_string(&page).at("read", &page)?;
    let new = report::replace_between_markers(&old, "first-row", &table).ok_or_else(|| {
        Failure::new("docs/PERFORMANCE.md has lost its markers").next("put back the lines `<!-- first-row -->` and `<!-- /first-row -->`")
    })?;
    fs::write(&page, new).at("write", &page)?;
    eprintln!("Written to {}", page.display());
    Ok(())
}

/// A copy of the built app with `bench/floor` in it, compressed alike: one server sends both pages, on the same terms.
fn with_floor(bench: &Workbench) -> Result<PathBuf> {
    let served = bench.target_dir.join("bench-app");
    if served.exists() {
        fs::remove_dir_all(&served).at("remove", &served)?;
    }
    copy_tree(&bench.dist(), &served)?;
    copy_tree(&bench.root.join("bench/floor"), &served.join("floor"))?;
    compress::directory(&served, &bench.wasm_target_dir().join("precompressed"))?;
    Ok(served)
}

fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).at("create", to)?;
    for entry in fs::read_dir(from).at("list", from)? {
        let source = entry.at("list", from)?.path();
        let Some(name) = source.file_name() else { continue };
        let target = to.join(name);
        if source.is_dir() {
            copy_tree(&source, &target)?;
        } else {
            fs::copy(&source, &target).at("copy", &source)?;
        }
    }
    Ok(())
}
