//! The draft is kept in this browser as it is typed, and followed in the other tabs.

use crate::features::review::desk::Desk;
use crate::platform::clock;
use crate::state::drafts::{self, Elsewhere, Saving, Written};
use leptos::prelude::*;
use runs::deciding::decision::Kept;
use runs::form::{Draft, carry_over};
use runs::model::review::Review;
use runs::{Json, Timestamp};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A keystroke is kept within so many milliseconds.
const SAVED_WITHIN: u32 = 250;

/// How the draft stands in this browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    Nothing,
    At(Timestamp),
    Refused,
    /// A shared device keeps nothing.
    Off,
}

impl Desk {
    pub fn save_soon(self) {
        if self.timer.get_value() {
            return;
        }
        self.timer.set_value(true);
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
            self.keeping.set_value(written.clone().map(|written| (Arc::clone(&read), written)));
            leptos::task::spawn_local(self.keep(read, written, value));
        }
    }

    /// Keeps it although the page may be gone before the browser's database answers; also what was given to it a moment ago.
    pub fn save_at_once(self) {
        self.save();
        if let Some((read, written)) = self.keeping.try_get_value().flatten() {
            drafts::last_words(&self.place().connection, &read, &written);
        }
    }

    /// What there is to keep; no draft: it says nothing any more.
    fn unsaved(self) -> Option<(Arc<Review>, Option<Kept>)> {
        let due = self.timer.try_update_value(|timer| std::mem::replace(timer, false)).unwrap_or(false);
        // Nothing was typed since; and what was sent is the service's business until its outcome is known.
        if !due || self.globals.deciding.under_way(&self.case_id()) {
            return None;
        }
        let read = self.read.try_get_untracked()??;
        let empty = self.draft.with_untracked(Draft::is_untouched) && self.reason.with_untracked(String::is_empty);
        Some((read, (!empty).then(|| self.kept())))
    }

    /// Drafts are kept again: also what was typed while they were not.
    pub fn keep_again(self) {
        self.saved.set(Saved::Nothing);
        self.timer.set_value(true);
        self.save();
    }

    async fn keep(self, read: Arc<Review>, written: Option<Arc<Written>>, value: Option<Json>) {
        let Some(place) = self.place.try_get_value() else { return };
        let saved = match written {
            None => {
                drafts::forget(&place.connection, &place.run, &place.review).await;
                Saved::Nothing
            }
            Some(written) => {
                self.shared.try_set_value(value);
                let saving = drafts::save(&place.connection, &read, &written).await;
                // A newer one may be on its way by now.
                self.keeping.try_update_value(|keeping| keeping.take_if(|(_, other)| Arc::ptr_eq(other, &written)));
                match saving {
                    Saving::Kept | Saving::Taken => Saved::At(clock::now()),
                    Saving::Refused => Saved::Refused,
                    Saving::Off => Saved::Off,
                }
            }
        };
        self.saved.try_set(saved);
    }

    pub fn follow_other_tabs(self) {
        let place = self.place();
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
        let known = self.shared.get_value().unwrap_or_else(|| read.data.clone());
        let own = if self.timer.get_value() {
            self.draft.with_untracked(|draft| runs::value::diff::changes(&known, draft.value()))
        } else {
            Vec::new()
        };
        let kept = match what {
            Elsewhere::Kept(kept) => Some(*kept),
            Elsewhere::Gone => None,
        };
        self.shared.set_value(kept.as_ref().and_then(|kept| kept.draft.get("value")).cloned());
        // Who is typing a reason here goes on.
        if !self.rejecting.get_untracked() {
            self.reason.set(kept.as_ref().map(|kept| kept.reason.clone()).unwrap_or_default());
        }
        self.draft.update(|draft| {
            match &kept {
                Some(kept) => draft.restore(&kept.draft),
                None => draft.revert_all(),
            };
            carry_over(&own, draft);
        });
        self.elsewhere.set(kept.is_some());
        self.redraw();
        if kept.is_none() {
            // Perhaps it was accepted.
            self.restored.set(None);
            self.saved.set(Saved::Nothing);
            self.live.refresh();
        }
        if let Some(pending) = kept.and_then(|kept| kept.pending) {
            let intent = pending.intent(self.draft.with_untracked(Draft::edited));
            self.take_up(read, intent, pending.sent, true);
        }
    }

    /// Throws the draft away: the form shows what was read.
    pub fn discard(self) {
        self.draft.update(|draft| {
            draft.revert_all();
        });
        self.reason.set(String::new());
        self.forget_draft();
        self.touched.set(BTreeSet::new());
        self.all.set(false);
        self.redraw();
    }

    pub fn forget_draft(self) {
        let place = self.place();
        leptos::task::spawn_local(async move { drafts::forget(&place.connection, &place.run, &place.review).await });
        self.timer.set_value(false);
        // Nor are these its last words.
        self.keeping.set_value(None);
        self.saved.set(Saved::Nothing);
        self.restored.set(None);
        self.dropped.set(0);
    }
}
