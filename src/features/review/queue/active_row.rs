//! Whether the pointer or the focus is on a row.

use crate::platform::page;

/// Whether the pointer or the focus is on a row.
pub fn is_active(key: &str) -> bool {
    let Some(row) = page::by_id(&row_id(key)) else { return false };
    row.matches(":hover, :focus-within").unwrap_or(false)
}

pub fn row_id(key: &str) -> String {
    format!("q-{key}")
}

/// The link that J and K go to.
pub fn link_id(key: &str) -> String {
    format!("{}-open", row_id(key))
}

/// Moves the focus from a row to the one that replaces it.
pub fn move_focus(from: &str, to: &str) {
    if page::by_id(&row_id(from)).is_some_and(|row| row.matches(":focus-within").unwrap_or(false)) {
        page::focus_soon(link_id(to));
    }
}
