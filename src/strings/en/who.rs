use super::shared::n;
use crate::strings::WhoWords;

pub(super) static WORDS: WhoWords = WhoWords {
    signed_in_help: "Your decisions are noted under this name.",
    signed_in_close: "Close",
    sign_out: "Sign out",
    title: "Who decides here?",
    label: "Your name",
    help: "It is kept in this browser and shown beside your decisions as self-declared: nobody has checked it.",
    too_long: |most| format!("A name has at most {} characters.", n(most)),
    save: "Save name",
    cancel: "Not now",
    self_declared: "self-declared",
    names_self_declared: "Names are self-declared.",
};
