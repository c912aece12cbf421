//! What every dialect of the sandbox shares: runs, steps, reviews and their states, free of any vendor's words.

mod words;

use serde_json::Value;

pub use words::{Dialect, ReviewState, Status, Trigger, Work};

/// A flow as its dialect lists it, with the nodes that the executor walks in this order.
#[derive(Debug, Clone)]
pub struct Flow {
    /// Row in the database.
    pub n: i64,
    pub id: String,
    pub dialect: Dialect,
    pub name: String,
    pub description: String,
    pub active: bool,
    pub version: i64,
    /// Number of the newest run, which is also how many were ever created.
    pub last_seq: i64,
    /// Unix milliseconds, as every time of this module.
    pub created_at: i64,
    pub updated_at: i64,
    pub nodes: Vec<Node>,
}

impl Flow {
    #[must_use]
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == id)
    }
}

/// One node of a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Vendor-shaped: `extract-invoice`, `step_2`, a UUID …
    pub id: String,
    pub work: Work,
    /// The vendor's own word for the node's type: `start_json`, `extraction`, `hil` …
    pub kind: String,
    pub label: String,
    /// `Document`, `Json`, `Extract`: `purchase_order` or `invoice`. Empty elsewhere.
    pub role: String,
}

/// One execution of a flow.
#[derive(Debug, Clone)]
pub struct Run {
    pub n: i64,
    pub id: String,
    pub dialect: Dialect,
    pub flow: i64,
    pub flow_id: String,
    pub flow_name: String,
    pub flow_version: i64,
    /// 1-based place by creation within its flow, deleted runs included (SuperAI's `run_number`).
    pub seq: i64,
    pub status: Status,
    pub trigger: Trigger,
    pub name: Option<String>,
    pub created_at: i64,
    pub updated_at: i64,
    pub started_at: Option<i64>,
    pub finished_at: Option<i64>,
    pub duration_ms: Option<i64>,
    /// Since when it waits for a person now, and for how long it did before.
    pub waiting_since: Option<i64>,
    pub waited_ms: i64,
    /// 1-based.
    pub attempt: i64,
    pub steps_total: i64,
    pub steps_done: i64,
    pub error: Option<RunError>,
    pub metadata: Value,
    /// JSON given with the trigger, by node id or as one object; `{}` if there was none.
    pub input: Value,
    /// Output of the end nodes by node id; `{}` until there is one.
    pub output: Value,
    pub restarted_from: Option<String>,
    pub trigger_email: Option<String>,
    pub created_by: String,
    pub cancel_requested_at: Option<i64>,
    pub deleted_at: Option<i64>,
    /// The details of a row of the seeded history are computed, not stored.
    pub thin: bool,
}

/// Why a run or step failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunError {
    pub message: String,
    /// Retab's stages: `input_collection`, `execution` …
    pub stage: String,
    pub node: Option<String>,
    pub code: String,
    /// `transient`, `permanent` or `quota`.
    pub category: String,
    pub stack: Option<String>,
    pub context: Value,
}

/// One node's work within a run. Loops and retries make several of one node.
#[derive(Debug, Clone)]
pub struct Step {
    /// 0-based place in the run over all attempts.
    pub ordinal: i64,
    /// Unique within the run: the node's id, or `mr1_iter_0_extract-123` in a loop.
    pub id: String,
    pub node: String,
    pub work: Work,
    pub kind: String,
    pub label: String,
    /// Attempt of the run, 1-based.
    pub attempt: i64,
    /// 0 for the first try of this step.
    pub retry: i64,
    pub loop_id: Option<String>,
    pub iteration: Option<i64>,
    pub status: Status,
    pub created_at: i64,
    pub updated_at: i64,
    pub started_at: Option<i64>,
    pub finished_at: Option<i64>,
    pub input: Value,
    pub output: Value,
    pub error: Option<RunError>,
}

impl Step {
    #[must_use]
    pub fn duration_ms(&self) -> Option<i64> {
        Some(self.finished_at? - self.started_at?)
    }
}

/// One change of a run's status.
#[derive(Debug, Clone)]
pub struct StatusEvent {
    pub at: i64,
    pub status: Status,
    pub message: String,
}

/// One try of a whole run.
#[derive(Debug, Clone)]
pub struct Attempt {
    pub number: i64,
    pub status: Status,
    pub started_at: i64,
    pub finished_at: Option<i64>,
    pub error: Option<String>,
}

/// A document of a run, without its bytes.
#[derive(Debug, Clone)]
pub struct FileRow {
    pub id: String,
    /// Start node or file field it was given to.
    pub key: String,
    pub name: String,
    pub mime: String,
    pub size: i64,
    pub metadata: Value,
    pub guidance: Option<String>,
}

/// One waiting node of one run, and what became of it.
#[derive(Debug, Clone)]
pub struct Review {
    pub n: i64,
    /// UUID (SuperAI shows it; other dialects address a review by run and node).
    pub id: String,
    pub run: i64,
    pub run_id: String,
    pub flow_id: String,
    pub node: String,
    /// The node whose output is looked at.
    pub target_node: String,
    pub attempt: i64,
    pub state: ReviewState,
    /// Why a person is asked, in words: "Totals differ by 50.00".
    pub reason: String,
    pub data: Value,
    /// JSON Schema, draft 2020-12, of `data`.
    pub schema: Value,
    pub opened_at: i64,
    pub updated_at: i64,
    pub started_at: Option<i64>,
    pub started_by: Option<String>,
    pub decision: Option<Decision>,
}

impl Review {
    /// Whether it waits at this step: of one that runs in a loop it names the step, of others the node.
    #[must_use]
    pub fn is_of(&self, step: &Step) -> bool {
        self.attempt == step.attempt && (self.node == step.id || self.node == step.node)
    }
}

/// What a person said about a review.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    pub approved: bool,
    /// The edited data; `None` where the data was taken as it is.
    pub modified: Option<Value>,
    pub command_id: Option<String>,
    pub by: String,
    pub at: i64,
    /// When the run took it up.
    pub applied_at: Option<i64>,
}

/// A run with everything that belongs to it.
#[derive(Debug, Clone)]
pub struct RunDetail {
    pub run: Run,
    pub steps: Vec<Step>,
    pub events: Vec<StatusEvent>,
    pub attempts: Vec<Attempt>,
    pub files: Vec<FileRow>,
    pub reviews: Vec<Review>,
}
