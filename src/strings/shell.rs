//! The frame around every page.

pub struct Shell {
    pub product: &'static str,
    pub home: &'static str,
    pub skip: &'static str,
    /// The messages at the lower edge.
    pub messages: &'static str,
    pub main_nav: &'static str,
    pub runs: &'static str,
    pub reviews: &'static str,
    pub waiting_count: fn(u64) -> String,
    /// The zone's name, which may be unknown, and its offset today.
    pub times_in: fn(&str, &str) -> String,
    pub palette: &'static str,
    pub shortcuts: &'static str,
    pub switch_theme: &'static str,
    pub who_none: &'static str,
    pub who: fn(&str) -> String,
    pub signed_in: fn(&str) -> String,
    pub sandbox: &'static str,
    pub sandbox_hint: &'static str,
    pub config_failed: &'static str,
    pub no_connections: &'static str,
    pub no_connections_next: &'static str,
    pub unknown_page: &'static str,
    pub unknown_page_next: &'static str,
    pub unknown_connection: fn(&str) -> String,
    pub unknown_connection_next: &'static str,
    pub to_runs: &'static str,
    pub title: fn(&str) -> String,
    pub live: fn(&str) -> String,
    /// Nothing more comes by itself.
    pub finished: fn(&str) -> String,
    pub stale: fn(&str) -> String,
    pub reading: &'static str,
    /// In place of its age, where nothing could be read.
    pub not_read: &'static str,
    pub refresh: &'static str,
    pub part_missing: &'static str,
    pub part_missing_next: &'static str,
    pub keys_missing: &'static str,
    pub reload: &'static str,
    pub stopped: &'static str,
    pub stopped_again: &'static str,
    pub stopped_details: &'static str,
    /// Writes that are on their way, and decisions that are held.
    pub stopped_sent: fn(usize, usize) -> String,
}
