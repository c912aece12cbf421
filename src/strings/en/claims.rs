use super::errors::{reason, with_request};
use crate::strings::ClaimWords;

pub(super) static WORDS: ClaimWords = ClaimWords {
    started: |who| format!("Started: {who}"),
    draft: "Your draft",
    mine_means: " Mine is what has a draft in this browser, is open in another window under your name, or was started at the vendor from this tab.",
    start: |vendor| format!("Start in {vendor}"),
    start_means: |vendor| format!("Tells others who use {vendor} that this review is being worked on. Nobody is locked out."),
    give_back: "Give it back",
    times_out: |vendor| format!("{vendor} takes a start back by itself after a time that it does not tell."),
    was_started: |vendor| format!("Started in {vendor}: others see there that it is being worked on."),
    given_back_unread: |vendor, error| {
        with_request(
            &format!("{vendor} took it back. Whether somebody still has it could not be read, because {}", reason(error, vendor)),
            error,
        )
    },
    was_given_back: |vendor| format!("Given back in {vendor}."),
    still_held: |who| format!("{who} still has it started: only whoever started it can give it back."),
};
