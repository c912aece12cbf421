//! `sluice audit`: looks after the audit log.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::serve::place_of;
use super::{say, stopped};
use crate::audit::verify::{self, Noted};
use crate::config;
use crate::store::Store;

#[derive(Debug, Subcommand)]
pub(super) enum Audit {
    /// Follow the log's chain from its beginning and name the first entry that does not fit (exit code 1)
    Verify(Verify),
}

#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The configuration that names the store
    #[arg(long, env = "SLUICE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// The store, as `sluice serve` takes it
    #[arg(long, env = "SLUICE_STORE_URL", hide_env_values = true, value_name = "FILE or URL")]
    store: Option<PathBuf>,
    /// A head that was noted earlier: is it still in the log?
    #[arg(long, value_name = "ENTRY:DIGEST")]
    noted: Option<String>,
}

/// Exit codes: 0 it holds, 1 an entry does not fit, 2 it could not be read.
pub(super) async fn verify_log(options: Verify) -> Result<ExitCode, String> {
    let verdict = async {
        let config = options.config.as_deref().map(config::load).transpose().map_err(|error| error.to_string())?;
        let noted = options.noted.as_deref().map(Noted::read).transpose().map_err(|reason| format!("--noted: {reason}."))?;
        let store = Store::look(&place_of(options.store.as_deref(), config.as_ref())?).await?;
        verify::verify(&store, noted.as_ref()).await.map_err(|error| format!("The audit log could not be read: {error}"))
    };
    match verdict.await {
        Ok(verdict) => {
            say(&verdict.to_string());
            Ok(if verdict.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Err(sentence) => {
            stopped(&sentence);
            Ok(ExitCode::from(2))
        }
    }
}
