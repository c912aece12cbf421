use super::shared::{count, several};
use crate::strings::PreviewWords;

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
    locked: "This document needs a password. Download it to open it with another program.",
    unknown: |kind| {
        let kind = if kind.is_empty() { "an unknown type" } else { kind };
        format!("There is no preview for {kind}. Download the file to open it.")
    },
    download: "Download",
    cut: |rows, columns| {
        format!("The first {} and {} are shown. The download has all.", several(rows, "row", "rows"), several(columns, "column", "columns"))
    },
    page: |page, pages| format!("page {} of {}", count(u64::from(page)), count(u64::from(pages))),
    page_of: |name, page| format!("{name}, page {}", count(u64::from(page))),
    previous: "Previous page",
    next: "Next page",
    zoom_out: "Zoom out",
    zoom_in: "Zoom in",
    zoom: |percent| if percent == 100 { "Fit".into() } else { format!("{percent} %") },
};
