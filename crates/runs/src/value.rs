//! Values without a domain: JSON, numbers, times and texts, and how they are compared. Depends on nothing else in this crate.

pub mod decimal;
pub mod diff;
pub(crate) mod digest;
pub mod digits;
pub mod json;
pub mod order;
pub mod percent;
pub mod time;
