//! `cargo xtask bench`: measures, and writes what it measured into docs/PERFORMANCE.md.

mod decisions;
mod machine;
mod report;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::{Args, ValueEnum};
use serde_json::Value;

use crate::app::{self, ServerProfile};
use crate::compress;
use crate::failure::{AtPath, Failure, Result};
use crate::setup;
use crate::test::playwright_env;
use crate::workbench::{self, Workbench};

const RUNS: u32 = 15;
const MINUTES: u32 = 60;

#[derive(Args)]
pub(crate) struct Options {
    /// How often each thing is measured per condition
    #[arg(long, default_value_t = RUNS, value_parser = clap::value_parser!(u32).range(1..=200))]
    runs: u32,
    /// How long the heap is watched
    #[arg(long, default_value_t = MINUTES, value_parser = clap::value_parser!(u32).range(1..=600))]
    minutes: u32,
    /// One of the measurements (may be given more than once); all without it
    #[arg(long, value_enum)]
    only: Vec<Suite>,
    /// Print the figures and leave docs/PERFORMANCE.md as it is
    #[arg(long)]
    no_write: bool,
    /// Measure nothing: two reviewers decide over a flaky network, in random order, and every step is checked
    #[arg(long, conflicts_with_all = ["only", "no_write"])]
    decisions: bool,
    /// Instead: hands on the desk in a browser, beside a network that fails, other users and a second tab
    #[arg(long, requires = "decisions")]
    hands: bool,
    /// How many steps the reviewers take
    #[arg(long, requires = "decisions", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    steps: u64,
    /// Which way they take; another one each time without it
    #[arg(long, requires = "decisions")]
    seed: Option<u64>,
}

/// What is measured: one spec in tests/bench and one section of docs/PERFORMANCE.md each. The longest comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Suite {
    /// From navigation to the first row
    FirstRow,
    /// From a click on Older to the next page
    NextPage,
    /// From a click on a status to the rows that have it
    Filter,
    /// Requests and CPU time in half a minute of nothing
    Idle,
    /// What the gateway adds to a call
    Relay,
    /// A keystroke in a form of 500 fields
    Typing,
    /// What an open page keeps while it is polled
    Heap,
}

impl Suite {
    const fn name(self) -> &'static str {
        match self {
            Self::FirstRow => "first-row",
            Self::NextPage => "next-page",
            Self::Filter => "filter",
            Self::Idle => "idle",
            Self::Relay => "relay",
            Self::Typing => "typing",
            Self::Heap => "heap",
        }
    }

    /// About how many minutes it takes on 2 cores.
    fn lasts(self, options: &Options) -> u32 {
        let fifteenths = |minutes: u32| 1 + minutes * options.runs / 15;
        match self {
            Self::FirstRow => fifteenths(7),
            Self::NextPage | Self::Filter | Self::Typing => fifteenths(3),
            Self::Relay => fifteenths(2),
            Self::Idle => 9,
            Self::Heap => options.minutes + 1,
        }
    }

    /// The command that repeats it.
    fn command(self, options: &Options) -> String {
        let mut command = format!("cargo xtask bench --only {}", self.name());
        match self {
            Self::Heap if options.minutes != MINUTES => command.push_str(&format!(" --minutes {}", options.minutes)),
            Self::Heap | Self::Idle => {}
            _ if options.runs != RUNS => command.push_str(&format!(" --runs {}", options.runs)),
            _ => {}
        }
        command
    }

    fn table(self, measured: &Value) -> Option<String> {
        match self {
            Self::FirstRow => report::shown(measured, Some(FIRST_ROW)),
            Self::NextPage | Self::Filter => report::shown(measured, None),
            Self::Idle => report::idle(measured),
            Self::Relay => report::relay(measured),
            Self::Typing => report::typing(measured),
            Self::Heap => report::heap(measured),
        }
    }
}

/// How many times as long as the floor page the app may take to its first row.
const FIRST_ROW: f64 = 2.0;

