//! The gateway: hosts the built app, keeps the vendors' keys and relays to them what the adapters declare.
//!
//! Builds the binary `sluice`. Nothing here knows a vendor's fields; that is the adapters' business in `runs`.

mod ahead;
pub mod app;
mod asker;
pub mod assets;
pub mod audit;
pub mod auth;
mod bucket;
pub mod check;
pub mod cli;
pub mod clock;
pub mod config;
pub mod drafts;
mod encoding;
pub mod events;
pub mod execute;
pub mod files;
pub mod guard;
pub mod headers;
pub mod health;
mod ids;
mod intake;
mod key;
pub mod ledger;
pub mod log;
mod login;
pub mod metrics;
pub mod notify;
pub mod presence;
pub mod problem;
pub mod redact;
pub mod relay;
pub mod reload;
mod replicas;
pub mod samples;
pub mod sandboxed;
pub mod server;
pub mod store;
pub mod turns;
pub mod upstream;
