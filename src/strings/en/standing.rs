use super::shared::{count, several, within};
use crate::strings::StandingWords;
use runs::model::review::AuthorKind;

pub(super) static WORDS: StandingWords = StandingWords {
    held: |name, at| match at {
        Some(at) => format!("{name} has had this review started since {}.", within(at)),
        None => format!("{name} has this review started."),
    },
    held_next: "You can still decide: the vendor keeps nobody out.",
    versions: |count| format!("{} of this data", several(count, "version", "versions")),
    version: |kind, name, at| {
        let at = within(at);
        match kind {
            AuthorKind::Person | AuthorKind::Unknown => format!("{name}, {at}"),
            AuthorKind::Agent => format!("{name} (program), {at}"),
            AuthorKind::Model => format!("{name} (model), {at}"),
        }
    },
    shown: "shown here",
    resume_failed: "The decision is recorded, but the vendor says that the run could not go on.",
    resume_pending: "The vendor says that the run goes on later.",
    resume_queued: |place| match place {
        Some(place) => format!("The vendor says that the run stands in line to go on, at place {}.", count(place)),
        None => "The vendor says that the run stands in line to go on.".into(),
    },
    resume_skipped: "The vendor says that there was nothing to go on with.",
    resume_unknown: |word| format!("What the vendor says about the run going on: {word}"),
};
