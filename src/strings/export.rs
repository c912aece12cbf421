//! Runs as a file.

use crate::platform::save::Place;
use console::file::export::Format;
use console::file::sheet::Separator;

pub struct ExportWords {
    pub title: &'static str,
    pub title_selected: fn(usize) -> String,
    /// The flow, and what of the filters is set.
    pub what: fn(&str, &[String]) -> String,
    /// The same over all connections.
    pub what_all: fn(&[String]) -> String,
    pub total: fn(u64) -> String,
    pub here: fn(&str) -> String,
    pub here_some: &'static str,
    pub format: &'static str,
    pub format_name: fn(Format) -> &'static str,
    pub format_hint: fn(Format) -> &'static str,
    /// Below the formats.
    pub exact: &'static str,
    pub separator: &'static str,
    pub separator_name: fn(Separator) -> &'static str,
    pub cancel: &'static str,
    pub export: &'static str,

    pub going: &'static str,
    /// Written, read, pages, of how many.
    pub progress: fn(u64, u64, u32, Option<u64>) -> String,
    pub rest: fn(&str, &str) -> String,
    pub stop: &'static str,

    pub stopped: fn(u64) -> String,
    pub stopped_next: &'static str,
    /// What stands at the end of a file that ends early: how many runs are in it, and why.
    pub cut: fn(u64, &str) -> String,
    pub cut_stopped: &'static str,
    pub cut_full: fn(u32) -> String,
    pub full: fn(u64) -> String,
    pub write_failed: fn(&str) -> String,
    pub keep: fn(u64) -> String,
    pub keep_part: fn(u32) -> String,
    pub go_on: &'static str,
    pub discard: &'static str,

    pub done: fn(u64) -> String,
    pub kept: fn(u64) -> String,
    pub place: fn(Place, &str) -> String,
    pub doubtful: &'static str,
    pub close: &'static str,
    pub file_kind: fn(Format) -> &'static str,
}
