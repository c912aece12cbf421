//! The local runs API that ships with Sluice: one SQLite database and one executor, served in the dialects of four
//! vendors (two of Retab) at their documented paths, for trying the product, for development and for tests.
//!
//! Dialects share tables and executor, nothing else: each has its own flows, runs and kinds of id.

pub mod auth;
mod catalog;
pub mod clock;
pub mod dialects;
mod documents;
pub mod error;
mod executor;
mod faults;
pub mod ids;
mod listener;
pub mod model;
mod money;
mod rng;
mod seed;
mod server;
pub mod state;
pub mod store;

pub use error::StartError;
pub use server::{Running, router, serve};
pub use state::{AppState, Config};
pub use store::Database;
