//! What every dialect answers for. An adapter holds no state: questions in, [`Operation`]s out.

use crate::Json;
use crate::adapters::capability::Capabilities;
use crate::adapters::query::RunQuery;
use crate::model::review::{Holder, Intent, Outcome, Review};
use crate::model::source::SourceLocation;
use crate::model::{ActionOutcome, FileLink, Flow, Page, Place, Quota, Run, RunDetail, Started, Statistics};
use crate::value::digest::digest_bytes;
use crate::wire::error::ApiError;
use crate::wire::http::Response;
use crate::wire::operation::Operation;

/// Names one run; some vendors need its flow too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRef {
    pub id: String,
    /// `None`: unknown; an adapter that needs it looks for it in a bounded number of requests.
    pub flow: Option<String>,
}

/// What a flow wants to be started with.
#[derive(Clone, Debug, PartialEq)]
pub struct FlowInputs {
    pub flow: Flow,
    pub fields: Vec<InputField>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct InputField {
    /// The vendor's key: a file field, a start node, empty for the one JSON object of the whole run.
    pub key: String,
    pub label: String,
    pub required: bool,
    pub kind: InputKind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum InputKind {
    /// `accept`: extensions or media types, empty for any; `max_bytes` where the vendor says.
    File {
        accept: Vec<String>,
        max_bytes: Option<u64>,
        many: bool,
    },
    /// A JSON value; `example` prefills the form.
    Json {
        example: Json,
    },
    Text,
}

/// A start as filled in; entries are by [`InputField::key`].
#[derive(Clone, Debug, PartialEq)]
pub struct StartRequest {
    pub flow: String,
    /// Optional name of the run, where the vendor takes one.
    pub name: Option<String>,
    /// Data for the whole run, kept by the vendor.
    pub metadata: Option<Json>,
    pub values: Vec<(String, InputValue)>,
    /// One key an intent: an idempotency key where the vendor takes one, and the multipart boundary.
    pub key: String,
}

impl StartRequest {
    /// Tells two starts apart that differ by more than their key.
    pub fn digest(&self) -> String {
        let mut text = format!("{:?}{:?}{:?}", self.flow, self.name, self.metadata.as_ref().map(Json::to_string));
        let mut parts: Vec<&[u8]> = Vec::new();
        for (key, value) in &self.values {
            text.push_str(&match value {
                InputValue::File { name, media_type, bytes } => {
                    parts.push(bytes);
                    format!("{key:?}{name:?}{media_type:?}{}", bytes.len())
                }
                InputValue::Json(value) => format!("{key:?}{value}"),
                InputValue::Text(text) => format!("{key:?}{text:?}"),
            });
        }
        parts.push(text.as_bytes());
        digest_bytes(&parts)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum InputValue {
    File { name: String, media_type: String, bytes: Vec<u8> },
    Json(Json),
    Text(String),
}

/// A question for flows: what a chooser with type-ahead asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlowQuery {
    /// Sent where the vendor can search; the caller filters what comes back as well.
    pub search: String,
    pub place: Place,
}

/// What a dialect can do, and the lists it gives.
pub trait Adapter: Sync {
    fn capabilities(&self) -> Capabilities;

    /// What an answer says of the vendor's rate limit, refusals included.
    fn quota(&self, _response: &Response) -> Option<Quota> {
        None
    }

    fn list_flows(&self, query: &FlowQuery) -> Operation<Page<Flow>>;

    fn list_runs(&self, query: &RunQuery) -> Operation<Page<Run>>;

    /// Runs that wait for a person, oldest first as far as one page tells; `flow` where the dialect lists only per flow.
    fn list_waiting(&self, flow: Option<&str>, place: &Place) -> Operation<Page<Run>>;
}

/// Everything about one run: its story, its start, its reviews. Apart from [`Adapter`], so that a page of lists does not carry
/// the code for it.
pub trait RunAdapter: Sync {
    fn get_run(&self, run: &RunRef) -> Operation<RunDetail>;

    /// The run alone, in one request where the dialect allows it.
    fn get_status(&self, run: &RunRef) -> Operation<Run> {
        self.get_run(run).map(|detail| detail.run)
    }

    fn describe_inputs(&self, flow: &str) -> Operation<FlowInputs>;

    /// What the vendor counts by itself, whatever narrows a list down; asks nothing where it counts nothing. `None`: of all flows,
    /// where the dialect lists all of them.
    fn statistics(&self, _flow: Option<&str>) -> Operation<Statistics> {
        Operation::done(Statistics::default())
    }

    fn start(&self, request: StartRequest) -> Operation<Started>;

    fn get_review(&self, _run: &RunRef, _review: &str) -> Operation<Review> {
        Operation::fail(ApiError::unsupported("reviews"))
    }

    /// Reads the review again, compares it with what was read, sends only if nothing changed, and says what came of it.
    fn decide(&self, _read: &Review, _intent: &Intent) -> Operation<Outcome> {
        Operation::fail(ApiError::unsupported("decisions"))
    }

    /// After "not confirmed": finds out what was recorded, without sending anything again.
    fn confirm(&self, _read: &Review, _intent: &Intent) -> Operation<Outcome> {
        Operation::fail(ApiError::unsupported("decisions"))
    }

    /// Marks the review as being worked on by the key's user; again if it was. `None`: recorded, but the vendor does not say for whom.
    fn claim(&self, _run: &RunRef, _review: &str) -> Operation<Option<Holder>> {
        Operation::fail(ApiError::unsupported("claims"))
    }

    /// Who has it started now, where the dialect has claims.
    fn holder(&self, _run: &RunRef, _review: &str) -> Operation<Option<Holder>> {
        Operation::fail(ApiError::unsupported("claims"))
    }

    /// Gives it back; done as well if nobody had it.
    fn release(&self, _run: &RunRef, _review: &str) -> Operation<()> {
        Operation::fail(ApiError::unsupported("claims"))
    }

    /// Where the values of a review stand in its documents, as far as the vendor says.
    fn sources(&self, _review: &Review) -> Operation<Vec<SourceLocation>> {
        Operation::done(Vec::new())
    }

    /// Where a file's bytes are; `file` is its id in the model. The gateway fetches them: an address carries its own permission and
    /// never reaches the browser.
    fn file_link(&self, _file: &str) -> Operation<FileLink> {
        Operation::fail(ApiError::unsupported("files"))
    }

    fn cancel(&self, _run: &RunRef, _key: &str) -> Operation<ActionOutcome> {
        Operation::fail(ApiError::unsupported("cancel"))
    }

    fn rerun(&self, _run: &RunRef, _key: &str) -> Operation<ActionOutcome> {
        Operation::fail(ApiError::unsupported("rerun"))
    }

    fn delete(&self, _run: &RunRef) -> Operation<ActionOutcome> {
        Operation::fail(ApiError::unsupported("delete"))
    }
}
