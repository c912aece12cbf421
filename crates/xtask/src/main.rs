//! `cargo xtask <task>`: everything one does with this repository, on one command each.

mod app;
mod background;
mod bench;
mod compress;
mod engines;
mod failure;
mod package;
mod run;
mod screenshots;
mod setup;
mod split;
mod test;
#[cfg(test)]
mod words;
mod workbench;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::Result;

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "Setup, build, run, test and bench of Sluice")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install whatever building and testing need and is missing
    Setup,
    /// Build everything and start Sluice on 127.0.0.1:8600
    Run {
        /// Arguments for `sluice serve`, for example `-- --config sluice.toml`
        #[arg(last = true)]
        args: Vec<String>,
    },
    /// Build the app into dist/, compressed and ready to be served
    Build,
    /// Build one file that runs anywhere, with checksums and a bill of materials, into target/package/
    Package,
    /// Run every test, or some stages of it
    Test(test::Options),
    /// Start, end or look at real engines beside Sluice: Prefect and Airflow, with flows that wait for a person
    Engines(engines::Options),
    /// Make the README's pictures anew, in docs/screenshots
    Screenshots,
    /// Measure, and write the figures to docs/PERFORMANCE.md
    Bench(bench::Options),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done: Result<()> = match cli.task {
        Task::Setup => setup::everything(),
        Task::Run { args } => run::run(&args),
        Task::Build => setup::for_build().and_then(|ready| app::build(&ready.bench)),
        Task::Package => package::package(),
        Task::Test(options) => test::run(&options),
        Task::Engines(options) => engines::run(&options),
        Task::Screenshots => screenshots::take(),
        Task::Bench(options) => bench::run(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}
