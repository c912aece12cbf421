//! What is read of runs: lists, their pages and figures, what stays current and how it is drawn. Depends on `adapters` and what is
//! below them.

pub mod address;
pub mod jump;
pub mod live;
pub mod merge;
pub mod paginator;
pub mod skew;
pub mod summary;
pub mod timeline;
