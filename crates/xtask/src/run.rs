//! `cargo xtask run`: from a fresh clone to a running Sluice.

use std::process::Command;

use crate::app::{self, ServerProfile};
use crate::background::Background;
use crate::engines;
use crate::failure::{Failure, Result};
use crate::setup;
use crate::workbench::{Workbench, shown};

/// Ours among the arguments: real engines beside the sandbox.
const ENGINES: &str = "--engines";

/// Sets up, builds, and becomes the server; `args` go to `sluice serve`.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let (ours, args): (Vec<&String>, Vec<&String>) = args.iter().partition(|arg| *arg == ENGINES);
    let with_engines = !ours.is_empty();
    if with_engines && args.iter().any(|arg| *arg == "--config" || arg.starts_with("--config=")) {
        return Err(Failure::new(format!("{ENGINES} brings its own configuration")).next("leave out --config, or add the engines to yours"));
    }
    // The server needs nothing that setup brings but what only root can install.
    let (mut cargo, server) = app::server_build(&Workbench::open()?, ServerProfile::Trial);
    let building = Background::start(&Workbench::open()?, "the server", "server-build.log", &mut cargo)?;
    let bench = setup::for_build()?.bench;
    eprintln!("Building the app (the first time about 4 minutes on 2 cores)");
    app::build(&bench)?;
    building.finish()?;
    let mut command = Command::new(server);
    command.arg("serve");
    if !args.iter().any(|arg| *arg == "--app" || arg.starts_with("--app=")) {
        command.arg("--app").arg(bench.dist());
    }
    if with_engines {
        engines::show(&bench, &mut command)?;
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
