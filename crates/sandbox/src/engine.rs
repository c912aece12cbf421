//! The one engine behind all contracts: its store, its executor, and what it reads in documents. Free of any vendor's words.

pub mod clock;
pub(crate) mod documents;
pub mod error;
pub(crate) mod executor;
pub mod ids;
pub mod model;
pub(crate) mod money;
pub(crate) mod rng;
pub mod store;
