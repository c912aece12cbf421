//! Reviews, decisions and what can come of them.

mod about;

pub use about::about;

use crate::model::Step;
use crate::model::status::Status;
use crate::value::digest::digest_of;
use crate::value::json::Json;
use crate::value::time::Timestamp;
use crate::wire::error::{ApiError, ErrorKind};

/// One waiting node of one run, with the data to look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Review {
    /// Node, task or review id.
    pub id: String,
    pub run: String,
    pub flow: String,
    pub flow_name: Option<String>,
    /// The step's name.
    pub name: String,
    pub state: ReviewState,
    /// The run's status when it was read.
    pub run_status: Status,
    /// What the reviewer looks at and may correct. Several targets (SuperAI) are one list in their order.
    pub data: Json,
    /// A JSON Schema of `data`, where the vendor gives one.
    pub schema: Option<Json>,
    /// Why a person is asked, in the vendor's words.
    pub reason: Option<String>,
    pub instructions: Option<String>,
    pub since: Option<Timestamp>,
    /// When it ends unanswered, where the vendor says.
    pub until: Option<Timestamp>,
    /// What a decision is pinned to.
    pub pin: Pin,
    /// Parts of `data` (by their place in the list) that may be looked at but not changed.
    pub read_only: Vec<usize>,
    /// Steps before it, with their outputs: evidence.
    pub evidence: Vec<Step>,
    /// Every version of the data there is, oldest first, where the vendor keeps them.
    pub versions: Vec<Version>,
    /// Who has it started, where the vendor says.
    pub holder: Option<Holder>,
    /// What the adapter needs of it later, beside the decision (ids); opaque to views.
    pub carry: Json,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ReviewState {
    Open,
    Decided(Decision),
    /// The run went on, ended or was rerun without a decision that can be read.
    Gone,
}

/// One version of a review's data; versions are never changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    pub id: String,
    /// The version that it was made from.
    pub parent: Option<String>,
    pub author: Author,
    pub note: Option<String>,
    pub created_at: Option<Timestamp>,
    pub data: Json,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    pub kind: AuthorKind,
    /// As the vendor shows it; its id where it has no name.
    pub name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthorKind {
    Person,
    Agent,
    Model,
    Unknown,
}

/// Somebody who has a review started, by the vendor's word. It keeps nobody else out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The vendor's id of the person.
    pub id: String,
    /// The person's name or address, where the vendor tells it.
    pub name: Option<String>,
    pub since: Option<Timestamp>,
}

/// What was read, so that a decision on it can be refused once it changed: a digest of the data and its schema, the step's
/// attempt and its last change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    pub digest: String,
    pub attempt: Option<u32>,
    pub updated_at: Option<Timestamp>,
}

/// A recorded decision.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// `None` if nobody recorded whether it was approved.
    pub approved: Option<bool>,
    /// The data it was approved with, if that was recorded.
    pub data: Option<Json>,
    /// Who, in the vendor's words; `None`: the vendor does not record it.
    pub by: Option<String>,
    pub at: Option<Timestamp>,
    /// When the engine took it up.
    pub applied_at: Option<Timestamp>,
    /// Why it was rejected, where the vendor keeps it.
    pub reason: Option<String>,
    /// Whether the run goes on with it, where the answer to the decision says so.
    pub resume: Option<Box<Resume>>,
}

/// What the vendor said about the run going on, right when the decision was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resume {
    pub state: ResumeState,
    /// The vendor's word.
    pub raw: String,
    /// Why it does not go on, in the vendor's words.
    pub error: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResumeState {
    Resumed,
    /// Not yet; the vendor takes it up by itself.
    Pending,
    /// It stands in line; its place, from one, where the vendor says.
    Queued(Option<u64>),
    /// Recorded, but the run could not go on.
    Failed,
    /// Recorded, and there was nothing to go on with.
    Skipped,
    /// A word never seen before.
    Unknown,
}

/// What one person wants to do with one review. Its key stays the same over retries.
#[derive(Clone, Debug, PartialEq)]
pub struct Intent {
    /// The idempotency key.
    pub key: String,
    pub approve: bool,
    /// The edited data; `None`: as read. Of a decision that is looked for on changed content: the data that it was about, rejected
    /// or approved.
    pub edited: Option<Json>,
    /// Why it was rejected; sent only where the dialect carries it ([`crate::adapters::capability::RejectReason`]).
    pub reason: Option<String>,
}

/// What came of a decision.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Recorded now, by this intent.
    Accepted(Decision),
    /// Was recorded before, with what this intent sent.
    AlreadyMine(Decision),
    DecidedByAnother(Decision),
    /// Nothing was sent: the review is not what was read.
    Changed(Box<Review>),
    /// The run is not waiting here any more; its status tells.
    NoLongerWaiting(Status),
    /// The vendor refused the data, with messages per field where it gives them.
    Invalid {
        detail: String,
        fields: Vec<(String, String)>,
        request_id: Option<String>,
    },
    NotPermitted {
        detail: String,
        request_id: Option<String>,
    },
    /// Sent, or perhaps sent, and not known to be recorded.
    NotConfirmed {
        detail: String,
        request_id: Option<String>,
    },
}

impl Outcome {
    /// After an error that leaves it open whether it was recorded. What a parser said of an answer is not the vendor's word.
    pub(crate) fn not_confirmed(error: ApiError) -> Self {
        let detail = if error.kind == ErrorKind::Malformed { String::new() } else { error.detail };
        Self::NotConfirmed { detail, request_id: error.request_id }
    }
}

impl Intent {
    /// The whole form that it sends: fields that the edits leave out, and all of a rejection's, as they were read.
    pub fn whole(&self, read: &Review) -> Json {
        let mut whole = self.edited.as_ref().filter(|_| self.approve).unwrap_or(&read.data).clone();
        if let (Json::Object(whole), Json::Object(read)) = (&mut whole, &read.data) {
            for (name, value) in read {
                if !whole.contains_key(name) {
                    whole.insert(name.clone(), value.clone());
                }
            }
        }
        whole
    }

    /// Why it cannot be sent: what it would approve holds a value that is not valid JSON. A form shows that before.
    pub fn unsendable(&self, read: &Review) -> Option<ApiError> {
        self.approve.then(|| unsendable(self.edited.as_ref().unwrap_or(&read.data))).flatten()
    }
}

/// Why data cannot be sent: a value in it is not valid JSON, and nobody knows what it was.
pub fn unsendable(data: &Json) -> Option<ApiError> {
    let (path, found) = crate::value::json::first_flaw(data)?;
    let path = if path.is_empty() { "the data" } else { &path };
    Some(ApiError::new(ErrorKind::Invalid, format!("{path} is not valid JSON: {found}")))
}

impl Pin {
    pub fn of(data: &Json, schema: Option<&Json>, attempt: Option<u32>, updated_at: Option<Timestamp>) -> Self {
        Self { digest: digest_of([data, schema.unwrap_or(&Json::Null)]), attempt, updated_at }
    }
}
