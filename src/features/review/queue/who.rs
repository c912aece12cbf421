//! Who has what waits: it is open in another window, started at the vendor, or there is a draft of it here.

use super::list::{Entry, Queue};
use crate::data::presence::Here;
use crate::features::review::claims;
use crate::features::review::presence::names;
use crate::net::{self, Scope};
use crate::platform::{clock, page};
use crate::prelude::*;
use crate::state::drafts;
use crate::strings::t;
use crate::ui::{Glyph, Icon};
use futures_util::future::join_all;
use runs::Timestamp;
use runs::adapter::RunRef;
use runs::model::ReviewRef;
use runs::queue::Who;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Between two readings of who has started what, in milliseconds.
const EVERY: u32 = 60_000;
/// Rows that are read at the same time: a long queue is known soon, and a vendor is not stormed.
const AT_ONCE: usize = 3;

/// Rows that were read since the last minute, each as it was when it changed last.
type Read = BTreeSet<(String, Option<Timestamp>)>;

/// What is known about one row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Has {
    open: Option<String>,
    started: Option<String>,
    draft: bool,
}

fn of(queue: Queue, connection: &str, run: &str, key: &str) -> Has {
    let here: Vec<Here> =
        queue.others.with(|all| all.iter().filter(|here| here.connection == connection && here.run == run).cloned().collect());
    Has {
        open: (!here.is_empty()).then(|| names(&here)),
        started: queue.started.with(|started| started.get(key).cloned()),
        draft: queue.drafts.with(|drafts| drafts.contains(key)),
    }
}

/// Who has it, in a row of the queue.
pub fn held(queue: Queue, entry: &Entry) -> Html {
    let (connection, run, key) = (entry.connection.id.clone(), entry.run.id.clone(), entry.key());
    let has = Memo::new(move |_| of(queue, &connection, &run, &key));
    let note = |icon, kind: &'static str, words: String| {
        view! { <span class="sl-status sl-xs sl-wq__who" data-tone="idle" data-holder=kind><Glyph icon=icon small=true /><bdi>{words}</bdi></span> }
    };
    live(move || {
        let Has { open, started, draft } = has.get();
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
pub fn has(queue: Queue, entry: &Entry, who: Who) -> bool {
    let key = entry.key();
    let own = queue.globals.identity.name.get();
    let open = |mine: bool| {
        let named = |here: &Here| !here.who.is_empty() && Some(&here.who) == own.as_ref();
        let here = |here: &Here| here.connection == entry.connection.id && here.run == entry.run.id && named(here) == mine;
        queue.others.with(|all| all.iter().any(here))
    };
    match who {
        Who::Free => !open(false) && (claims::started_here(&key) || queue.started.with(|started| !started.contains_key(&key))),
        Who::Mine => open(true) || claims::started_here(&key) || queue.drafts.with(|drafts| drafts.contains(&key)),
    }
}

/// Follows the drafts of this browser, and what the vendors' lists leave out about the rows that are shown.
pub fn follow(queue: Queue) {
    Effect::new(move |_| {
        queue.globals.waiting.of.track();
        leptos::task::spawn_local(async move {
            let kept = drafts::kept().await;
            let rows: BTreeSet<String> = kept.iter().filter_map(|place| row_of(place)).collect();
            if queue.drafts.try_with_untracked(|known| *known != rows) == Some(true) {
                queue.drafts.try_set(rows);
            }
        });
    });
    let (scope, read, again, busy) = (Scope::of_view(), StoredValue::new(Read::new()), RwSignal::new(0u32), StoredValue::new(false));
    let minutes = scope.clone();
    leptos::task::spawn_local(async move {
        while !minutes.ended() {
            clock::sleep(EVERY).await;
            page::until_visible().await;
            if read.try_update_value(Read::clear).is_some() {
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
            join_all((0..AT_ONCE).map(|_| look_at_rows(queue, read, &scope))).await;
            busy.try_update_value(|busy| *busy = false);
        });
    });
}

/// The row of a draft's place.
fn row_of(place: &str) -> Option<String> {
    let mut parts = place.splitn(3, '/');
    let (connection, run) = (parts.next()?, parts.next()?);
    parts.next()?;
    Some(format!("{connection}/{run}"))
}

/// Reads what the lists leave out about the rows that are shown, row by row.
async fn look_at_rows(queue: Queue, read: StoredValue<Read>, scope: &Scope) {
    while let Some(entry) = next_row(queue, read) {
        let looked = queue.look().look(&entry.connection, &entry.run, scope).await;
        if scope.ended() {
            return;
        }
        if entry.connection.dialect.adapter().capabilities().claims {
            ask(queue, &entry, &looked.reviews, scope).await;
        }
    }
}

/// The first row of which something has to be read; it counts as read from here on.
fn next_row(queue: Queue, read: StoredValue<Read>) -> Option<Arc<Entry>> {
    let rows = queue.rows.try_get_untracked()?;
    let wanted = |key: String| {
        let entry = queue.entries.try_with_untracked(|entries| entries.get(&key).cloned())??;
        let claims = entry.connection.dialect.adapter().capabilities().claims;
        let useful = claims || (entry.looked.is_none() && (entry.decides() || entry.run.waiting_since.is_none()));
        let first = || read.try_update_value(|read| read.insert((key, entry.run.updated_at))) == Some(true);
        (entry.left.is_none() && useful && first()).then_some(entry)
    };
    rows.into_iter().find_map(wanted)
}

async fn ask(queue: Queue, entry: &Entry, reviews: &[ReviewRef], scope: &Scope) {
    let adapter = entry.connection.dialect.run_adapter();
    let run = RunRef { id: entry.run.id.clone(), flow: Some(entry.run.flow.clone()) };
    let mut found: Vec<String> = Vec::new();
    for review in reviews {
        // Not being told who has it is no reason to disturb anybody.
        if let Ok(Some(holder)) = net::read(&entry.connection.id, adapter.holder(&run, &review.id), scope).await {
            found.push(holder.name.unwrap_or(holder.id));
        }
    }
    if scope.ended() {
        return;
    }
    found.dedup();
    let (key, names) = (entry.key(), (!found.is_empty()).then(|| found.join(", ")));
    if queue.started.try_with_untracked(|started| started.get(&key) != names.as_ref()) == Some(true) {
        queue.started.try_update(|started| match names {
            Some(names) => started.insert(key, names),
            None => started.remove(&key),
        });
    }
}
