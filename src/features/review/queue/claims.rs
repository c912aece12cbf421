//! Claims on waiting reviews: open in another window, started at the vendor, or with a draft in this browser.

use super::list::{Entry, Queue, key};
use crate::features::review::decision::claim;
use crate::features::review::presence::names;
use crate::net::{self, Scope};
use crate::platform::{clock, page, together};
use crate::prelude::*;
use crate::state::drafts;
use crate::state::presence::Here;
use crate::strings::t;
use crate::ui::{Icon, StatusMark};
use console::queue::Who;
use runs::Timestamp;
use runs::adapters::RunRef;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Between two readings of who has started what, in milliseconds.
const EVERY: u32 = 60_000;
/// Rows that are read at the same time: a long queue is known soon, and a vendor is not stormed.
const AT_ONCE: usize = 3;

/// Runs and rows that were read since the last minute, each as it was when it changed last.
type ReadRows = BTreeSet<(String, Option<Timestamp>)>;

/// Who has a claim on one row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Claims {
    open: Option<String>,
    started: Option<String>,
    draft: bool,
}

fn is_at(here: &Here, entry: &Entry) -> bool {
    here.connection == entry.connection.id && here.run == entry.run.id && entry.review_id().is_none_or(|review| *review == here.review)
}

fn claims_of(queue: Queue, entry: &Entry, key: &str) -> Claims {
    let here: Vec<Here> = queue.others.with(|all| all.iter().filter(|here| is_at(here, entry)).cloned().collect());
    Claims {
        open: (!here.is_empty()).then(|| names(&here)),
        started: queue.started.with(|started| started.get(key).cloned()),
        draft: queue.drafts.with(|drafts| drafts.contains(key)),
    }
}

/// Who has it, in a row of the queue.
pub fn claim_notes(queue: Queue, entry: &Entry) -> Html {
    let (entry, key) = (entry.clone(), entry.key());
    let claims = Memo::new(move |_| claims_of(queue, &entry, &key));
    let note = |icon, kind: &'static str, words: String| {
        view! { <span class="sl-xs sl-wq__who" data-holder=kind><StatusMark tone="idle" icon=icon words=words small=true isolate=true /></span> }
    };
    live(move || {
        let Claims { open, started, draft } = claims.get();
        [
            open.map(|names| note(Icon::User, "open", (t().presence.held)(&names))),
            started.map(|name| note(Icon::Play, "started", (t().claims.started)(&name))),
            draft.then(|| note(Icon::Pencil, "draft", t().claims.draft.into())),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
    })
}

/// Whether somebody else has it, or the reader does.
pub fn matches(queue: Queue, entry: &Entry, who: Who) -> bool {
    let key = entry.key();
    let own = queue.globals.identity.name.get();
    let open = |mine: bool| {
        let named = |here: &Here| !here.who.is_empty() && Some(&here.who) == own.as_ref();
        let here = |here: &Here| is_at(here, entry) && named(here) == mine;
        queue.others.with(|all| all.iter().any(here))
    };
    match who {
        Who::Free => !open(false) && (claim::started_here(&key) || queue.started.with(|started| !started.contains_key(&key))),
        Who::Mine => open(true) || claim::started_here(&key) || queue.drafts.with(|drafts| drafts.contains(&key)),
    }
}

/// Follows the drafts of this browser, and what the vendors' lists leave out about the rows that are shown.
pub fn follow(queue: Queue) {
    Effect::new(move |_| {
        queue.globals.waiting.of.track();
        leptos::task::spawn_local(async move {
            let kept = drafts::kept().await;
            let rows: BTreeSet<String> = kept.iter().filter_map(|place| row_key(place)).collect();
            if queue.drafts.try_with_untracked(|known| *known != rows) == Some(true) {
                queue.drafts.try_set(rows);
            }
        });
    });
    let (scope, read, again, busy) = (Scope::of_view(), StoredValue::new(ReadRows::new()), RwSignal::new(0u32), StoredValue::new(false));
    let minutes = scope.clone();
    leptos::task::spawn_local(async move {
        while !minutes.ended() {
            clock::sleep(EVERY).await;
            page::until_visible().await;
            if read.try_update_value(ReadRows::clear).is_some() {
                again.try_update(|again| *again += 1);
            }
        }
    });
    Effect::new(move |_| {
        again.track();
        queue.rows.track();
        // Rows that come while others are read are read after them: no question is given up to be asked again.
        if busy.try_update_value(|busy| std::mem::replace(busy, true)) != Some(false) {
            return;
        }
        let scope = scope.clone();
        leptos::task::spawn_local(async move {
            together((0..AT_ONCE).map(|_| read_rows(queue, read, &scope))).await;
            busy.try_update_value(|busy| *busy = false);
        });
    });
}

/// The row of a draft's place: without the digest of its content it is the review's case.
fn row_key(place: &str) -> Option<String> {
    Some(place.splitn(4, '/').take(3).collect::<Vec<_>>().join("/")).filter(|case| case.matches('/').count() == 2)
}

/// Reads what the lists leave out about the rows that are shown, row by row.
async fn read_rows(queue: Queue, read: StoredValue<ReadRows>, scope: &Scope) {
    while let Some(entry) = next_row(queue, read) {
        // The reviews of one run share one reading.
        if mark_read(read, key(&entry.connection.id, &entry.run.id) + "/", &entry) {
            queue.detail_cache().read(&entry.connection, &entry.run, scope).await;
            if scope.ended() {
                return;
            }
        }
        if let Some(review) = entry.review_id().filter(|_| supports_claims(&entry)) {
            read_holder(queue, &entry, review, scope).await;
        }
    }
}

fn supports_claims(entry: &Entry) -> bool {
    entry.connection.dialect.adapter().capabilities().claims
}

/// Whether it was not read since the last minute; it counts as read from here on.
fn mark_read(read: StoredValue<ReadRows>, key: String, entry: &Entry) -> bool {
    read.try_update_value(|read| read.insert((key, entry.run.updated_at))) == Some(true)
}

/// The first row of which something has to be read.
fn next_row(queue: Queue, read: StoredValue<ReadRows>) -> Option<Arc<Entry>> {
    let rows = queue.rows.try_get_untracked()?;
    let wanted = |key: String| {
        let entry = queue.entries.try_with_untracked(|entries| entries.get(&key).cloned())??;
        let unknown = entry.details.as_ref().is_none_or(|details| details.failed.is_some() || !details.is_current(&entry.run));
        let useful = supports_claims(&entry) || (unknown && (entry.decides() || entry.run.waiting_since.is_none()));
        (entry.departed.is_none() && useful && entry.run.named() && mark_read(read, key, &entry)).then_some(entry)
    };
    rows.into_iter().find_map(wanted)
}

async fn read_holder(queue: Queue, entry: &Entry, review: &str, scope: &Scope) {
    let adapter = entry.connection.dialect.run_adapter();
    let run = RunRef { id: entry.run.id.clone(), flow: Some(entry.run.flow.clone()) };
    // Advisory: after an error the name that is known stays.
    let Ok(found) = net::read(&entry.connection.id, adapter.holder(&run, review), scope).await else { return };
    if scope.ended() {
        return;
    }
    let (key, name) = (entry.key(), found.map(|holder| holder.name.unwrap_or(holder.id)));
    if queue.started.try_with_untracked(|started| started.get(&key) != name.as_ref()) == Some(true) {
        queue.started.try_update(|started| match name {
            Some(name) => started.insert(key, name),
            None => started.remove(&key),
        });
    }
}
