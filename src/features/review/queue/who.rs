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
use runs::adapter::RunRef;
use runs::model::ReviewRef;
use runs::queue::Who;
use std::collections::BTreeSet;

/// Between two readings of who has started what, in milliseconds.
const EVERY: u32 = 60_000;

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
    Effect::new(move |_| {
        let (shown, scope) = (queue.rows.get(), Scope::of_view());
        leptos::task::spawn_local(async move {
            while look_at(queue, &shown, &scope).await && !scope.ended() {
                clock::sleep(EVERY).await;
                page::until_visible().await;
            }
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

/// Reads the rows one after the other; whether that is worth repeating.
async fn look_at(queue: Queue, shown: &[String], scope: &Scope) -> bool {
    let mut again = false;
    for key in shown {
        if scope.ended() {
            return false;
        }
        let Some(entry) = queue.entries.try_with_untracked(|entries| entries.get(key).cloned()).flatten() else { continue };
        let claims = entry.connection.dialect.adapter().capabilities().claims;
        let useful = claims || entry.decides() || entry.run.waiting_since.is_none();
        if entry.left.is_some() || !useful || (entry.looked.is_some() && !claims) {
            continue;
        }
        let looked = queue.look().look(&entry.connection, &entry.run, scope).await;
        if claims {
            again = true;
            ask(queue, &entry, &looked.reviews, scope).await;
        }
    }
    again
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
