use super::shared::{WORDS as SHARED, n};
use crate::strings::MergedWords;

pub(super) static WORDS: MergedWords = MergedWords {
    slow: |vendor| format!("{vendor} has not answered yet;"),
    slow_next: "its runs are missing here.",
    late: |vendor, count| match count {
        1 => format!("1 run of {vendor} arrived."),
        _ => format!("{} runs of {vendor} arrived.", (SHARED.count)(count as u64)),
    },
    late_next: "Nothing was moved: they belong among the rows that are shown.",
    show: "Show",
    show_whose: |vendor| format!("the runs of {vendor}"),
    limit: |connection, left| format!("{connection}: {left}"),
    failed_next: "Its runs are missing here.",
    stale_next: "Its rows are from the last answer.",
    flows_left_out: |vendor, most, more| match more {
        Some(more) => format!("{vendor} has {} flows.", (SHARED.count)(most as u64 + more)),
        None => format!("{vendor} has more than {} flows.", n(most)),
    },
    flows_left_out_next: "It lists runs one flow at a time, so that only the first 20 are read here. Choose the connection to see the others.",
    here: |vendor, statuses, here| {
        let parts = [
            (statuses, "these statuses"),
            (here.triggers, "these triggers"),
            (here.created, "date"),
            (here.duration, "duration"),
            (here.text, "text"),
        ];
        let parts: Vec<&str> = parts.into_iter().filter(|(left, _)| *left).map(|(_, word)| word).collect();
        format!("{vendor} does not filter by {}. Applied here, to the runs that were loaded.", parts.join(" or "))
    },
    reading: "Reading older runs",
    lost: |page| format!("Page {} is not kept any more.", (SHARED.count)(page as u64)),
    lost_next: "Its place in every connection's list does not fit into an address, so this begins at the newest runs.",
    empty_next: "Runs of every connection show up here as soon as the first one starts.",
    nothing_read: "No connection could be read",
    nothing_read_next: "What each of them answered stands above.",
};
