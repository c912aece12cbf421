//! Capabilities of a dialect. Every control is drawn from them; what a vendor cannot do is not offered, and the page says why.

use crate::adapters::filter::{Filters, Listed};
use crate::model::status::StatusKind;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Runs of all flows can be listed at once; otherwise a flow has to be chosen.
    pub list_all: bool,
    pub page_sizes: &'static [u32],
    /// The list can be paged towards newer runs from any place, without remembering the way.
    pub walks_back: bool,
    /// Statuses that the vendor can filter by.
    pub status_filter: &'static [StatusKind],
    /// More than one at a time.
    pub status_filter_many: bool,
    /// What else the vendor filters by.
    pub filters: Filters,
    pub listed: Listed,
    pub numbers: NumberSource,
    pub seek: Seek,
    /// Flows can be searched for by a text; otherwise their list is read page by page.
    pub flow_search: bool,
    pub review: ReviewStyle,
    pub reject_reason: RejectReason,
    /// A review can be started and given back, so that others see who has it.
    pub claims: bool,
    /// Edits become a version of the review beside the others', which stay to be read.
    pub versions: bool,
    pub cancel: bool,
    pub rerun: Rerun,
    pub delete: Deletion,
    pub start: StartStyle,
    /// What people are asked is written in Markdown.
    pub markdown: bool,
    /// The bytes of a run's files can be had.
    pub files: bool,
    /// The vendor keeps the history of statuses; otherwise it is derived from times.
    pub keeps_history: bool,
}

impl Capabilities {
    /// Run numbers are counted here from the oldest run: they move when an older run is deleted.
    pub fn numbers_move(&self) -> bool {
        self.numbers == NumberSource::Derived
    }

    /// Whether the vendor filters by exactly these statuses.
    pub fn filters_by(&self, statuses: &[StatusKind]) -> bool {
        statuses.iter().all(|kind| self.status_filter.contains(kind)) && (self.status_filter_many || statuses.len() < 2)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberSource {
    /// The vendor numbers its runs.
    Native,
    /// From the total and the place in the newest-first list of one flow.
    Derived,
    /// Neither numbers nor a total.
    None,
}

/// How a run that lies far back in the list is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seek {
    /// Any offset, and the total is known.
    Offset,
    /// Any page up to the last one that the vendor gives, at most so large; beyond it the list goes on behind an id.
    Page { last: u32, largest: u32 },
    /// Only beside a run that is known by its id.
    Id,
    /// Only page after page.
    Sequential,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewStyle {
    /// The vendor has no paused state.
    None,
    /// Runs wait, but the vendor has no public call to decide.
    ReadOnly,
    /// Approve (with or without edits) or reject; a rejected run ends. One idempotency key an intent.
    ApproveReject,
    /// Start, then complete as correct or incorrect; the flow goes on either way.
    Complete,
}

impl ReviewStyle {
    pub const fn decides(self) -> bool {
        matches!(self, Self::ApproveReject | Self::Complete)
    }
}

/// Whether a rejection carries its reason to the vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RejectReason {
    /// No call takes one: it is never sent.
    Unsupported,
    /// Carried where one is given.
    Optional,
    /// The vendor refuses a rejection without one.
    Required,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rerun {
    None,
    /// A new run with a new id.
    NewRun,
    /// The same run again, under its id.
    SameRun,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    None,
    /// With its steps and data.
    Removed,
    /// The vendor keeps it, but no call gives it back.
    Hidden,
}

/// What a run is started with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartStyle {
    /// Named file fields and metadata, as multipart form data.
    Files,
    /// Documents and JSON per start node.
    DocumentsAndJson,
    /// One JSON object.
    Json,
}
