//! One step of a run.

use super::{Fact, RunError, UNNAMED};
use crate::model::status::{Status, StatusKind};
use crate::value::json::Json;
use crate::value::time::Timestamp;
use crate::wire::fields::Unfit;

/// One node or task of a run, one entry a try and iteration.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Unique in the run.
    pub id: String,
    /// The node or task in the flow; tries and iterations of one share it.
    pub node: String,
    pub name: String,
    /// The vendor's word: `extract`, `hil`.
    pub kind: Option<String>,
    pub status: Status,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    pub duration_ms: Option<u64>,
    /// One-based try of this node.
    pub attempt: u32,
    /// The loop that it runs in, and which time round (zero-based).
    pub parent: Option<String>,
    pub iteration: Option<u32>,
    pub input: Option<Json>,
    pub output: Option<Json>,
    pub output_as: OutputAs,
    pub error: Option<RunError>,
    pub facts: Vec<Fact>,
    pub other: Vec<(String, Json)>,
}

/// What an output is meant to be looked at as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OutputAs {
    #[default]
    Data,
    Markdown,
    /// Rows or columns of cells.
    Table,
    /// An address of the web.
    Link,
    /// How far something is, from 0 to 100.
    Percent,
}

impl Step {
    /// A step of a list that could not be read.
    pub fn unread(at: usize, (value, problem): Unfit) -> Self {
        let id = format!("{UNNAMED}{at}");
        let error = RunError::unread(&problem, &value.to_string());
        Self { error: Some(error), status: Status::default(), ..Self::not_started(id.clone(), id, format!("Step {}", at + 1), None) }
    }

    /// A node of the flow that the run has not come to.
    pub fn not_started(id: String, node: String, name: String, kind: Option<String>) -> Self {
        Self {
            id,
            node,
            name,
            kind,
            status: Status::new(StatusKind::NotStarted, ""),
            started_at: None,
            finished_at: None,
            duration_ms: None,
            attempt: 1,
            parent: None,
            iteration: None,
            input: None,
            output: None,
            output_as: OutputAs::Data,
            error: None,
            facts: Vec::new(),
            other: Vec::new(),
        }
    }
}
