//! The queue: what waits for a person over all connections, as a page and as a pane beside a review.

mod bulk;
mod bulk_item;
mod filters;
mod holding;
mod left;
mod list;
mod look;
mod page;
mod row;
mod side;
mod who;

pub use list::{Entry, Queue, is_skipped, skip, skipped_at};
pub use look::look_into_waiting;
pub use page::QueuePage;
pub use side::side;
