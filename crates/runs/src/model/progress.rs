//! How many steps of a run there are and how they stand: the one rule for the list, the run's page and exports.

use super::{Run, Step};
use crate::model::status::{StatusKind, Tone};
use crate::value::order;

/// Each step once, as its last try left it; each time round a loop is a step of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StepCounts {
    pub total: u32,
    /// It did what it was to do, also if a person corrected or approved it.
    pub completed: u32,
    pub failed: u32,
    /// Not needed, or not reached because of what failed.
    pub skipped: u32,
    pub waiting: u32,
}

impl StepCounts {
    /// `attempt`: which try of the whole run it is, where the vendor starts all steps over. What was last tried in an earlier one
    /// is still to come.
    pub fn of(steps: &[Step], attempt: Option<u32>) -> Self {
        let attempt = attempt.filter(|now| steps.iter().any(|step| step.attempt == *now));
        let identity = |at: usize| (steps[at].node.as_str(), steps[at].parent.as_deref(), steps[at].iteration);
        let order = order::places(steps.len(), &|left, right| {
            identity(left).cmp(&identity(right)).then_with(|| steps[left].attempt.cmp(&steps[right].attempt))
        });
        let mut counts = Self::default();
        for (place, at) in order.iter().enumerate() {
            let followed = order.get(place + 1).is_some_and(|next| identity(*next) == identity(*at));
            if !followed {
                let to_come = attempt.is_some_and(|now| steps[*at].attempt < now);
                counts.add(if to_come { StatusKind::NotStarted } else { steps[*at].status.kind });
            }
        }
        counts
    }

    fn add(&mut self, status: StatusKind) {
        self.total += 1;
        match status {
            StatusKind::Skipped => self.skipped += 1,
            StatusKind::Waiting => self.waiting += 1,
            _ => match status.tone() {
                Tone::Ok => self.completed += 1,
                Tone::Fail => self.failed += 1,
                _ => {}
            },
        }
    }

    /// Under way, to come, cancelled or out of date.
    pub const fn other(self) -> u32 {
        self.total - self.completed - self.failed - self.skipped - self.waiting
    }
}

impl Run {
    /// Counts its steps, if any are known.
    pub(crate) fn count(&mut self, steps: &[Step]) {
        if !steps.is_empty() {
            let counts = StepCounts::of(steps, self.attempt);
            (self.steps_total, self.steps_done) = (Some(counts.total), Some(counts.completed));
        }
    }
}
