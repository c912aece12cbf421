//! A file of `deploy/`, as it is but for what a test cannot have: the well-known ports, addresses and certificates.

use std::path::{Path, PathBuf};

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

pub fn text(name: &str) -> String {
    let path = root().join("deploy").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Each of these stands in it once, so that a test notices when a recipe no longer says what is replaced.
pub fn with(name: &str, replaced: &[(&str, &str)]) -> String {
    let mut text = text(name);
    for (from, to) in replaced {
        assert_eq!(text.matches(from).count(), 1, "deploy/{name} has {from:?} not once");
        text = text.replace(from, to);
    }
    text
}
