use super::shared::count;
use crate::strings::PaletteWords;

pub(super) static WORDS: PaletteWords = PaletteWords {
    title: "Go to anything",
    hint: "A page, connection, flow, #number or run id",
    results: "Results",
    none: "Nothing fits. A run is found by its number, like #1,042, or its whole id.",
    close: "Close",
    keys: "↑ ↓ choose, Enter opens, Escape closes",
    page: "Page",
    connection: "Connection",
    flow_of: |connection| format!("Flow of {connection}"),
    figures: "Review figures",
    run_number: |number| format!("Go to run {number}"),
    run_of: |flow, connection| match flow {
        Some(flow) => format!("{flow}, {connection}"),
        None => connection.to_owned(),
    },
    run_id: |id| format!("Open run {id}"),
    any_connection: "In any connection",
    found: |found, reading| {
        let results = if found == 1 { "1 result".to_owned() } else { format!("{} results", count(found as u64)) };
        if reading { format!("{results}. More flows are being read.") } else { results }
    },
};
