//! A run and its parts, the same for every vendor.

mod fact;
mod failed;
mod file;
mod list;
mod progress;
pub mod review;
pub mod source;
pub mod status;
mod step;

use crate::model::status::Status;
use crate::value::digest::digest;
use crate::value::json::{Json, Malformed};
use crate::value::time::Timestamp;
use crate::wire::fields::Unfit;
pub use fact::{Fact, FactName, FactValue};
pub(crate) use failed::place_error;
pub use file::{File, FileLink, FilePlace, FileRole};
pub use list::{NoNumber, Numbering, Page, Place, Quota, Statistics};
pub use progress::StepCounts;
pub use step::{OutputAs, Step};

/// What ids begin with that stand in for those of the vendor.
const UNNAMED: &str = "unread ";

/// What the vendors call flow or workflow.
#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    pub id: String,
    pub name: String,
    pub description: Option<String>,
    pub version: Option<String>,
    /// `None` where the vendor does not say.
    pub active: Option<bool>,
    pub runs: Option<u64>,
    pub other: Vec<(String, Json)>,
}

/// What started a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trigger {
    pub kind: TriggerKind,
    /// The vendor's word.
    pub raw: String,
    /// More about it: the sender's address of an e-mail.
    pub detail: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TriggerKind {
    Manual,
    Api,
    Schedule,
    Webhook,
    Email,
    Restart,
    Unknown,
}

/// One execution of a flow, as a list shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    pub id: String,
    pub flow: String,
    pub flow_name: Option<String>,
    pub flow_version: Option<String>,
    /// Given by the vendor; derived numbers are [`Page::first_number`]'s business.
    pub number: Option<u64>,
    pub status: Status,
    pub trigger: Option<Trigger>,
    pub name: Option<String>,
    pub created_at: Option<Timestamp>,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
    /// As the vendor says, waiting included.
    pub duration_ms: Option<u64>,
    /// Waiting for people: finished stretches only.
    pub waited_ms: Option<u64>,
    /// Since when it waits for a person now.
    pub waiting_since: Option<Timestamp>,
    /// Steps that it waits on.
    pub waiting_on: Vec<String>,
    /// The reviews that are open in it. `None`: what was read does not tell.
    pub reviews: Option<Vec<ReviewRef>>,
    pub error: Option<RunError>,
    pub steps_total: Option<u32>,
    /// Those that are completed: see [`StepCounts`].
    pub steps_done: Option<u32>,
    /// One-based.
    pub attempt: Option<u32>,
    pub metadata: Vec<(String, Json)>,
    /// It could not be read: `error` says why, and has what the vendor sent.
    pub unread: bool,
}

impl Run {
    /// A run of a list that could not be read, but stands in its place. Without an id of its own it goes by a digest of its text.
    pub fn unread(id: Option<String>, (value, problem): Unfit) -> Self {
        let raw = value.to_string();
        let id = id.filter(|id| !id.is_empty()).unwrap_or_else(|| format!("{UNNAMED}{}", digest(&raw)));
        Self { unread: true, error: Some(RunError::unread(&problem, &raw)), ..Self::new(id, "", Status::default()) }
    }

    /// Whether the vendor named it, so that it can be asked for.
    pub fn named(&self) -> bool {
        !(self.unread && self.id.starts_with(UNNAMED))
    }

    /// It ended before it started, by the vendor's own times: nothing can be said of how long it took.
    pub fn ends_before_it_starts(&self) -> bool {
        self.started_at.or(self.created_at).zip(self.finished_at).is_some_and(|(from, to)| to < from)
    }

    /// How long it took until it ended, or until `now` if it has not: by the vendor's word, else by its times.
    pub fn lasted(&self, now: Option<Timestamp>) -> Option<u64> {
        if self.ends_before_it_starts() {
            return None;
        }
        let end = if self.status.kind.is_final() { self.finished_at } else { now };
        // Some vendors say 0 while a run is under way.
        let said = self.duration_ms.filter(|lasted| self.status.kind.is_final() || *lasted > 0);
        said.or_else(|| self.started_at.or(self.created_at)?.until(end?))
    }

