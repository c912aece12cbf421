use super::shared::n;
use crate::strings::SourceWords;

pub(super) static WORDS: SourceWords = SourceWords {
    choice: "What is shown",
    steps: "Earlier steps",
    comparing: "The documents are being read.",
    decisions: "Earlier decisions",
    decided_by: |name| format!("by {name}"),
    all: "Sources",
    all_hint: "Frame every place where a value of the form stands",
    previous: "Previous place",
    next: "Next place",
    reading: "The text of this document is being read.",
    textless: "This document has no text in it, as scans and pictures have none. Nothing can be marked.",
    undrawn: "No text of this document could be read, and not everything on it could be drawn. Nothing can be marked.",
    cut: " Only the first part of it was searched.",
    idle: |found, sought, more| format!("{} of {} values of the form stand here.{more}", n(found), n(sought)),
    nothing: |field| format!("{field}: no value to look for."),
    none: |field, more| format!("{field}: not found here.{more}"),
    told: |vendor| format!(" where {vendor} says it stands"),
    as_read: " as it was read; the new value is not found here",
    at: |field, at, count, more, how| match (count, more) {
        (1, _) => format!("{field}: marked{how}."),
        (count, false) => format!("{field}: place {} of {}{how}.", n(at), n(count)),
        (count, true) => format!("{field}: place {} of the first {}{how}.", n(at), n(count)),
    },
    spot: |fields| format!("Go to {}", fields.join(" or ")),
    which: "Several fields have this value. Go to:",
    shortened: |shown| format!("The first {} characters are shown and searched. Copying takes all.", n(shown)),
};
