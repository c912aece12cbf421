//! Approves several reviews as they were read.

use super::bulk_item::{Eligibility, Item, check, entry_words};
use super::list::Queue;
use crate::net::Scope;
use crate::platform::press::Press;
use crate::prelude::*;
use crate::state::{Phase, Taken};
use crate::strings::t;
use crate::ui::{Code, Glyph, Icon, follow_open};
use leptos::html::Dialog;
use runs::deciding::decision::Event;
use runs::model::review::Intent;
use std::collections::BTreeSet;
use std::sync::Arc;

/// So many reviews can be approved at once.
const MOST: usize = 100;

/// Approving several reviews as they were read.
#[derive(Clone, Copy)]
pub struct Bulk {
    pub queue: Queue,
    selected: RwSignal<BTreeSet<String>>,
    open: RwSignal<bool>,
    items: RwSignal<Vec<Arc<Item>>>,
    /// Runs that were read, of how many.
    read: RwSignal<(usize, usize)>,
    sent: RwSignal<bool>,
    /// The reading ends with the dialog.
    scope: StoredValue<Option<Scope>>,
}

impl Bulk {
    pub fn new(queue: Queue) -> Self {
        let bulk = Self {
            queue,
            selected: RwSignal::new(BTreeSet::new()),
            open: RwSignal::new(false),
            items: RwSignal::new(Vec::new()),
            read: RwSignal::new((0, 0)),
            sent: RwSignal::new(false),
            scope: StoredValue::new(None),
        };
        // What left cannot be approved any more.
        Effect::new(move |_| {
            let gone: Vec<String> = queue.entries.with(|entries| {
                let waits = |key: &&String| entries.get(*key).is_some_and(|entry| entry.departed.is_none());
                bulk.selected.with_untracked(|selected| selected.iter().filter(|key| !waits(key)).cloned().collect())
            });
            if !gone.is_empty() {
                bulk.selected.update(|selected| selected.retain(|key| !gone.contains(key)));
            }
        });
        bulk
    }

    pub fn has(self, key: &str) -> bool {
        self.selected.with(|selected| selected.contains(key))
    }

    pub fn checkbox(self, key: &str, name: &str) -> Html {
        let (key, of) = (key.to_owned(), key.to_owned());
        let on = move || self.has(&of);
        let switch = move |_| {
            let fits = |selected: &mut BTreeSet<String>| selected.remove(&key) || (selected.len() < MOST && selected.insert(key.clone()));
            // Also where nothing changes: the box has checked itself, and is drawn again as it is.
            if self.selected.try_update(fits) == Some(false) {
                self.queue.globals.toasts.warn((t().queue.most_selected)(MOST));
            }
        };
        view! { <input type="checkbox" aria-label=(t().queue.select)(name) prop:checked=on on:change=switch /> }
    }

    /// Reads what is selected and opens the dialog.
    fn prepare(self) {
        let keys: Vec<String> = self.queue.rows.with_untracked(|rows| {
            self.selected.with_untracked(|selected| rows.iter().filter(|key| selected.contains(*key)).cloned().collect())
        });
        let scope = Scope::new();
        self.scope.set_value(Some(scope.clone()));
        self.items.set(Vec::new());
        self.sent.set(false);
        self.read.set((0, keys.len()));
        self.open.set(true);
        leptos::task::spawn_local(async move {
            for key in keys {
                let Some(entry) = self.queue.entries.with_untracked(|entries| entries.get(&key).cloned()) else { continue };
                let found = check(self.queue, &entry, &scope).await;
                if scope.ended() {
                    return;
                }
                self.items.update(|items| items.extend(found.into_iter().map(Arc::new)));
                self.read.update(|(done, _)| *done += 1);
            }
        });
    }

    fn reading(self) -> bool {
        let (done, all) = self.read.get();
        done < all
    }

    fn ready(self) -> usize {
        self.items.with(|items| items.iter().filter(|item| matches!(item.eligibility, Eligibility::Ready { .. })).count())
    }

    /// Sends what is ready, each by itself and through the same service as any decision.
    fn send(self) {
        let identity = self.queue.globals.identity;
        if self.reading() {
            return;
        }
        if identity.name.get_untracked().is_none() {
            identity.asking.set(true);
            return;
        }
        self.sent.set(true);
        for item in self.items.get_untracked() {
            if let Eligibility::Ready { review, key } = &item.eligibility {
                let intent = Intent { key: key.clone(), approve: true, edited: None, reason: None };
                self.queue.globals.deciding.decide(Taken {
                    connection: item.connection.clone(),
                    read: Arc::clone(review),
                    run_name: item.run_name.clone(),
                    changes: 0,
                    intent,
                    before: None,
                    draft: None,
                    // The list was confirmed.
                    window: 0,
                    undo_keys: None,
                });
            }
        }
    }

    /// What was not sent is sent under its own key; what is not confirmed is details for.
    fn retry(self) {
        let deciding = self.queue.globals.deciding;
        for item in self.items.get_untracked() {
            match deciding.of(&item.case).map(|case| case.phase.clone()) {
                Some(Phase::Failed(_) | Phase::Unlogged(_)) => deciding.on(&item.case, Event::SendAgain),
                Some(Phase::Unconfirmed { asking: false, .. }) => deciding.on(&item.case, Event::CheckAgain),
                _ => {}
            }
        }
    }

