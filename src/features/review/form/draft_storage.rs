//! Saves the draft in this browser as it is typed, and synchronises it with other tabs.

use super::carried::Carrying;
use crate::features::review::desk::Desk;
use crate::platform::clock;
use crate::state::drafts::{self, Elsewhere, Saving, Written};
use leptos::prelude::*;
use runs::deciding::decision::Kept;
use runs::form::{Draft, rebase};
use runs::model::review::Review;
use runs::{Json, Timestamp};
use std::sync::Arc;

/// A keystroke is kept within so many milliseconds.
const SAVED_WITHIN: u32 = 250;

/// Whether the draft is saved in this browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaveState {
    Nothing,
    At(Timestamp),
    Refused,
    /// A shared device keeps nothing.
    Off,
}

/// The draft as it is kept in this browser.
#[derive(Clone, Copy)]
pub struct DraftStorage {
    pub state: RwSignal<SaveState>,
    /// When the edits were saved that an earlier visit left.
    pub restored: RwSignal<Option<Timestamp>>,
    /// Another tab edits this draft too.
    pub other_tab: RwSignal<bool>,
    /// Edits wait to be saved.
    pub due: StoredValue<bool>,
    /// The draft that IndexedDB was given and has not confirmed yet.
    writing: StoredValue<Option<(Arc<Review>, Arc<Written>)>>,
    /// The value that the other tabs know: the one saved last.
    pub shared: StoredValue<Option<Json>>,
    /// The same draft at the gateway.
    pub carrying: Carrying,
}

impl DraftStorage {
    pub fn new() -> Self {
        Self {
            state: RwSignal::new(SaveState::Nothing),
            restored: RwSignal::new(None),
            other_tab: RwSignal::new(false),
            due: StoredValue::new(false),
            writing: StoredValue::new(None),
            shared: StoredValue::new(None),
            carrying: Carrying::new(),
        }
    }
}

impl Desk {
    pub fn save_soon(self) {
        if self.form.storage.due.get_value() {
            return;
        }
        self.form.storage.due.set_value(true);
        leptos::task::spawn_local(async move {
            clock::sleep(SAVED_WITHIN).await;
            self.save();
        });
    }

    /// Keeps what was typed since the last time, or forgets a draft that says nothing.
    pub fn save(self) {
        if let Some((read, kept)) = self.unsaved() {
            let value = kept.as_ref().and_then(|kept| kept.draft.get("value").cloned());
            let written = kept.map(|kept| Arc::new(Written::from(kept)));
            self.form.storage.writing.set_value(written.clone().map(|written| (Arc::clone(&read), written)));
            leptos::task::spawn_local(self.write(read, written, value));
        }
    }

    /// Keeps it although the page may be gone before the browser's database answers; also what was given to it a moment ago.
    pub fn save_at_once(self) {
        self.save();
        if let Some((read, written)) = self.form.storage.writing.try_get_value().flatten() {
            drafts::last_words(&self.address().connection, &read, &written);
            self.carry_soon(&read, Some(written));
        }
        self.carry_at_once();
    }

    /// What there is to keep; no draft: it says nothing any more.
    fn unsaved(self) -> Option<(Arc<Review>, Option<Kept>)> {
        let due = self.form.storage.due.try_update_value(|timer| std::mem::replace(timer, false)).unwrap_or(false);
        // Nothing was typed since; and what was sent is the service's business until its outcome is known.
        if !due || self.globals.deciding.under_way(&self.case_id()) {
            return None;
        }
        let read = self.read.try_get_untracked()??;
        let empty = self.form.draft.with_untracked(Draft::is_untouched) && self.decision.reason.with_untracked(String::is_empty);
        Some((read, (!empty).then(|| self.snapshot())))
    }

    /// Drafts are kept again: also what was typed while they were not.
    pub fn resume_saving(self) {
        self.form.storage.state.set(SaveState::Nothing);
        self.form.storage.due.set_value(true);
        self.save();
    }

