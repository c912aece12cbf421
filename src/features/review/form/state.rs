//! The state of the form.

use super::draft_storage::DraftStorage;
use super::marks::Mark;
use super::pasting::PastePreview;
use super::validation::Validation;
use leptos::prelude::*;
use runs::Json;
use runs::form::{Checked, Draft, Pasted, Problem};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The draft of a decision, what is known of its fields, and how it is drawn.
#[derive(Clone, Copy)]
pub struct FormState {
    pub draft: RwSignal<Draft>,
    /// A decision is under way: nothing may be edited.
    pub locked: Memo<bool>,
    /// Counts up when controls have to be drawn anew: items came or went, values were set back.
    pub redraws: RwSignal<u32>,
    /// Fields that were left once.
    pub touched: RwSignal<BTreeSet<String>>,
    /// Approving was tried: every field shows its problems.
    pub show_all: RwSignal<bool>,
    pub problems: Memo<Vec<Problem>>,
    pub validation: Validation,
    /// The vendor's messages about fields, by path.
    pub vendor_messages: RwSignal<Vec<(String, String)>>,
    /// Edits that found no field after a rebase.
    pub dropped: RwSignal<usize>,
    pub storage: DraftStorage,
    /// [`editor::FORM`](super::editor::FORM) or [`editor::JSON`](super::editor::JSON).
    pub tab: RwSignal<&'static str>,
    /// The mark of each field that is drawn, by path: an edit updates only the marks that it changes.
    pub marks: StoredValue<BTreeMap<String, Mark>>,
    /// The result of the last paste.
    pub pasted: RwSignal<Option<Pasted>>,
    /// Copied cells, until they are confirmed.
    pub paste_preview: RwSignal<Option<Arc<PastePreview>>>,
}

impl FormState {
    pub fn new(locked: Memo<bool>) -> Self {
        let draft = RwSignal::new(Draft::open(None, &Json::Null, &[]));
        let validation = Validation::new();
        Self {
            draft,
            locked,
            redraws: RwSignal::new(0),
            touched: RwSignal::new(BTreeSet::new()),
            show_all: RwSignal::new(false),
            problems: problems(draft, validation),
            validation,
            vendor_messages: RwSignal::new(Vec::new()),
            dropped: RwSignal::new(0),
            storage: DraftStorage::new(),
            tab: RwSignal::new(super::editor::FORM),
            marks: StoredValue::new(BTreeMap::new()),
            pasted: RwSignal::new(None),
            paste_preview: RwSignal::new(None),
        }
    }

    pub fn redraw(self) {
        self.redraws.update(|redraws| *redraws += 1);
    }

    /// No field counts as touched, and no problem is shown, until the person goes on.
    pub fn reset_shown_problems(self) {
        self.touched.set(BTreeSet::new());
        self.show_all.set(false);
    }

    /// Whether there are edits, untracked.
    pub fn edited_now(self) -> bool {
        self.draft.with_untracked(|draft| draft.count() > 0)
    }

    /// Problems that prevent an approval.
    pub fn blocking(self) -> Vec<Problem> {
        self.problems.with(|problems| problems.iter().filter(|problem| problem.blocks()).cloned().collect())
    }

    /// The vendor's message about a field ends when the field is edited.
    pub fn clear_message(self, path: &str) {
        if self.vendor_messages.with_untracked(|messages| messages.iter().any(|(other, _)| other == path)) {
            self.vendor_messages.update(|messages| messages.retain(|(other, _)| other != path));
        }
    }
}

/// Problems of the draft: its own after each edit, the validator's as they come.
fn problems(draft: RwSignal<Draft>, validation: Validation) -> Memo<Vec<Problem>> {
    let checked = StoredValue::new(Checked::default());
    Memo::new(move |_| {
        let update = |draft: &Draft| checked.try_update_value(|checked| validation.joined(draft, checked.update(draft)));
        draft.with(update).unwrap_or_default()
    })
}
