//! The only users of the browser's clock, page and storage.

pub mod clock;
pub mod notify;
pub mod page;
pub mod pdf;
pub mod storage;