    async fn write(self, read: Arc<Review>, written: Option<Arc<Written>>, value: Option<Json>) {
        let Some(place) = self.address.try_get_value() else { return };
        let saved = match written {
            None => {
                drafts::forget(&place.connection, &place.run, &place.review).await;
                self.carry_soon(&read, None);
                SaveState::Nothing
            }
            Some(written) => {
                self.form.storage.shared.try_set_value(value);
                let saving = drafts::save(&place.connection, &read, &written).await;
                // A newer one may be on its way by now.
                if matches!(saving, Saving::Kept | Saving::Refused) {
                    self.carry_soon(&read, Some(Arc::clone(&written)));
                }
                self.form.storage.writing.try_update_value(|keeping| keeping.take_if(|(_, other)| Arc::ptr_eq(other, &written)));
                match saving {
                    Saving::Kept | Saving::Taken => SaveState::At(clock::now()),
                    Saving::Refused => SaveState::Refused,
                    Saving::Off => SaveState::Off,
                }
            }
        };
        self.form.storage.state.try_set(saved);
    }

    pub fn follow_other_tabs(self) {
        let place = self.address();
        let digest = move || self.read.try_get_untracked()?.map(|read| read.pin.digest.clone());
        let line = drafts::listen(drafts::place(&place.connection, &place.run, &place.review), digest, move |what| self.follow(what));
        let line = send_wrapper::SendWrapper::new(line);
        on_cleanup(move || drop(line));
    }

    /// The other tab's values come in; what was typed here since the last saving goes over them.
    fn follow(self, what: Elsewhere) {
        if self.globals.deciding.under_way(&self.case_id()) {
            return;
        }
        let Some(Some(read)) = self.read.try_get_untracked() else { return };
        let known = self.form.storage.shared.get_value().unwrap_or_else(|| read.data.clone());
        let own = if self.form.storage.due.get_value() {
            self.form.draft.with_untracked(|draft| runs::value::diff::changes(&known, draft.value()))
        } else {
            Vec::new()
        };
        let kept = match what {
            Elsewhere::Kept(kept) => Some(*kept),
            Elsewhere::Gone => None,
        };
        self.form.storage.shared.set_value(kept.as_ref().and_then(|kept| kept.draft.get("value")).cloned());
        // Who is typing a reason here goes on.
        if !self.decision.rejecting.get_untracked() {
            self.decision.reason.set(kept.as_ref().map(|kept| kept.reason.clone()).unwrap_or_default());
        }
        self.form.draft.update(|draft| {
            match &kept {
                Some(kept) => draft.restore(&kept.draft),
                None => draft.revert_all(),
            };
            rebase(&own, draft);
        });
        self.form.storage.other_tab.set(kept.is_some());
        self.form.redraw();
        if kept.is_none() {
            // Perhaps it was accepted.
            self.form.storage.restored.set(None);
            self.form.storage.state.set(SaveState::Nothing);
            self.live.refresh();
        }
        if let Some(pending) = kept.and_then(|kept| kept.pending) {
            let intent = pending.intent(self.form.draft.with_untracked(Draft::edited));
            self.take_up(read, intent, pending.sent, true);
        }
    }

    /// Throws the draft away: the form shows what was read.
    pub fn discard(self) {
        self.form.draft.update(|draft| {
            draft.revert_all();
        });
        self.decision.reason.set(String::new());
        self.forget_draft();
        self.form.reset_shown_problems();
        self.form.redraw();
    }

    pub fn forget_draft(self) {
        let place = self.address();
        if let Some(read) = self.read.get_untracked() {
            self.carry_soon(&read, None);
        }
        leptos::task::spawn_local(async move { drafts::forget(&place.connection, &place.run, &place.review).await });
        self.form.storage.due.set_value(false);
        self.form.storage.writing.set_value(None);
        self.form.storage.state.set(SaveState::Nothing);
        self.form.storage.restored.set(None);
        self.form.dropped.set(0);
    }
}
