//! Taking a decision: the undo window, its reason, what was kept of it.

use crate::platform::clock::Local;
use runs::adapters::capability::ReviewStyle;

pub struct DecideWords {
    /// Whoever is signed in sees this review only.
    pub not_allowed: &'static str,
    /// The audit log could not be written.
    pub unlogged: &'static str,
    // Why a press decides nothing
    /// Another tab of this browser has one on its way: what it says where it cannot be decided, and the note above the form.
    pub is_elsewhere: &'static str,
    pub way_elsewhere: &'static str,
    pub way_elsewhere_next: &'static str,
    pub is_held: &'static str,
    pub is_under_way: &'static str,
    pub is_decided: &'static str,
    pub is_being_read: &'static str,
    pub is_compared: &'static str,
    pub is_nothing: &'static str,
    /// The run, approved or not, and with how many changes: `#1,042 approved with 2 changes`, and that it is not sent yet.
    pub held: fn(&str, bool, usize, ReviewStyle) -> String,
    pub held_next: &'static str,
    /// The vendor, and the moment until which it is held: it loses answers that come too soon.
    pub held_young: fn(&str, &str) -> String,
    /// For a screen reader: the fact, the seconds that are left, and the keys that take it back.
    pub held_said: fn(&str, u32, Option<&str>) -> String,
    pub undo: &'static str,
    pub taken_back: &'static str,
    pub reads_before_sending: &'static str,
    pub give_up: &'static str,
    // The rules of the schema
    pub checking: &'static str,
    pub evidence_unread: &'static str,
    pub evidence_unread_next: &'static str,
    pub approve_unread: &'static str,
    pub unchecked: &'static str,
    pub unchecked_next: &'static str,
    pub changed_meanwhile: &'static str,
    pub rejecting_meanwhile: &'static str,
    pub left_meanwhile: fn(&str) -> String,
    pub nothing_to_undo: &'static str,
    pub check_rules_again: &'static str,
    pub approve_unchecked: &'static str,
    // The reason of a rejection
    pub reason: &'static str,
    pub reason_optional: &'static str,
    pub reason_is_sent: fn(&str) -> String,
    pub reason_is_kept: fn(&str) -> String,
    pub reason_stays: fn(&str) -> String,
    pub reason_missing: &'static str,
    /// Its characters, and how many can be sent.
    pub reason_too_long: fn(usize, usize) -> String,
    // Drafts
    pub not_kept: &'static str,
    pub elsewhere: &'static str,
    pub elsewhere_next: &'static str,
    // Decisions of another tab of this browser
    /// How it was decided, when, and the time now.
    pub in_another_tab: fn(&str, Local, Local) -> String,
    pub in_another_tab_next: fn(&str) -> String,
    pub in_another_tab_sending: &'static str,
    // Preferences
    pub preferences: &'static str,
    pub preferences_title: &'static str,
    pub preferences_kept: &'static str,
    pub undo_seconds: &'static str,
    pub undo_help: &'static str,
    pub shared_device: &'static str,
    pub shared_help: &'static str,
    pub shared_fixed: &'static str,
    pub cancel: &'static str,
    pub save: &'static str,
}
