//! What the review pages and the queue keep for as long as the page lives.

use super::queue::{DetailCache, Direction, Prefetched};
use crate::state::page_wide;
use console::queue::QueueAddress;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

/// Not a field of `Globals`, because its types belong to this feature, whose code is in the second module.
#[derive(Default)]
pub struct ReviewSession {
    /// The field of the document that was opened last: the next review opens its own document of that field.
    pub document_field: RefCell<Option<String>>,
    /// Keys of reviews that were started from this tab: the vendor only knows the API key's user.
    pub started: RefCell<BTreeSet<String>>,
    /// The filters used last: a review that is opened from a filtered queue goes on within it.
    pub filters: RefCell<QueueAddress>,
    /// Keys of skipped reviews, the longest ago first.
    pub skipped: RefCell<Vec<String>>,
    /// How the next review page was reached; taken by that page.
    pub arriving: Cell<Option<Direction>>,
    pub prefetched: RefCell<Option<Prefetched>>,
    pub details: DetailCache,
}

impl ReviewSession {
    pub fn get() -> Rc<Self> {
        page_wide()
    }
}
