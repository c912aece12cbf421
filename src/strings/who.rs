//! Who decides: the question for a name, and who is signed in.

pub struct WhoWords {
    pub signed_in_help: &'static str,
    pub signed_in_close: &'static str,
    pub sign_out: &'static str,
    pub title: &'static str,
    pub label: &'static str,
    pub help: &'static str,
    pub too_long: fn(usize) -> String,
    pub save: &'static str,
    pub cancel: &'static str,
    pub self_declared: &'static str,
    pub names_self_declared: &'static str,
}
