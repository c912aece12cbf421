//! Drafts of reviews: edits that nobody has sent yet, kept in this browser until they are accepted or thrown away.

use crate::platform::{clock, storage};
use runs::deciding::{Kept, Pending};
use runs::form::Draft;
use runs::http::encode;
use runs::review::Review;

/// So many drafts are kept; the oldest go first.
const MOST: usize = 50;
const ALL: &str = "draft.";

fn start(connection: &str, run: &str, review: &str) -> String {
    format!("{ALL}{}/{}/{}/", encode(connection), encode(run), encode(review))
}

fn key(connection: &str, read: &Review) -> String {
    format!("{}{}", start(connection, &read.run, &read.id), read.pin.digest)
}

/// The draft of exactly this content.
pub fn load(connection: &str, read: &Review) -> Option<Kept> {
    Kept::read(&storage::get(&key(connection, read))?)
}

/// The newest draft of the same review as it was before its content changed.
pub fn load_earlier(connection: &str, read: &Review) -> Option<Kept> {
    let keys = storage::keys(&start(connection, &read.run, &read.id));
    keys.iter().filter_map(|key| Kept::read(&storage::get(key)?)).max_by_key(|kept| kept.at)
}

/// `false`: this browser did not keep it.
pub fn save(connection: &str, read: &Review, draft: &Draft) -> bool {
    let key = key(connection, read);
    prune(&key);
    storage::set(&key, &Kept::of(draft, None, clock::now()).write())
}

/// A decision with this draft is being sent.
pub fn sent(connection: &str, read: &Review, pending: &Pending) {
    let key = key(connection, read);
    let kept = storage::get(&key).and_then(|text| Kept::read(&text));
    let kept = kept.unwrap_or_else(|| Kept::of(&Draft::open(read.schema.as_ref(), &read.data, &read.read_only), None, clock::now()));
    storage::set(&key, &Kept { pending: Some(pending.clone()), ..kept }.write());
}

/// Forgets every draft of a review.
pub fn forget(connection: &str, run: &str, review: &str) {
    for key in storage::keys(&start(connection, run, review)) {
        storage::remove(&key);
    }
}

/// The outcome of what was sent is known; the edits stay.
pub fn settled(connection: &str, read: &Review) {
    let key = key(connection, read);
    if let Some(kept) = storage::get(&key).and_then(|text| Kept::read(&text)) {
        storage::set(&key, &Kept { pending: None, ..kept }.write());
    }
}

fn prune(keep: &str) {
    let keys = storage::keys(ALL);
    if keys.len() < MOST {
        return;
    }
    let mut aged: Vec<(i64, String)> = keys
        .into_iter()
        .filter(|key| key != keep)
        .map(|key| {
            let at = storage::get(&key).and_then(|text| Kept::read(&text)).map_or(0, |kept| kept.at.0);
            (at, key)
        })
        .collect();
    aged.sort_unstable();
    let surplus = (aged.len() + 1).saturating_sub(MOST);
    for (_, key) in aged.iter().take(surplus) {
        storage::remove(key);
    }
}
