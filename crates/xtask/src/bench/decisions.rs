//! `cargo xtask bench --decisions`: two reviewers, a flaky network and a random walk, for as long as one likes. With `--hands` it is a
//! walk of hands on the desk in a browser.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::app::{self, ServerProfile};
use crate::failure::{Failure, Result};
use crate::setup;
use crate::test::playwright_env;
use crate::workbench::{self, Workbench};

fn seed_or_clock(seed: Option<u64>) -> u64 {
    let clock = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    seed.unwrap_or(clock % 1_000_000)
}

/// Hands, a failing network, others and a second tab, on the app as it is built for users.
pub(super) fn hands(steps: u64, seed: Option<u64>) -> Result<()> {
    let ready = setup::for_tests()?;
    let bench = &ready.bench;
    let seed = seed_or_clock(seed);
    let again = replay(steps, seed, true);
    eprintln!("{steps} steps with seed {seed}; the same once more: `{again}`");
    app::build(bench)?;
    let server = app::server(bench, ServerProfile::Dev)?;
    let mut playwright = bench.command("playwright");
    playwright
        .args(["test", "--project=desktop", "--workers=1", "--reporter=line", "accident-random.spec.ts"])
        .current_dir(bench.tests_dir())
        .env("STEPS", steps.to_string())
        .env("SEED", seed.to_string());
    for (variable, value) in playwright_env(&ready, server, &ready.browser.chromium) {
        playwright.env(variable, value);
    }
    workbench::run(&mut playwright).map_err(|failure| {
        Failure::new("the walk found something that must not be, or could not be walked")
            .after(&failure)
            .next(format!("repeat it with `{again}`"))
    })?;
    eprintln!("Nothing was decided that was not asked for by its own gesture. Seed {seed}; the same once more: `{again}`");
    Ok(())
}

/// Runs the model-based test of decisions. It is compiled like the other tests: what takes the time is the sandbox's runs.
pub(super) fn run(steps: u64, seed: Option<u64>) -> Result<()> {
    let bench = Workbench::open()?;
    let seed = seed_or_clock(seed);
    let again = replay(steps, seed, false);
    eprintln!("{steps} steps with seed {seed}; the same once more: `{again}`");
    let mut cargo = app::tested(bench.command("cargo"));
    // The selection of the native tests, for the same compiled crates.
    cargo
        .args(["test", "--workspace", "--exclude", "sluice-app", "--test", "decisions", "--", "--nocapture"])
        .env("SLUICE_DECISIONS_STEPS", steps.to_string())
        .env("SLUICE_DECISIONS_SEED", seed.to_string());
    workbench::run(&mut cargo).map_err(|failure| {
        Failure::new("the walk found something that must not be, or could not be walked")
            .after(&failure)
            .next(format!("repeat it with `{again}`, or only the review that failed with the command above"))
    })?;
    eprintln!("Nothing was applied twice, lost or shown wrongly. Seed {seed}; the same once more: `{again}`");
    Ok(())
}

fn replay(steps: u64, seed: u64, hands: bool) -> String {
    let hands = if hands { " --hands" } else { "" };
    format!("cargo xtask bench --decisions{hands} --steps {steps} --seed {seed}")
}

#[cfg(test)]
mod tests {
    use super::replay;

    #[test]
    fn the_command_that_repeats_a_walk_names_its_length_and_its_seed() {
        assert_eq!(replay(10_000, 42, false), "cargo xtask bench --decisions --steps 10000 --seed 42");
        assert_eq!(replay(500, 7, true), "cargo xtask bench --decisions --hands --steps 500 --seed 7");
    }
}
