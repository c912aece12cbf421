//! Loads the review into the form, with its saved draft, and replaces it by newer data on request.

use crate::features::review::desk::Desk;
use crate::platform::tabs;
use crate::state::{Phase, Sent, drafts};
use leptos::prelude::*;
use runs::deciding::decision::{Event, Resumed, resume};
use runs::form::{rebase, rebase_texts};
use runs::model::review::{Intent, Outcome, Review, ReviewState};
use runs::{Json, Timestamp};
use std::sync::Arc;

/// What is kept of a draft when newer data replaces what was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RebaseMode {
    Discard,
    /// Every edit whose field still exists.
    Edits,
    /// The whole document as it stands.
    Document,
}

impl Desk {
    /// Shows the data that was read first, with the draft that was kept of it.
    pub async fn open(self, review: Arc<Review>) {
        let place = self.address();
        let kept = drafts::load(&place.connection, &place.run, &place.review).await;
        // The page may be left by now, or another answer may have been quicker.
        let wanted = |read: &Option<Arc<Review>>| read.as_ref().is_none_or(|read| read.pin != review.pin && self.untouched());
        if self.read.try_with_untracked(wanted) == Some(true) {
            let (same, earlier) = drafts::pick(kept, &review);
            let resumed = resume(&review, same, earlier);
            self.show(Arc::clone(&review), resumed);
            self.look_elsewhere(review);
        }
    }

    /// Shows newer data that the person asked for, with the edits made so far.
    fn take(self, review: Arc<Review>, edits: &[runs::value::diff::Change], saved: &Json) {
        let mut fresh = resume(&review, None, None);
        fresh.reason = self.decision.reason.get_untracked();
        fresh.dropped = edits.len() - rebase(edits, &mut fresh.draft) + rebase_texts(saved, &mut fresh.draft);
        self.show(review, fresh);
    }

    pub(super) fn show(self, review: Arc<Review>, Resumed { draft, restored, dropped, reason, pending, tab }: Resumed) {
        self.form.storage.shared.set_value(Some(draft.value().clone()));
        self.form.dropped.set(dropped);
        self.decision.reason.set(reason);
        self.form.storage.restored.set(restored);
        self.form.reset_shown_problems();
        self.form.vendor_messages.set(Vec::new());
        self.form.draft.set(draft);
        self.read.set(Some(Arc::clone(&review)));
        self.form.redraw();
        if let Some((intent, sent)) = pending {
            self.take_up(review, intent, sent, tab.is_some_and(|tab| tab != tabs::own()));
        }
    }

    /// Follows what was sent before the page was loaded again, or in another tab.
    pub fn take_up(self, read: Arc<Review>, intent: Intent, at: Timestamp, elsewhere: bool) {
        let (connection, run_name) = (self.connection(), untrack(|| self.run_name()));
        self.globals.deciding.take_up(Sent { connection, read, run_name, intent, at, elsewhere });
    }

    /// Newer data of the same review, which the form does not show.
    pub fn newer(self) -> Option<Arc<Review>> {
        let read = self.read.get()?;
        let told = self.decision.case.get().and_then(|case| match &case.phase {
            Phase::Came(Outcome::Changed(review)) => Some(Arc::new((**review).clone())),
            _ => None,
        });
        let now = self.live.value.get().filter(|now| now.state == ReviewState::Open);
        // What is read now comes after what was found when the decision was to be sent.
        now.into_iter().chain(told).find(|now| now.pin != read.pin)
    }

    /// Shows the newer data, with what is to be kept of the draft.
    pub fn use_newer(self, newer: Arc<Review>, mode: RebaseMode) {
        let (edits, saved) = self.form.draft.with_untracked(|draft| (draft.changes(), draft.save()));
        self.decision.comparing.set(false);
        self.forget_draft();
        self.globals.deciding.on(&self.case_id(), Event::GiveUp);
        self.globals.deciding.dismiss(&self.case_id());
        match mode {
            RebaseMode::Edits => self.take(newer, &edits, &saved),
            RebaseMode::Discard => self.take(newer, &[], &Json::Null),
            RebaseMode::Document => {
                self.take(newer, &[], &Json::Null);
                let mine = saved.get("value").map(|mine| format!("{mine:#}")).unwrap_or_default();
                self.form.draft.update(|draft| draft.set_whole(&mine));
                self.form.redraw();
            }
        }
        if mode != RebaseMode::Discard {
            self.save_soon();
        }
    }
}
