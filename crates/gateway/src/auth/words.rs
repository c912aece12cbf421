//! What people read on the sign-in page.

pub const TITLE: &str = "Sign in to Sluice";
pub const LABEL: &str = "Your token";
pub const HINT: &str = "It begins with sluice_. Whoever runs this Sluice gave it to you.";
pub const SIGN_IN: &str = "Sign in";
pub const OTHER_WAY: &str = "This sign-in was begun elsewhere, or too long ago. Begin again.";
pub const PROVIDER_SILENT: &str =
    "The identity provider cannot be reached. Try again; if that does not help, tell whoever runs this Sluice.";
pub const PROVIDER_REFUSED: &str = "The identity provider did not let you in, or what it said does not hold. Begin again; if that does not help, tell whoever runs this Sluice.";
pub const SIGN_OUT: &str = "Sign out";
pub const GO_ON: &str = "Go on to Sluice";
pub const OTHER: &str = "To be somebody else, sign out first.";
pub const MISSING: &str = "Paste your token, then sign in.";
pub const UNKNOWN: &str =
    "This token is not known here. Check that you pasted all of it. If it was replaced, ask whoever runs this Sluice for the new one.";
pub const EXPIRED: &str = "This page was open too long, or its cookie did not come back. Paste your token again.";
pub const NO_SIGN_IN: &str = "Nobody signs in here: this Sluice is for whoever sits at its machine.";
pub const BY_PROXY: &str = "Signing in is done before this Sluice is reached. Open it by the address that you were given.";

pub fn signed_in(name: &str) -> String {
    format!("You are signed in as {name}.")
}

pub fn with_provider(name: &str) -> String {
    format!("Sign in with {name}")
}

pub fn no_role(name: &str) -> String {
    format!("You are {name}, and no group that you are in has a role here. Ask whoever runs this Sluice.")
}

pub fn wait(seconds: u64) -> String {
    format!("Too many unknown tokens came from your address. Wait {seconds} s, then try again.")
}