    /// A run of which nothing else is known.
    pub fn new(id: impl Into<String>, flow: impl Into<String>, status: Status) -> Self {
        Self {
            id: id.into(),
            flow: flow.into(),
            flow_name: None,
            flow_version: None,
            number: None,
            status,
            trigger: None,
            name: None,
            created_at: None,
            started_at: None,
            finished_at: None,
            updated_at: None,
            duration_ms: None,
            waited_ms: None,
            waiting_since: None,
            waiting_on: Vec::new(),
            reviews: None,
            error: None,
            steps_total: None,
            steps_done: None,
            attempt: None,
            metadata: Vec::new(),
            unread: false,
        }
    }
}

/// What one answer about one run holds beside the run itself.
#[derive(Clone, Debug, PartialEq)]
pub struct RunDetail {
    pub run: Run,
    /// Oldest first.
    pub history: Vec<StatusEvent>,
    /// Whether the vendor keeps the history or Sluice derived it from times of the run and its steps.
    pub history_derived: bool,
    pub steps: Vec<Step>,
    /// The vendor has more steps than are read.
    pub steps_cut: bool,
    pub attempts: Vec<Attempt>,
    pub files: Vec<File>,
    /// Data the run started with: label (a node or field name, empty for the whole) and value.
    pub inputs: Vec<(String, Json)>,
    pub outputs: Vec<(String, Json)>,
    pub facts: Vec<Fact>,
    /// Reviews that are open in this run.
    pub reviews: Vec<ReviewRef>,
    /// Undocumented fields, kept.
    pub other: Vec<(String, Json)>,
    /// The vendor's answers as they came, by call.
    pub raw: Vec<(String, Json)>,
}

/// One change of status.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusEvent {
    pub status: Status,
    pub at: Timestamp,
    pub why: Option<String>,
}

/// One try of a whole run.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// One-based.
    pub number: u32,
    pub status: Option<Status>,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    pub other: Vec<(String, Json)>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunError {
    pub message: String,
    /// The vendor's word for where: `execution`.
    pub stage: Option<String>,
    /// The step that failed: its id, or that of its node.
    pub step: Option<String>,
    /// What people call that step, where the answer says it.
    pub step_name: Option<String>,
    pub code: Option<String>,
    pub details: Option<String>,
    pub stack: Option<String>,
}

impl RunError {
    pub(super) fn unread(problem: &Malformed, raw: &str) -> Self {
        Self { message: format!("{}: {}", problem.path, problem.problem), details: Some(raw.into()), ..Self::default() }
    }
}

/// One waiting node of one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewRef {
    /// Node, task or review id: the last part of the review's address.
    pub id: String,
    pub name: String,
    pub since: Option<Timestamp>,
    /// Which of several of its step it is.
    pub iteration: Option<Iteration>,
    /// The values that tell what it is about, as far as they were read with the run.
    pub about: Vec<String>,
}

impl ReviewRef {
    pub fn new(id: impl Into<String>, name: impl Into<String>, since: Option<Timestamp>) -> Self {
        Self { id: id.into(), name: name.into(), since, iteration: None, about: Vec::new() }
    }
}

/// What tells the reviews of one step apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Iteration {
    /// Which time round a loop, zero-based.
    Round(u32),
    /// The vendor's word for it.
    Key(String),
}

/// A run that was just started.
#[derive(Clone, Debug, PartialEq)]
pub struct Started {
    pub run: Run,
}

/// What an action on a run (cancel, rerun, delete) led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionOutcome {
    /// Asked; the run's own status will tell.
    Requested,
    /// The vendor says that it is done.
    Done,
    /// A new run took its place.
    NewRun(String),
}
