//! Files of a run, shown.

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
}
