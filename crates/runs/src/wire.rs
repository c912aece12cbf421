//! Requests, answers and errors as values, operations of several requests, and how answers are read. Depends on `value`.

pub mod error;
pub(crate) mod fields;
pub mod http;
pub mod object;
pub mod operation;
pub mod retry;
