//! `cargo xtask test`: every check there is, stage by stage, with the time each takes.

mod clients;
mod lints;
mod stages;

pub(crate) use lints::WRAPPER;
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
    /// The vendors' own clients against the sandbox
    Clients,
    /// WebAssembly tests in headless Chromium
    Web,
    /// Release build of the app, and how much of it a first visit downloads
    Size,
    /// The JSON Schema Test Suite through the app's worker
    Schema,
    /// The files of deploy/ with the programs they are for: nginx, Caddy, systemd, a container
    Deploy,
    /// A real Prefect and a real Airflow, with flows that wait for a person, through the gateway
    Engines,
    /// End-to-end tests in Chromium against the built app, the gateway and the sandbox
    E2e,
}

impl Stage {
    fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }

    const fn needs_app(self) -> bool {
        matches!(self, Self::Size | Self::Schema | Self::Deploy | Self::E2e)
    }
}

struct Outcome {
    stage: Stage,
    took: Duration,
    verdict: Verdict,
}

enum Verdict {
    Passed,
    /// Nothing, or not everything, could be tried here: why.
    Skipped(String),
    Failed(Failure),
}

impl Verdict {
    fn of(result: Result<()>) -> Self {
        result.map_or_else(Self::Failed, |()| Self::Passed)
    }

    /// With why something was left out.
    fn or_skipped(result: Result<Option<String>>) -> Self {
        result.map_or_else(Self::Failed, |left_out| left_out.map_or(Self::Passed, Self::Skipped))
    }

    const fn word(&self) -> &'static str {
        match self {
            Self::Passed => "ok",
            Self::Skipped(_) => "skipped",
            Self::Failed(_) => "FAILED",
        }
    }
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
    if chosen.len() > 1 && chosen.iter().any(|stage| stage.needs_app()) {
        stages.begin_app()?;
    }
    let mut outcomes = Vec::new();
    for stage in chosen {
        eprintln!("\n== {}", stage.name());
        let started = Instant::now();
        let verdict = match stage {
            Stage::Fmt => Verdict::of(stages.fmt()),
            Stage::Clippy => Verdict::of(stages.clippy()),
            Stage::Unit => Verdict::or_skipped(stages.unit()),
            Stage::Clients => Verdict::or_skipped(stages.clients()),
            Stage::Web => Verdict::of(stages.web()),
            Stage::Size => Verdict::of(stages.size()),
            Stage::Schema => Verdict::or_skipped(stages.schema()),
            Stage::Deploy => Verdict::or_skipped(stages.deploy()),
            Stage::Engines => Verdict::or_skipped(stages.engines()),
            Stage::E2e => Verdict::of(stages.e2e(&options.playwright)),
        };
        let took = started.elapsed();
        match &verdict {
            Verdict::Passed => eprintln!("-- {}: ok in {}", stage.name(), seconds(took)),
            Verdict::Skipped(why) => eprintln!("-- {}: skipped, because {why}", stage.name()),
            Verdict::Failed(failure) => eprintln!("{failure}\n-- {}: FAILED after {}", stage.name(), seconds(took)),
        }
        outcomes.push(Outcome { stage, took, verdict });
    }
    summarize(&outcomes, started.elapsed())
}

fn summarize(outcomes: &[Outcome], total: Duration) -> Result<()> {
    eprintln!();
    for outcome in outcomes {
        eprintln!("{:<8} {:<7} {:>8}", outcome.stage.name(), outcome.verdict.word(), seconds(outcome.took));
    }
    let failed: Vec<String> = outcomes.iter().filter(|o| matches!(o.verdict, Verdict::Failed(_))).map(|o| o.stage.name()).collect();
    let skipped = outcomes.iter().filter(|o| matches!(o.verdict, Verdict::Skipped(_))).count();
    eprintln!("{:<8} {:<7} {:>8}", "total", "", seconds(total));
    eprintln!("{}", counted(outcomes.len(), failed.len(), skipped));
    if failed.is_empty() {
        return Ok(());
    }
    let rerun: Vec<_> = failed.iter().map(|name| format!("--only {name}")).collect();
    Err(Failure::new(format!("failed: {}", failed.join(", "))).next(format!("`cargo xtask test {}` repeats only that", rerun.join(" "))))
}

fn counted(all: usize, failed: usize, skipped: usize) -> String {
    let line = format!("stages: {} passed, {failed} failed", all - failed - skipped);
    if skipped == 0 { line } else { format!("{line}, {skipped} skipped") }
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(stage: Stage, failed: bool) -> Outcome {
        let verdict = if failed { Verdict::Failed(Failure::new("broken")) } else { Verdict::Passed };
        Outcome { stage, took: Duration::from_millis(1500), verdict }
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

    #[test]
    fn a_skipped_stage_neither_fails_the_whole_nor_counts_as_passed() {
        let skipped = Outcome { verdict: Verdict::Skipped("no python3".into()), ..outcome(Stage::Clients, false) };
        assert!(summarize(&[outcome(Stage::Fmt, false), skipped], Duration::ZERO).is_ok());
        assert_eq!(counted(2, 0, 1), "stages: 1 passed, 0 failed, 1 skipped");
        assert_eq!(counted(2, 1, 0), "stages: 1 passed, 1 failed");
    }
}
