use super::shared::{another_day, count, minutes};
use crate::strings::DecideWords;
use runs::adapters::capability::ReviewStyle;

pub(super) static WORDS: DecideWords = DecideWords {
    not_allowed: "You see this review and cannot decide it: that takes the role reviewer in its flow.",
    unlogged: "The decision could not be written to the audit log, so it was not sent. Your draft is still here.",
    is_elsewhere: "A decision on this review is on its way in another tab.",
    way_elsewhere: "Another tab of this browser has a decision on this review on its way.",
    way_elsewhere_next: "It can be undone there while it is held. Nothing is sent from this tab meanwhile.",
    is_held: "It is decided already and not sent yet: take that back first.",
    is_under_way: "A decision on it is on its way. Nothing else was decided.",
    is_decided: "It takes no decision any more.",
    is_being_read: "The review is still being read. Nothing was decided.",
    is_compared: "Nothing was decided. Choose first what becomes of your changes.",
    is_nothing: "There is nothing here that could be decided.",
    held: |run, approve, changes, style| {
        let what = match (approve, changes, style) {
            (true, 0, _) => "approved".to_owned(),
            (true, 1, _) => "approved with 1 change".to_owned(),
            (true, ..) => format!("approved with {} changes", count(changes as u64)),
            (false, _, ReviewStyle::Complete) => "marked as incorrect".to_owned(),
            (false, ..) => "rejected".to_owned(),
        };
        format!("{run} {what}. Not sent yet.")
    },
    held_next: "It is sent when the undo window ends, on whatever page you are. Closing the tab sends nothing and keeps your draft.",
    held_young: |vendor, until| {
        format!("Held until {until}, because {vendor} loses quicker answers. Closing the tab sends nothing and keeps your draft.")
    },
    held_said: |fact, seconds, keys| match keys {
        Some(keys) => format!("{fact} It is sent in {seconds} seconds. {keys} takes it back."),
        None => format!("{fact} It is sent in {seconds} seconds."),
    },
    undo: "Undo",
    taken_back: "Taken back. Nothing was sent, and your draft is still here.",
    reads_before_sending: "It has not been found so far. “Send again” reads the review first and sends only if it is still open and undecided.",
    give_up: "Stop looking",
    checking: "Checking the rules…",
    evidence_unread: "The evidence was not shown. Nothing was sent.",
    evidence_unread_next: "It could not be read: try again where it should stand, or approve without having seen it.",
    approve_unread: "Approve all the same",
    unchecked: "The rules could not be checked. Nothing was sent.",
    unchecked_next: "The types of the values were. Check again, or approve without: the vendor may refuse the data then.",
    changed_meanwhile: "It was changed while its rules were being checked. Nothing was decided.",
    rejecting_meanwhile: "Nothing was approved: you began to reject while the rules were being checked.",
    left_meanwhile: |run| format!("Nothing was decided on {run}: you left while its rules were being checked."),
    nothing_to_undo: "Nothing is held back that could be undone.",
    check_rules_again: "Check again",
    approve_unchecked: "Approve without the check",
    reason: "Reason",
    reason_optional: "Reason (optional)",
    reason_is_sent: |vendor| format!("{vendor} requires a reason and keeps it with the decision."),
    reason_is_kept: |vendor| format!("{vendor} keeps it with the run's state."),
    reason_stays: |vendor| format!("It stays in the audit log of this Sluice. {vendor} takes no reason and does not get it."),
    reason_missing: "Nothing found, a reason is required.",
    reason_too_long: |long, most| {
        format!(
            "The reason has {} characters; at most {} can be sent. It stays here as you typed it.",
            count(long as u64),
            count(most as u64)
        )
    },
    not_kept: "Shared device: no draft is kept",
    elsewhere: "This draft is being edited in another tab.",
    elsewhere_next: "Its values follow here as they are saved, and yours follow there.",
    in_another_tab: |how, at, today| match another_day(at, today) {
        None => format!("You {how} this in another tab at {}", minutes(at)),
        Some(day) => format!("You {how} this in another tab on {day} at {}", minutes(at)),
    },
    in_another_tab_next: |vendor| format!("{vendor} recorded it. Nothing was sent from this tab."),
    in_another_tab_sending: "It is being sent there. What comes of it is shown here.",
    preferences: "Preferences…",
    preferences_title: "Preferences of this browser",
    preferences_kept: "The preferences were saved.",
    undo_seconds: "Undo window, in seconds",
    undo_help: "A decision can be taken back for so long before it is sent: 0 to 15 seconds. 0 sends at once.",
    shared_device: "Shared device: keep no drafts",
    shared_help: "Drafts that are kept in this browser are deleted at once. Edits then do not survive a reload.",
    shared_fixed: "The gateway's configuration sets this for everybody.",
    cancel: "Leave as it was",
    save: "Save preferences",
};
