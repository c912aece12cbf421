//! Finds the step in which a run failed.

use super::{RunDetail, RunError, Step};
use crate::model::status::Tone;
use crate::value::order;

impl RunDetail {
    /// The step that the run's error came from: the last try of the one that it names, else the last that failed for good.
    pub fn failed_step(&self) -> Option<&Step> {
        failed_step(self.run.error.as_ref()?, &self.steps)
    }
}

pub(crate) fn failed_step<'a>(error: &RunError, steps: &'a [Step]) -> Option<&'a Step> {
    let is = |name: &Option<String>, text: &str| name.as_deref() == Some(text);
    let named = |wanted: &dyn Fn(&Step) -> bool| {
        let found = || steps.iter().filter(|step| wanted(step));
        found().filter(|step| failed(step)).max_by_key(|step| step.attempt).or_else(|| found().max_by_key(|step| step.attempt))
    };
    named(&|step| is(&error.step, &step.id))
        .or_else(|| named(&|step| is(&error.step, &step.node)))
        .or_else(|| named(&|step| is(&error.step_name, &step.name)))
        .or_else(|| {
            let last = steps.iter().filter(|step| failed(step) && !tried_again(step, steps));
            last.max_by_key(|step| order::when(step.finished_at.or(step.started_at)))
        })
}

fn failed(step: &Step) -> bool {
    step.status.kind.tone() == Tone::Fail
}

fn tried_again(step: &Step, steps: &[Step]) -> bool {
    let same = |other: &&Step| (&other.node, &other.parent, other.iteration) == (&step.node, &step.parent, step.iteration);
    steps.iter().filter(same).any(|other| other.attempt > step.attempt)
}

/// Says which step it was, by id and by name, once the run's steps are known.
pub(crate) fn place_error(error: Option<&mut RunError>, steps: &[Step]) {
    if let Some(error) = error
        && let Some(step) = failed_step(error, steps)
    {
        error.step_name = Some(step.name.clone());
        error.step = Some(step.id.clone());
    }
}
