use super::shared::WORDS as SHARED;
use crate::platform::clock::Local;
use crate::strings::SummaryWords;
use runs::reading::summary::OutcomeGroup;

pub(super) static WORDS: SummaryWords = SummaryWords {
    runs: "Runs",
    matching: "Matching runs",
    rate: "Success rate",
    median: "Duration, median",
    last_run: "Last run",
    waiting: "Waiting for review",
    under_way: |count| format!("{} queued or running", (SHARED.count)(count)),
    failed: |count| format!("{} did not succeed", (SHARED.count)(count)),
    percent: |thousandths| {
        if thousandths.is_multiple_of(10) { (thousandths / 10).to_string() } else { format!("{}.{}", thousandths / 10, thousandths % 10) }
    },
    percent_sign: "%",
    mean: |mean| format!("mean {mean}"),
    mean_from: |mean, vendor| format!("mean {mean}, from {vendor}"),
    oldest: |waited| format!("oldest {waited}"),
    from_vendor: |vendor| format!("from {vendor}"),
    of_loaded: |count| format!("of {} loaded", (SHARED.count)(count)),
    of_all: |count| format!("of all {}", (SHARED.count)(count)),
    of_timed: |timed, loaded| format!("{} finished of {} loaded", (SHARED.count)(timed), (SHARED.count)(loaded)),
    with_deleted: |vendor| format!("from {vendor}, deleted ones included"),
    from_queue: "from the queue of reviews",
    no_total: |vendor| format!("loaded; {vendor} gives no total"),
    no_total_of_all: "loaded; not every vendor gives a total",
    over_all: "over all connections",
    none_ended: "none succeeded or failed",
    none_timed: |loaded| format!("none of {} loaded says how long it took", (SHARED.count)(loaded)),
    no_run: "no run yet",
    older_page: "not known on an older page",
    never_waits: |vendor| format!("{vendor} has no paused runs"),
    no_rows: "There is nothing to sum up until the runs are loaded.",
    statistics_failed: |why, again| {
        let next = if again { " The next try comes by itself." } else { "" };
        format!("{why} Its own statistics are missing here.{next}")
    },
    nothing_drawn: "No runs to draw.",
    became: |became| match became {
        OutcomeGroup::Succeeded => "Completed",
        OutcomeGroup::Waiting => "Waiting",
        OutcomeGroup::UnderWay => "Queued or running",
        OutcomeGroup::Failed => "Failed",
        OutcomeGroup::Other => "Other",
    },
    drawing: |all, peak, failed, waiting| {
        let count = SHARED.count;
        format!("{} runs over time{peak}. {} failed. {} waiting for review.", count(all), count(failed), count(waiting))
    },
    peak: |most, at| format!(", most at {at}: {}", (SHARED.count)(most)),
    bar: |from, to, became, count| format!("{from} to {to}: {became} {}", (SHARED.count)(count)),
    day,
    minute: |at, today| {
        let shift = if at.shifted { format!(" {}", (SHARED.offset)(at.offset)) } else { String::new() };
        dated(at, today, format!("{:02}:{:02}{shift}", at.hour, at.minute))
    },
    second: |at, today| dated(at, today, (SHARED.clock)(at)),
    now: "now",
    as_table: "As a table",
    over_time: "Runs over time",
    from: "From",
    until: "Until",
};

fn day(at: Local, today: Local) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = MONTHS.get(at.month as usize).copied().unwrap_or_default();
    if at.year == today.year { format!("{} {month}", at.day) } else { format!("{} {month} {}", at.day, at.year) }
}

fn dated(at: Local, today: Local, clock: String) -> String {
    let same = (at.year, at.month, at.day) == (today.year, today.month, today.day);
    if same { clock } else { format!("{}, {clock}", day(at, today)) }
}

#[cfg(test)]
mod tests {
    use super::WORDS;

    #[test]
    fn statistics_that_are_not_asked_for_again_promise_no_next_try() {
        let said = |again| (WORDS.statistics_failed)("FlowStack refused the key.", again);
        assert_eq!(said(false), "FlowStack refused the key. Its own statistics are missing here.");
        assert!(said(true).ends_with("The next try comes by itself."));
    }
}
