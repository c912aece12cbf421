use super::shared::within;
use crate::strings::CarriedWords;

pub(super) static WORDS: CarriedWords = CarriedWords {
    from_another: |moment| format!("Draft from another browser, saved {}.", within(moment)),
    from_here: |moment| format!("The gateway has your draft, saved {}; this browser has lost it.", within(moment)),
    next: "Take it into this form, or drop it.",
    next_clash: "You also have a draft here, and the two are never joined: take that one in place of yours, or keep yours in place of that \
                 one. Until you choose, what you type is kept in this browser only.",
    earlier_content: "It was typed before this review changed: its edits are carried over where their fields still exist.",
    take: "Take it",
    take_instead: "Take it in place of mine",
    drop: "Drop it",
    keep_mine: "Keep mine",
    unread: "Whether you have a draft from another browser is not known.",
    unread_next: |why| format!("{why} What you type is kept in this browser."),
    only_here: |saved| format!("{saved}, in this browser only"),
    kept_where: "It is kept until you decide or discard it, and you find it in your other browsers too.",
};