    fn again(self) -> usize {
        let deciding = self.queue.globals.deciding;
        let again = |phase: Phase| matches!(phase, Phase::Failed(_) | Phase::Unlogged(_) | Phase::Unconfirmed { asking: false, .. });
        let items = self.items.get();
        items.iter().filter(|item| deciding.of(&item.case).is_some_and(|case| again(case.phase.clone()))).count()
    }

    fn close(self) {
        if let Some(scope) = self.scope.try_update_value(Option::take).flatten() {
            scope.end();
        }
        if self.sent.get_untracked() {
            self.selected.update(BTreeSet::clear);
        }
        self.open.set(false);
    }
}

/// How many are selected, and what can be done with them.
pub fn bulk_bar(bulk: Bulk) -> Html {
    let words = t().queue;
    let count = Memo::new(move |_| bulk.selected.with(BTreeSet::len));
    let clear = move |press: Press| {
        if press.key() == "Escape" {
            bulk.selected.update(BTreeSet::clear);
        }
    };
    view! {
        {move || (count.get() > 0).then(|| view! {
            <div class="sl-bulk" role="group" aria-label=words.approve_selected on:keydown=clear>
                <strong role="status">{move || (words.selected)(count.get())}</strong>
                <button type="button" class="sl-btn sl-btn--primary" on:click=move |_| bulk.prepare()><Glyph icon=Icon::Check />{words.approve_selected}</button>
                <button type="button" class="sl-btn sl-btn--quiet" on:click=move |_| bulk.selected.update(BTreeSet::clear)>{words.clear_selection}</button>
            </div>
        })}
    }
}

/// What would be sent and what is left out, then how each went.
#[component]
pub fn BulkDialog(bulk: Bulk) -> Html {
    let words = t().queue;
    let dialog = NodeRef::<Dialog>::new();
    follow_open(dialog, move || bulk.open.get(), || {});
    let title = move || {
        let count = if bulk.reading() { bulk.read.get().1 } else { bulk.ready() };
        (words.bulk_title)(count)
    };
    let ready = move || !bulk.reading() && bulk.ready() > 0 && !bulk.sent.get();
    view! {
        <dialog node_ref=dialog class="sl-dialog sl-dialog--wide sl-several" aria-labelledby="bulk-title" on:close=move |_| bulk.close()>
            <h2 id="bulk-title" class="sl-dialog__title">{title}</h2>
            <p role="status">{move || summary(bulk)}</p>
            <ul class="sl-several__list">{move || listed(bulk, true)}</ul>
            {move || {
                let out = listed(bulk, false);
                (!out.is_empty()).then(|| view! { <h3 class="sl-sm">{(words.bulk_out)(out.len())}</h3><ul class="sl-several__list">{out}</ul> })
            }}
            <div class="sl-dialog__act">
                <button type="button" class="sl-btn" autofocus=true on:click=move |_| bulk.close()>
                    {move || if bulk.sent.get() { words.bulk_close } else { words.bulk_cancel }}
                </button>
                {move || (bulk.sent.get() && bulk.again() > 0).then(|| view! {
                    <button type="button" class="sl-btn sl-btn--primary" on:click=move |_| bulk.retry()>{move || (words.bulk_retry)(bulk.again())}</button>
                })}
                {move || ready().then(|| view! {
                    <button type="button" class="sl-btn sl-btn--primary" on:click=move |_| bulk.send()>
                        <Glyph icon=Icon::Check />{move || (words.bulk_send)(bulk.ready())}
                    </button>
                })}
            </div>
        </dialog>
    }
}

fn summary(bulk: Bulk) -> String {
    let words = t().queue;
    let (done, all) = bulk.read.get();
    if done < all {
        return (words.bulk_reading)(done, all);
    }
    let ready = bulk.ready();
    if !bulk.sent.get() {
        return if ready == 0 { words.bulk_none.to_owned() } else { (words.bulk_ready)(ready) };
    }
    let deciding = bulk.queue.globals.deciding;
    let items = bulk.items.get();
    let approved = items.iter().filter(|item| deciding.of(&item.case).is_some_and(|case| item.approved(&case.phase))).count();
    (words.bulk_done)(approved, ready - approved)
}

fn listed(bulk: Bulk, ready: bool) -> Vec<Html> {
    let items = bulk.items.get();
    let items = items.into_iter().filter(|item| matches!(item.eligibility, Eligibility::Ready { .. }) == ready);
    items.map(|item| line(bulk, item)).collect()
}

fn line(bulk: Bulk, item: Arc<Item>) -> Html {
    let words = t().queue;
    let sent = match &item.eligibility {
        Eligibility::Ready { review, .. } => Some(view! {
            <details>
                <summary class="sl-xs">{words.bulk_what}", "{words.bulk_sent_as_read}</summary>
                <Code value=review.data.clone() label=words.bulk_what />
            </details>
        }),
        Eligibility::Excluded(_) | Eligibility::Unread(_) => None,
    };
    let name = item.name.clone();
    let href = item.href.clone();
    let standing = move || entry_words(bulk.queue.globals, &item, bulk.sent.get());
    view! {
        <li class="sl-several__item">
            <a href=href><bdi>{name}</bdi></a>
            {standing}
            {sent}
        </li>
    }
}
