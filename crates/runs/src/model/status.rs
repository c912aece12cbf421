//! The one status vocabulary; the vendor's own word is always kept beside it.

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatusKind {
    Queued,
    Running,
    Waiting,
    Resuming,
    Completed,
    CompletedEdited,
    /// Of a step: a person said yes.
    Approved,
    Rejected,
    Failed,
    TimedOut,
    Cancelling,
    Cancelled,
    /// Of a step: not needed.
    Skipped,
    /// Finished, but its inputs changed since.
    Stale,
    Deleted,
    /// Of a step: not reached.
    NotStarted,
    Unknown,
}

/// What a status looks like: the tokens of the style sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Idle,
    Run,
    Wait,
    Ok,
    Fail,
    Odd,
}

impl StatusKind {
    pub const ALL: [Self; 17] = [
        Self::Queued,
        Self::Running,
        Self::Waiting,
        Self::Resuming,
        Self::Completed,
        Self::CompletedEdited,
        Self::Approved,
        Self::Rejected,
        Self::Failed,
        Self::TimedOut,
        Self::Cancelling,
        Self::Cancelled,
        Self::Skipped,
        Self::Stale,
        Self::Deleted,
        Self::NotStarted,
        Self::Unknown,
    ];

    /// The word in URLs.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Resuming => "resuming",
            Self::Completed => "completed",
            Self::CompletedEdited => "completed-edited",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
            Self::TimedOut => "timed-out",
            Self::Cancelling => "cancelling",
            Self::Cancelled => "cancelled",
            Self::Skipped => "skipped",
            Self::Stale => "stale",
            Self::Deleted => "deleted",
            Self::NotStarted => "not-started",
            Self::Unknown => "unknown",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }

    pub const fn tone(self) -> Tone {
        match self {
            Self::Queued | Self::Cancelling | Self::Cancelled | Self::Skipped | Self::Deleted | Self::NotStarted => Tone::Idle,
            Self::Running | Self::Resuming => Tone::Run,
            Self::Waiting => Tone::Wait,
            Self::Completed | Self::CompletedEdited | Self::Approved => Tone::Ok,
            Self::Rejected | Self::Failed | Self::TimedOut => Tone::Fail,
            Self::Stale | Self::Unknown => Tone::Odd,
        }
    }

    /// Nothing more happens by itself. A status never seen before is not final: it keeps being read.
    pub const fn is_final(self) -> bool {
        match self {
            Self::Completed
            | Self::CompletedEdited
            | Self::Approved
            | Self::Rejected
            | Self::Failed
            | Self::TimedOut
            | Self::Cancelled
            | Self::Skipped
            | Self::Stale
            | Self::Deleted => true,
            Self::Queued | Self::Running | Self::Waiting | Self::Resuming | Self::Cancelling | Self::NotStarted | Self::Unknown => false,
        }
    }
}

impl Tone {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Run => "run",
            Self::Wait => "wait",
            Self::Ok => "ok",
            Self::Fail => "fail",
            Self::Odd => "odd",
        }
    }
}

/// A status with the vendor's own word for it; by default not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    pub kind: StatusKind,
    /// As the vendor sent it; empty if Sluice derived the status from other fields.
    pub raw: String,
}

impl Default for Status {
    fn default() -> Self {
        Self { kind: StatusKind::Unknown, raw: String::new() }
    }
}

impl Status {
    pub fn new(kind: StatusKind, raw: impl Into<String>) -> Self {
        Self { kind, raw: raw.into() }
    }

    /// Looks the vendor's word up in a dialect's table; one never seen before is unknown, kept verbatim.
    pub fn from_table(raw: String, table: &[(&str, StatusKind)]) -> Self {
        let kind = table.iter().find(|(word, _)| *word == raw).map_or(StatusKind::Unknown, |(_, kind)| *kind);
        Self { kind, raw }
    }
}
