//! The draft at the gateway: written behind the one in this browser, and offered where another browser wrote it. Nothing that a
//! person types waits for it.

use super::draft_storage::SaveState;
use crate::data::carried::{self, Carried, Found, Given, Place};
use crate::features::review::desk::Desk;
use crate::net::Scope;
use crate::platform::clock;
use crate::prelude::*;
use crate::state::drafts::Written;
use crate::state::{Phase, page_wide, preferences};
use crate::strings::t;
use crate::ui::{Icon, Notice, moment_words};
use runs::deciding::decision::{Kept, resume};
use runs::form::Draft;
use runs::model::review::{Review, ReviewState};
use runs::model::status::Tone;
use runs::{ApiError, ErrorKind};
use std::cell::Cell;
use std::sync::Arc;

/// What was typed is given to the gateway so many milliseconds after it was kept here, with what came meanwhile.
const BEHIND: u32 = 1_500;
/// Between the tries to give it, in milliseconds; after that, with the next edit.
const TRIES: [u32; 4] = [2_000, 5_000, 15_000, 60_000];

/// Whether this gateway keeps drafts: one answer for the page.
#[derive(Default)]
struct Gateway {
    keeps_none: Cell<bool>,
}

/// What is to be given: a draft, or the word that there is none any more.
type Due = (Arc<Review>, Option<Arc<Written>>);

#[derive(Clone, Copy)]
pub struct Carrying {
    /// The gateway has been asked and keeps drafts.
    pub kept: RwSignal<bool>,
    /// It does not have what is kept here.
    behind: RwSignal<bool>,
    /// A draft of another browser that nobody has taken or dropped yet.
    offer: RwSignal<Option<Arc<Carried>>>,
    /// Why it could not be asked.
    unread: RwSignal<Option<ApiError>>,
    /// What is known of the gateway's: the version that the next one is made of.
    version: StoredValue<Option<u64>>,
    due: StoredValue<Option<Due>>,
    at_work: StoredValue<bool>,
}

impl Carrying {
    pub fn new() -> Self {
        Self {
            kept: RwSignal::new(false),
            behind: RwSignal::new(false),
            offer: RwSignal::new(None),
            unread: RwSignal::new(None),
            version: StoredValue::new(None),
            due: StoredValue::new(None),
            at_work: StoredValue::new(false),
        }
    }
}

impl Carrying {
    /// What is typed is kept in this browser only, though the gateway keeps drafts.
    pub fn only_here(self) -> bool {
        self.behind.get() || self.offer.with(Option::is_some)
    }
}

impl Desk {
    fn carrying(self) -> Carrying {
        self.form.storage.carrying
    }

    fn carried_place(self) -> Option<Place> {
        let place = self.address.try_get_value()?;
        Some(Place { connection: place.connection, run: place.run, review: place.review })
    }

    /// Whether anything is kept at the gateway: not of whoever only looks, nor on a device of many.
    fn carries(self) -> bool {
        !page_wide::<Gateway>().keeps_none.get() && !preferences::shared_device(self.globals.session) && self.may_decide()
    }

    /// Looks for a draft that another browser left.
    pub(super) fn look_elsewhere(self, read: Arc<Review>) {
        if self.carries() && read.state == ReviewState::Open {
            leptos::task::spawn_local(self.look(read));
        }
    }

