//! The model of a workflow run and the adapters that speak each vendor's runs API.
//!
//! Pure: no web-sys, no clock, no I/O. An adapter turns a question into [`http::Request`] values
//! and bytes into the model; an executor outside (the browser, the gateway, a test) carries them.
//! Only a file under `adapters` knows a vendor's field names.

pub mod adapters;
pub mod cells;
pub mod charset;
pub mod columns;
pub mod deciding;
pub mod export;
pub mod form;
pub mod fuzzy;
pub mod keys;
pub mod model;
pub mod places;
pub mod queue;
pub mod readable;
pub mod reading;
pub mod sheet;
pub mod sniff;
pub mod value;
pub mod views;
pub mod windowing;
pub mod wire;

pub use adapters::dialect::Dialect;
pub use adapters::{Adapter, RunAdapter};
pub use model::status::{Status, StatusKind};
pub use value::json::Json;
pub use value::time::Timestamp;
pub use wire::error::{ApiError, ErrorKind};
pub use wire::operation::Operation;
