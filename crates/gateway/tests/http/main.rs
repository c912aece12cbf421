//! The gateway over real HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod adapters_over_http;
mod ahead;
mod assets;
mod audit;
mod bounds;
mod config;
mod drafts;
mod events;
mod files;
mod guards;
mod ledger;
mod limits;
mod logged;
mod login;
mod notify;
mod operation;
mod pacing;
mod place;
mod presence;
mod program;
mod relay;
mod replicas;
mod reviews_over_http;
mod running;
mod sharing;
mod subpath;
mod support;
mod turns;
mod who;
mod world;
