use super::shared::{n, several};
use crate::data::audit::Word;
use crate::strings::AuditWords;

pub(super) static WORDS: AuditWords = AuditWords {
    title: "Audit log",
    about: "Every decision made through this Sluice, newest first. Entries are only added: nothing here can be changed or deleted.",
    log: "The audit log",
    figures: "Figures",
    export: "Export CSV",
    failed: "The audit log could not be read",
    empty: "No decisions yet",
    empty_next: "Each decision on a review is noted here before it is sent, with who made it, what was changed and what came of it.",
    no_match: "No decision matches these filters",
    no_match_next: "Take a filter away to see more.",
    clear: "Clear filters",
    shown: |count, more| {
        let some = several(count, "decision", "decisions");
        if more { format!("{some} shown, there are more") } else { format!("{some}, no more") }
    },
    more: "Show older decisions",
    any: "Any",
    show_all: |what| format!("{what}: show all"),

    when: "When",
    who: "Who",
    connection: "Connection",
    flow: "Flow",
    run: "Run",
    review: "Review",
    decision: "Decision",
    outcome: "Outcome",
    changes: "Changes",
    reason: "Reason",
    from: "From",
    to: "To",
    word,
    decided: |approve, changes| match (approve, changes) {
        (false, _) => "Reject".into(),
        (true, 0) => "Approve".into(),
        (true, 1) => "Approve with 1 change".into(),
        (true, changes) => format!("Approve with {} changes", n(changes)),
    },
    version: |pin, attempt| match attempt {
        Some(attempt) => format!("Read as version {pin}, attempt {}", n(attempt)),
        None => format!("Read as version {pin}"),
    },
    everything: "everything",
    became: "became",
    absent: "absent",
    blank: "empty",
    more_changes: |count| format!("{} more", n(count)),
    in_export: |count| several(count, "more is in the export.", "more are in the export."),

    figures_title: "Review figures",
    figures_failed: "The figures could not be read",
    figures_basis: "Counted from this Sluice's audit log: what others decide elsewhere is not in it. Days are in your time zone as it is now: before a change between summer and winter time they begin an hour off.",
    range: "Range",
    last_days: |days| several(days, "day", "days"),
    all_flows: "All flows",
    glance: "At a glance",
    oldest: "Oldest waiting",
    waiting_now: |count, exact| match (count, exact) {
        (0, _) => "nothing waits now".into(),
        (count, true) => format!("of {} read now", n(count)),
        (count, false) => format!("of {} read now, some since creation", n(count)),
    },
    median: "Median time to decision",
    p90: "90th percentile",
    timed: |timed, recorded| match recorded {
        0 => "no decision in this time".into(),
        _ => format!("known of {} of {}", n(timed), n(recorded)),
    },
    recorded: "Decisions recorded",
    split: |approved, edited, rejected| format!("{} as read, {} edited, {} rejected", n(approved), n(edited), n(rejected)),
    a_day: "Recorded a day",
    approved: "As read",
    edited: "Edited",
    rejected: "Rejected",
    outcomes: "Outcomes",
    outcomes_basis: |count| {
        format!("{} to be sent in this time, by what was noted last.", several(count, "decision that was", "decisions that were"))
    },
    decisions: "Decisions",
    share: "Share",
    fields: "Edits per field",
    fields_basis: |edited| {
        format!(
            "From {} with changes. Places in lists are taken together as *.",
            several(edited, "recorded decision", "recorded decisions")
        )
    },
    field: "Field",
    edits: "Edits",
    in_decisions: |count| format!("in {}", several(count, "decision", "decisions")),
    reasons: "Reasons for rejecting",
    reasons_basis: |rejected, without| {
        format!("From {}, {} of them without a reason.", several(rejected, "recorded rejection", "recorded rejections"), n(without))
    },
    days: "Days",
    days_basis: "Recorded decisions by the day on which they were made.",
    day: "Day",
    flows: "Flows",
    flows_basis: |shown, all| {
        let some = if shown == all { String::new() } else { format!("The {} of {} flows with most decisions. ", n(shown), n(all)) };
        format!("{some}Time to decision: from when the review began to wait until it was recorded, where both are known.")
    },
    nothing_counted: "Nothing to count in this time.",
    of_this: "Decisions in the audit log",
};

const fn word(word: Word) -> &'static str {
    match word {
        Word::Accepted => "Recorded",
        Word::AlreadyMine => "Was recorded",
        Word::DecidedByAnother => "Another came first",
        Word::Changed => "Content had changed",
        Word::NoLongerWaiting => "Did not wait any more",
        Word::Invalid => "Refused as invalid",
        Word::NotPermitted => "Not permitted",
        Word::NotConfirmed => "Not confirmed",
        Word::Failed => "Nothing recorded",
        Word::Unknown => "Not noted",
    }
}
