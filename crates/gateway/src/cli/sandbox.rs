//! `sluice sandbox`, and the flags for a sandbox beside the gateway.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use sandbox::Dialect;

use super::say;
use crate::{sandboxed, server};

#[derive(Debug, Args)]
pub(super) struct Sandbox {
    /// Where to listen, on this machine only
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8601")]
    listen: String,
    #[command(flatten)]
    options: SandboxOptions,
}

#[derive(Debug, Args)]
pub(super) struct SandboxOptions {
    /// The sandbox's database, or :memory: [default: in the user's data directory]
    #[arg(long, value_name = "FILE")]
    db: Option<PathBuf>,
    /// How many runs a new sandbox database begins with, in each dialect; a million take about a minute to write
    #[arg(long, value_name = "N")]
    runs: Option<u64>,
    /// Give --runs to this dialect alone: retab, tableflow, flowstack, superai or retab-reviews
    #[arg(long, value_name = "DIALECT", requires = "runs", value_parser = dialect)]
    dialect: Option<Dialect>,
    /// No scheduled flow, so that nothing in the sandbox moves by itself
    #[arg(long)]
    quiet: bool,
    /// Requests an hour that the sandbox's FlowStack dialect allows
    #[arg(long, value_name = "N")]
    flowstack_limit: Option<u32>,
}

pub(super) async fn run_sandbox(options: Sandbox) -> Result<(), String> {
    let address = server::address(&options.listen)?;
    let (running, place) = sandboxed::start(options.options.at(address), server::interrupted()).await?;
    say(&format!("The sandbox is at http://{} (key: sandbox, database: {place})", running.addr));
    for (name, base) in running.bases() {
        say(&format!("  {name:9}  {base}"));
    }
    running.stopped().await;
    say("The sandbox has stopped.");
    Ok(())
}

fn dialect(text: &str) -> Result<Dialect, String> {
    Dialect::parse(text).ok_or_else(|| {
        let known: Vec<&str> = Dialect::ALL.iter().map(|dialect| dialect.as_str()).collect();
        format!("the sandbox's dialects are {}", known.join(", "))
    })
}

impl SandboxOptions {
    /// Whether any was.
    pub(super) const fn given(&self) -> bool {
        self.db.is_some() || self.runs.is_some() || self.quiet || self.flowstack_limit.is_some()
    }

    pub(super) fn at(self, listen: SocketAddr) -> sandboxed::Options {
        sandboxed::Options {
            listen,
            db: self.db,
            runs: self.runs,
            dialect: self.dialect,
            quiet: self.quiet,
            flowstack_limit: self.flowstack_limit,
        }
    }
}
