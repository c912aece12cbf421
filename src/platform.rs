//! The only users of the browser's clock, page and storage, and of the channels between its tabs.

pub mod clock;
pub mod document;
pub mod encoding;
pub mod idb;
pub mod notify;
pub mod page;
pub mod press;
pub mod save;
pub mod schema;
pub mod stopped;
pub mod storage;
pub mod tabs;
