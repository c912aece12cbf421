//! Words about the audit log and the figures over it.

use crate::data::audit::Word;

pub struct AuditWords {
    pub title: &'static str,
    pub about: &'static str,
    /// The log as the one who failed, in place of a vendor.
    pub log: &'static str,
    pub figures: &'static str,
    pub export: &'static str,
    pub failed: &'static str,
    pub empty: &'static str,
    pub empty_next: &'static str,
    pub no_match: &'static str,
    pub no_match_next: &'static str,
    pub clear: &'static str,
    /// How many are shown, and whether there are more.
    pub shown: fn(usize, bool) -> String,
    pub more: &'static str,
    pub any: &'static str,
    pub show_all: fn(&str) -> String,

    pub when: &'static str,
    pub who: &'static str,
    pub connection: &'static str,
    pub flow: &'static str,
    pub run: &'static str,
    pub review: &'static str,
    pub decision: &'static str,
    pub outcome: &'static str,
    pub changes: &'static str,
    pub reason: &'static str,
    pub from: &'static str,
    pub to: &'static str,
    pub word: fn(Word) -> &'static str,
    /// Approved or not, with so many changes.
    pub decided: fn(bool, u64) -> String,
    /// What was read: digest and attempt.
    pub version: fn(&str, Option<u64>) -> String,
    pub everything: &'static str,
    /// Between before and after, for those who do not see the arrow.
    pub became: &'static str,
    pub absent: &'static str,
    pub blank: &'static str,
    pub more_changes: fn(usize) -> String,
    pub in_export: fn(u64) -> String,

    pub figures_title: &'static str,
    pub figures_failed: &'static str,
    pub figures_basis: &'static str,
    pub range: &'static str,
    pub last_days: fn(u32) -> String,
    pub all_flows: &'static str,
    pub glance: &'static str,
    pub oldest: &'static str,
    /// How many wait, and whether it is known of all since when.
    pub waiting_now: fn(u64, bool) -> String,
    pub median: &'static str,
    pub p90: &'static str,
    /// Of how many recorded decisions it is known how long they took.
    pub timed: fn(u64, u64) -> String,
    pub recorded: &'static str,
    /// Approved as read, with changes, rejected.
    pub split: fn(u64, u64, u64) -> String,
    pub a_day: &'static str,
    pub approved: &'static str,
    pub edited: &'static str,
    pub rejected: &'static str,
    pub outcomes: &'static str,
    pub outcomes_basis: fn(u64) -> String,
    pub decisions: &'static str,
    pub share: &'static str,
    pub fields: &'static str,
    pub fields_basis: fn(u64) -> String,
    pub field: &'static str,
    pub edits: &'static str,
    pub in_decisions: fn(u64) -> String,
    pub reasons: &'static str,
    /// Of how many rejections, and how many of them have no reason.
    pub reasons_basis: fn(u64, u64) -> String,
    pub days: &'static str,
    pub days_basis: &'static str,
    pub day: &'static str,
    pub flows: &'static str,
    /// How many are listed, of how many.
    pub flows_basis: fn(u64, u64) -> String,
    pub nothing_counted: &'static str,
    /// Where a run's or a review's decisions are listed.
    pub of_this: &'static str,
}
