//! The model of a workflow run and the adapters that speak each vendor's runs API.
//!
//! Pure: no web-sys, no clock, no I/O. An adapter turns a question into [`http::Request`] values
//! and bytes into the model; an executor outside (the browser, the gateway, a test) carries them.
//! Only a file under `adapters` knows a vendor's field names.

pub mod adapters;
pub mod deciding;
pub mod form;
pub mod model;
pub mod reading;
pub mod value;
pub mod wire;

pub use adapters::dialect::Dialect;
pub use adapters::{Adapter, RunAdapter};
pub use model::status::{Status, StatusKind};
pub use value::json::Json;
pub use value::time::Timestamp;
pub use wire::error::{ApiError, ErrorKind};
pub use wire::operation::Operation;
