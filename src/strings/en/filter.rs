use super::shared::{WORDS as SHARED, n};
use crate::strings::FilterWords;

pub(super) static WORDS: FilterWords = FilterWords {
    search: "Search by id, name or metadata",
    search_hint: "Id, name or key:value",
    search_id: "Search by id",
    search_id_hint: "Id",
    trigger_any: "Trigger: any",
    trigger_many: |count| format!("{} triggers", n(count)),
    trigger_legend: "Trigger",
    created_any: "Any time",
    created_legend: "When the run was created",
    last: |minutes| match minutes {
        60 => "Last hour".into(),
        _ if minutes % 1_440 == 0 && minutes > 1_440 => format!("Last {} days", (SHARED.count)(u64::from(minutes / 1_440))),
        _ if minutes % 60 == 0 => format!("Last {} hours", (SHARED.count)(u64::from(minutes / 60))),
        _ => format!("Last {} minutes", (SHARED.count)(u64::from(minutes))),
    },
    between: "Between dates",
    from: |zone| format!("From ({zone})"),
    to: |zone| format!("To ({zone})"),
    duration_any: "Duration: any",
    duration_set: "Duration",
    duration_legend: "Duration in seconds",
    at_least: "At least, in seconds",
    at_most: "At most, in seconds",
    more: "Filters",
    empty: "No run that the vendor lists fits all of them.",
    here: |vendor, here| {
        let parts = [
            (here.statuses, "several of these statuses"),
            (here.triggers, "these triggers"),
            (here.created, "date"),
            (here.duration, "duration"),
            (here.text, "text"),
        ];
        let parts: Vec<&str> = parts.into_iter().filter(|(left, _)| *left).map(|(_, word)| word).collect();
        format!("{vendor} does not filter by {}. Applied here, to the runs that were loaded.", parts.join(" or "))
    },
    untold: |vendor, what| {
        let parts = [
            (what.triggers, "whether a run has such a trigger"),
            (what.duration, "how long a run took"),
            (what.text, "name"),
            (what.text, "metadata"),
        ];
        let parts: Vec<&str> = parts.into_iter().filter(|(untold, _)| *untold).map(|(_, word)| word).collect();
        let not = if parts.len() > 1 { "neither" } else { "not" };
        format!("{vendor}'s list tells {not} {}, so that no run can be found by it.", parts.join(" nor "))
    },
    matching: |found, looked| format!("{} of {} loaded runs match.", (SHARED.count)(found as u64), (SHARED.count)(looked as u64)),
    further: "Search further back",
    looking: "Searching further back",
    stop: "Stop",
    ended: "Every older run was looked through.",
    as_found: "Runs from further back are shown as they were when they were found.",
    go_to_number: |number| format!("Go to run {number}"),
    go_to_id: "Open the run with this id",
};
