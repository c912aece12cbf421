use super::shared::WORDS as SHARED;
use crate::platform::save::Place;
use crate::strings::ExportWords;
use runs::export::Format;

pub(super) static WORDS: ExportWords = ExportWords {
    title: "Export runs",
    title_selected: |count| format!("Export {}", runs(count as u64)),
    what: |flow, filters| {
        if filters.is_empty() {
            format!("Every run of {flow}, from the newest to the oldest.")
        } else {
            format!("The runs of {flow} that match the filters, from the newest to the oldest: {}.", filters.join("; "))
        }
    },
    what_all: |filters| {
        let which = if filters.is_empty() { String::new() } else { format!(" that match the filters ({})", filters.join("; ")) };
        format!("The runs of all connections{which}, one connection after the other, each list from the newest to the oldest.")
    },
    total: |total| format!("These are {} now.", runs(total)),
    here: |vendor| format!("{vendor} does not apply all of these filters: every run is read, and what does not match is left out here."),
    here_some: "Some vendors do not apply all of these filters: every run of theirs is read, and what does not match is left out here.",
    format: "Format",
    format_name: |format| match format {
        Format::Csv => "CSV, for spreadsheets",
        Format::Json => "JSON, for programs",
    },
    format_hint: |format| match format {
        Format::Csv => {
            "Comma-separated, UTF-8 with a byte order mark, so that Excel reads it right. Times are ISO 8601 in UTC. A text that a spreadsheet would run as a formula begins with an apostrophe."
        }
        Format::Json => "One list of runs. Times are ISO 8601 in UTC, numbers keep their digits, metadata stays as it is.",
    },
    cancel: "Do not export",
    export: "Export",

    going: "Exporting runs",
    progress: |written, read, pages, total| {
        let pages = if pages == 1 { "1 page".into() } else { format!("{} pages", number(u64::from(pages))) };
        let of = total.map(|total| format!(" of {}", number(total))).unwrap_or_default();
        if written == read {
            format!("{}{of}, {pages}.", runs(written))
        } else {
            format!("{} of {} read{of}, {pages}.", runs(written), number(read))
        }
    },
    rest: |vendor, wait| format!("{vendor}'s request limit: the next page comes in {wait}."),
    stop: "Stop",

    stopped: |written| format!("Stopped after {}", runs(written)),
    stopped_next: "What was read can be kept as a file that says it is incomplete, or the export goes on from here.",
    cut_stopped: "The export was stopped.",
    cut_full: |part| format!("Part {part} continues in part {}.", part + 1),
    full: |written| format!("This browser keeps at most 256 MB for one file: {} are in it", runs(written)),
    write_failed: |why| format!("The file could not be written: {why}"),
    keep: |written| format!("Keep {}, incomplete", runs(written)),
    keep_part: |part| format!("Save part {part} and go on"),
    go_on: "Go on",
    discard: "Discard",

    done: |written| format!("{} exported", capital(runs(written))),
    kept: |written| format!("{} kept, marked as incomplete", capital(runs(written))),
    place: |place, name| match place {
        Place::Chosen => "They are in the file that you chose.".into(),
        Place::Downloads => format!("The file is {name}, where this browser keeps downloads."),
    },
    doubtful: "The list became shorter while it was read, or its vendor only counts pages: runs that others deleted meanwhile may have hidden some.",
    close: "Close",
    file_kind: |format| match format {
        Format::Csv => "Comma-separated values",
        Format::Json => "JSON",
    },
};

fn number(count: u64) -> String {
    (SHARED.count)(count)
}

fn runs(count: u64) -> String {
    match count {
        0 => "no run".into(),
        1 => "1 run".into(),
        _ => format!("{} runs", number(count)),
    }
}

fn capital(text: String) -> String {
    text.strip_prefix("no ").map(|rest| format!("No {rest}")).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::WORDS;

    #[test]
    fn progress_says_what_is_known() {
        assert_eq!((WORDS.progress)(1_200, 1_200, 12, Some(10_240)), "1,200 runs of 10,240, 12 pages.");
        assert_eq!((WORDS.progress)(3, 1_000, 1, None), "3 runs of 1,000 read, 1 page.");
        assert_eq!((WORDS.done)(0), "No run exported");
    }
}
