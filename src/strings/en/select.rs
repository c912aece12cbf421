use super::shared::WORDS as SHARED;
use crate::strings::SelectWords;

pub(super) static WORDS: SelectWords = SelectWords {
    one: |run| format!("Select run {run}"),
    page: |count| format!("Select all {count} runs on this page"),
    most: |most| format!("At most {} runs can be selected at once.", (SHARED.count)(most as u64)),
    export: "Export runs",
};
