use super::shared::{WORDS as SHARED, several};
use crate::strings::SelectWords;

pub(super) static WORDS: SelectWords = SelectWords {
    one: |run| format!("Select run {run}"),
    page: |count| format!("Select all {} on this page", several(count, "run", "runs")),
    most: |most| format!("At most {} runs can be selected at once.", (SHARED.count)(most as u64)),
    export: "Export runs",
};
