//! The one error of the shared core; each dialect turns it into its vendor's envelope.

/// What the store can answer instead of a result.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No such flow, run, review or file in this dialect. Carries the noun.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// The state does not allow it any more. Carries a sentence for people.
    #[error("{0}")]
    Conflict(String),
    /// The request itself is wrong. Carries the field and the reason.
    #[error("{field}: {reason}")]
    Invalid { field: String, reason: String },
    #[error("The sandbox database failed: {0}. Restart the sandbox; if it persists, start it with another --db file.")]
    Database(#[from] sqlx::Error),
    /// A stored row does not decode: the file was written by something else.
    #[error("The sandbox database holds an unreadable {0}. Start the sandbox with another --db file.")]
    Corrupt(&'static str),
}

pub type StoreResult<T> = Result<T, StoreError>;

/// Why the sandbox cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("Cannot listen on {address}: {source}. Another program may use the port; choose another with --listen.")]
    Listen { address: std::net::SocketAddr, source: std::io::Error },
    #[error(
        "{0} is not a loopback address. The sandbox has one well-known key, so it listens on this machine only; use 127.0.0.1 or [::1]."
    )]
    NotLoopback(std::net::SocketAddr),
    #[error(
        "Cannot open the sandbox database {path}: {source}. Check that its folder exists and is writable, or choose another with --db."
    )]
    Open { path: String, source: StoreError },
    #[error("--runs {0} is out of range: choose 100 to 5000000.")]
    Runs(u64),
}