    async fn look(self, read: Arc<Review>) {
        let Some(place) = self.carried_place() else { return };
        let found = carried::read(&place, &Scope::new()).await;
        // The page may be left by now.
        if self.read.try_with_untracked(Option::is_some) != Some(true) {
            return;
        }
        let carrying = self.carrying();
        carrying.unread.set(None);
        let mine = self.mine();
        let (version, offer) = match found {
            Err(error) => {
                carrying.unread.set(Some(error));
                return;
            }
            Ok(Found::Off) => {
                page_wide::<Gateway>().keeps_none.set(true);
                carrying.behind.set(false);
                return;
            }
            Ok(Found::Nothing) => (None, None),
            Ok(Found::Unreadable(version)) => (Some(version), None),
            Ok(Found::Draft(found)) => {
                let same = mine.as_ref().is_some_and(|mine| mine.draft == found.kept.draft && mine.reason == found.kept.reason);
                // This browser's own is behind what it kept itself.
                let settled = same || (found.own && mine.is_some());
                if same {
                    carrying.kept.set(true);
                    carrying.version.set_value(Some(found.version));
                    carrying.behind.set(false);
                    return;
                }
                (Some(found.version), (!settled).then(|| Arc::new(*found)))
            }
        };
        carrying.kept.set(true);
        carrying.version.set_value(version);
        let offered = offer.is_some();
        carrying.offer.set(offer);
        if let (false, Some(mine)) = (offered, mine) {
            self.carry_soon(&read, Some(Arc::new(mine.into())));
        }
    }

    /// What there is of a draft here, with the time of its last edit.
    fn mine(self) -> Option<Kept> {
        let untouched = self.form.draft.with_untracked(Draft::is_untouched) && self.decision.reason.with_untracked(String::is_empty);
        let kept = (!untouched).then(|| self.snapshot())?;
        let before = match self.form.storage.state.get_untracked() {
            SaveState::At(at) => Some(at),
            _ => self.form.storage.restored.get_untracked(),
        };
        Some(Kept { at: before.unwrap_or(kept.at), ..kept })
    }

    /// Gives the gateway what was kept here, in a while; `None`: there is no draft any more.
    pub(super) fn carry_soon(self, read: &Arc<Review>, written: Option<Arc<Written>>) {
        let carrying = self.carrying();
        if carrying.due.try_set_value(Some((Arc::clone(read), written))).is_some() || !self.carries() {
            return;
        }
        if carrying.at_work.try_update_value(|at_work| std::mem::replace(at_work, true)) == Some(false) {
            leptos::task::spawn_local(async move {
                clock::sleep(BEHIND).await;
                self.carry_on().await;
                carrying.at_work.try_set_value(false);
            });
        }
    }

    async fn carry_on(self) {
        let carrying = self.carrying();
        let mut tries = TRIES.iter();
        while let Some(due) = self.next_due() {
            match self.give(&due).await {
                Ok(version) => {
                    carrying.version.try_set_value(version);
                    carrying.behind.try_set(false);
                    tries = TRIES.iter();
                }
                Err(error) if error.kind == ErrorKind::Conflict => {
                    carrying.behind.try_set(true);
                    self.look(due.0).await;
                }
                Err(error) => {
                    carrying.behind.try_set(due.1.is_some() && carrying.kept.try_get_untracked().unwrap_or_default());
                    let Some(wait) = tries.next().filter(|_| error.passing()) else { return };
                    carrying.due.try_update_value(|next| {
                        next.get_or_insert(due);
                    });
                    clock::sleep(*wait).await;
                }
            }
        }
    }

    /// What is to be given now: nothing while somebody has to choose, and nothing of what was sent.
    fn next_due(self) -> Option<Due> {
        let carrying = self.carrying();
        if carrying.offer.try_with_untracked(Option::is_some) != Some(false) || !self.carries() {
            return None;
        }
        let due = carrying.due.try_update_value(Option::take).flatten()?;
        (due.1.is_none() || self.still_waits()).then_some(due)
    }

    /// Nobody decided it yet, as far as this page knows.
    fn still_waits(self) -> bool {
        let sent = |case: Arc<crate::state::Case>| case.under_way() || matches!(case.phase, Phase::Came(_));
        let decided = self.live.value.try_get_untracked().flatten().is_some_and(|now| now.state != ReviewState::Open);
        !decided && !self.decision.case.try_get_untracked().flatten().is_some_and(sent)
    }

