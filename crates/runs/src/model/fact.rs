//! Further documented fields, by names that the views know.

use crate::value::json::Json;
use crate::value::time::Timestamp;

/// A further documented field of a run or step, by a name the views know.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    pub name: FactName,
    pub value: FactValue,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FactName {
    Organization,
    Workspace,
    ModifiedBy,
    ConfigSnapshot,
    Dataset,
    ExecutionPhase,
    AccessToken,
    ResumeStatus,
    ResumeQueue,
    ActiveResume,
    SignalStates,
    PendingOutputs,
    GraphSnapshot,
    ExecutedNodes,
    ParallelCounters,
    CancelRequestedAt,
    CancelPending,
    CancelConfirmationError,
    CancelSignalError,
    CancelSignalFailedAt,
    CancelNativeError,
    Cost,
    TraceSpans,
    Credits,
    PricingConfig,
    Executor,
    Retries,
    Model,
    Tokens,
    ErrorCategory,
    Handles,
    Documents,
    NeedsReview,
    ReviewedAt,
    ReviewApproved,
    Tags,
    SourceTasks,
    EditedStatus,
    StaleStatus,
    SignalSent,
    Description,
    FlowActive,
    Engine,
    CreatedAt,
    UpdatedAt,
    ReviewStatus,
    ReviewedBy,
    ReviewedData,
    ReviewTargets,
    ReviewMetadata,
    ReviewCreatedAt,
    ReviewUpdatedAt,
    ReviewModifiedBy,
    Instructions,
    Messages,
    Reason,
    Artifact,
    Containers,
    WaitsUntil,
    Subflow,
    Logs,
    Note,
    LogicalDate,
    AnswersBy,
}

#[derive(Clone, Debug, PartialEq)]
pub enum FactValue {
    Text(String),
    Time(Timestamp),
    Millis(u64),
    Count(u64),
    Flag(bool),
    Texts(Vec<String>),
    Data(Json),
}

impl Fact {
    pub fn text(name: FactName, value: impl Into<String>) -> Self {
        Self { name, value: FactValue::Text(value.into()) }
    }
}
