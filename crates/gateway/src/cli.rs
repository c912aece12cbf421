//! The command line.

mod audit;
mod check;
mod door;
mod sandbox;
mod serve;
mod token;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::log;
use audit::Audit;
use check::Check;
use sandbox::Sandbox;
use serve::Serve;
pub use serve::{app_of, build};
use token::TokenCommand;

/// A browser console for workflow runs: history, single runs and reviews in other vendors' engines.
#[derive(Debug, Parser)]
#[command(name = "sluice", version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    /// How lines of the log look
    #[arg(long, global = true, env = "SLUICE_LOG_FORMAT", value_enum, default_value_t, value_name = "FORMAT")]
    log_format: log::Format,
    /// Where the log goes, in five files of 16 MB at most [default: standard error]
    #[arg(long, global = true, env = "SLUICE_LOG_FILE", value_name = "FILE")]
    log_file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the app and relay to the configured vendors; without --config, to a sandbox started beside it
    Serve(Serve),
    /// Serve only the sandbox: a local runs API in every dialect (key: sandbox)
    Sandbox(Sandbox),
    /// Try each configured connection with one read
    Check(Check),
    /// Look after the audit log
    #[command(subcommand)]
    Audit(Audit),
    /// Make tokens, with which people and scripts sign in
    #[command(subcommand)]
    Token(TokenCommand),
}

/// Runs the command of the process's arguments.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Err(sentence) = log::begin(cli.log_format, cli.log_file.as_deref()) {
        return stopped(&sentence);
    }
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return stopped(&format!("The system gives no threads: {error}")),
    };
    let outcome = runtime.block_on(async {
        tokio::spawn(log::tell_of_gaps());
        match cli.command {
            Command::Serve(serve) => serve::run_serve(serve).await.map(|()| ExitCode::SUCCESS),
            Command::Sandbox(sandbox) => sandbox::run_sandbox(sandbox).await.map(|()| ExitCode::SUCCESS),
            Command::Check(check) => check::run_check(check).await,
            Command::Audit(Audit::Verify(verify)) => audit::verify_log(verify).await,
            Command::Token(TokenCommand::New(new)) => token::new_token(&new).map(|()| ExitCode::SUCCESS),
        }
    });
    // Requests that hang in the background do not hold the process.
    runtime.shutdown_background();
    outcome.unwrap_or_else(|sentence| stopped(&sentence))
}

fn stopped(sentence: &str) -> ExitCode {
    eprintln!("sluice: {sentence}");
    ExitCode::FAILURE
}

/// Prints a line at once, also into a pipe; nobody reading is no reason to end.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
