use super::errors::{reason, with_request};
use super::shared::{WORDS as SHARED, count, n};
use crate::strings::{JumpField, JumpWords};
use runs::reading::jump::Miss;
use runs::{ApiError, ErrorKind};

pub(super) static FIELD: JumpField = JumpField {
    label: "Jump to",
    hint: "# or run id",
    go: "Jump",
    looking: "Looking for the page that holds this run.",
    open_run: "Open the run",
};

pub(super) static WORDS: JumpWords = JumpWords {
    not_understood: "Type a run number like #1,042, or a run's whole id.",
    looking_for_number: |what| format!("Looking for {what}."),
    looking_for_id: |id, connection| format!("Looking for {id} in {connection}."),
    looking_elsewhere: |connection, others| format!("Not in {connection}. Looking in {}.", list(others, "and")),
    found_in: |connection| format!("The run is in {connection}."),
    missed: |what, vendor, miss| match miss {
        Miss::NoFlow => format!("Runs are numbered within one flow. Choose a flow to jump to {what}, or type a run's id."),
        Miss::NoNumbers => format!("{vendor} gives its runs no numbers, and no total to count from. Type a run's id instead."),
        Miss::NotYet { newest: 0 } => format!("There is no {what}: this flow has no runs yet."),
        Miss::NotYet { newest } => format!("There is no {what} yet. The newest run is #{}.", count(newest)),
        Miss::Gone => format!("{what} is not in the list of its flow where it belongs. It may have been deleted."),
        Miss::TooFar { back: Some(back) } => format!(
            "{vendor} lists runs only from page to page, and {what} is {} runs back: more requests than Sluice walks there with. \
             Type the run's id instead, or choose more runs per page.",
            count(back)
        ),
        Miss::TooFar { back: None } => format!(
            "{vendor} lists runs only from page to page, and {what} is not on the newest {} pages. The run itself can be opened.",
            n(runs::reading::jump::WALKED)
        ),
        Miss::NoWay => format!("{vendor} does not say where in the list {what} is. The run itself can be opened."),
        Miss::Moving => format!("Runs started faster than the list could be read, so the place of {what} is not certain. Try again."),
    },
    deleted: |what, id| {
        format!("{what} was {id}, which is not to be found any more: it was probably deleted. Its number is not given again.")
    },
    nowhere,
    failed: |what, error, vendor| match error.kind {
        ErrorKind::NotFound => format!("{what} was not found: {vendor} does not know it. It may have been deleted."),
        _ => with_request(&format!("{what} could not be looked for, because {}", reason(error, vendor)), error),
    },
    in_list: "In the list",
    open_list: "Open at this run",
    copy: "Copy the link to the list at this run",
    copied: "Link to the list copied",
    run: |id| format!("Run {id}"),
    moved: "The list has moved: the run is not on this page any more.",
    filtered: "The filters leave the run out, or it is on another of their pages.",
};

fn nowhere(id: &str, failed: &[(&str, &str, &ApiError)], nobody_answered: bool) -> String {
    let who = if failed.is_empty() { "No connection" } else { "None of the connections that answered" };
    let fact = if nobody_answered {
        format!("The run {id} could not be looked for.")
    } else {
        format!("{who} knows the run {id}. An id has to be typed in full.")
    };
    let of = |(label, vendor, error): &(&str, &str, &ApiError)| {
        let id = error.request_id.as_ref().map(|id| format!(", {} {id}", SHARED.request_id)).unwrap_or_default();
        format!("{label} ({}{id})", reason(error, vendor))
    };
    if failed.is_empty() {
        fact
    } else {
        format!("{fact} These could not be asked: {}.", list(&failed.iter().map(of).collect::<Vec<_>>(), "and"))
    }
}

fn list(words: &[String], last: &str) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., end] => format!("{} {last} {end}", all.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::nowhere;
    use runs::{ApiError, ErrorKind};

    #[test]
    fn only_those_who_answered_do_not_know_a_run() {
        let failed = ApiError { request_id: Some("req_7".into()), ..ApiError::new(ErrorKind::Vendor, "") };
        let one = [("Orders", "SuperAI", &failed)];
        assert_eq!(nowhere("run_1", &[], false), "No connection knows the run run_1. An id has to be typed in full.");
        assert_eq!(
            nowhere("run_1", &one, false),
            "None of the connections that answered knows the run run_1. An id has to be typed in full. \
             These could not be asked: Orders (SuperAI failed, request req_7)."
        );
        let both = [one[0], ("Invoices", "Retab", &failed)];
        assert!(nowhere("run_1", &both, true).starts_with("The run run_1 could not be looked for. These could not be asked: Orders"));
    }
}
