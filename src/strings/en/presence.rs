use super::shared::{several, within};
use crate::strings::PresenceWords;

pub(super) static WORDS: PresenceWords = PresenceWords {
    open_elsewhere: |who, since| format!("Open in another window by {who}, since {}.", within(since)),
    advisory: "Nobody is locked out: whoever decides first, decides.",
    held: |who| format!("Open: {who}"),
    unnamed: "somebody without a name",

    notify: "Notify me about new reviews",
    notify_denied: "This browser blocks notifications from here. Allow them in its settings for this site, then switch this on again.",
    notify_unsupported: "This browser has no notifications here.",
    notify_refused: "No permission was given, so there will be no notifications.",
    new_review: |flow, run| format!("{flow}: {run} waits for review"),
    new_review_at: |connection, step| match step {
        Some(step) => format!("{step}, at {connection}. Open it to decide."),
        None => format!("At {connection}. Open it to decide."),
    },
    new_reviews: |count| format!("{} wait", several(count, "new review", "new reviews")),
};
