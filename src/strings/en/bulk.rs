use super::errors::{reason, said_of_unknown, why_unknown, with_request};
use super::shared::{WORDS as SHARED, beginning, several};
use crate::strings::BulkWords;
use runs::ApiError;
use runs::adapters::capability::{Capabilities, Deletion, Rerun};
use runs::deciding::bulk::{Exclusion, Tally, Verb};

pub(super) static WORDS: BulkWords = BulkWords {
    region: "Selected runs",
    selected: |count| if count == 0 { "None selected".into() } else { format!("{} selected", number(count)) },
    clear: "Clear",
    export: "Export",
    verb: |verb, count| if count == 0 { name(verb).into() } else { format!("{} {}", name(verb), number(count)) },
    none_can: |verb, vendor, out| match out {
        Some(Exclusion::NoCall) | None => no_call(vendor, &[verb]),
        Some(Exclusion::Finished) => "All of them have finished already.".into(),
        Some(Exclusion::GoesOn) => format!("None of them has finished. {} can only be done with a finished run.", noun(verb)),
        Some(Exclusion::Asked) => "All of them are being cancelled already.".into(),
        Some(Exclusion::Gone) => "All of them are deleted.".into(),
        Some(Exclusion::NotAllowed) => "This takes the role admin in their flows.".into(),
    },
    no_call,

    matching: "Select all that match",
    matching_going: |read, found| format!("{} read, {} selected", several(read, "run", "runs"), (SHARED.count)(found)),
    matching_pause: |wait| format!("The vendor limits requests, or asked for a pause: the next page comes in {wait}."),
    matching_all: |count| match count {
        0 => "No run matches.".into(),
        1 => "The one run that matches is selected.".into(),
        _ => format!("All {} runs that match are selected.", number(count)),
    },
    matching_cut: |most| format!("{} runs are selected, the most there can be at once. There are more that match.", number(most)),
    matching_stopped: |count| format!("Stopped. {} selected; more may match.", several(count, "run is", "runs are")),
    matching_failed: |why| format!("{why} What was found until then is selected; more may match."),
    stop: "Stop",

    question: |verb, count| format!("{} {}?", name(verb), runs(count)),
    nothing: |verb| format!("None of the selected runs can be {}", past(verb)),
    effect,
    checked_first: "Each run is read once more right before it is sent; one that is not as shown here is left out.",
    will: |verb, count| format!("Will be {} ({})", past(verb), number(count)),
    left_out: |count| format!("Left out ({})", number(count)),
    out: |out, vendor, verb, status| match out {
        Exclusion::NoCall => no_call(vendor, &[verb]),
        Exclusion::Finished => format!("Has finished already: {}.", (SHARED.status)(status).to_lowercase()),
        Exclusion::GoesOn => format!("Has not finished: {}.", (SHARED.status)(status).to_lowercase()),
        Exclusion::Asked => match verb {
            Verb::Cancel => "Is being cancelled already.".into(),
            Verb::Rerun => "Is being started again already.".into(),
            Verb::Delete => "Is being deleted already.".into(),
        },
        Exclusion::Gone => "Not found or deleted.".into(),
        Exclusion::NotAllowed => "This takes the role admin in its flow.".into(),
    },
    keep: |verb| match verb {
        Verb::Cancel => "Keep them running",
        Verb::Rerun => "Leave them as they are",
        Verb::Delete => "Keep them",
    },
    send: |verb, count| format!("{} {}", name(verb), runs(count)),

    title: |verb, count| match verb {
        Verb::Cancel => format!("Cancelling {}", runs(count)),
        Verb::Rerun => format!("Rerunning {}", runs(count)),
        Verb::Delete => format!("Deleting {}", runs(count)),
    },
    progress,
    paused: |wait| format!("The vendor asked for a pause: the next request goes in {wait}."),
    goes_on: "It goes on when this is closed, as long as this tab is open.",
    stop_sending: |count| format!("Stop, {} not sent yet", number(count)),
    retry: |count| format!("Try {} again", number(count)),
    close: "Close",
    results: "Results",
    problems: |count| format!("Not done ({})", number(count)),
    show_all: |count| format!("Show all {}", number(count)),
    show: "Show",
    dismiss: "Dismiss",
    busy: "Something else is still being done with several runs.",

    waiting: "Waits for its turn",
    checking: "Reading it again",
    sending: "Sending",
    looking: |error, vendor, repeats| {
        let next = if repeats { "asking for the same again, which counts once" } else { "looking whether it was done" };
        format!("{}; {next}", beginning(why_unknown(error, vendor)))
    },
    asked: |verb| match verb {
        Verb::Cancel => "Cancellation requested",
        Verb::Rerun => "Started again",
        Verb::Delete => "Deletion requested",
    },
    done: |verb| match verb {
        Verb::Cancel => "Cancelled",
        Verb::Rerun => "Started again",
        Verb::Delete => "Deleted",
    },
    new_run: "Started again as",
    refused: |error, vendor| words(format!("{vendor} refused"), error),
    not_sent: |error, vendor| words(format!("Not sent: {}", reason(error, vendor)), error),
    unconfirmed: |error, vendor| {
        let said = format!("Not confirmed: it may have happened. {}", beginning(said_of_unknown(error, vendor)));
        match error {
            Some(error) => with_request(&said, error),
            None => said,
        }
    },
    stopped: "Not sent: stopped",
};

