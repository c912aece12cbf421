//! Questions about runs, in every way that a vendor asks them.

use crate::engine::model::{Dialect, Status, Trigger};

/// What a list is ordered by; ties fall back to the order of creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortField {
    #[default]
    CreatedAt,
    UpdatedAt,
    StartedAt,
    FinishedAt,
    Duration,
    Status,
}

/// Newest first by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sort {
    pub field: SortField,
    pub ascending: bool,
}

/// Where a page starts, in the vendors' four ways.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Page {
    #[default]
    First,
    /// So many rows from the beginning of the list.
    Offset(u64),
    /// Behind the run with this id.
    After(String),
    /// The page that ends right before the run with this id.
    Before(String),
    /// Starting with the run of this id.
    From(String),
    /// So many rows on behind the run with this id.
    Past(String, u64),
}

/// A question about runs. Times are Unix milliseconds and inclusive.
#[derive(Debug, Clone)]
pub struct RunQuery {
    pub dialect: Dialect,
    /// Vendor id of the flow; an unknown one gives an empty list.
    pub flow: Option<String>,
    /// Empty means any.
    pub statuses: Vec<Status>,
    pub exclude: Vec<Status>,
    pub triggers: Vec<Trigger>,
    pub created_from: Option<i64>,
    pub created_to: Option<i64>,
    pub updated_from: Option<i64>,
    pub updated_to: Option<i64>,
    pub min_duration_ms: Option<i64>,
    pub max_duration_ms: Option<i64>,
    /// Part of a run's id, whatever its case.
    pub search: Option<String>,
    pub include_deleted: bool,
    pub sort: Sort,
    pub page: Page,
    pub limit: u32,
}

impl RunQuery {
    #[must_use]
    pub const fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            flow: None,
            statuses: Vec::new(),
            exclude: Vec::new(),
            triggers: Vec::new(),
            created_from: None,
            created_to: None,
            updated_from: None,
            updated_to: None,
            min_duration_ms: None,
            max_duration_ms: None,
            search: None,
            include_deleted: false,
            sort: Sort { field: SortField::CreatedAt, ascending: false },
            page: Page::First,
            limit: 20,
        }
    }

    /// Only flow and status are asked for, which the counters know.
    pub(super) fn counted(&self) -> bool {
        self.placed() && self.created_from.is_none() && self.created_to.is_none()
    }

    /// The statuses let through: empty for any but deleted, `None` if there is none.
    pub(super) fn allowed(&self) -> Option<Vec<Status>> {
        if self.statuses.is_empty() && self.exclude.is_empty() && !self.include_deleted {
            return Some(Vec::new());
        }
        let asked = if self.statuses.is_empty() { &Status::ALL[..] } else { &self.statuses };
        let mut allowed: Vec<Status> = Vec::new();
        for status in asked {
            let hidden = *status == Status::Deleted && !self.include_deleted;
            if !hidden && !self.exclude.contains(status) && !allowed.contains(status) {
                allowed.push(*status);
            }
        }
        (!allowed.is_empty()).then_some(allowed)
    }

    /// Nothing is asked for that the counters of places do not know.
    pub(super) fn placed(&self) -> bool {
        self.triggers.is_empty()
            && self.updated_from.is_none()
            && self.updated_to.is_none()
            && self.min_duration_ms.is_none()
            && self.max_duration_ms.is_none()
            && self.search.as_deref().is_none_or(str::is_empty)
    }
}
