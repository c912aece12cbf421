//! The command palette.

pub struct PaletteWords {
    pub title: &'static str,
    pub hint: &'static str,
    pub results: &'static str,
    pub none: &'static str,
    pub close: &'static str,
    pub keys: &'static str,
    pub page: &'static str,
    pub connection: &'static str,
    pub flow_of: fn(&str) -> String,
    pub figures: &'static str,
    pub run_number: fn(&str) -> String,
    /// Its flow, if one is open, and its connection.
    pub run_of: fn(Option<&str>, &str) -> String,
    pub run_id: fn(&str) -> String,
    pub any_connection: &'static str,
    /// How many fit, and whether flows are still being read.
    pub found: fn(usize, bool) -> String,
}
