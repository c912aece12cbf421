//! What clippy says of a build.
//!
//! Clippy looks at our crates while they are compiled for the tests, instead of in a `cargo clippy` of its own: that would read every
//! dependency a second time, and the app for another platform than it runs on. `clippy-driver` is rustc with more lints, and Cargo runs it
//! for the workspace's own crates where this variable names it; the dependencies stay the compiler's.

use std::collections::HashSet;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::failure::{Failure, Result};
use crate::workbench::shown;

/// All builds that share compiled crates with the tests must agree on it.
pub(crate) const WRAPPER: (&str, &str) = ("RUSTC_WORKSPACE_WRAPPER", "clippy-driver");

/// Builds, shows what the compiler says of our crates (what it said when they were compiled, where they still are) and fails if it said
/// anything.
pub(super) fn deny(cargo: &mut Command) -> Result<()> {
    let name = shown(cargo);
    cargo.args(["--message-format", "json"]).stdin(Stdio::null()).stdout(Stdio::piped());
    let failed = |error: std::io::Error| Failure::new(format!("could not run `{name}`")).because(error);
    let mut child = cargo.spawn().map_err(failed)?;
    let mut said = HashSet::new();
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).lines() {
            // A library and its tests say the same twice.
            if let Some(rendered) = lint(&line.map_err(failed)?)
                && said.insert(rendered.clone())
            {
                eprint!("{rendered}");
            }
        }
    }
    let status = child.wait().map_err(failed)?;
    if !status.success() {
        return Err(Failure::new(format!("`{name}` failed")).because(status));
    }
    if said.is_empty() { Ok(()) } else { Err(Failure::new(format!("`{name}` found {} things to mend", said.len()))) }
}

/// The text of a line of Cargo's that is a warning or an error.
fn lint(line: &str) -> Option<String> {
    let message: Value = serde_json::from_str(line).ok()?;
    if message["reason"] != "compiler-message" || !matches!(message["message"]["level"].as_str(), Some("warning" | "error")) {
        return None;
    }
    message["message"]["rendered"].as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_and_errors_are_told_from_what_else_cargo_says() {
        let line = |level: &str| format!(r#"{{"reason":"compiler-message","message":{{"level":"{level}","rendered":"a\n"}}}}"#);
        assert_eq!(lint(&line("warning")).as_deref(), Some("a\n"));
        assert_eq!(lint(&line("error")).as_deref(), Some("a\n"));
        assert_eq!(lint(&line("note")), None);
        assert_eq!(lint(r#"{"reason":"build-finished","success":true}"#), None);
        assert_eq!(lint("not JSON"), None);
    }
}