    async fn give(self, (read, written): &Due) -> Result<Option<u64>, ApiError> {
        let Some(place) = self.carried_place() else { return Ok(None) };
        let version = self.carrying().version.try_get_value().flatten();
        match written {
            Some(written) => carried::keep(&place, &given(read, written), version).await,
            None => carried::forget(&place, version).await.map(|_| None),
        }
    }

    /// Gives it although the page may be gone before the gateway answers.
    pub(super) fn carry_at_once(self) {
        let carrying = self.carrying();
        // Until it was asked nobody knows whether it keeps drafts.
        if carrying.kept.try_get_untracked() != Some(true) {
            return;
        }
        if let (Some((read, Some(written))), Some(place)) = (self.next_due(), self.carried_place()) {
            carried::keep_parting(&place, &given(&read, &written), carrying.version.try_get_value().flatten());
        }
    }

    /// Puts the other browser's draft into the form, in place of what is there.
    fn take_carried(self, found: &Carried) {
        let carrying = self.carrying();
        let Some(read) = self.read.get_untracked().filter(|_| !self.locked_now()) else { return };
        carrying.offer.set(None);
        carrying.version.set_value(Some(found.version));
        let kept = Some(found.kept.clone());
        let resumed = if found.pin == read.pin.digest { resume(&read, kept, None) } else { resume(&read, None, kept) };
        self.show(read, resumed);
        self.form.storage.due.set_value(true);
        self.save();
    }

    /// Leaves the other browser's draft: what is typed here takes its place, or nothing does.
    fn drop_carried(self, found: &Carried) {
        let carrying = self.carrying();
        carrying.offer.set(None);
        carrying.version.set_value(Some(found.version));
        if let Some(read) = self.read.get_untracked() {
            self.carry_soon(&read, self.mine().map(|mine| Arc::new(mine.into())));
        }
    }
}

fn given<'a>(read: &'a Review, written: &'a Written) -> Given<'a> {
    Given { text: written.text(), edited: written.at(), pin: &read.pin.digest }
}

/// A draft of another browser, or that nobody knows whether there is one.
pub fn notice(desk: Desk) -> Option<Html> {
    let (words, carrying) = (t().carried, desk.carrying());
    if let Some(error) = carrying.unread.get() {
        let again = move |_| {
            if let Some(read) = desk.read.get_untracked() {
                desk.look_elsewhere(read);
            }
        };
        let actions = view! { <button type="button" class="sl-btn sl-btn--sm" on:click=again>{t().shared.try_again}</button> };
        let next = (words.unread_next)(&(t().shared.error_line)(&error, t().shell.product));
        return Some(view! {
            <div role="status" data-carried="unread"><Notice tone=Tone::Wait icon=Icon::Warn fact=words.unread next=next actions=actions /></div>
        });
    }
    let found = carrying.offer.get()?;
    let read = desk.read.get()?;
    let clash = desk.form.draft.with(|draft| !draft.is_untouched()) || desk.decision.reason.with(|reason| !reason.is_empty());
    let when = moment_words(found.saved);
    let fact = if found.own { (words.from_here)(&when) } else { (words.from_another)(&when) };
    let mut next = if clash { words.next_clash } else { words.next }.to_owned();
    if found.pin != read.pin.digest {
        next = [&next, words.earlier_content].join(" ");
    }
    let (taken, dropped) = (Arc::clone(&found), found);
    let actions = vec![
        view! {
            <button type="button" class="sl-btn sl-btn--sm" on:click=move |_| desk.take_carried(&taken)>
                {if clash { words.take_instead } else { words.take }}
            </button>
        },
        view! {
            <button type="button" class="sl-btn sl-btn--sm" on:click=move |_| desk.drop_carried(&dropped)>
                {if clash { words.keep_mine } else { words.drop }}
            </button>
        },
    ];
    Some(view! {
        <div role="status" data-carried="offer"><Notice tone=Tone::Wait icon=Icon::Copy fact=fact next=next actions=actions.view() /></div>
    })
}
