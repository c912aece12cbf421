use crate::strings::ReviewWords;
use runs::capability::ReviewStyle;
use runs::diff::Counts;

pub(super) static WORDS: ReviewWords = ReviewWords {
    title: "Reviews",
    page_title: |step, run| format!("Review {step}, run {run}"),
    of_run: |run| format!("Review of run {run}"),
    column_run: "Run",
    column_flow: "Flow",
    column_connection: "Connection",
    column_review: "Review",
    column_waiting: "Waiting",
    review_of: |run| format!("Review run {run}:"),
    see_run: "See the run",
    waiting_for: |time| format!("Waiting {time}"),
    created_for: |time| format!("Created {time} ago"),
    read_only_row: "Read-only",
    order: "Oldest first, by when the run was created. Where a list does not say since when a run waits, the time appears once the run was read.",
    no_paused_state: |vendor| format!("{vendor} has no paused state, so none of its runs wait here."),
    read_only_because: |vendor| {
        format!("{vendor} has no public review call. Sluice shows its reviews read-only; they are decided in {vendor} itself.")
    },
    connection_failed: |label| format!("What waits in {label} may be missing below."),
    empty: "Nothing waits for a person",
    empty_next: "Runs appear here when a step needs somebody to look at its result.",
    nothing_read: "Nothing could be read yet",
    nothing_read_next: "The messages above say what failed. Whether anything waits there is not known.",
    evidence: "Evidence",
    evidence_region: "Outputs of earlier steps and inputs",
    no_evidence: "The vendor gives no outputs of earlier steps and no inputs for this run.",
    output_of: |step| format!("Output of {step}"),
    input: "Input",
    form: "Form",
    form_region: "Form fields",
    form_name: "Review",
    why: "Why this needs you.",
    data: "Data of the review",
    read_only_review: "This review is read-only.",
    not_found: "There is no such review",
    not_found_next: |vendor| format!("{vendor} does not know it. The run may have gone on, been deleted, or belong to another account."),
    failed: "Could not read the review",
    whole: "Data",
    item: |place| format!("Item {place}"),
    add_item: |list| format!("Add an item to {list}"),
    remove_item: |list, place| format!("Remove {list} {place}"),
    cell: |column, list, place| format!("{column}, {list} {place}"),
    read_only: "read-only",
    not_in_schema: "not in the schema",
    not_set: "Not set",
    nothing: "nothing",
    edited: "Edited",
    was: "was",
    revert: "Revert",
    saved: |clock| format!("Draft saved {clock}"),
    not_saved: "This browser did not keep the draft",
    restored: |moment| format!("Your draft of {moment} is back."),
    restored_next: "It is kept in this browser only, until you decide or discard it.",
    carried: "Your edits were taken over to the new data.",
    dropped: |count| {
        if count == 1 {
            "1 edit found no field any more and was left out.".into()
        } else {
            format!("{count} edits found no field any more and were left out.")
        }
    },
    discard: "Discard draft",
    decision: "Decision",
    approve: |changes| match changes {
        0 => "Approve".into(),
        1 => "Approve with 1 change".into(),
        _ => format!("Approve with {changes} changes"),
    },
    reject: "Reject…",
    reject_question: "Reject this review?",
    reject_verb: "Reject",
    reject_consequence: |vendor, changes| format!("{vendor} ends the run: it does not go on.{}", unsent(changes)),
    incorrect: "Mark as incorrect…",
    incorrect_question: "Mark this result as incorrect?",
    incorrect_verb: "Mark as incorrect",
    incorrect_consequence: |vendor, changes| {
        format!("{vendor} cannot reject: the flow goes on with the data as it was read, marked as incorrect.{}", unsent(changes))
    },
    keep_open: "Keep it open",
    changes: |count| match count {
        0 => "Nothing edited: the data goes on as it was read.".into(),
        1 => "1 change".into(),
        _ => format!("{count} changes"),
    },
    errors: |count| if count == 1 { "1 error blocks approval".into() } else { format!("{count} errors block approval") },
    go_to: |field| format!("Go to {field}"),
    sending: "Sending the decision",
    no_name: "Nothing was sent. A decision needs a name.",
    nothing_recorded: "No decision was recorded. Your draft is still here.",
    not_confirmed: "Not confirmed.",
    looking_for_it: "The decision may have been recorded or not. Sluice is looking for it and sends nothing again.",
    send_again_is_safe: "It has not been found so far. Sending it again is safe: the vendor knows it by its key and takes it once.",
    check_again: "Check again",
    send_again: "Send again",
    invalid: |vendor| format!("{vendor} did not accept the data."),
    invalid_next: "Nothing was recorded. Correct it and approve again.",
    not_permitted: |vendor| format!("{vendor} does not allow this decision."),
    not_permitted_next: "Nothing was recorded. The key that the gateway uses may not decide here; an administrator can change that. Your draft is still here.",
    changed: "The content changed since you read it.",
    changed_next: "Nothing was sent. The form still shows what you read; this is different now:",
    changed_same_data: "Nothing was sent. The data is the same, but the step was run or touched again.",
    use_newer: "Use the new data and keep my edits",
    meanwhile: "This review was closed meanwhile.",
    meanwhile_next: "Somebody decided it in another place, or the run went on. Your draft is still here; approving now would change nothing.",
    see_decision: "See what was decided",
    approved: "Approved",
    approved_next: |vendor| format!("{vendor} took your decision. What the run does next is shown as it happens."),
    rejected: |style| match style {
        ReviewStyle::Complete => "Marked as incorrect",
        _ => "Rejected",
    },
    how,
    was_recorded: "Your decision was recorded",
    was_recorded_next: |vendor| format!("{vendor} had it although its answer did not arrive. It was taken once."),
    same_before: |how| format!("This review was already {how}, with the same values"),
    same_before_next: "Your own decision came later and changed nothing: the same was recorded before.",
    not_waiting: "This review does not wait any more",
    not_waiting_next: |status| format!("No decision can be read, and yours was not recorded. The run's status is: {status}."),
    closed_next: "It takes no decision any more. This is the data that the run went on with, as far as the vendor tells. Run:",
    draft_still_here: "Your draft is still here.",
    progress: "Progress of the decision",
    recorded: "Recorded",
    resumed: "Resumed",
    next_step: "Next step started",
    run_ended: "Run ended",
    waiting_for_it: "not confirmed yet, watching",
    not_seen_yet: "not confirmed yet",
    not_moving: "Not confirmed yet: the run was not seen to go on so far. That can take longer when the engine is busy.",
    next_review: |run| format!("Next review: {run}"),
    open_run: |run| format!("Open run {run}"),
    all_reviews: "All reviews",
    decided_by: |how, by| match by {
        Some(by) => format!("{by} already {how} this review"),
        None => format!("This review was already {how}"),
    },
    changed_nothing: "Your own decision changed nothing: the other one came first.",
    decided_meanwhile: "You have sent nothing.",
    by: "By",
    nobody_recorded: |vendor| format!("{vendor} does not record who decided"),
    recorded_as: |vendor, by| format!("{vendor} recorded {by}"),
    decided_at: "Recorded",
    your_attempt: "Your attempt",
    what_decided: |approved, edits, how| match (approved, edits) {
        (Some(true), None) => "Approved".into(),
        (Some(true), Some(0)) => "Approved without changes".into(),
        (Some(true), Some(1)) => "Approved with 1 change".into(),
        (Some(true), Some(edits)) => format!("Approved with {edits} changes"),
        (Some(false), _) => format!("The data was {how}"),
        (None, _) => "Decided; the vendor does not say how".into(),
    },
    what_differs: "What differs",
    difference,
    field: "Field",
    original: "Original",
    now_there: "At the vendor now",
    theirs: "Theirs",
    yours: "Yours",
    clash: "Both changed it",
    only_mine: "Only you changed it",
    only_theirs: "Only they changed it",
    same_change: "Same change",
    identical: |count| {
        if count == 1 {
            "1 other field is identical in all three.".into()
        } else {
            format!("{count} other fields are identical in all three.")
        }
    },
    not_shown: |count| format!(" {count} more differences are not shown."),
    open_review: "Open review",
    toast_recorded: |name| format!("The decision on {name} was recorded."),
    toast_another: |name| format!("{name} was decided by somebody else first. Your decision changed nothing."),
    toast_not_recorded: |name| format!("The decision on {name} was not recorded."),
    toast_unconfirmed: |name| format!("The decision on {name} is not confirmed. Sluice is looking for it."),
    toast_failed: |name| format!("The decision on {name} could not be sent. The draft is kept."),
};

fn unsent(changes: usize) -> String {
    match changes {
        0 => String::new(),
        1 => " Your 1 change is not sent.".into(),
        _ => format!(" Your {changes} changes are not sent."),
    }
}

fn how(approved: Option<bool>, style: ReviewStyle) -> &'static str {
    match (approved, style) {
        (Some(true), _) => "approved",
        (Some(false), ReviewStyle::Complete) => "marked as incorrect",
        (Some(false), _) => "rejected",
        (None, _) => "decided",
    }
}

fn difference(counts: Counts) -> String {
    let parts = [
        (counts.clash, "in conflict"),
        (counts.only_mine, "only yours"),
        (counts.only_theirs, "only theirs"),
        (counts.same_change, "the same change"),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    if parts.is_empty() { "No differences".into() } else { parts.join(", ") }
}
