//! How busy the machine is with other work: then clocks say little.

use std::fs;
use std::thread;
use std::time::Duration;

/// Looked at for so long, right before a measurement.
const LOOKED_AT: Duration = Duration::from_secs(2);
/// The share of all cores that an idle desktop may take.
const QUIET: f64 = 0.1;

/// The share of the CPUs that others are using, where the system tells.
#[derive(Clone, Copy, Debug)]
pub(super) struct Busy(Option<f64>);

impl Busy {
    /// Takes two seconds. Only Linux tells.
    pub(super) fn look() -> Self {
        let before = ticks();
        if before.is_some() {
            thread::sleep(LOOKED_AT);
        }
        Self(before.zip(ticks()).and_then(|(before, after)| share(before, after)))
    }

    #[cfg(test)]
    pub(super) const fn of(share: f64) -> Self {
        Self(Some(share))
    }

    /// What to tell whoever measures.
    pub(super) fn warning(self) -> Option<String> {
        let share = self.0.filter(|share| *share > QUIET)?;
        Some(format!("other work uses {:.0} % of this machine: times will be longer than they are, and ratios less certain", share * 100.0))
    }

    /// For the line that says where and when something was measured.
    pub(super) fn told(self) -> String {
        self.0.map_or_else(String::new, |share| format!(", other work used {:.0} % of the CPU", share * 100.0))
    }
}

/// Idle and all ticks of all CPUs since the start.
fn ticks() -> Option<(u64, u64)> {
    counted(&fs::read_to_string("/proc/stat").ok()?)
}

fn counted(stat: &str) -> Option<(u64, u64)> {
    let ticks: Vec<u64> = stat.lines().next()?.strip_prefix("cpu ")?.split_whitespace().map_while(|tick| tick.parse().ok()).collect();
    // user, nice, system, idle, waiting for I/O, …; what guests use is in the first two already.
    let idle = ticks.get(3)? + ticks.get(4).unwrap_or(&0);
    Some((idle, ticks.iter().take(8).sum()))
}

#[expect(clippy::cast_precision_loss, reason = "ticks of two seconds")]
fn share(before: (u64, u64), after: (u64, u64)) -> Option<f64> {
    let (idle, all) = (after.0.checked_sub(before.0)?, after.1.checked_sub(before.1)?);
    (all > 0).then(|| 1.0 - (idle.min(all) as f64 / all as f64))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_share_of_others_is_what_is_not_idle() {
        let before = counted("cpu  100 0 50 800 50 0 0 0 0 0\ncpu0 1 1").unwrap();
        let after = counted("cpu  200 0 100 1000 100 0 0 0 0 0").unwrap();
        assert_eq!(before, (850, 1_000));
        let share = share(before, after).unwrap();
        assert!((share - 0.375).abs() < 1e-9, "{share}");
        assert_eq!(Busy::of(share).told(), ", other work used 38 % of the CPU");
        assert!(Busy::of(share).warning().unwrap().contains("38 %"));
    }

    #[test]
    fn a_quiet_machine_is_not_warned_of_and_another_system_tells_nothing() {
        assert!(Busy::of(0.05).warning().is_none());
        assert!(Busy(None).warning().is_none());
        assert_eq!(Busy(None).told(), "");
        assert!(counted("something else").is_none());
    }
}
