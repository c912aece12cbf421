use crate::platform::page;
use crate::prelude::*;
use leptos::html::Dialog;
use std::cell::RefCell;

thread_local! {
    /// The owners of the dialogs that are open: their signals live as long as they do.
    static OPEN: RefCell<(u32, Vec<(u32, Owner)>)> = const { RefCell::new((0, Vec::new())) };
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
        let id = OPEN.with_borrow_mut(|(last, _)| {
            *last += 1;
            *last
        });
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
        OPEN.with_borrow_mut(|(_, open)| open.push((id, owner)));
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
            let owner = OPEN.with_borrow_mut(|(_, open)| {
                let at = open.iter().position(|(id, _)| *id == self.id)?;
                Some(open.remove(at).1)
            });
            if let Some(owner) = owner {
                owner.cleanup();
            }
        });
    }
}
