//! `cargo xtask bench --decisions`: two reviewers, a flaky network and a random walk, for as long as one likes.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::failure::{Failure, Result};
use crate::workbench::{self, Workbench};

/// Runs the model-based test of decisions. It is compiled like the other tests: what takes the time is the sandbox's runs.
pub(super) fn run(steps: u64, seed: Option<u64>) -> Result<()> {
    let bench = Workbench::open()?;
    let clock = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let seed = seed.unwrap_or(clock % 1_000_000);
    let again = replay(steps, seed);
    eprintln!("{steps} steps with seed {seed}; the same once more: `{again}`");
    let mut cargo = bench.command("cargo");
    cargo
        .args(["test", "--package", "gateway", "--test", "decisions", "--", "--nocapture"])
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

fn replay(steps: u64, seed: u64) -> String {
    format!("cargo xtask bench --decisions --steps {steps} --seed {seed}")
}

#[cfg(test)]
mod tests {
    use super::replay;

    #[test]
    fn the_command_that_repeats_a_walk_names_its_length_and_its_seed() {
        assert_eq!(replay(10_000, 42), "cargo xtask bench --decisions --steps 10000 --seed 42");
    }
}
