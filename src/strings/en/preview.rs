use super::shared::{count, n, several};
use crate::strings::PreviewWords;
use console::file::charset::Why;

pub(super) static WORDS: PreviewWords = PreviewWords {
    show: |name| format!("Preview {name}"),
    hide: |name| format!("Hide {name}"),
    show_verb: "Preview",
    hide_verb: "Hide",
    none: |vendor| format!("{vendor} has no public call for the bytes of a file, so there is no preview."),
    no_id: |vendor| format!("{vendor} names nothing for this file by which its bytes could be asked for."),
    in_drive: |vendor| format!("This file is in a cloud drive. {vendor} gives its id there, not its bytes."),
    reading: |name| format!("Reading {name}"),
    opening: |name| format!("Opening {name}"),
    failed: |name| format!("{name} could not be read"),
    unreadable: "This document cannot be drawn here. Download it to open it with another program.",
    unreadable_page: "This page cannot be drawn here. Download the document to open it with another program.",
    lacking: "Something on this page cannot be drawn here and is missing. Download the document to see all of it with another program.",
    unseen: "Some letters on this page are in none of this computer's fonts: boxes stand in their place. They can be searched and copied all the same.",
    blank: "Nothing can be seen on this page: it is empty, or what stands on it cannot be drawn here. Download the document to open it with another program.",
    no_picture: "This picture cannot be drawn: it is damaged, or of a kind that this browser does not know. Download it to open it with another program.",
    no_tiff: "This TIFF picture cannot be drawn here: it is damaged, too large, or of a kind that is not supported. Download it to open it with another program.",
    no_heic: "This photo is in the HEIC format of telephones, which this browser cannot draw. Download it to open it with another program.",
    empty: "This file is empty: it has no bytes.",
    locked: "This document needs a password. Download it to open it with another program.",
    unknown: |kind| {
        let kind = if kind.is_empty() { "an unknown type" } else { kind };
        format!("There is no preview for {kind}. Download the file to open it.")
    },
    download: "Download",
    cut: |rows, columns| {
        format!(
            "At most {} and {} can be shown. The download has all.",
            several(rows, "row", "rows"),
            several(columns, "column", "columns")
        )
    },
    page: |page, pages| format!("page {} of {}", count(u64::from(page)), count(u64::from(pages))),
    page_of: |name, page| format!("{name}, page {}", count(u64::from(page))),
    previous: "Previous page",
    next: "Next page",
    zoom_out: "Zoom out",
    zoom_in: "Zoom in",
    zoom: |percent| if percent == 100 { "Fit".into() } else { format!("{percent} %") },
    whole: "Whole page",
    whole_hint: "Make the page as large as all of it can be seen",
    turn: "Turn right",
    go_to: "Go to page",
    find: "Find in the document",
    found: |at, count, more| match (count, more) {
        (0, _) => "Not found".into(),
        (_, false) => format!("{} of {}", n(at), n(count)),
        (_, true) => format!("{} of the first {}", n(at), n(count)),
    },
    previous_found: "Previous hit",
    next_found: "Next hit",
    encoding: "Encoding",
    encoding_why: |why| match why {
        Why::Mark => "by its byte order mark",
        Why::Told => "as the answer says",
        Why::Bytes => "by its bytes",
        Why::Usual => "assumed: it is no UTF-8, and nothing says what it is",
        Why::Chosen => "as chosen here",
    },
    separator: "Separator",
    separator_name: |sign| match sign {
        ',' => "Comma".into(),
        ';' => "Semicolon".into(),
        '\t' => "Tab".into(),
        '|' => "Vertical bar".into(),
        other => other.to_string(),
    },
    rows: |first, last, all| format!("rows {} to {} of {}", n(first), n(last), n(all)),
    previous_rows: "Previous rows",
    next_rows: "Next rows",
};