/// Builds what users get, measures, and reports part by part: what is measured stays, whatever becomes of a later part.
pub(crate) fn run(options: &Options) -> Result<()> {
    if options.hands {
        return decisions::hands(options.steps, options.seed);
    }
    if options.decisions {
        return decisions::run(options.steps, options.seed);
    }
    let chosen = |part: &&Suite| options.only.is_empty() || options.only.contains(part);
    let parts: Vec<Suite> = Suite::value_variants().iter().filter(chosen).copied().collect();
    announce(&parts, options);
    let ready = setup::for_tests()?;
    let bench = &ready.bench;
    app::build(bench)?;
    let server = app::server(bench, ServerProfile::Release)?;
    let served = with_floor(bench)?;
    let samples = bench.target_dir.join("bench");
    // Samples of an earlier bench must not pass for this one's.
    let _ = fs::remove_dir_all(&samples);
    fs::create_dir_all(&samples).at("create", &samples)?;
    for (at, part) in parts.iter().enumerate() {
        let name = part.name();
        eprintln!("\n== {name} ({} of {}, about {} min)", at + 1, parts.len(), part.lasts(options));
        let busy = machine::Busy::look();
        if let Some(warning) = busy.warning() {
            eprintln!("warning: {warning}");
        }
        let started = Instant::now();
        let mut playwright = bench.command("playwright");
        playwright
            .args(["test", "--project=bench", "--workers=1", "--reporter=line"])
            .arg(format!("{name}.spec.ts"))
            .current_dir(bench.tests_dir())
            .env("SLUICE_BENCH_OUT", &samples)
            .env("SLUICE_BENCH_RUNS", options.runs.to_string())
            .env("SLUICE_BENCH_MINUTES", options.minutes.to_string());
        for (variable, value) in playwright_env(&ready, server.clone(), &ready.browser.chromium) {
            playwright.env(variable, value);
        }
        playwright.env("SLUICE_APP", &served);
        workbench::run(&mut playwright)?;
        let table = measured(*part, &samples.join(format!("{name}.json")), &part.command(options), busy)?;
        eprintln!("\n{table}\n\n-- {name}: {:.1} min", started.elapsed().as_secs_f64() / 60.0);
        if !options.no_write {
            write(bench, *part, &table)?;
        }
    }
    Ok(())
}

/// How long all of it takes, before it begins.
fn announce(parts: &[Suite], options: &Options) {
    for part in parts {
        eprintln!("{:<10} about {:>3} min", part.name(), part.lasts(options));
    }
    let all: u32 = parts.iter().map(|part| part.lasts(options)).sum();
    eprintln!("{:<10} about {all:>3} min, after up to 10 min of building; use the machine for nothing else meanwhile", "all");
}

fn measured(part: Suite, samples: &Path, command: &str, busy: machine::Busy) -> Result<String> {
    let text = fs::read_to_string(samples).at("read", samples)?;
    let measured: Value =
        serde_json::from_str(&text).map_err(|error| Failure::new("the bench wrote something else than JSON").because(error))?;
    let table =
        part.table(&measured).ok_or_else(|| Failure::new("the bench wrote no samples").next(format!("look into {}", samples.display())))?;
    Ok(format!("{}\n\n{table}", report::origin(&measured, command, &busy.told())))
}

fn write(bench: &Workbench, part: Suite, table: &str) -> Result<()> {
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
    let floor = served.join("floor");
    copy_tree(&bench.root.join("bench/floor"), &floor)?;
    // The page that preloads a list of a thousand is the same but for that number.
    let page = floor.join("index.html");
    let html = fs::read_to_string(&page).at("read", &page)?;
    let deep = html.replace("limit=50&", "limit=1000&");
    if deep == html {
        return Err(
            Failure::new("bench/floor/index.html preloads no list of 50 runs").next("the bench makes its page of 1,000 rows from that")
        );
    }
    let page = floor.join("1000.html");
    fs::write(&page, deep).at("write", &page)?;
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        options: Options,
    }

    fn options(args: &[&str]) -> Options {
        Cli::parse_from(std::iter::once(&"bench").chain(args)).options
    }

    #[test]
    fn each_part_has_a_spec_and_a_place_in_the_docs() {
        let root = Workbench::open().unwrap().root;
        let page = fs::read_to_string(root.join("docs/PERFORMANCE.md")).unwrap();
        for part in Suite::value_variants() {
            let name = part.name();
            assert!(root.join(format!("tests/bench/{name}.spec.ts")).is_file(), "{name}");
            assert!(report::replace_between_markers(&page, name, "").is_some(), "{name}");
            assert_eq!(part.to_possible_value().unwrap().get_name(), name);
        }
    }

    #[test]
    fn the_command_under_a_table_repeats_what_was_measured() {
        assert_eq!(Suite::Filter.command(&options(&[])), "cargo xtask bench --only filter");
        let short = options(&["--runs", "5", "--minutes", "12"]);
        assert_eq!(Suite::FirstRow.command(&short), "cargo xtask bench --only first-row --runs 5");
        assert_eq!(Suite::Heap.command(&short), "cargo xtask bench --only heap --minutes 12");
        assert_eq!(Suite::Idle.command(&short), "cargo xtask bench --only idle");
    }

    #[test]
    fn fewer_runs_and_minutes_take_less_time() {
        let (all, short) = (options(&[]), options(&["--runs", "3", "--minutes", "2"]));
        for part in Suite::value_variants() {
            assert!(part.lasts(&short) <= part.lasts(&all), "{part:?}");
        }
        assert!(Suite::Heap.lasts(&all) >= 60);
        assert!(Suite::Heap.lasts(&short) <= 3);
    }
}
