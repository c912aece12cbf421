//! `cargo xtask bench`: measures, and writes what it measured into docs/PERFORMANCE.md.

mod decisions;
mod report;

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::Value;

use crate::app::{self, ServerProfile};
use crate::compress;
use crate::failure::{AtPath, Failure, Result};
use crate::setup;
use crate::test::playwright_env;
use crate::workbench::{self, Workbench};

#[derive(Args)]
pub(crate) struct Options {
    /// How often each page is loaded, and how often each field is typed into, per condition
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..=200))]
    runs: u32,
    /// One of the measurements; all without it
    #[arg(long)]
    only: Option<Part>,
    /// Print the figures and leave docs/PERFORMANCE.md as it is
    #[arg(long)]
    no_write: bool,
    /// Measure nothing: two reviewers decide over a flaky network, in random order, and every step is checked
    #[arg(long, conflicts_with_all = ["only", "no_write"])]
    decisions: bool,
    /// How many steps the reviewers take
    #[arg(long, requires = "decisions", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    steps: u64,
    /// Which way they take; another one each time without it
    #[arg(long, requires = "decisions")]
    seed: Option<u64>,
}

/// What is measured in the browser: one spec in tests/bench and one section of docs/PERFORMANCE.md each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    FirstRow,
    Typing,
}

impl Part {
    const fn name(self) -> &'static str {
        match self {
            Self::FirstRow => "first-row",
            Self::Typing => "typing",
        }
    }

    fn table(self, measured: &Value) -> Option<String> {
        match self {
            Self::FirstRow => report::first_row(measured),
            Self::Typing => report::typing(measured),
        }
    }
}

/// Builds what users get, measures in a browser, and reports medians.
pub(crate) fn run(options: &Options) -> Result<()> {
    if options.decisions {
        return decisions::run(options.steps, options.seed);
    }
    let parts: &[Part] = options.only.as_ref().map_or(Part::value_variants(), std::slice::from_ref);
    let ready = setup::for_tests()?;
    let bench = &ready.bench;
    app::build(bench)?;
    let server = app::server(bench, ServerProfile::Release)?;
    let served = with_floor(bench)?;
    let samples = bench.target_dir.join("bench");
    // Samples of an earlier bench must not pass for this one's.
    let _ = fs::remove_dir_all(&samples);
    fs::create_dir_all(&samples).at("create", &samples)?;
    let mut playwright = bench.command("playwright");
    playwright
        .args(["test", "--project=bench", "--workers=1"])
        .args(parts.iter().map(|part| format!("{}.spec.ts", part.name())))
        .current_dir(bench.tests_dir())
        .env("SLUICE_BENCH_OUT", &samples)
        .env("SLUICE_BENCH_RUNS", options.runs.to_string());
    for (name, value) in playwright_env(&ready, server) {
        playwright.env(name, value);
    }
    playwright.env("SLUICE_APP", served);
    workbench::run(&mut playwright)?;
    for part in parts {
        let table = measured(*part, &samples.join(format!("{}.json", part.name())))?;
        eprintln!("\n{table}");
        if !options.no_write {
            write(bench, *part, &table)?;
        }
    }
    Ok(())
}

fn measured(part: Part, samples: &Path) -> Result<String> {
    let text = fs::read_to_string(samples).at("read", samples)?;
    let measured: Value =
        serde_json::from_str(&text).map_err(|error| Failure::new("the bench wrote something else than JSON").because(error))?;
    part.table(&measured).ok_or_else(|| Failure::new("the bench wrote no samples").next(format!("look into {}", samples.display())))
}

fn write(bench: &Workbench, part: Part, table: &str) -> Result<()> {
    let page = bench.root.join("docs/PERFORMANCE.md");
    let old = fs::read_to_string(&page).at("read", &page)?;
    let name = part.name();
    let new = report::replace_between_markers(&old, name, table).ok_or_else(|| {
        Failure::new("docs/PERFORMANCE.md has lost its markers")
            .next(format!("put back the lines `<!-- {name} -->` and `<!-- /{name} -->`"))
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
