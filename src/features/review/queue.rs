//! The queue: what waits for a person over all connections, as a page and as a pane beside a review.

mod active_row;
mod bulk;
mod bulk_item;
mod claims;
mod departed;
mod details;
mod filters;
mod list;
pub mod navigation;
mod notifying;
mod page;
mod row;
mod side;

pub use details::{DetailCache, look_into_waiting};
pub use list::{Entry, Queue, is_skipped, skip, skipped_at};
pub use navigation::{Direction, Prefetched};
pub use page::QueuePage;
pub use side::side;
