//! Two reviewers decide the same reviews over a flaky network, reload and crash, in random order: the real core and the real
//! adapters over the real sandbox. Every step is checked against what the vendor recorded.
//!
//! `SLUICE_DECISIONS_STEPS` and `SLUICE_DECISIONS_SEED` say how long and which way (`cargo xtask bench --decisions --seed N`).
//! The same seed makes the same choices; only the sandbox's own pace is not the test's.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod episode;
mod network;
mod reviewer;
mod rng;
mod world;

use std::collections::BTreeMap;
use std::time::Instant;

use episode::Episode;
use rng::Rng;
use world::World;

/// So many steps in the tests that everybody runs.
const STEPS: u64 = 600;
/// The same way with every test run; `cargo xtask bench --decisions` takes another each time.
const SEED: u64 = 20_261_130;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_decision_is_applied_twice_lost_or_shown_wrongly_and_no_edit_is_lost() {
    let steps = number("SLUICE_DECISIONS_STEPS").unwrap_or(STEPS);
    let seed = number("SLUICE_DECISIONS_SEED").unwrap_or(SEED);
    println!("decisions: {steps} steps, seed {seed}");
    let started = Instant::now();
    let mut world = World::start().await;
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    let (mut done, mut at) = (0, 0);
    let mut ways = Rng::new(seed);
    while done < steps {
        // The first way is the seed itself, so that the seed of a failed way alone repeats it.
        let way = if at == 0 { seed } else { ways.next() % 1_000_000_000 };
        let dialect = world.dialects[(way % world.dialects.len() as u64) as usize];
        let place = world.next(dialect).await;
        let mut episode = Episode::new(dialect, place, &world, way);
        let taken = episode.run(steps - done).await;
        done += taken;
        for (what, count) in episode.seen {
            *seen.entry(what).or_default() += count;
        }
        at += 1;
    }
    println!("decisions: {done} steps over {at} reviews in {:.1} s", started.elapsed().as_secs_f64());
    for (what, count) in &seen {
        println!("  {count:>6}  {what}");
    }
    if steps >= 5_000 {
        for what in [
            "accepted",
            "already mine",
            "decided by another",
            "not confirmed",
            "nothing recorded",
            "undone",
            "crash",
            "reload",
            "sent again",
        ] {
            assert!(seen.contains_key(what), "{what} never happened: the test proves less than it says");
        }
    }
}
