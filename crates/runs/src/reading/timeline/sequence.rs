//! Steps of which only durations are known.

use crate::model::Step;
use crate::model::status::StatusKind;
use crate::value::time::Timestamp;

/// The steps for drawing, one after the other from where the run began; `None` if times are known or nothing can be laid out. Of a
/// step only what is drawn comes along.
pub(super) fn laid_out(steps: &[Step], begin: Option<Timestamp>) -> Option<Vec<Step>> {
    let mut at = begin?;
    let timed = steps.iter().any(|step| step.started_at.is_some() || step.finished_at.is_some());
    if timed || steps.iter().all(|step| step.duration_ms.is_none()) {
        return None;
    }
    let lay = |step: &Step| {
        let begun = !matches!(step.status.kind, StatusKind::NotStarted | StatusKind::Queued | StatusKind::Skipped);
        let started_at = (begun || step.duration_ms.is_some()).then_some(at);
        at = at.plus(step.duration_ms.unwrap_or(0));
        let finished_at = started_at.filter(|_| step.status.kind.is_final()).map(|_| at);
        Step {
            status: step.status.clone(),
            started_at,
            finished_at,
            duration_ms: step.duration_ms,
            attempt: step.attempt,
            parent: step.parent.clone(),
            iteration: step.iteration,
            ..Step::not_started(step.id.clone(), step.node.clone(), step.name.clone(), step.kind.clone())
        }
    };
    Some(steps.iter().map(lay).collect())
}
