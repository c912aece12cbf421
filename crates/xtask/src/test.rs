//! `cargo xtask test`: every check there is, stage by stage, with the time each takes.

mod stages;

pub(crate) use stages::playwright_env;

use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};

use crate::failure::{Failure, Result};
use crate::setup;
use stages::Stages;

#[derive(Args)]
pub(crate) struct Options {
    /// Run only this stage (may be given more than once)
    #[arg(long, value_enum)]
    only: Vec<Stage>,
    /// Leave this stage out (may be given more than once)
    #[arg(long, value_enum)]
    skip: Vec<Stage>,
    /// Arguments for Playwright in the stage `e2e`, for example `-- --project desktop -g paging`
    #[arg(last = true)]
    playwright: Vec<String>,
}

/// In the order in which they run: what fails fastest comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Stage {
    /// Formatting
    Fmt,
    /// Clippy on every target, warnings denied
    Clippy,
    /// Native tests
    Unit,
    /// WebAssembly tests in headless Chromium
    Web,
    /// Release build of the app, and how much of it a first visit downloads
    Size,
    /// End-to-end tests in Chromium against the built app, the gateway and the sandbox
    E2e,
}

impl Stage {
    fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

struct Outcome {
    stage: Stage,
    took: Duration,
    failure: Option<Failure>,
}

/// Runs the chosen stages to the end, also after a failed one, and fails if any did.
pub(crate) fn run(options: &Options) -> Result<()> {
    let chosen: Vec<Stage> = Stage::value_variants()
        .iter()
        .copied()
        .filter(|stage| options.only.is_empty() || options.only.contains(stage))
        .filter(|stage| !options.skip.contains(stage))
        .collect();
    if chosen.is_empty() {
        return Err(Failure::new("no stage is left to run").next("`cargo xtask test --help` lists them"));
    }
    let started = Instant::now();
    eprintln!("== setup");
    let ready = setup::for_tests()?;
    eprintln!("-- setup: ok in {}", seconds(started.elapsed()));
    let mut stages = Stages::new(ready);
    let mut outcomes = Vec::new();
    for stage in chosen {
        eprintln!("\n== {}", stage.name());
        let started = Instant::now();
        let failure = match stage {
            Stage::Fmt => stages.fmt(),
            Stage::Clippy => stages.clippy(),
            Stage::Unit => stages.unit(),
            Stage::Web => stages.web(),
            Stage::Size => stages.size(),
            Stage::E2e => stages.e2e(&options.playwright),
        }
        .err();
        let took = started.elapsed();
        match &failure {
            None => eprintln!("-- {}: ok in {}", stage.name(), seconds(took)),
            Some(failure) => eprintln!("{failure}\n-- {}: FAILED after {}", stage.name(), seconds(took)),
        }
        outcomes.push(Outcome { stage, took, failure });
    }
    summarize(&outcomes, started.elapsed())
}

fn summarize(outcomes: &[Outcome], total: Duration) -> Result<()> {
    eprintln!();
    for outcome in outcomes {
        let verdict = if outcome.failure.is_none() { "ok" } else { "FAILED" };
        eprintln!("{:<8} {verdict:<7} {:>8}", outcome.stage.name(), seconds(outcome.took));
    }
    let failed: Vec<String> = outcomes.iter().filter(|o| o.failure.is_some()).map(|o| o.stage.name()).collect();
    eprintln!("{:<8} {:<7} {:>8}", "total", "", seconds(total));
    eprintln!("stages: {} passed, {} failed", outcomes.len() - failed.len(), failed.len());
    if failed.is_empty() {
        return Ok(());
    }
    let rerun: Vec<_> = failed.iter().map(|name| format!("--only {name}")).collect();
    Err(Failure::new(format!("failed: {}", failed.join(", "))).next(format!("`cargo xtask test {}` repeats only that", rerun.join(" "))))
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(stage: Stage, failed: bool) -> Outcome {
        Outcome { stage, took: Duration::from_millis(1500), failure: failed.then(|| Failure::new("broken")) }
    }

    #[test]
    fn one_failed_stage_fails_the_whole_and_says_how_to_repeat_it() {
        let outcomes = [outcome(Stage::Fmt, false), outcome(Stage::E2e, true)];
        let text = summarize(&outcomes, Duration::from_secs(3)).err().map(|failure| failure.to_string());
        assert_eq!(text.as_deref(), Some("error: failed: e2e\n  next: `cargo xtask test --only e2e` repeats only that"));
    }

    #[test]
    fn all_passed_is_a_success() {
        assert!(summarize(&[outcome(Stage::Fmt, false)], Duration::ZERO).is_ok());
    }
}
