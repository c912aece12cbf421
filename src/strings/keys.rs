//! Keyboard shortcuts: the cheat sheet, and choosing other keys.

use console::keys::Action;

pub struct KeyWords {
    pub title: &'static str,
    pub action: fn(Action) -> &'static str,
    pub of_reviews: &'static str,
    pub of_lists: &'static str,
    /// What opens a row, which is not a shortcut to be chosen.
    pub enter: &'static str,
    pub anywhere: &'static str,
    /// How a key is named on the sheet, for one that is not a character.
    pub key: fn(&str) -> Option<&'static str>,
    pub then: &'static str,
    pub none: &'static str,
    pub change: fn(&str) -> String,
    pub change_short: &'static str,
    pub remove: fn(&str) -> String,
    pub press: &'static str,
    pub press_next: fn(&str) -> String,
    pub taken: fn(&str) -> String,
    pub reserved: &'static str,
    pub changed: fn(&str, &str) -> String,
    pub characters: &'static str,
    pub characters_help: &'static str,
    pub in_title: &'static str,
    pub silent: &'static str,
    pub too_soon: &'static str,
    pub kept: &'static str,
    pub reset: &'static str,
    pub was_reset: &'static str,
    pub close: &'static str,
}
