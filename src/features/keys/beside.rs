use crate::platform::page;
use crate::prelude::*;
use crate::state::page_wide;
use leptos::html::Dialog;
use std::cell::{Cell, RefCell};

/// The dialogs that are open.
#[derive(Default)]
struct Dialogs {
    last: Cell<u32>,
    /// Their signals live as long as they do.
    owners: RefCell<Vec<(u32, Owner)>>,
}

/// A dialog beside the page, whichever that is. Once closed it takes itself away.
#[derive(Clone, Copy)]
pub struct Beside {
    pub dialog: NodeRef<Dialog>,
    id: u32,
    /// The id of what had the focus.
    from: StoredValue<String>,
}

impl Beside {
    pub fn open(build: impl FnOnce(Self) -> Html) {
        let Some(app) = page::document().and_then(|document| document.query_selector(".sl-app").ok().flatten()) else { return };
        let owner = Owner::new();
        let dialogs = page_wide::<Dialogs>();
        let id = dialogs.last.get() + 1;
        dialogs.last.set(id);
        let built = owner.with(|| {
            let from = page::document().and_then(|document| document.active_element()).map(|element| element.id()).unwrap_or_default();
            let beside = Self { dialog: NodeRef::new(), id, from: StoredValue::new(from) };
            Effect::new(move |_| {
                if let Some(dialog) = beside.dialog.get() {
                    dialog.show_modal().ok();
                }
            });
            build(beside)
        });
        app.append_child(&built.0).ok();
        dialogs.owners.borrow_mut().push((id, owner));
    }

    pub fn close(self) {
        if let Some(dialog) = self.dialog.get_untracked() {
            dialog.close();
        }
    }

    /// The dialog says that it was closed.
    pub fn closed(self) {
        if let Some(dialog) = self.dialog.get_untracked() {
            dialog.remove();
        }
        // The browser gives the focus back to an element that may have been drawn anew meanwhile.
        let nowhere = page::document().is_some_and(|document| document.active_element().is_none_or(|element| element.tag_name() == "BODY"));
        if nowhere {
            page::focus(&self.from.get_value());
        }
        // After the event that closed it: its own listeners are among what goes.
        leptos::task::spawn_local(async move {
            let owner = page_wide::<Dialogs>().owners.borrow_mut().extract_if(.., |(id, _)| *id == self.id).next();
            if let Some((_, owner)) = owner {
                owner.cleanup();
            }
        });
    }
}
