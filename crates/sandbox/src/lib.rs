//! The local runs API that ships with Sluice: one SQLite database and one executor, served in the dialects of four
//! vendors (two of Retab) at their documented paths, for trying the product, for development and for tests.
//!
//! Dialects share tables and executor, nothing else: each has its own flows, runs and kinds of id.

pub mod auth;
pub mod contracts;
mod demo;
mod engine;
mod faults;
mod listener;
mod server;
pub mod state;

pub use engine::error::StartError;
pub use engine::model::Dialect;
pub use engine::store::Database;
pub use server::{Running, router, serve};
pub use state::{AppState, Config};
