//! The menu that chooses columns.

pub struct ColumnWords {
    pub shown: &'static str,
    pub shown_hint: &'static str,
    pub none: &'static str,
    pub more: &'static str,
    pub up: fn(&str) -> String,
    pub down: fn(&str) -> String,
    pub remove: fn(&str) -> String,
    pub add: fn(&str) -> String,
    pub key: &'static str,
    pub key_hint: &'static str,
    pub add_key: &'static str,
    pub bad_key: &'static str,
    pub full: fn(usize) -> String,
    pub reset: &'static str,
    pub is_reset: &'static str,
    pub now_at: fn(&str, usize, usize) -> String,
    pub is_gone: fn(&str) -> String,
    pub is_added: fn(&str) -> String,
}
