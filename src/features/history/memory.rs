use super::list::restore::LeftPages;
use crate::state::page_wide;
use std::cell::RefCell;
use std::rc::Rc;

/// What the history keeps while other pages are shown. One struct: each type of `page_wide` costs the first module code.
#[derive(Default)]
pub struct HistoryMemory {
    /// Pages of the list that were left, for Back and Forward.
    pub left_pages: LeftPages,
    /// The saved view that was opened last: what is shown may be a change of it.
    pub opened_view: RefCell<Option<String>>,
}

pub fn memory() -> Rc<HistoryMemory> {
    page_wide()
}