fn number(count: usize) -> String {
    (SHARED.count)(count as u64)
}

fn runs(count: usize) -> String {
    if count == 1 { "1 run".into() } else { format!("{} runs", number(count)) }
}

const fn name(verb: Verb) -> &'static str {
    match verb {
        Verb::Cancel => "Cancel",
        Verb::Rerun => "Rerun",
        Verb::Delete => "Delete",
    }
}

const fn noun(verb: Verb) -> &'static str {
    match verb {
        Verb::Cancel => "Cancelling",
        Verb::Rerun => "Rerunning",
        Verb::Delete => "Deleting",
    }
}

const fn past(verb: Verb) -> &'static str {
    match verb {
        Verb::Cancel => "cancelled",
        Verb::Rerun => "run again",
        Verb::Delete => "deleted",
    }
}

fn no_call(vendor: &str, verbs: &[Verb]) -> String {
    let names: Vec<_> = verbs.iter().map(|verb| name(*verb).to_lowercase()).collect();
    let names = match names.as_slice() {
        [all @ .., last] if !all.is_empty() => format!("{} or {last}", all.join(", ")),
        names => names.join(""),
    };
    format!("{vendor} has no public call to {names} runs.")
}

fn effect(verb: Verb, vendor: &str, can: &Capabilities, count: usize) -> String {
    let these = if count == 1 { "1 run".to_owned() } else { format!("{} runs", number(count)) };
    match verb {
        Verb::Cancel => format!(
            "{vendor} is asked to cancel {these}. A run is cancelled once its status says so; what its steps have done already is not undone."
        ),
        Verb::Rerun if can.rerun == Rerun::SameRun => format!(
            "{vendor} runs {these} again under the same ids, with the newest version of the flow. The new result takes the place of the old one."
        ),
        Verb::Rerun => format!(
            "{vendor} starts a new run for each of {these}, with the same inputs and the flow as it is published now. The old ones stay as they are."
        ),
        Verb::Delete if can.delete == Deletion::Hidden => {
            format!("{vendor} hides {these} for good: no call gives a deleted run back. Numbers of other runs stay.")
        }
        Verb::Delete => format!("{vendor} removes {these} for good, with steps, data and files. Nobody can bring them back."),
    }
}

fn progress(verb: Verb, tally: &Tally) -> String {
    let mut parts = vec![format!(
        "{} of {} {}",
        number(tally.done),
        number(tally.all),
        if verb == Verb::Cancel { "asked to cancel" } else { past(verb) }
    )];
    for (count, what) in [
        (tally.failed, "failed"),
        (tally.unconfirmed, "not confirmed"),
        (tally.out, "left out"),
        (tally.stopped, "not sent"),
        (tally.unsent + tally.under_way, "to go"),
    ] {
        if count > 0 {
            parts.push(format!("{} {what}", number(count)));
        }
    }
    format!("{}.", parts.join(", "))
}

fn words(fact: String, error: &ApiError) -> String {
    let detail = &error.detail;
    with_request(&if detail.is_empty() { fact } else { format!("{fact}: {detail}") }, error)
}

#[cfg(test)]
mod tests {
    use super::{Verb, WORDS};
    use runs::deciding::bulk::Tally;
    use runs::{ApiError, Dialect, ErrorKind};

    #[test]
    fn what_happens_is_said_for_the_vendor() {
        let effect = |verb, dialect: Dialect| (WORDS.effect)(verb, dialect.vendor(), &dialect.adapter().capabilities(), 2);
        assert!(effect(Verb::Rerun, Dialect::SuperAi).contains("under the same ids"));
        assert!(effect(Verb::Rerun, Dialect::Retab).contains("a new run for each of 2 runs"));
        assert!(effect(Verb::Delete, Dialect::SuperAi).contains("hides 2 runs"));
        assert!(effect(Verb::Delete, Dialect::RetabReviews).contains("removes 2 runs"));
        assert_eq!((WORDS.no_call)("FlowStack", &Verb::ALL), "FlowStack has no public call to rerun, cancel or delete runs.");
    }

    #[test]
    fn what_is_not_confirmed_is_not_blamed_on_silence_where_an_answer_came() {
        let failed = ApiError { request_id: Some("req_7".into()), ..ApiError::new(ErrorKind::Vendor, "the engine is down") };
        let unconfirmed = |error: &ApiError| (WORDS.unconfirmed)(Some(error), "Retab");
        assert_eq!(unconfirmed(&failed), "Not confirmed: it may have happened. Retab failed: the engine is down. (request req_7)");
        let malformed = ApiError::new(ErrorKind::Malformed, "/id: missing");
        assert_eq!(unconfirmed(&malformed), "Not confirmed: it may have happened. Retab's answer was not understood.");
        let silent = ApiError::new(ErrorKind::Timeout, "");
        assert_eq!((WORDS.looking)(Some(&silent), "Retab", false), "No answer came; looking whether it was done");
        assert_eq!((WORDS.looking)(Some(&failed), "Retab", true), "Retab failed; asking for the same again, which counts once");
    }

    #[test]
    fn progress_says_what_is_not_done() {
        let tally = Tally { all: 12, done: 9, failed: 1, unconfirmed: 1, unsent: 1, ..Tally::default() };
        assert_eq!((WORDS.progress)(Verb::Delete, &tally), "9 of 12 deleted, 1 failed, 1 not confirmed, 1 to go.");
    }
}
