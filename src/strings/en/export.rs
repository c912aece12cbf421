use super::shared::{WORDS as SHARED, n, several};
use crate::platform::save::Place;
use crate::strings::ExportWords;
use console::file::export::Format;
use console::file::sheet::Separator;

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
        Format::Csv(_) => "CSV, for spreadsheets",
        Format::Json => "JSON, for programs",
    },
    format_hint: |format| match format {
        Format::Csv(_) => {
            "Made for reading, not exact: a text that would run as a formula begins with an apostrophe, one longer than Excel's 32,767 characters is cut with a mark, and colour codes of terminals are left out. Spreadsheets turn ids of digits into numbers when they open a file: import that column as text, or take JSON."
        }
        Format::Json => "The exact way: one list of runs, in which every text and every digit is as it came.",
    },
    exact: "Times are ISO 8601 in UTC in both.",
    separator: "Between cells",
    separator_name: |separator| match separator {
        Separator::Comma => "Comma",
        Separator::Semicolon => "Semicolon (Excel, where 1.5 is written 1,5)",
        Separator::Tab => "Tab",
    },
    cancel: "Do not export",
    export: "Export",

    going: "Exporting runs",
    progress: |written, read, pages, total| {
        let walked = several(pages, "page", "pages");
        let of = total.map(|total| format!(" of {}", number(total))).unwrap_or_default();
        if written == read {
            format!("{}{of}, {walked}.", runs(written))
        } else {
            format!("{} of {} read{of}, {walked}.", runs(written), number(read))
        }
    },
    rest: |vendor, wait| format!("{vendor} limits requests, or asked for a pause: the next page comes in {wait}."),
    stop: "Stop",

    stopped: |written| format!("Stopped after {}", runs(written)),
    stopped_next: "What was read can be kept as a file that says it is incomplete, or the export goes on from here.",
    cut: |written, why| format!("INCOMPLETE: {}. {why}", runs(written)),
    cut_stopped: "The export was stopped.",
    cut_full: |part| format!("Part {} continues in part {}.", n(part), n(part + 1)),
    full: |written| format!("This browser keeps at most 256 MB for one file: {} are in it", runs(written)),
    write_failed: |why| format!("The file could not be written: {why}"),
    keep: |written| format!("Keep {}, incomplete", runs(written)),
    keep_part: |part| format!("Save part {} and go on", n(part)),
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
        Format::Csv(_) => "Table, as text",
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
