//! Phases, events and effects of the state machine of a decision.

use crate::model::RunDetail;
use crate::model::review::Outcome;
use crate::value::time::Timestamp;
use crate::wire::error::ApiError;

/// Where a decision stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// The undo window: nothing has left, and it can be taken back.
    Held {
        until: Timestamp,
    },
    /// Being kept and logged; nothing has left.
    Preparing,
    /// Being compared with what was read, and sent.
    Sending,
    /// It could not be written to the audit log, so it was not sent.
    Unlogged(ApiError),
    /// Nothing was recorded.
    Failed(ApiError),
    /// Perhaps recorded; `asking`: it is being looked for.
    Unconfirmed {
        detail: String,
        request_id: Option<String>,
        asking: bool,
    },
    Came(Outcome),
    /// Taken back inside the window, or given up: there is nothing more to follow.
    Dropped,
}

impl Phase {
    /// Why nothing was recorded.
    pub const fn error(&self) -> Option<&ApiError> {
        match self {
            Self::Unlogged(error) | Self::Failed(error) => Some(error),
            _ => None,
        }
    }

    /// The vendor's words on a decision that it did not take or confirm, and by what the request is known.
    pub fn told(&self) -> (&str, Option<&str>) {
        match self {
            Self::Unconfirmed { detail, request_id, .. }
            | Self::Came(
                Outcome::Invalid { detail, request_id, .. }
                | Outcome::NotPermitted { detail, request_id }
                | Outcome::NotConfirmed { detail, request_id },
            ) => (detail, request_id.as_deref()),
            _ => ("", None),
        }
    }
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// The wait of this number is over.
    Elapsed(u32),
    /// Takes it back while it is held.
    Undo,
    /// It lies beside the draft, or this browser keeps nothing.
    Kept,
    Logged(Result<(), ApiError>),
    /// The run as it is; `None`: it could not be read.
    Run(Option<Box<RunDetail>>),
    Sent(Result<Outcome, ApiError>),
    /// The answer to [`Effect::Confirm`] of this number.
    Looked(u32, Result<Outcome, ApiError>),
    CheckAgain,
    SendAgain,
    WatchAgain,
    /// The person stops looking for what was not confirmed.
    GiveUp,
}

/// What has to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// [`Event::Elapsed`] with this number, after so many milliseconds.
    Wait { millis: u32, number: u32 },
    /// Keep [`Case::pending`] beside the draft, then [`Event::Kept`].
    Keep,
    /// Append the intent to the audit log, then [`Event::Logged`].
    LogIntent,
    /// Read the run, then [`Event::Run`].
    ReadRun,
    /// `RunAdapter::decide`, then [`Event::Sent`].
    Send,
    /// `RunAdapter::confirm`, then [`Event::Looked`] with this number.
    Confirm(u32),
    /// Append to the audit log what came of it.
    LogOutcome,
    /// The draft was accepted: remove it with what was kept beside it.
    Forget,
    /// Remove what was kept beside the draft; the edits stay.
    Release,
    /// Tell somebody who does not look at the review's page.
    Tell(News),
    /// The number of waiting runs changed.
    Recount,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    Recorded,
    Another,
    NotRecorded,
    Unconfirmed,
    Failed,
}
