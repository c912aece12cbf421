//! Retab's words for what the store knows.

use crate::engine::model::{Status, Trigger};

pub(super) const RUN_STATUSES: [&str; 7] = ["pending", "queued", "running", "completed", "error", "waiting_for_human", "cancelled"];

/// A run's status. Only a step can be queued: the vendor's clients refuse a run that says so.
pub(super) const fn run_status(of: Status) -> &'static str {
    match of {
        Status::Queued => "pending",
        other => status(other),
    }
}

/// A step's status, and a run's but for `queued`. A requested cancellation still runs; `cancel_confirmation_pending` says it was requested.
pub(super) const fn status(status: Status) -> &'static str {
    match status {
        Status::Pending => "pending",
        Status::Queued => "queued",
        Status::Running | Status::InProgress | Status::Cancelling => "running",
        Status::Waiting => "waiting_for_human",
        Status::Completed | Status::Edited | Status::Stale => "completed",
        Status::Failed => "error",
        Status::Cancelled | Status::Deleted => "cancelled",
        Status::Skipped => "skipped",
    }
}

/// The statuses that a word of a filter stands for.
pub(super) fn parse_status(word: &str) -> Option<&'static [Status]> {
    Some(match word {
        "pending" => &[Status::Pending, Status::Queued],
        // A word of the documentation: of the pending runs those that were handed over already.
        "queued" => &[Status::Queued],
        "running" => &[Status::Running, Status::InProgress, Status::Cancelling],
        "waiting_for_human" => &[Status::Waiting],
        "completed" => &[Status::Completed, Status::Edited, Status::Stale],
        "error" => &[Status::Failed],
        "cancelled" => &[Status::Cancelled],
        _ => return None,
    })
}

pub(super) const fn trigger(trigger: Trigger) -> &'static str {
    trigger.as_str()
}

pub(super) const TRIGGERS: [&str; 6] = ["manual", "api", "schedule", "webhook", "email", "restart"];
