use super::shared::n;
use crate::strings::ColumnWords;

pub(super) static WORDS: ColumnWords = ColumnWords {
    shown: "Shown, in this order",
    shown_hint: "Run and status always come first. Where there is no room, columns give way.",
    none: "Only run and status.",
    more: "More columns",
    up: |column| format!("Move {column} up"),
    down: |column| format!("Move {column} down"),
    remove: |column| format!("Remove {column}"),
    add: |column| format!("Add {column}"),
    key: "Key of metadata",
    key_hint: "customer_id",
    add_key: "Add",
    bad_key: "A key has 1 to 60 characters.",
    full: |most| format!("{} columns are the most. Remove one to add another.", n(most)),
    reset: "Reset columns",
    is_reset: "The usual columns are back.",
    now_at: |column, place, all| format!("{column} is column {} of {}.", n(place), n(all)),
    is_gone: |column| format!("{column} was removed."),
    is_added: |column| format!("{column} was added."),
};
