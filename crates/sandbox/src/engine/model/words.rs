//! The closed vocabularies.

/// The contract a flow and its runs belong to. Nothing is shared between dialects but tables and the executor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    TableFlow,
    FlowStack,
    Retab,
    SuperAi,
    /// Retab's live generation, with reviews and versions.
    RetabReviews,
}

impl Dialect {
    /// Both generations of Retab: documents go to start nodes, JSON to others, and runs can be cancelled.
    #[must_use]
    pub const fn is_retab(self) -> bool {
        matches!(self, Self::Retab | Self::RetabReviews)
    }

    pub const ALL: [Self; 5] = [Self::Retab, Self::TableFlow, Self::FlowStack, Self::SuperAi, Self::RetabReviews];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TableFlow => "tableflow",
            Self::FlowStack => "flowstack",
            Self::Retab => "retab",
            Self::SuperAi => "superai",
            Self::RetabReviews => "retab-reviews",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|d| d.as_str() == text)
    }
}

/// The internal status of a run, a step or an attempt. A dialect module turns it into its vendor's word and back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Recorded, not yet handed to the executor (Retab `pending`).
    Pending,
    Queued,
    Running,
    /// SuperAI's older second word for running.
    InProgress,
    /// Waits for a person.
    Waiting,
    Completed,
    /// Completed, then changed by a person (SuperAI).
    Edited,
    /// Completed, then overtaken by a change of what it was made from (SuperAI).
    Stale,
    Failed,
    /// Cancellation was asked for and is not confirmed yet.
    Cancelling,
    Cancelled,
    /// Steps only.
    Skipped,
    /// Softly deleted (SuperAI); other dialects remove the row.
    Deleted,
}

impl Status {
    pub const ALL: [Self; 13] = [
        Self::Pending,
        Self::Queued,
        Self::Running,
        Self::InProgress,
        Self::Waiting,
        Self::Completed,
        Self::Edited,
        Self::Stale,
        Self::Failed,
        Self::Cancelling,
        Self::Cancelled,
        Self::Skipped,
        Self::Deleted,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Queued => "queued",
            Self::Running => "running",
            Self::InProgress => "in_progress",
            Self::Waiting => "waiting",
            Self::Completed => "completed",
            Self::Edited => "edited",
            Self::Stale => "stale",
            Self::Failed => "failed",
            Self::Cancelling => "cancelling",
            Self::Cancelled => "cancelled",
            Self::Skipped => "skipped",
            Self::Deleted => "deleted",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }

    /// Nothing more happens by itself.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Completed | Self::Edited | Self::Stale | Self::Failed | Self::Cancelled | Self::Skipped | Self::Deleted)
    }
}

/// How a run was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trigger {
    Manual,
    Api,
    Schedule,
    Webhook,
    Email,
    Restart,
}

impl Trigger {
    pub const ALL: [Self; 6] = [Self::Manual, Self::Api, Self::Schedule, Self::Webhook, Self::Email, Self::Restart];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Api => "api",
            Self::Schedule => "schedule",
            Self::Webhook => "webhook",
            Self::Email => "email",
            Self::Restart => "restart",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.as_str() == text)
    }
}

/// What the executor does at a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Work {
    /// Takes an uploaded document.
    Document,
    /// Takes JSON given with the trigger.
    Json,
    /// Reads fields from the document or JSON of its role.
    Extract,
    /// Compares purchase order and invoice.
    Compare,
    /// Waits for a person if the comparison found a mismatch.
    Review,
    /// Anything without a meaning to the sandbox: produces a small output.
    Task,
    /// Repeats the work of its children; its steps carry `loop_id` and `iteration`.
    Loop,
    /// Collects the outputs of the run.
    End,
}

impl Work {
    pub const ALL: [Self; 8] = [Self::Document, Self::Json, Self::Extract, Self::Compare, Self::Review, Self::Task, Self::Loop, Self::End];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Json => "json",
            Self::Extract => "extract",
            Self::Compare => "compare",
            Self::Review => "review",
            Self::Task => "task",
            Self::Loop => "loop",
            Self::End => "end",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|w| w.as_str() == text)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReviewState {
    Pending,
    /// Somebody opened it (SuperAI `in_progress`).
    Started,
    Completed,
    /// Its run ended without it.
    Cancelled,
}

impl ReviewState {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Started => "in_progress",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Pending, Self::Started, Self::Completed, Self::Cancelled].into_iter().find(|s| s.as_str() == text)
    }
}
