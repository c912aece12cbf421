use super::Verb;
use crate::model::status::StatusKind;
use crate::model::{ActionOutcome, Run};

/// What became of a write without an answer, as far as the run tells; `None`: it has not happened, or not yet.
pub fn found(verb: Verb, before: &Run, now: &Run) -> Option<ActionOutcome> {
    match verb {
        Verb::Cancel => match now.status.kind {
            StatusKind::Cancelling => Some(ActionOutcome::Requested),
            StatusKind::Cancelled => Some(ActionOutcome::Done),
            _ => None,
        },
        // It had ended: what goes on now, or changed since, was started again.
        Verb::Rerun => {
            let changed = now.attempt != before.attempt || now.updated_at > before.updated_at;
            (!now.status.kind.is_final() || changed).then_some(ActionOutcome::Requested)
        }
        Verb::Delete => (now.status.kind == StatusKind::Deleted).then_some(ActionOutcome::Done),
    }
}
