//! Which row somebody is at: under the pointer, or with the focus in it.

use crate::platform::page;

/// Whether the pointer or the focus is on the row of a waiting run.
pub fn holds(key: &str) -> bool {
    let Some(row) = page::by_id(&row_id(key)) else { return false };
    row.matches(":hover, :focus-within").unwrap_or(false)
}

pub fn row_id(key: &str) -> String {
    format!("q-{key}")
}
