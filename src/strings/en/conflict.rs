use super::shared::{n, several};
use crate::strings::ConflictWords;

pub(super) static WORDS: ConflictWords = ConflictWords {
    as_read: "As you read it",
    recorded_by: |by| match by {
        Some(by) => format!("{by}, recorded"),
        None => "Recorded".into(),
    },
    not_sent: "Draft, not sent",
    what_now: "What do you want to do?",
    not_possible: |why| format!("Not possible: {why}"),
    keep: "Keep their decision",
    keep_means: "The run goes on with their values. Your draft is deleted from this browser.",
    keep_next: "Keep theirs, open next",
    kept: "Their decision stands. Your draft was deleted from this browser.",
    version: "Send mine as a new version",
    version_final: |vendor| format!("{vendor} takes one decision on a review and it is final, so a version made now would reach no run."),
    version_none: |vendor| format!("{vendor} keeps no versions of a review and takes one decision on it."),
    copy: |count| format!("Copy my {}", several(count, "value", "values")),
    download: "Download all three as JSON",
    changed: "The content changed since you read it",
    nothing_sent: "Nothing was sent. Your draft is still here.",
    compare: "Compare",
    newer_version: "Newer version",
    read_version: "You read",
    changed_at: "Changed",
    changed_by: "By",
    changed_by_nobody: |vendor| format!("{vendor} does not say who changed it"),
    newer: "Newer",
    carry: "Carry mine onto theirs",
    carry_means: |mine, clash| {
        let changes = format!("your {}", several(mine, "change", "changes"));
        let both = match clash {
            0 => "",
            _ => " Where both changed a field, yours stands there and can be reverted to theirs.",
        };
        format!("The form shows their data with {changes} on top. Nothing is sent until you approve.{both}")
    },
    take: "Keep theirs",
    take_means: "The form shows their data without your changes. Your draft is deleted from this browser. Nothing is sent.",
    version_means: |theirs| {
        let left_out = match theirs {
            0 => String::new(),
            _ => format!(" Their {} left out.", several(theirs, "change is", "changes are")),
        };
        format!("Your data as it stands becomes a version made from theirs, and that is approved, after the undo window.{left_out}")
    },
    version_wrong: |count| format!("your draft has {}. Carry it over and correct it first.", several(count, "error", "errors")),
    do_carry: |count| format!("Carry over {}", several(count, "change", "changes")),
    do_version: "Approve mine as a new version",
    back: "Back to the form",
    carried: |count| {
        if count == 1 {
            "Your change is in the form, over their data. Nothing was sent.".into()
        } else {
            format!("{} changes of yours are in the form, over their data. Nothing was sent.", n(count))
        }
    },
    taken: "The form shows their data. Your draft was deleted from this browser, and nothing was sent.",
};
