use crate::prelude::*;
use leptos::html::Dialog;

/// Opens and closes a modal dialog as `open` says; `before` runs each time before it opens.
pub fn follow_open(dialog: NodeRef<Dialog>, open: impl Fn() -> bool + 'static, before: impl Fn() + 'static) {
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match (open(), dialog.open()) {
            (true, false) => {
                before();
                dialog.show_modal().ok();
            }
            (false, true) => dialog.close(),
            _ => {}
        }
    });
}
