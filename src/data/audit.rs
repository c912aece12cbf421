//! The audit log: written before and after each decision, read by its page and as figures.

mod figures;
mod log;
mod write;

use runs::model::review::Outcome;

pub use figures::{Day, Figures, FlowSum, read_figures};
pub use log::{Entry, Value, read_page};
pub use write::{Outbox, intent};

/// What is known of a decision after it was to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    Accepted,
    AlreadyMine,
    DecidedByAnother,
    Changed,
    NoLongerWaiting,
    Invalid,
    NotPermitted,
    NotConfirmed,
    /// Nothing was recorded, and nothing is on its way.
    Failed,
    /// Nothing was noted: it is on its way, or nobody followed it to its end.
    Unknown,
}

impl Word {
    pub const ALL: [Self; 10] = [
        Self::Accepted,
        Self::AlreadyMine,
        Self::DecidedByAnother,
        Self::Changed,
        Self::NoLongerWaiting,
        Self::Invalid,
        Self::NotPermitted,
        Self::NotConfirmed,
        Self::Failed,
        Self::Unknown,
    ];

    pub const fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Accepted(_) => Self::Accepted,
            Outcome::AlreadyMine(_) => Self::AlreadyMine,
            Outcome::DecidedByAnother(_) => Self::DecidedByAnother,
            Outcome::Changed(_) => Self::Changed,
            Outcome::NoLongerWaiting(_) => Self::NoLongerWaiting,
            Outcome::Invalid { .. } => Self::Invalid,
            Outcome::NotPermitted { .. } => Self::NotPermitted,
            Outcome::NotConfirmed { .. } => Self::NotConfirmed,
        }
    }

    /// As the gateway writes it.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::AlreadyMine => "already_mine",
            Self::DecidedByAnother => "decided_by_another",
            Self::Changed => "changed",
            Self::NoLongerWaiting => "no_longer_waiting",
            Self::Invalid => "invalid",
            Self::NotPermitted => "not_permitted",
            Self::NotConfirmed => "not_confirmed",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|word| word.slug() == slug)
    }
}
