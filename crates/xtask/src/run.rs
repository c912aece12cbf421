//! `cargo xtask run`: from a fresh clone to a running Sluice.

use std::process::Command;

use crate::app::{self, ServerProfile};
use crate::failure::{Failure, Result};
use crate::setup;
use crate::workbench::shown;

/// Sets up, builds, and becomes the server; `args` go to `sluice serve`.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let bench = setup::for_build()?.bench;
    eprintln!("Building the app (the first time about 4 minutes on 2 cores)");
    app::build(&bench)?;
    eprintln!("Building the server (the first time about 5 minutes on 2 cores)");
    let server = app::server(&bench, ServerProfile::Release)?;
    let mut command = Command::new(server);
    command.arg("serve");
    if !args.iter().any(|arg| arg == "--app" || arg.starts_with("--app=")) {
        command.arg("--app").arg(bench.dist());
    }
    command.args(args);
    become_server(command)
}

/// Replaces this process, so that Ctrl+C reaches the server alone and its own closing line is the last one.
#[cfg(unix)]
fn become_server(mut command: Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    Err(Failure::new(format!("could not start `{}`", shown(&command))).because(error))
}

#[cfg(not(unix))]
fn become_server(mut command: Command) -> Result<()> {
    let status = command.status().map_err(|error| Failure::new(format!("could not start `{}`", shown(&command))).because(error))?;
    if status.success() { Ok(()) } else { Err(Failure::new("the server ended with an error").because(status)) }
}
