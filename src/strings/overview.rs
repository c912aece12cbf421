//! What stands above the history's rows from the first visit on: saved views, the folded summary, names of columns.

use console::columns::Column;
use runs::StatusKind;
use runs::reading::summary::Counts;

pub struct OverviewWords {
    pub summary: &'static str,
    /// What the loaded runs come to, in one line.
    pub glance: fn(Counts) -> String,
    pub views: &'static str,
    pub columns: &'static str,
    pub built_in: fn(Option<StatusKind>) -> &'static str,
    pub changed: &'static str,
    pub save: &'static str,
    pub view_saved: fn(&str) -> String,
    pub not_kept: &'static str,
    pub column: fn(&Column) -> String,
}
