//! The state of the decision on a review.

use super::submit::{Approval, PendingDecision};
use crate::state::{Case, Deciding};
use leptos::prelude::*;
use std::sync::Arc;

#[derive(Clone, Copy)]
pub struct DecisionState {
    /// The decision as the shell follows it.
    pub case: Memo<Option<Arc<Case>>>,
    /// The dialog before a rejection is open.
    pub rejecting: RwSignal<bool>,
    /// The reason as it is typed: saved with the draft.
    pub reason: RwSignal<String>,
    /// Waits for a name to decide under.
    pub pending: StoredValue<Option<PendingDecision>>,
    /// Once the decision that was submitted last is under way, the next review is opened.
    pub then_next: StoredValue<bool>,
    /// The person wants to see the decision that was recorded meanwhile.
    pub shows_recorded: RwSignal<bool>,
    /// Waits for a word on evidence that was not shown.
    pub unread: RwSignal<Option<Approval>>,
    /// The edits are compared with newer content.
    pub comparing: RwSignal<bool>,
}

impl DecisionState {
    pub fn new(deciding: Deciding, case_id: String) -> Self {
        Self {
            case: Memo::new_with_compare(move |_| deciding.of(&case_id), |before, now| before.map(pointer) != now.map(pointer)),
            rejecting: RwSignal::new(false),
            reason: RwSignal::new(String::new()),
            pending: StoredValue::new(None),
            then_next: StoredValue::new(false),
            shows_recorded: RwSignal::new(false),
            unread: RwSignal::new(None),
            comparing: RwSignal::new(false),
        }
    }

    pub fn under_way(self) -> bool {
        self.case.get().is_some_and(|case| case.under_way())
    }
}

/// Cases are shared: one pointer is one case in one state.
fn pointer(case: &Option<Arc<Case>>) -> Option<*const Case> {
    case.as_ref().map(Arc::as_ptr)
}
