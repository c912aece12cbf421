use super::shared::{WORDS as SHARED, n, several};
use crate::strings::History;

pub(super) static WORDS: History = History {
    title: "Runs",
    connection: "Connection",
    flow: "Flow",
    all_flows: "All flows",
    search_flows: "Search flows by name or id",
    no_flow_matches: "The vendor lists no flow whose name or id holds this.",
    searching_flows: |count| format!("Looking further. {} flows are known so far.", (SHARED.count)(count as u64)),
    more_flows_at_vendor: |count| {
        format!("{} flows are known, and there are more. Type to look through all of them.", (SHARED.count)(count as u64))
    },
    more_flows: |count| format!("{} more. Type to narrow them down.", (SHARED.count)(count as u64)),
    flows_failed: |why| format!("The flows could not be read. {why}"),
    flows_not_read: "Could not load flows",
    no_flows: "No flows yet",
    no_flows_next: |vendor| {
        format!("{vendor} lists runs of one flow at a time, and this account has no flow yet. Create one there, then reload this page.")
    },
    start_run: "Start a run",
    start_not_allowed: "You may not start runs here: that takes the role admin in the flow.",
    status_any: "Status: any",
    status_one: |status| format!("Status: {status}"),
    status_many: |count| format!("{} statuses", n(count)),
    status_legend: "Status",
    status_single_hint: |vendor| {
        format!("{vendor} filters by one status at a time. Several are applied here, to the runs that were loaded.")
    },
    clear: "Clear",
    size: "Runs per page",
    size_option: |size| format!("{} per page", (SHARED.count)(u64::from(size))),
    column_run: "Run",
    column_status: "Status",
    column_flow: "Flow",
    column_trigger: "Trigger",
    column_started: "Started",
    column_duration: "Duration",
    column_steps: "Steps",
    column_what: "What happened",
    steps_of: |done, all| format!("{} of {} steps completed", (SHARED.count)(u64::from(done)), (SHARED.count)(u64::from(all))),
    waiting_on: |steps| format!("Waiting at {steps}"),
    unknown_flow: "No runs, and no such flow is listed",
    unknown_flow_next: |vendor, flow, all_read| match all_read {
        false => format!("“{flow}” is not among the flows of {vendor} that were read so far. The link may be mistyped."),
        true => format!(
            "{vendor} lists no flow “{flow}”. It may have been deleted or switched off, or the link is mistyped. Choose another flow above."
        ),
    },
    empty: "No runs yet",
    empty_next: |flow| format!("Runs of {flow} show up here as soon as the first one starts."),
    filtered_empty: "No runs match these filters",
    filtered_empty_next: |statuses| format!("Status is {statuses}."),
    clear_filters: "Clear filters",
    past_the_end: "There are no runs this far back",
    past_the_end_next: "The list has become shorter, or the link points past its end.",
    newest: "Newest",
    newer: "Newer",
    older: "Older",
    pager: "Pages",
    range: |first, last, total| match total {
        Some(total) => format!("{} to {} of {}", (SHARED.count)(first), (SHARED.count)(last), (SHARED.count)(total)),
        None => format!("{} to {}", (SHARED.count)(first), (SHARED.count)(last)),
    },
    on_page: |count| format!("{} on this page", several(count, "run", "runs")),
    may_have_shifted: "New runs may have shifted the pages since you started.",
    quota: |remaining, limit, hour, every| {
        let left = format!("{} of {} requests left", (SHARED.count)(u64::from(remaining)), (SHARED.count)(u64::from(limit)));
        let left = if hour { left + " this hour" } else { left };
        match every.map(|ms| ms.div_ceil(1_000)) {
            None | Some(0) => left,
            Some(seconds @ 1..60) => format!("{left}, updating every {seconds} s"),
            Some(seconds) => format!("{left}, updating every {} min", seconds.div_ceil(60)),
        }
    },
    table_caption: |flow| format!("Runs of {flow}, newest first"),
    status_filter_words: |kinds| {
        let words: Vec<_> = kinds.iter().map(|kind| (SHARED.status)(*kind)).collect();
        words.join(" or ")
    },
    new_runs: |count, more| match (count, more) {
        (1, false) => "1 new run".into(),
        (100.., _) => "99+ new runs".into(),
        (_, true) => format!("{}+ new runs", n(count)),
        (_, false) => format!("{} new runs", n(count)),
    },
    load_failed: "Could not load runs",
    stale_rows: "The rows below are from the last answer.",
    unread: "Could not be read",
    unread_flows: |sent| format!("Flows that could not be read ({}): {}", sent.len(), sent.join(" · ")),
    left_list: "No longer in this list",
    not_in_answer: "Not in the last answer",
};
