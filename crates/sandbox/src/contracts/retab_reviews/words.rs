//! The vendor's words for what the store knows.

use crate::engine::model::Status;

pub(super) const RUN_STATUSES: [&str; 8] = ["pending", "queued", "running", "completed", "error", "failed", "awaiting_review", "cancelled"];

/// A run or step's status. A requested cancellation still runs.
pub(super) const fn status(status: Status) -> &'static str {
    match status {
        Status::Pending => "pending",
        Status::Queued => "queued",
        Status::Running | Status::InProgress | Status::Cancelling => "running",
        Status::Waiting => "awaiting_review",
        Status::Completed | Status::Edited | Status::Stale => "completed",
        Status::Failed => "error",
        Status::Cancelled | Status::Deleted => "cancelled",
        Status::Skipped => "skipped",
    }
}

/// The statuses that a word of a filter stands for.
pub(super) fn parse(word: &str) -> Option<&'static [Status]> {
    Some(match word {
        "pending" => &[Status::Pending, Status::Queued],
        "queued" => &[Status::Queued],
        "running" => &[Status::Running, Status::InProgress, Status::Cancelling],
        "awaiting_review" => &[Status::Waiting],
        "completed" => &[Status::Completed, Status::Edited, Status::Stale],
        "error" | "failed" => &[Status::Failed],
        "cancelled" => &[Status::Cancelled],
        _ => return None,
    })
}

/// What a step made, by the type of its block.
pub(super) fn operation(block_type: &str) -> Option<&'static str> {
    Some(match block_type {
        "extract" => "extraction",
        "split" => "split",
        "classifier" => "classification",
        "parse" => "parse",
        "edit" => "edit",
        "for_each" => "partition",
        "conditional" => "conditional_evaluation",
        "while_loop" => "while_loop_termination",
        "api_call" => "api_call_invocation",
        "function" => "function_invocation",
        _ => return None,
    })
}
