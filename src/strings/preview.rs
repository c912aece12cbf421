//! Files of a run, shown.

use console::file::charset::Why;

pub struct PreviewWords {
    pub show: fn(&str) -> String,
    pub hide: fn(&str) -> String,
    pub show_verb: &'static str,
    pub hide_verb: &'static str,
    pub none: fn(&str) -> String,
    pub no_id: fn(&str) -> String,
    pub in_drive: fn(&str) -> String,
    pub reading: fn(&str) -> String,
    pub opening: fn(&str) -> String,
    pub failed: fn(&str) -> String,
    pub unreadable: &'static str,
    pub unreadable_page: &'static str,
    /// Something on a page was left out.
    pub lacking: &'static str,
    pub unseen: &'static str,
    /// Nothing is seen on a page.
    pub blank: &'static str,
    pub no_picture: &'static str,
    pub no_tiff: &'static str,
    pub no_heic: &'static str,
    pub empty: &'static str,
    pub locked: &'static str,
    /// The media type, or nothing.
    pub unknown: fn(&str) -> String,
    pub download: &'static str,
    /// Rows and columns shown.
    pub cut: fn(usize, usize) -> String,
    pub page: fn(u32, u32) -> String,
    pub page_of: fn(&str, u32) -> String,
    pub previous: &'static str,
    pub next: &'static str,
    pub zoom_out: &'static str,
    pub zoom_in: &'static str,
    pub zoom: fn(u32) -> String,
    pub whole: &'static str,
    pub whole_hint: &'static str,
    pub turn: &'static str,
    pub go_to: &'static str,
    pub find: &'static str,
    /// Which place, how many, and whether there may be more.
    pub found: fn(usize, usize, bool) -> String,
    pub previous_found: &'static str,
    pub next_found: &'static str,
    pub encoding: &'static str,
    pub encoding_why: fn(Why) -> &'static str,
    pub separator: &'static str,
    pub separator_name: fn(char) -> String,
    /// The first row shown, the last, and how many there are.
    pub rows: fn(usize, usize, usize) -> String,
    pub previous_rows: &'static str,
    pub next_rows: &'static str,
}
