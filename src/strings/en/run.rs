use super::errors::{said_of_unknown, why_unknown, with_request};
use super::shared::{WORDS as SHARED, n, several, within};
use crate::strings::RunWords;

pub(super) static WORDS: RunWords = RunWords {
    not_managed: "You see this run. Cancelling, rerunning and deleting take the role admin in its flow.",
    title: |run| format!("Run {run}"),
    breadcrumb: "Breadcrumb",
    flow: "Flow",
    connection: "Connection",
    trigger: "Trigger",
    started: "Started",
    created: "Created",
    finished: "Finished",
    not_yet: "Not yet",
    duration: "Duration",
    split: |working, waiting| format!("= {working} working + {waiting} waiting for a person"),
    no_number: |vendor| format!("{vendor} gives this run no number."),
    number_unknown: "The number comes from the run's place in its flow's history. Open the run from there to see it.",
    attempt: |number| format!("Attempt {}", n(number)),
    run_id: "Run id",
    vendor_word: |vendor, word| format!("{vendor} calls it “{word}”."),
    review_now: "Review now",
    review_read_only: |vendor| format!("{vendor} has no public review call. Sluice shows this review read-only."),
    cancel: "Cancel run…",
    cancel_question: |run| format!("Cancel run {run}?"),
    cancel_consequence: "The engine is asked to stop. Steps that already ran are not undone, and an open review disappears from the queue.",
    rerun: "Rerun…",
    rerun_question: |run| format!("Rerun {run}?"),
    rerun_new: "A new run starts with the same inputs and the flow as it is published now. This run stays as it is.",
    rerun_same: "The same run starts again under its id, with the newest version of the flow. Its outputs are replaced.",
    rerun_cancel: "Leave it",
    delete: "Delete run…",
    delete_question: |run| format!("Delete run {run}?"),
    delete_consequence: "It disappears from the history for everybody. This cannot be undone.",
    cancel_requested: "Cancellation was requested. The run is not cancelled until its status says so.",
    cancel_done: "The run was cancelled.",
    rerun_started: "A new run was started.",
    rerun_requested: "The run was asked to start again.",
    rerun_not_seen: "The vendor took the request, but the run has not started again yet. Refresh the page to look again.",
    deleted: "The run was deleted.",
    not_confirmed: |error, vendor| {
        let said = format!("Not confirmed: {} It may have happened or not; the run's status will tell.", said_of_unknown(error, vendor));
        match error {
            Some(error) => with_request(&said, error),
            None => said,
        }
    },
    same_again: |since, error, vendor| {
        format!(
            "The same was asked {}, and {}. That request is sent once more: {vendor} carries it out once.",
            within(since),
            why_unknown(error, vendor)
        )
    },
    copy_link: "Copy link to this run",
    link_copied: "Link copied",
    tabs: "Run details",
    tab_timeline: "Timeline",
    tab_steps: "Steps",
    tab_files: "Files",
    tab_data: "Inputs and outputs",
    tab_metadata: "Details",
    tab_raw: "Raw",
    status_history: "Status history",
    waited_of: |waiting, total| format!("Waiting for people {waiting} of {total}"),
    history_derived: |vendor| format!("{vendor} keeps no status history. This one is derived from the times of the run and its steps."),
    fold: "Fold waiting time",
    folded: |time| format!("{time} folded"),
    still: |status| format!("Still {}", status.to_ascii_lowercase()),
    as_table: "History as a table",
    column_status: "Status",
    column_from: "From",
    column_lasted: "Lasted",
    column_why: "Why",
    totals: "Time in each status",
    now: "Now",
    end: "End",
    steps: "Steps",
    steps_cut: |read| format!("Only the first {} steps are read, and the vendor has more", (SHARED.count)(read as u64)),
    steps_summary: |counts| {
        let mut parts = vec![format!("{} completed", n(counts.completed))];
        let rest = [(counts.failed, "failed"), (counts.skipped, "skipped"), (counts.waiting, "waiting"), (counts.other(), "not finished")];
        for (count, word) in rest {
            if count > 0 {
                parts.push(format!("{} {word}", n(count)));
            }
        }
        parts.join(", ")
    },
    gantt: "Steps on a time axis",
    in_sequence: |vendor| format!("{vendor} tells how long each step took, not when it began: they are drawn one after the other."),
    no_steps: "The vendor names no steps for this run.",
    everything_waits: |time| format!("Everything waits here · {time}"),
    tries: |count| several(count, "try", "tries"),
    iterations: |first, last| {
        if first == last { format!("Iteration {}", n(first)) } else { format!("Iterations {}–{}", n(first), n(last)) }
    },
    column_step: "Step",
    column_kind: "Type",
    column_try: "Try",
    step_id: "Step id",
    step_panel: "Selected step",
    choose_step: "Choose a step to see its input, output and error.",
    copy_step_link: "Copy link to this step",
    input: "Input",
    output: "Output",
    no_input: |vendor| format!("{vendor} gives no input for this step."),
    no_output: "No output.",
    error: "Error",
    error_in: |step| format!("{step} failed."),
    stage: |stage| format!("Stage: {stage}"),
    stack: "Stack trace",
    details: "Details",
    copy_error: "Copy error",
    go_to_step: "Go to step",
    inputs: "Inputs",
    outputs: "Outputs",
    no_inputs: "The vendor names no input data for this run.",
    no_outputs: |vendor| format!("{vendor} names no outputs for this run."),
    outputs_in_steps: |vendor, steps| {
        format!("{vendor} names no outputs of the run as a whole, but of {}:", several(steps, "step", "steps"))
    },
    more_steps: |more| format!("And {} more: see the tab Steps.", n(more)),
    files: "Files",
    no_files: "The vendor names no files for this run.",
    column_file: "File",
    column_type: "Type",
    column_size: "Size",
    column_field: "Field",
    role_input: "Input",
    role_output: "Output",
    role_drive: "Drive",
    metadata: "Metadata",
    no_metadata: "No metadata.",
    facts: "Further details",
    other_fields: "Other fields",
    raw_help: |vendor| format!("What {vendor} answered, as it came."),
    attempts: "Attempts",
    copy: "Copy",
    not_found: "Run not found or deleted",
    not_found_next: |vendor| format!("{vendor} does not know this run. It may have been deleted, or the link is from another account."),
    show_more: |count| format!("Show {} more", n(count)),
};

#[cfg(test)]
mod tests {
    use super::WORDS;
    use runs::{ApiError, ErrorKind};

    #[test]
    fn the_same_asked_again_says_when_within_its_sentence_and_why_it_is_not_known() {
        let failed = ApiError { request_id: Some("req_7".into()), ..ApiError::new(ErrorKind::Vendor, "the engine is down") };
        let again = (WORDS.same_again)("Today, 16:16:20", Some(&failed), "Retab");
        assert!(again.starts_with("The same was asked today, 16:16:20, and Retab failed. "), "{again}");
        let reloaded = (WORDS.same_again)("18 Nov, 16:16:20", None, "Retab");
        assert!(reloaded.starts_with("The same was asked 18 Nov, 16:16:20, and its outcome is not known. "), "{reloaded}");
        let unconfirmed = (WORDS.not_confirmed)(Some(&failed), "Retab");
        assert!(unconfirmed.starts_with("Not confirmed: Retab failed: the engine is down. It may have happened or not"), "{unconfirmed}");
        assert!(unconfirmed.ends_with(". (request req_7)"), "{unconfirmed}");
    }
}
