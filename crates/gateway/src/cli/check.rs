//! `sluice check`: tries the connections.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::say;
use super::serve::upstreams;
use crate::{check, config, notify};

#[derive(Debug, Args)]
pub(super) struct Check {
    /// The configuration
    #[arg(long, env = "SLUICE_CONFIG", value_name = "FILE", default_value = "sluice.toml")]
    config: PathBuf,
    /// Read more than the flows: runs, one run, what waits, one review
    #[arg(long)]
    deep: bool,
}

pub(super) async fn run_check(options: Check) -> Result<ExitCode, String> {
    let config = config::load(&options.config).map_err(|error| error.to_string())?;
    let upstreams = upstreams(config.connections)?;
    let told = config.notify;
    let mut verdicts = if options.deep { check::deep(upstreams).await } else { check::all(upstreams).await };
    if let Some(told) = &told {
        verdicts.extend(notify::check(told).await);
    }
    for verdict in &verdicts {
        say(&verdict.line);
    }
    Ok(if verdicts.iter().all(|verdict| verdict.ok) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
