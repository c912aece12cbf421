use leptos::prelude::*;

/// What the page asks of the merged list, which comes with the second module (each counts how often it was asked), and what it is told.
#[derive(Clone, Copy)]
pub struct MergedRequests {
    /// To read everything again.
    pub reload: RwSignal<u32>,
    /// To show the new runs.
    pub show_new: RwSignal<u32>,
    /// Whether there is an older page to turn to. What a connection still owes is no page yet.
    pub older: RwSignal<bool>,
}

impl MergedRequests {
    pub fn new() -> Self {
        Self { reload: RwSignal::new(0), show_new: RwSignal::new(0), older: RwSignal::new(false) }
    }
}
